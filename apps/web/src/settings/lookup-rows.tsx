import {
  ActionIcon,
  Anchor,
  Button,
  FileButton,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type LookupRow, type LookupTable, type Page } from "../api.ts";
import { queryClient } from "../queries.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { cellOf, LookupRowForm } from "./lookup-row-form.tsx";

/** A lookup table's rows: found by a column, added, changed, deleted, and moved in and out as CSV. */
export function LookupRows({
  table,
  builder,
  onClose,
}: {
  readonly table: LookupTable;
  readonly builder: boolean;
  readonly onClose: () => void;
}) {
  const [where, setWhere] = useState<LookupRow["values"]>({});
  const [error, setError] = useState<Error>();
  const [written, setWritten] = useState<LookupRow | "new">();
  const fill = async (file: File | null, mode: "append" | "replace") => {
    if (!file) return;
    setError(undefined);
    try {
      await sendCsv(`/lookup-tables/${table.id}/import?mode=${mode}`, file);
    } catch (refused) {
      setError(refused instanceof Error ? refused : new Error(String(refused)));
    }
  };
  return (
    <Modal opened onClose={onClose} title={table.name} size="xl" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack>
        <Group>
          {builder && (
            <>
              <Button size="xs" onClick={() => setWritten("new")}>
                Add a row
              </Button>
              <FileButton onChange={(file) => void fill(file, "append")} accept="text/csv,.csv">
                {(props) => (
                  <Button size="xs" variant="light" {...props}>
                    Add rows from a CSV file
                  </Button>
                )}
              </FileButton>
              <FileButton
                onChange={(file) =>
                  file &&
                  confirmFirst({
                    ...{ title: "Replace all rows?", confirm: "Replace", danger: true },
                    text: `The rows of “${table.name}” are deleted, and those of ${file.name} take their place. If a line does not fit, nothing changes.`,
                    onConfirm: () => void fill(file, "replace"),
                  })
                }
                accept="text/csv,.csv"
              >
                {(props) => (
                  <Button size="xs" variant="default" {...props}>
                    Replace all by a CSV file
                  </Button>
                )}
              </FileButton>
            </>
          )}
          <Anchor size="sm" href={`/api/lookup-tables/${table.id}/export`} download>
            Download as CSV
          </Anchor>
        </Group>
        {error && <Failure error={error} />}
        <Find table={table} onFind={setWhere} />
        <Found table={table} where={where} builder={builder} onWrite={setWritten} />
      </Stack>
      {written && <LookupRowForm table={table} row={written} onClose={() => setWritten(undefined)} />}
    </Modal>
  );
}

/** Sends a file; a refusal is an ApiError. */
export async function sendCsv(path: string, file: File): Promise<void> {
  const answer = await fetch(`/api${path}`, {
    ...{ method: "POST", headers: { "content-type": "text/csv" }, body: file },
  });
  if (answer.ok) return await queryClient.invalidateQueries({ queryKey: ["lookup-tables"] });
  const { error: told } = (await answer.json()) as { error: { message: string; hint?: string } };
  throw new ApiError(told.message, told.hint);
}

function Find({
  table,
  onFind,
}: {
  readonly table: LookupTable;
  readonly onFind: (where: LookupRow["values"]) => void;
}) {
  const [column, setColumn] = useState(table.columns[0]?.name ?? "");
  const [text, setText] = useState("");
  const find = (value: string) => {
    const type = table.columns.find(({ name }) => name === column)?.type ?? "text";
    onFind(value === "" ? {} : { [column]: cellOf(type, value) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        find(text);
      }}
    >
      <Group align="end" gap="xs">
        <Select
          label="Find rows whose"
          data={table.columns.map(({ name }) => name)}
          value={column}
          onChange={(chosen) => chosen && setColumn(chosen)}
          allowDeselect={false}
          searchable
        />
        <TextInput
          label="is"
          placeholder="The whole value"
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            if (currentTarget.value === "") find("");
          }}
        />
        <Button type="submit" variant="default">
          Find
        </Button>
      </Group>
    </form>
  );
}

function Found({
  table,
  where,
  builder,
  onWrite,
}: {
  readonly table: LookupTable;
  readonly where: LookupRow["values"];
  readonly builder: boolean;
  readonly onWrite: (row: LookupRow) => void;
}) {
  const asked = Object.keys(where).length > 0;
  const query = useInfiniteQuery({
    queryKey: ["lookup-tables", table.id, "rows", where],
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams({
        ...(pageParam !== undefined && { cursor: pageParam }),
        ...(asked && { where: JSON.stringify(where) }),
      });
      return api<Page<LookupRow>>("GET", `/lookup-tables/${table.id}/rows?${search}`);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const remove = useAction(
    (id: LookupRow["id"]) => api<void>("DELETE", `/lookup-tables/${table.id}/rows/${id}`),
    {},
  );
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const rows = pages.flatMap(({ items }) => items);
        if (rows.length === 0 && asked) return <Text size="sm">No row has this value.</Text>;
        if (rows.length === 0)
          return (
            <Empty title="No rows yet">
              Add one, or a CSV file whose first line names the columns:{" "}
              {table.columns.map(({ name }) => name).join(", ")}.
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
                    {builder && <Table.Th w={90} aria-label="What to do" />}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row) => (
                    <Table.Tr key={row.id}>
                      {table.columns.map(({ id: column, name }) => (
                        <Table.Td key={column}>{String(row.values[name] ?? "")}</Table.Td>
                      ))}
                      {builder && (
                        <Table.Td>
                          <Group gap={4} wrap="nowrap">
                            <ActionIcon
                              variant="subtle"
                              aria-label={`Change row ${row.id}`}
                              onClick={() => onWrite(row)}
                            >
                              <IconPencil size={16} aria-hidden />
                            </ActionIcon>
                            <ActionIcon
                              variant="subtle"
                              color="red"
                              aria-label={`Delete row ${row.id}`}
                              onClick={() =>
                                confirmFirst({
                                  ...{ title: "Delete this row?", confirm: "Delete", danger: true },
                                  text: table.columns
                                    .map(({ name }) => `${name}: ${row.values[name] ?? ""}`)
                                    .slice(0, 5)
                                    .join(", "),
                                  onConfirm: () => remove.mutate(row.id),
                                })
                              }
                            >
                              <IconTrash size={16} aria-hidden />
                            </ActionIcon>
                          </Group>
                        </Table.Td>
                      )}
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
  );
}
