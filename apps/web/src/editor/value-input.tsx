import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { parse, stringify } from "yaml";
import { useFormContext } from "./editor-context.ts";
import { TemplateInput } from "./template-input.tsx";
import { isRecord } from "./record.ts";
import { AddButton, TakeOutButton } from "./row-buttons.tsx";

interface ValueInputProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean | undefined;
}

/** A value of any shape: names and values; what is nested is written as YAML. */
export function ValueInput({ label, value, onChange, describedBy, invalid }: ValueInputProps) {
  const { readOnly } = useFormContext();
  const [rows, setRows] = useState<readonly (readonly [name: string, value: unknown])[]>(() =>
    isRecord(value) ? Object.entries(value) : [],
  );
  const [asText, setAsText] = useState(value !== undefined && !isRecord(value));
  if (asText)
    return (
      <TemplateInput
        label={label}
        value={textOf(value)}
        onChange={(text) => onChange(text === "" ? undefined : valueOf(text))}
        describedBy={describedBy}
        invalid={invalid}
        multiline
      />
    );
  const save = (next: typeof rows) => {
    setRows(next);
    const named = next.filter(([name]) => name.trim() !== "");
    onChange(named.length === 0 ? undefined : Object.fromEntries(named));
  };
  return (
    <Stack gap={6}>
      {rows.map(([name, one], index) => (
        // A row has no other name than its place: its name is being typed.
        // oxlint-disable-next-line react/no-array-index-key
        <Group key={index} gap={6} wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={`Name ${index + 1} of ${label}`}
            placeholder="name"
            w={140}
            disabled={readOnly}
            defaultValue={name}
            onBlur={({ currentTarget }) => save(rows.with(index, [currentTarget.value, one]))}
          />
          <div style={{ flex: 1, minWidth: 0 }}>
            <TemplateInput
              label={`Value of ${name || `name ${index + 1}`}`}
              value={textOf(one)}
              onChange={(text) => save(rows.with(index, [name, valueOf(text)]))}
              invalid={invalid}
              multiline
            />
          </div>
          {!readOnly && (
            <TakeOutButton
              name={name || `name ${index + 1}`}
              mt={4}
              onClick={() => save(rows.toSpliced(index, 1))}
            />
          )}
        </Group>
      ))}
      {!readOnly && (
        <Group gap="xs">
          <AddButton label="Add a name" onClick={() => setRows([...rows, ["", ""]])} />
          {rows.length === 0 && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsText(true)}>
              Write one value
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : stringify(value).trimEnd();
}

/** Text with a template stays text; else it is read as YAML: `12`, `true`, a list. */
function valueOf(text: string): unknown {
  if (text.includes("{{") && !text.includes("\n")) return text;
  try {
    const value: unknown = parse(text.replaceAll(/(^|:\s+|-\s+)(\{\{.*?\}\})\s*$/gm, '$1"$2"'));
    return value === null || value instanceof Date ? text : value;
  } catch {
    // Not YAML: it is meant as it is written.
    return text;
  }
}
