import { Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useFormContext } from "./editor-context.ts";
import { FieldShell } from "./field-shell.tsx";
import { freeId } from "./recipe-text.ts";
import type { Path } from "./step-kinds.ts";
import { record } from "./record.ts";
import { AddButton, TakeOutButton } from "./row-buttons.tsx";

const types = [
  { value: "string", label: "text" },
  { value: "number", label: "number" },
  { value: "integer", label: "whole number" },
  { value: "boolean", label: "true or false" },
  { value: "array", label: "list" },
  { value: "object", label: "object" },
];

type Schema = Readonly<Record<string, unknown>>;

/** The fields of a JSON Schema: their names, types, and which are required. What else it says stays as it is. */
export function ParametersField({
  label,
  hint,
  path,
  value,
}: {
  readonly label: string;
  readonly hint: string;
  readonly path: Path;
  readonly value: unknown;
}) {
  const { setValue, readOnly } = useFormContext();
  const schema = record(value);
  const properties = Object.entries(record(schema["properties"])).map(
    ([name, one]) => [name, record(one)] as const,
  );
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const save = (next: typeof properties, needed: readonly string[]) => {
    if (next.length === 0) return setValue(path, undefined);
    const { required: _, ...rest } = schema;
    setValue(path, {
      ...{ ...rest, type: "object", properties: Object.fromEntries(next) },
      ...(needed.length > 0 && { required: needed }),
    });
  };
  const change = (index: number, set: Schema) =>
    save(
      properties.with(index, [
        properties[index]?.[0] ?? "",
        Object.fromEntries(
          Object.entries({ ...properties[index]?.[1], ...set }).filter(([, one]) => one !== undefined),
        ),
      ]),
      required,
    );
  const rename = (index: number, to: string) => {
    const from = properties[index]?.[0] ?? "";
    if (to === "" || to === from || properties.some(([name]) => name === to)) return;
    save(
      properties.with(index, [to, properties[index]?.[1] ?? {}]),
      required.map((name) => (name === from ? to : name)),
    );
  };
  return (
    <FieldShell label={label} hint={hint} path={path}>
      {() => (
        <Stack gap="xs">
          {properties.length === 0 && (
            <Text size="sm" c="dimmed">
              None yet.
            </Text>
          )}
          {properties.map(([name, one], index) => (
            <Group key={name} gap="xs" align="center">
              <TextInput
                aria-label={`Name of ${label} ${index + 1}`}
                w={140}
                disabled={readOnly}
                defaultValue={name}
                onBlur={({ currentTarget }) => rename(index, currentTarget.value.trim())}
              />
              <Select
                aria-label={`Type of ${name}`}
                w={140}
                disabled={readOnly}
                allowDeselect={false}
                data={types}
                value={typeof one["type"] === "string" ? one["type"] : null}
                placeholder="any"
                onChange={(type) => change(index, { type })}
              />
              <TextInput
                aria-label={`Description of ${name}`}
                placeholder="What it is"
                style={{ flex: "1 1 160px" }}
                disabled={readOnly}
                defaultValue={typeof one["description"] === "string" ? one["description"] : ""}
                onBlur={({ currentTarget }) =>
                  currentTarget.value !== (one["description"] ?? "") &&
                  change(index, { description: currentTarget.value.trim() || undefined })
                }
              />
              <Checkbox
                label="required"
                aria-label={`${name} is required`}
                disabled={readOnly}
                checked={required.includes(name)}
                onChange={({ currentTarget }) =>
                  save(
                    properties,
                    currentTarget.checked ? [...required, name] : required.filter((each) => each !== name),
                  )
                }
              />
              {!readOnly && (
                <TakeOutButton
                  name={name}
                  onClick={() =>
                    save(
                      properties.toSpliced(index, 1),
                      required.filter((each) => each !== name),
                    )
                  }
                />
              )}
            </Group>
          ))}
          {!readOnly && (
            <AddButton
              label="Add a field"
              onClick={() =>
                save(
                  [
                    ...properties,
                    [freeId("field", new Set(properties.map(([name]) => name))), { type: "string" }],
                  ],
                  required,
                )
              }
            />
          )}
        </Stack>
      )}
    </FieldShell>
  );
}
