import {
  Accordion,
  ActionIcon,
  Alert,
  Badge,
  Button,
  Checkbox,
  Code,
  Group,
  NumberInput,
  Select,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type Notice, type NoticeChannel, type NoticeSettings } from "../api.ts";
import { noticeChannelsQuery, systemQuery } from "../queries.ts";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";

const kinds: readonly { readonly value: NoticeSettings["kinds"][number]; readonly label: string }[] = [
  { value: "job-failed", label: "A job failed, the first of its kind" },
  { value: "job-asks", label: "A job waits for a person to say what became of a step" },
  { value: "recipe-stopped", label: "A recipe stopped by itself" },
  { value: "connection-lost", label: "A connection was lost" },
  { value: "past-unread", label: "What happened since a recipe’s date could not be read" },
];

/** Who is told of what, and what was told. */
export default function NoticesSection() {
  const settings = useQuery({
    queryKey: ["notices", "settings"],
    queryFn: () => api<NoticeSettings>("GET", "/notices/settings"),
  });
  const sent = useQuery({
    queryKey: ["notices", "sent"],
    queryFn: () => api<{ items: readonly Notice[] }>("GET", "/notices"),
  });
  return (
    <Stack gap="xl">
      <Loaded query={settings}>{(known) => <What key={JSON.stringify(known)} settings={known} />}</Loaded>
      <Channels />
      <section>
        <Title order={2} size="h5" mb="xs">
          What was told
        </Title>
        <Loaded query={sent}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing yet">
                What was told, to whom, and whether it arrived, is listed here.
              </Empty>
            ) : (
              <Accordion variant="separated">
                {items.map(({ id, subject, lines, createdAt, deliveries }) => (
                  <Accordion.Item key={id} value={id}>
                    <Accordion.Control>
                      <Group gap="xs">
                        <Text size="sm" fw={600}>
                          {subject}
                        </Text>
                        <Text size="xs" c="dimmed" ml="auto">
                          <Time at={createdAt} />
                        </Text>
                      </Group>
                    </Accordion.Control>
                    <Accordion.Panel>
                      {lines.map((line) => (
                        <Text key={line} size="sm">
                          {line}
                        </Text>
                      ))}
                      {deliveries.map(({ target, sentAt, error, attempts }) => (
                        <Text key={target} size="xs" c={sentAt ? "dimmed" : "red"}>
                          {target}: {sentAt ? "sent" : (error ?? `tried ${attempts} times`)}
                        </Text>
                      ))}
                    </Accordion.Panel>
                  </Accordion.Item>
                ))}
              </Accordion>
            )
          }
        </Loaded>
      </section>
    </Stack>
  );
}

function What({ settings }: { readonly settings: NoticeSettings }) {
  const form = useForm({
    initialValues: { kinds: settings.kinds, everyMinutes: settings.everyMinutes },
  });
  const save = useAction(
    (values: typeof form.values) => api<NoticeSettings>("PUT", "/notices/settings", values),
    { quiet: true },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        {save.error && <Failure error={save.error} />}
        <Checkbox.Group label="Tell when" {...form.getInputProps("kinds")}>
          <Stack gap={6} mt={4}>
            {kinds.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        <NumberInput
          label="The same again only after so many minutes"
          min={1}
          maw={320}
          {...form.getInputProps("everyMinutes")}
        />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: "flex-start" }}>
          Save
        </Button>
      </Stack>
    </form>
  );
}

function Channels() {
  const query = useQuery(noticeChannelsQuery);
  const mailIsOff = useQuery(systemQuery).data?.settings.mail === false;
  const [secret, setSecret] = useState<string>();
  const form = useForm({ initialValues: { kind: "email", target: "" } });
  const add = useAction(
    (values: typeof form.values) =>
      api<NoticeChannel & { secret?: string }>("POST", "/notices/channels", values),
    {
      quiet: true,
      onDone: (made) => {
        setSecret(made.secret);
        form.reset();
      },
    },
  );
  const enable = useAction(({ id, enabled }: { id: string; enabled: boolean }) =>
    api<NoticeChannel>("PATCH", `/notices/channels/${id}`, { enabled }),
  );
  const remove = useAction((id: string) => api<void>("DELETE", `/notices/channels/${id}`));
  const mailIsMeant =
    form.values.kind === "email" || (query.data?.items ?? []).some(({ kind }) => kind === "email");
  const refused = add.error instanceof ApiError ? add.error.fields : {};
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        Where to
      </Title>
      <Stack>
        {secret && (
          <Alert color="teal" variant="light" title="The secret of its signatures" role="status">
            <Text size="sm">Copy it now: it is not shown again.</Text>
            <Code>{secret}</Code>
          </Alert>
        )}
        {mailIsOff && mailIsMeant && (
          <Alert color="yellow" variant="light" title="Mail is off: no notice goes to an email address">
            Start the server with <Code>SMTP_URL</Code> and <Code>MAIL_FROM</Code>, or tell a web address.
          </Alert>
        )}
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Text size="sm" c="dimmed">
                Nowhere yet: nobody is told.
              </Text>
            ) : (
              <Table>
                <Table.Tbody>
                  {items.map(({ id, kind, target, enabled }) => (
                    <Table.Tr key={id}>
                      <Table.Td style={{ overflowWrap: "anywhere" }}>
                        <Badge variant="light" color="gray" mr="xs">
                          {kind}
                        </Badge>
                        {target}
                      </Table.Td>
                      <Table.Td>
                        <Switch
                          aria-label={`Tell ${target}`}
                          checked={enabled}
                          onChange={({ currentTarget }) =>
                            enable.mutate({ id, enabled: currentTarget.checked })
                          }
                        />
                      </Table.Td>
                      <Table.Td>
                        <ActionIcon
                          variant="subtle"
                          color="red"
                          aria-label={`Delete ${target}`}
                          onClick={() => remove.mutate(id)}
                        >
                          <IconTrash size={16} aria-hidden />
                        </ActionIcon>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Loaded>
        <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
          <Group align="flex-end">
            <Select
              label="Kind"
              data={[
                { value: "email", label: "Email" },
                { value: "webhook", label: "Web address" },
              ]}
              allowDeselect={false}
              w={150}
              {...form.getInputProps("kind")}
            />
            <TextInput
              label={form.values.kind === "email" ? "Email address" : "Address"}
              required
              style={{ flex: "1 1 220px" }}
              error={
                refused["target"] ??
                (add.error && Object.keys(refused).length === 0 ? add.error.message : undefined)
              }
              {...form.getInputProps("target")}
            />
            <Button type="submit" loading={add.isPending}>
              Add
            </Button>
          </Group>
        </form>
      </Stack>
    </section>
  );
}
