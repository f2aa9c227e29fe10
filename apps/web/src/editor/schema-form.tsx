import { Box, Button, Fieldset, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useFormContext } from "./editor-context.ts";
import { problemsAt } from "./field-shell.tsx";
import { humanise, type JsonSchema, resolved } from "./json-schema.ts";
import { SchemaField, type SchemaFieldProps } from "./schema-field.tsx";
import type { Path } from "./step-kinds.ts";
import { isRecord } from "./record.ts";

/** So few are all shown. */
const fewFields = 4;

/** A form of an object's schema: what must be filled in, what is, and the rest to add. */
export function SchemaForm({
  schema,
  root = schema,
  path,
  value,
}: {
  readonly schema: JsonSchema;
  readonly root?: JsonSchema;
  readonly path: Path;
  readonly value: unknown;
}) {
  const { setValue, problems, readOnly } = useFormContext();
  const [added, setAdded] = useState<readonly string[]>([]);
  const { properties = {}, required = [] } = resolved(schema, root);
  const given = isRecord(value) ? value : {};
  const names = Object.keys(properties);
  /** In what is there but not known: it is shown, so that it can be taken out. */
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(properties, name));
  const shown = names.filter(
    (name) => names.length <= fewFields || required.includes(name) || name in given || added.includes(name),
  );
  const rest = names.filter((name) => !shown.includes(name));
  return (
    <Stack gap="md">
      {[...shown, ...unknown].map((name) => (
        <SchemaField
          key={name}
          name={name}
          schema={properties[name] ?? {}}
          root={root}
          path={[...path, name]}
          value={given[name]}
          required={required.includes(name)}
          siblings={given}
          {...(!required.includes(name) && {
            onRemove: () => {
              setAdded(added.filter((one) => one !== name));
              setValue([...path, name], undefined);
            },
          })}
        />
      ))}
      {names.length === 0 && unknown.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing to fill in.
        </Text>
      )}
      {rest.length > 0 && !readOnly && (
        <Select
          aria-label="Add a field"
          placeholder={`Add a field (${rest.length} more)`}
          leftSection={<IconPlus size={16} aria-hidden />}
          searchable
          nothingFoundMessage="No field of that name"
          data={rest.map((name) => ({ value: name, label: labelOf(name, properties[name], root) }))}
          value={null}
          onChange={(name) => name !== null && setAdded([...added, name])}
          maxDropdownHeight={320}
          limit={100}
        />
      )}
      {problemsAt(problems, path, true).map(({ message, hint }) => (
        <Text key={message} size="sm" c="red" role="status">
          {[message, hint].filter(Boolean).join(" ")}
        </Text>
      ))}
    </Stack>
  );
}

function labelOf(name: string, schema: JsonSchema | undefined, root: JsonSchema): string {
  const { title, description } = resolved(schema ?? {}, root);
  const label = title ?? humanise(name);
  return description ? `${label} — ${description}` : label;
}

/** An object within a form. */
export function ObjectField({
  label,
  hint,
  schema,
  root,
  path,
  value,
  required,
  onRemove,
}: SchemaFieldProps & {
  readonly label: string;
  readonly hint: string | undefined;
  readonly shape: unknown;
}) {
  return (
    <Fieldset legend={`${label}${required ? " *" : ""}`} data-field={path.join(".")}>
      {hint && (
        <Text size="xs" c="dimmed" mb="xs">
          {hint}
        </Text>
      )}
      <SchemaForm schema={schema} root={root} path={path} value={value} />
      {onRemove && value !== undefined && (
        <Button mt="sm" size="compact-xs" variant="subtle" color="gray" onClick={onRemove}>
          Leave out {label.toLowerCase()}
        </Button>
      )}
    </Fieldset>
  );
}

/** A list of objects within a form. */
export function ListField({
  label,
  hint,
  item,
  root,
  path,
  value,
  onRemove,
}: SchemaFieldProps & {
  readonly label: string;
  readonly hint: string | undefined;
  readonly item: JsonSchema;
}) {
  const { setValue, readOnly } = useFormContext();
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  return (
    <Fieldset legend={label}>
      {hint && (
        <Text size="xs" c="dimmed" mb="xs">
          {hint}
        </Text>
      )}
      <Stack gap="md">
        {items.map((one, index) => (
          // What a list holds has no other name than its place.
          // oxlint-disable-next-line react/no-array-index-key
          <Box key={index} className="list-item">
            <Group justify="space-between" mb="xs">
              <Text size="sm" fw={500}>
                {label} {index + 1}
              </Text>
              {!readOnly && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  onClick={() =>
                    items.length === 1 ? setValue(path, undefined) : setValue(path, items.toSpliced(index, 1))
                  }
                >
                  Take out
                </Button>
              )}
            </Group>
            <SchemaForm schema={resolved(item, root)} root={root} path={[...path, index]} value={one} />
          </Box>
        ))}
        {!readOnly && (
          <Group>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => setValue(path, [...items, {}])}
            >
              Add one
            </Button>
            {items.length === 0 && (
              <Button size="xs" variant="subtle" color="gray" onClick={() => setValue(path, "{{ }}")}>
                Fill it from data
              </Button>
            )}
            {onRemove && (
              <Button size="xs" variant="subtle" color="gray" onClick={onRemove}>
                Leave it out
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
