import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type ApiKey, type MadeApiKey, type Role } from "../api.ts";
import { connectionsQuery } from "../queries.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { Ago, Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";
import { FormButtons } from "../ui/form-buttons.tsx";

const roles: readonly Role[] = ["viewer", "operator", "builder", "admin"];
const effects = ["read", "create", "update", "delete"] as const;
const lifetimes = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "", label: "For ever" },
];

/** Keys for programs: the command line, CI, MCP. */
export default function KeysSection() {
  const query = useQuery({
    queryKey: ["api-keys"],
    queryFn: () => api<{ items: readonly ApiKey[] }>("GET", "/api-keys"),
  });
  const [making, { open, close }] = useDisclosure();
  const [made, setMade] = useState<MadeApiKey>();
  const remove = useAction((id: string) => api<void>("DELETE", `/api-keys/${id}`));
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Programs send one as <Code>Authorization: Bearer …</Code>. A key may do no more than you.
        </Text>
        <Button onClick={open}>New key</Button>
      </Group>
      {made && (
        <Alert color="teal" variant="light" title={`The key “${made.name}”`} role="status">
          <Text size="sm">Copy it now: it is not shown again.</Text>
          <Group gap="xs" mt="xs">
            <Code style={{ overflowWrap: "anywhere" }}>{made.key}</Code>
            <CopyButton value={made.key}>
              {({ copied, copy }) => (
                <Button size="compact-xs" onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No keys yet">
              A key lets a program use the API in your name, within limits that you set.
            </Empty>
          ) : (
            <Table.ScrollContainer minWidth={0}>
              <Table verticalSpacing="xs" className="stacks">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Key</Table.Th>
                    <Table.Th>Whose</Table.Th>
                    <Table.Th>May</Table.Th>
                    <Table.Th>Last used</Table.Th>
                    <Table.Th>Ends</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((key) => (
                    <Table.Tr key={key.id}>
                      <Table.Td>
                        <Text size="sm" fw={600}>
                          {key.name}
                        </Text>
                        <Code>{key.prefix}…</Code>
                      </Table.Td>
                      <Table.Td>{key.personName}</Table.Td>
                      <Table.Td>
                        <Text size="sm">{key.role}</Text>
                        <Text size="xs" c="dimmed">
                          {[
                            key.effects && `only ${key.effects.join(", ")}`,
                            key.connections && `only ${key.connections.join(", ")}`,
                            key.callsPerMinute !== undefined && `${key.callsPerMinute} calls a minute`,
                            key.needsApproval.length > 0 &&
                              `a person approves each ${key.needsApproval.join(", ")}`,
                          ]
                            .filter(Boolean)
                            .join("; ")}
                        </Text>
                      </Table.Td>
                      <Table.Td>{key.lastUsedAt ? <Ago at={key.lastUsedAt} /> : "never"}</Table.Td>
                      <Table.Td>{key.expiresAt ? <Time at={key.expiresAt} /> : "never"}</Table.Td>
                      <Table.Td>
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          color="red"
                          aria-label={`Delete the key ${key.name}`}
                          onClick={() =>
                            confirmFirst({
                              title: `Delete the key “${key.name}”?`,
                              text: "Programs that use it are refused from now on.",
                              ...{ confirm: "Delete", danger: true, onConfirm: () => remove.mutate(key.id) },
                            })
                          }
                        >
                          Delete
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
      {making && (
        <NewKeyModal
          onClose={close}
          onMade={(key) => {
            setMade(key);
            close();
          }}
        />
      )}
    </Stack>
  );
}

const noNames: string[] = [];

function NewKeyModal({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (key: MadeApiKey) => void;
}) {
  const connections = useQuery(connectionsQuery);
  const form = useForm({
    initialValues: {
      ...{ name: "", role: "viewer", lifetime: "90", needsApproval: noNames },
      ...{ connections: noNames, effects: noNames, callsPerMinute: "" as number | "" },
    },
  });
  const create = useAction(
    ({ lifetime, connections: names, effects: kinds, callsPerMinute, ...rest }: typeof form.values) =>
      api<MadeApiKey>("POST", "/api-keys", {
        ...rest,
        ...(names.length > 0 && { connections: names }),
        ...(kinds.length > 0 && { effects: kinds }),
        ...(callsPerMinute !== "" && { callsPerMinute }),
        ...(lifetime !== "" && {
          expiresAt: new Date(Date.now() + Number(lifetime) * 86_400_000).toISOString(),
        }),
      }),
    { quiet: true, onDone: onMade },
  );
  const refused = create.error instanceof ApiError ? create.error.fields : {};
  return (
    <Modal opened onClose={onClose} title="New API key" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          {create.error && <Failure error={create.error} />}
          <TextInput
            label="Name"
            description="What uses it, such as CI"
            required
            error={refused["name"]}
            {...form.getInputProps("name")}
            data-autofocus
          />
          <Select
            label="Role"
            data={[...roles]}
            allowDeselect={false}
            error={refused["role"]}
            {...form.getInputProps("role")}
          />
          <Select
            label="Ends after"
            data={lifetimes}
            allowDeselect={false}
            {...form.getInputProps("lifetime")}
          />
          <MultiSelect
            label="Only these connections"
            placeholder={form.values.connections.length > 0 ? "" : "All"}
            data={(connections.data?.items ?? []).map(({ name }) => name)}
            {...form.getInputProps("connections")}
          />
          <MultiSelect
            label="Only these effects"
            placeholder={form.values.effects.length > 0 ? "" : "All"}
            data={[...effects]}
            {...form.getInputProps("effects")}
          />
          <NumberInput
            label="At most so many calls a minute"
            min={1}
            placeholder="No limit of its own"
            {...form.getInputProps("callsPerMinute")}
          />
          <MultiSelect
            label="A person must approve"
            description="An assistant's tools then ask, and wait; the rest of the API refuses"
            placeholder={form.values.needsApproval.length > 0 ? "" : "Nothing"}
            data={effects.filter((effect) => effect !== "read")}
            error={refused["needsApproval"]}
            {...form.getInputProps("needsApproval")}
          />
          <FormButtons send="Make the key" busy={create.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
