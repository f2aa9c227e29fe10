import {
  ActionIcon,
  Badge,
  Button,
  Code,
  Group,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type Property } from "../api.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";
import { useMay } from "./use-may.ts";
import { FormButtons } from "../ui/form-buttons.tsx";

interface Environments {
  readonly current: string;
  readonly names: readonly string[];
}

/** Values that recipes read as properties.NAME, different in each environment. */
export default function PropertiesSection() {
  const environments = useQuery({
    queryKey: ["environments"],
    queryFn: () => api<Environments>("GET", "/environments"),
  });
  return <Loaded query={environments}>{(known) => <Properties environments={known} />}</Loaded>;
}

function Properties({ environments: { current, names } }: { readonly environments: Environments }) {
  const [environment, setEnvironment] = useState(current);
  const [editing, setEditing] = useState<Property | "new">();
  const builder = useMay("builder");
  const query = useQuery({
    queryKey: ["properties", environment],
    queryFn: () => api<{ items: readonly Property[] }>("GET", `/environments/${environment}/properties`),
  });
  const remove = useAction((name: string) =>
    api<void>("DELETE", `/environments/${environment}/properties/${name}`),
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Select
          label="Environment"
          description={environment === current ? "The one of this server" : "Of another server"}
          data={[...new Set([current, ...names])]}
          allowDeselect={false}
          value={environment}
          onChange={(next) => setEnvironment(next ?? current)}
        />
        {builder && <Button onClick={() => setEditing("new")}>New property</Button>}
      </Group>
      <Text size="sm" c="dimmed">
        Recipes read them as <Code>properties.NAME</Code>. A job keeps the values that were there when it
        began.
      </Text>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No properties yet">
              What differs between test and production belongs here: addresses, ids, keys.
            </Empty>
          ) : (
            <Table.ScrollContainer minWidth={0}>
              <Table verticalSpacing="xs" className="stacks">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Value</Table.Th>
                    <Table.Th>Changed</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((property) => (
                    <Table.Tr key={property.name}>
                      <Table.Td>
                        <Code>{property.name}</Code>
                        <Text size="xs" c="dimmed">
                          {property.description}
                        </Text>
                      </Table.Td>
                      <Table.Td style={{ overflowWrap: "anywhere" }}>
                        {property.type === "secret" ? (
                          <Badge variant="light">secret</Badge>
                        ) : (
                          String(property.value)
                        )}
                      </Table.Td>
                      <Table.Td>
                        <Time at={property.updatedAt} />
                        <Text size="xs" c="dimmed">
                          {property.updatedBy}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        {builder && (
                          <Group gap={4} wrap="nowrap">
                            <ActionIcon
                              variant="subtle"
                              color="gray"
                              aria-label={`Change ${property.name}`}
                              onClick={() => setEditing(property)}
                            >
                              <IconPencil size={16} aria-hidden />
                            </ActionIcon>
                            <ActionIcon
                              variant="subtle"
                              color="red"
                              aria-label={`Delete ${property.name}`}
                              onClick={() =>
                                confirmFirst({
                                  title: `Delete “${property.name}”?`,
                                  text: "Recipes that read it fail from now on.",
                                  ...{
                                    confirm: "Delete",
                                    danger: true,
                                    onConfirm: () => remove.mutate(property.name),
                                  },
                                })
                              }
                            >
                              <IconTrash size={16} aria-hidden />
                            </ActionIcon>
                          </Group>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
      {editing && (
        <PropertyModal
          environment={environment}
          property={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Stack>
  );
}

function PropertyModal({
  environment,
  property,
  onClose,
}: {
  readonly environment: string;
  readonly property: Property | undefined;
  readonly onClose: () => void;
}) {
  const form = useForm({
    initialValues: {
      ...{
        name: property?.name ?? "",
        type: property?.type ?? "text",
        description: property?.description ?? "",
      },
      value: property?.value === undefined ? "" : String(property.value),
    },
  });
  const save = useAction(
    ({ name, type, value, description }: typeof form.values) =>
      api<Property>("PUT", `/environments/${environment}/properties/${encodeURIComponent(name)}`, {
        type,
        value: type === "number" ? Number(value) : type === "boolean" ? value === "true" : value,
        ...(description !== "" && { description }),
      }),
    { quiet: true, onDone: onClose },
  );
  const { type, value } = form.values;
  const refused = save.error instanceof ApiError ? save.error.fields : {};
  return (
    <Modal
      opened
      onClose={onClose}
      title={property ? `Change “${property.name}”` : "New property"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {save.error && <Failure error={save.error} />}
          <TextInput
            label="Name"
            required
            disabled={property !== undefined}
            error={refused["name"]}
            {...form.getInputProps("name")}
            data-autofocus
          />
          <Select
            label="Kind"
            data={["text", "number", "boolean", "secret"]}
            allowDeselect={false}
            {...form.getInputProps("type")}
          />
          {type === "boolean" ? (
            <Switch
              label="True"
              checked={value === "true"}
              onChange={({ currentTarget }) => form.setFieldValue("value", String(currentTarget.checked))}
            />
          ) : type === "secret" ? (
            <PasswordInput label="Value" required autoComplete="off" {...form.getInputProps("value")} />
          ) : (
            <TextInput
              label="Value"
              required
              {...(type === "number" && { inputMode: "decimal" as const })}
              error={refused["value"]}
              {...form.getInputProps("value")}
            />
          )}
          <TextInput label="What it is for" {...form.getInputProps("description")} />
          <FormButtons busy={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
