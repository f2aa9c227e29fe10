import {
  ActionIcon,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Menu,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconFolder, IconKey, IconTrash, IconUserOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type InvitedPerson, type OneTimeLink, type Person, type Role } from "../api.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { FolderRolesModal } from "./folder-roles-modal.tsx";
import { FormButtons } from "../ui/form-buttons.tsx";

/** What each role may do. */
export const roleTexts: readonly { readonly value: Role; readonly label: string; readonly about: string }[] =
  [
    { value: "viewer", label: "Viewer", about: "sees recipes, jobs and connections" },
    { value: "operator", label: "Operator", about: "also starts and stops recipes, reruns and cancels jobs" },
    { value: "builder", label: "Builder", about: "also changes recipes and connections" },
    { value: "admin", label: "Admin", about: "also people, keys, the audit log and the system" },
  ];
const byFolder = "by-folder";
const roleData = [
  ...roleTexts.map(({ value, label }) => ({ value, label })),
  { value: byFolder, label: "By folder only" },
];

/** People and what they may do. */
export default function PeopleSection() {
  const query = useQuery({
    queryKey: ["people"],
    queryFn: () => api<{ items: readonly Person[] }>("GET", "/people"),
  });
  const [inviting, { open, close }] = useDisclosure();
  const [link, setLink] = useState<{
    readonly who: string;
    readonly link: string;
    readonly mailed: boolean;
  }>();
  const change = useAction(({ id, ...what }: { id: string; role?: Role | null; disabled?: boolean }) =>
    api<Person>("PATCH", `/people/${id}`, what),
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          {roleTexts.map(({ value, label, about }) => (
            <Text key={value} size="sm" c="dimmed">
              <strong>{label}</strong> {about}
            </Text>
          ))}
        </div>
        <Button onClick={open}>Invite a person</Button>
      </Group>
      {link && <LinkNote {...link} />}
      <Loaded query={query}>
        {({ items }) => (
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Person</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Second factor</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((person) => (
                  <Table.Tr key={person.id}>
                    <Table.Td>
                      <Text size="sm" fw={600}>
                        {person.name}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {person.email}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Select
                        size="xs"
                        w={150}
                        aria-label={`Role of ${person.name}`}
                        allowDeselect={false}
                        data={roleData}
                        value={person.role ?? byFolder}
                        onChange={(role) =>
                          change.mutate({ id: person.id, role: role === byFolder ? null : (role as Role) })
                        }
                      />
                      {Object.entries(person.folders).map(([folder, role]) => (
                        <Text key={folder} size="xs" c="dimmed">
                          {role} in {folder}
                        </Text>
                      ))}
                    </Table.Td>
                    <Table.Td>
                      <Badge
                        variant="light"
                        color={
                          person.state === "active" ? "teal" : person.state === "invited" ? "blue" : "gray"
                        }
                      >
                        {person.state}
                      </Badge>
                    </Table.Td>
                    <Table.Td data-label="Two-factor">
                      {person.twoFactor ? "on" : <Text c="dimmed">off</Text>}
                    </Table.Td>
                    <Table.Td>
                      <PersonMenu
                        person={person}
                        onLink={(made) => setLink({ who: person.name, ...made })}
                        onDisable={(disabled) => change.mutate({ id: person.id, disabled })}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
      {inviting && (
        <InviteModal
          onClose={close}
          onInvited={({ name, link: made, mailed }) => {
            close();
            setLink({ who: name, link: made, mailed });
          }}
        />
      )}
    </Stack>
  );
}

function LinkNote({
  who,
  link,
  mailed,
}: {
  readonly who: string;
  readonly link: string;
  readonly mailed: boolean;
}) {
  return (
    <Stack gap={4} role="status">
      <Text size="sm">
        {mailed ? `${who} got this link by mail` : `Send ${who} this link`}. It works once, to set a password,
        for a week.
      </Text>
      <Group gap="xs">
        <Code style={{ overflowWrap: "anywhere" }}>{link}</Code>
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="light" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

function PersonMenu({
  person,
  onLink,
  onDisable,
}: {
  readonly person: Person;
  readonly onLink: (link: OneTimeLink) => void;
  readonly onDisable: (disabled: boolean) => void;
}) {
  const [folders, { open, close }] = useDisclosure();
  const makeLink = useAction(() => api<OneTimeLink>("POST", `/people/${person.id}/password-link`), {
    onDone: onLink,
  });
  const remove = useAction(() => api<void>("DELETE", `/people/${person.id}`));
  const disabled = person.state === "disabled";
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do with ${person.name}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFolder size={14} aria-hidden />} onClick={open}>
            Roles by folder …
          </Menu.Item>
          <Menu.Item
            leftSection={<IconKey size={14} aria-hidden />}
            onClick={() => makeLink.mutate(undefined)}
          >
            New link to set a password
          </Menu.Item>
          <Menu.Item leftSection={<IconUserOff size={14} aria-hidden />} onClick={() => onDisable(!disabled)}>
            {disabled ? "Let in again" : "Shut out"}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={() =>
              confirmFirst({
                title: `Delete ${person.name}?`,
                text: "Their sessions and API keys end. What they made stays.",
                ...{ confirm: "Delete", danger: true, onConfirm: () => remove.mutate(undefined) },
              })
            }
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {folders && <FolderRolesModal person={person} onClose={close} />}
    </>
  );
}

function InviteModal({
  onClose,
  onInvited,
}: {
  readonly onClose: () => void;
  readonly onInvited: (person: InvitedPerson) => void;
}) {
  const form = useForm({ initialValues: { name: "", email: "", role: "builder" } });
  const invite = useAction(
    ({ name, email, role }: typeof form.values) =>
      api<InvitedPerson>("POST", "/people", { name, email, role: role === byFolder ? null : role }),
    { quiet: true, onDone: onInvited },
  );
  const refused = invite.error instanceof ApiError ? invite.error.fields : {};
  return (
    <Modal opened onClose={onClose} title="Invite a person" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          {invite.error && Object.keys(refused).length === 0 && <Failure error={invite.error} />}
          <TextInput
            label="Name"
            required
            error={refused["name"]}
            {...form.getInputProps("name")}
            data-autofocus
          />
          <TextInput
            label="Email"
            type="email"
            required
            error={refused["email"]}
            {...form.getInputProps("email")}
          />
          <Select
            label="Role"
            data={roleData}
            allowDeselect={false}
            description={
              roleTexts.find(({ value }) => value === form.values.role)?.about ??
              "only what their folders’ roles let them"
            }
            {...form.getInputProps("role")}
          />
          <FormButtons send="Invite" busy={invite.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
