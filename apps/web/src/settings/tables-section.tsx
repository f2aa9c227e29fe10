import {
  ActionIcon,
  Anchor,
  Button,
  FileButton,
  Group,
  Modal,
  Stack,
  Table,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type LookupTable } from "../api.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { LookupRows, sendCsv } from "./lookup-rows.tsx";
import { useMay } from "./use-may.ts";
import { FormButtons } from "../ui/form-buttons.tsx";

/** Tables that recipes look things up in. */
export default function TablesSection() {
  const [making, setMaking] = useState(false);
  const [opened, setOpened] = useState<LookupTable>();
  const builder = useMay("builder");
  const query = useQuery({
    queryKey: ["lookup-tables"],
    queryFn: () => api<{ items: readonly LookupTable[] }>("GET", "/lookup-tables"),
  });
  const remove = useAction((id: string) => api<void>("DELETE", `/lookup-tables/${id}`), {
    onDone: () => setOpened(undefined),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Rows to look up by any column, such as an office by its room.
        </Text>
        {builder && <Button onClick={() => setMaking(true)}>New table</Button>}
      </Group>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No tables yet">Make one, then fill it from a CSV file.</Empty>
          ) : (
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Table</Table.Th>
                  <Table.Th>Columns</Table.Th>
                  <Table.Th ta="right">Rows</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((table) => (
                  <Table.Tr key={table.id}>
                    <Table.Td>
                      <Anchor
                        component="button"
                        type="button"
                        size="sm"
                        fw={600}
                        onClick={() => setOpened(table)}
                      >
                        {table.name}
                      </Anchor>
                      <Text size="xs" c="dimmed">
                        {table.description}
                      </Text>
                    </Table.Td>
                    <Table.Td>{table.columns.map(({ name }) => name).join(", ")}</Table.Td>
                    <Table.Td ta="right">{table.rows.toLocaleString()}</Table.Td>
                    <Table.Td>
                      {builder && (
                        <ActionIcon
                          variant="subtle"
                          color="red"
                          aria-label={`Delete ${table.name}`}
                          onClick={() =>
                            confirmFirst({
                              title: `Delete “${table.name}”?`,
                              text: `Its ${table.rows.toLocaleString()} rows are deleted.`,
                              ...{
                                confirm: "Delete",
                                danger: true,
                                onConfirm: () => remove.mutate(table.id),
                              },
                            })
                          }
                        >
                          <IconTrash size={16} aria-hidden />
                        </ActionIcon>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
      {making && <NewTable onClose={() => setMaking(false)} />}
      {opened && <LookupRows table={opened} onClose={() => setOpened(undefined)} builder={builder} />}
    </Stack>
  );
}

function NewTable({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({ initialValues: { name: "", columns: ["key", "value"] } });
  const make = useAction(
    ({ name, columns }: typeof form.values) =>
      api<LookupTable>("POST", "/lookup-tables", {
        name,
        columns: columns.map((column) => ({ name: column })),
      }),
    { quiet: true, onDone: onClose },
  );
  const read = useAction(
    (file: File) => {
      const name = form.values.name.trim() || file.name.replace(/\.csv$/i, "");
      return sendCsv(`/lookup-tables/import?name=${encodeURIComponent(name)}`, file);
    },
    { quiet: true, onDone: onClose },
  );
  const error = make.error ?? read.error;
  const refused = make.error instanceof ApiError ? make.error.fields : {};
  return (
    <Modal opened onClose={onClose} title="New lookup table" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          {error && <Failure error={error} />}
          <TextInput
            label="Name"
            required
            error={refused["name"]}
            {...form.getInputProps("name")}
            data-autofocus
          />
          <TagsInput
            label="Columns"
            description="Press Enter after each"
            {...form.getInputProps("columns")}
          />
          <Group justify="space-between">
            <FileButton onChange={(file) => file && read.mutate(file)} accept="text/csv,.csv">
              {(props) => (
                <Button variant="light" loading={read.isPending} {...props}>
                  Of a CSV file
                </Button>
              )}
            </FileButton>
            <FormButtons send="Make it" busy={make.isPending} onCancel={onClose} />
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
