import { ActionIcon, Autocomplete, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Person, type Role } from "../api.ts";
import { recipeLabelsQuery } from "../queries.ts";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

const roles: readonly Role[] = ["viewer", "operator", "builder", "admin"];

/** Gives a person roles in folders of recipes, beyond their role everywhere. */
export function FolderRolesModal({
  person,
  onClose,
}: {
  readonly person: Person;
  readonly onClose: () => void;
}) {
  const labels = useQuery(recipeLabelsQuery);
  const [rows, setRows] = useState<readonly (readonly [folder: string, role: Role])[]>(() =>
    Object.entries(person.folders),
  );
  const save = useAction(
    () =>
      api<Person>("PATCH", `/people/${person.id}`, {
        folders: Object.fromEntries(rows.filter(([folder]) => folder.trim() !== "")),
      }),
    { quiet: true, onDone: onClose },
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Roles of ${person.name} by folder`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          A role in a folder counts for the recipes in it and in the folders under it, and for their jobs.
        </Text>
        {save.error && <Failure error={save.error} />}
        {rows.map(([folder, role], index) => (
          // A row has no other name than its place: its folder is being typed.
          // oxlint-disable-next-line react/no-array-index-key
          <Group key={index} wrap="nowrap" gap="xs">
            <Autocomplete
              aria-label={`Folder ${index + 1}`}
              placeholder="Such as Sales/Webinars"
              data={(labels.data?.folders ?? []).map(({ name }) => name).filter(Boolean)}
              value={folder}
              onChange={(value) => setRows(rows.with(index, [value, role]))}
              style={{ flex: 1 }}
            />
            <Select
              aria-label={`Role in folder ${index + 1}`}
              data={[...roles]}
              allowDeselect={false}
              value={role}
              onChange={(value) =>
                setRows(rows.with(index, [folder, roles.find((one) => one === value) ?? role]))
              }
              w={120}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Take out folder ${index + 1}`}
              onClick={() => setRows(rows.toSpliced(index, 1))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group justify="space-between">
          <Button variant="default" size="xs" onClick={() => setRows([...rows, ["", "builder"]])}>
            Add a folder
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
