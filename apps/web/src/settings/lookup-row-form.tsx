import { Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { api, type LookupRow, type LookupTable } from "../api.ts";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { FormButtons } from "../ui/form-buttons.tsx";

type Cell = LookupRow["values"][string];
type ColumnType = LookupTable["columns"][number]["type"];

/** What somebody wrote, as a column keeps it; what does not fit goes as it is, and the server says what is wrong with it. */
export function cellOf(type: ColumnType, text: string): Cell {
  if (type === "text") return text;
  if (text.trim() === "") return null;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

/** One row, new or changed. */
export function LookupRowForm({
  table,
  row,
  onClose,
}: {
  readonly table: LookupTable;
  readonly row: LookupRow | "new";
  readonly onClose: () => void;
}) {
  const before = row === "new" ? {} : row.values;
  const { columns } = table;
  const form = useForm({
    // By id: a column's name may hold dots, which the form would take for a path.
    initialValues: Object.fromEntries(columns.map(({ id, name }) => [id, String(before[name] ?? "")])),
  });
  const save = useAction(
    (texts: typeof form.values) => {
      const changed = columns.filter(({ id, name }) => texts[id] !== String(before[name] ?? ""));
      const values = Object.fromEntries(
        changed.map(({ id, name, type }) => [name, cellOf(type, texts[id] ?? "")]),
      );
      return row === "new"
        ? api<unknown>("POST", `/lookup-tables/${table.id}/rows`, { rows: [values] })
        : api<unknown>("PATCH", `/lookup-tables/${table.id}/rows/${row.id}`, { values });
    },
    { quiet: true, onDone: onClose },
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={row === "new" ? "New row" : "Change the row"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={form.onSubmit((texts) => save.mutate(texts))}>
        <Stack>
          {save.error && <Failure error={save.error} />}
          {columns.map(({ id, name, type }, at) =>
            type === "boolean" ? (
              <Select
                key={id}
                label={name}
                data={["true", "false"]}
                clearable
                {...form.getInputProps(id)}
                value={form.values[id] || null}
                onChange={(value) => form.setFieldValue(id, value ?? "")}
              />
            ) : (
              <TextInput
                key={id}
                label={name}
                inputMode={type === "number" ? "decimal" : "text"}
                data-autofocus={at === 0 || undefined}
                {...form.getInputProps(id)}
              />
            ),
          )}
          <FormButtons busy={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
