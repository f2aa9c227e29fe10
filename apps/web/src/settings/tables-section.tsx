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
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type LookupRow, type LookupTable, type Page } from "../api.ts";
import { queryClient } from "../queries.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { useMay } from "./use-may.ts";

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
      {opened && <Rows table={opened} onClose={() => setOpened(undefined)} builder={builder} />}
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
  const refused = make.error instanceof ApiError ? make.error.fields : {};
  return (
    <Modal opened onClose={onClose} title="New lookup table" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          {make.error && <Failure error={make.error} />}
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
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Make it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Rows({
  table,
  builder,
  onClose,
}: {
  readonly table: LookupTable;
  readonly builder: boolean;
  readonly onClose: () => void;
}) {
  const query = useInfiniteQuery({
    queryKey: ["lookup-tables", table.id, "rows"],
    queryFn: ({ pageParam }) =>
      api<Page<LookupRow>>(
        "GET",
        `/lookup-tables/${table.id}/rows${pageParam ? `?cursor=${pageParam}` : ""}`,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const [error, setError] = useState<Error>();
  const fill = async (file: File | null) => {
    if (!file) return;
    setError(undefined);
    const answer = await fetch(`/api/lookup-tables/${table.id}/import?mode=append`, {
      ...{ method: "POST", headers: { "content-type": "text/csv" }, body: file },
    });
    if (answer.ok) return void queryClient.invalidateQueries({ queryKey: ["lookup-tables"] });
    const { error: told } = (await answer.json()) as { error: { message: string; hint?: string } };
    setError(new ApiError(told.message, told.hint));
  };
  return (
    <Modal opened onClose={onClose} title={table.name} size="xl" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack>
        <Group>
          {builder && (
            <FileButton onChange={(file) => void fill(file)} accept="text/csv,.csv">
              {(props) => (
                <Button size="xs" variant="light" {...props}>
                  Add rows from a CSV file
                </Button>
              )}
            </FileButton>
          )}
          <Anchor size="sm" href={`/api/lookup-tables/${table.id}/export`} download>
            Download as CSV
          </Anchor>
        </Group>
        {error && <Failure error={error} />}
        <Loaded query={query}>
          {({ pages }) => {
            const rows = pages.flatMap(({ items }) => items);
            if (rows.length === 0)
              return (
                <Empty title="No rows yet">
                  The file’s first line names the columns: {table.columns.map(({ name }) => name).join(", ")}.
                </Empty>
              );
            return (
              <>
                <Table.ScrollContainer minWidth={400} mah={420}>
                  <Table stickyHeader>
                    <Table.Thead>
                      <Table.Tr>
                        {table.columns.map(({ id, name }) => (
                          <Table.Th key={id}>{name}</Table.Th>
                        ))}
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {rows.map(({ id, values }) => (
                        <Table.Tr key={id}>
                          {table.columns.map(({ id: column, name }) => (
                            <Table.Td key={column}>
                              {values[name] === null || values[name] === undefined
                                ? ""
                                : String(values[name])}
                            </Table.Td>
                          ))}
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
                {query.hasNextPage && (
                  <Button
                    size="xs"
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    Load more
                  </Button>
                )}
              </>
            );
          }}
        </Loaded>
      </Stack>
    </Modal>
  );
}
