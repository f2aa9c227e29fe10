import { NumberInput, Select, TagsInput } from "@mantine/core";
import { useState } from "react";
import { useFormContext } from "./editor-context.ts";
import { FieldShell } from "./field-shell.tsx";
import { humanise, type JsonSchema, resolved, type Shape, shapeOf } from "./json-schema.ts";
import { PickField } from "./pick-field.tsx";
import { ListField, ObjectField } from "./schema-form.tsx";
import { TemplateInput } from "./template-input.tsx";
import { isTemplate } from "./templates.ts";
import type { Path } from "./step-kinds.ts";
import { ValueInput } from "./value-input.tsx";
import { plainText } from "./record.ts";

/** What a field of a schema's form is given. */
export interface SchemaFieldProps {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
  readonly path: Path;
  readonly value: unknown;
  readonly required: boolean;
  /** Of the fields beside it, for lists within what another field chose. */
  readonly siblings?: Readonly<Record<string, unknown>> | undefined;
  readonly onRemove?: (() => void) | undefined;
}

/** A field of a form made from a schema: the control for its shape, or data. */
export function SchemaField(props: SchemaFieldProps) {
  const { name, schema, root, path, value, required, siblings, onRemove } = props;
  const { setValue, picks, connection } = useFormContext();
  const shape = shapeOf(schema, root);
  const { title, description, default: standard } = resolved(schema, root);
  const label = title ?? humanise(name);
  const list = picks[name];
  const pickable =
    list !== undefined &&
    connection !== undefined &&
    (shape.kind === "text" || shape.kind === "number" || shape.kind === "texts");
  const choosable = pickable || !["text", "any", "object", "record", "list"].includes(shape.kind);
  const [mode, setMode] = useState<"choose" | "data">(() =>
    choosable && !isTemplate(value) ? "choose" : "data",
  );
  const set = (next: unknown) => setValue(path, next);

  if (shape.kind === "object")
    return <ObjectField {...props} label={label} shape={shape} hint={description} />;
  if (shape.kind === "list" && !isTemplate(value))
    return <ListField {...props} label={label} item={shape.item} hint={description} />;

  const hint = [description, standard === undefined ? undefined : `Else ${JSON.stringify(standard)}.`]
    .filter(Boolean)
    .join(". ");
  return (
    <FieldShell
      label={label}
      name={name}
      hint={hint || undefined}
      required={required}
      path={path}
      {...(choosable && { mode, onMode: setMode })}
      {...(onRemove && { onRemove })}
    >
      {({ describedBy, invalid }) =>
        mode === "choose" && pickable ? (
          <PickField
            label={label}
            list={list}
            value={value}
            many={shape.kind === "texts"}
            onChange={set}
            describedBy={describedBy}
            invalid={invalid}
            siblings={siblings}
          />
        ) : mode === "choose" ? (
          <Control
            label={label}
            shape={shape}
            value={value}
            onChange={set}
            describedBy={describedBy}
            invalid={invalid}
          />
        ) : shape.kind === "any" || shape.kind === "record" ? (
          <ValueInput
            label={label}
            value={value}
            onChange={set}
            describedBy={describedBy}
            invalid={invalid}
          />
        ) : (
          <TemplateInput
            label={label}
            value={asText(value)}
            onChange={(text) => set(typed(text, shape))}
            describedBy={describedBy}
            invalid={invalid}
            multiline={shape.kind === "text" && (shape.long || asText(value).includes("\n"))}
            placeholder={shape.kind === "text" && shape.format === "date-time" ? "2026-01-31T09:30:00Z" : ""}
          />
        )
      }
    </FieldShell>
  );
}

interface ControlProps {
  readonly label: string;
  readonly shape: Shape;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

function Control({ label, shape, value, onChange, describedBy, invalid }: ControlProps) {
  const { readOnly } = useFormContext();
  const common = { "aria-label": label, "aria-describedby": describedBy, error: invalid, disabled: readOnly };
  if (shape.kind === "flag")
    return (
      <Select
        {...common}
        clearable
        placeholder="As Zoom does by default"
        data={[
          { value: "true", label: "Yes" },
          { value: "false", label: "No" },
        ]}
        value={typeof value === "boolean" ? String(value) : null}
        onChange={(next) => onChange(next === null ? undefined : next === "true")}
      />
    );
  if (shape.kind === "choice")
    return (
      <Select
        {...common}
        clearable
        searchable={shape.options.length > 8}
        data={shape.options.map((option) => ({ value: String(option.value), label: option.label }))}
        value={plainText(value) || null}
        onChange={(next) => onChange(shape.options.find((option) => String(option.value) === next)?.value)}
      />
    );
  if (shape.kind === "number")
    return (
      <NumberInput
        {...common}
        {...(shape.min !== undefined && { min: shape.min })}
        {...(shape.max !== undefined && { max: shape.max })}
        allowDecimal={!shape.whole}
        clampBehavior="none"
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange(next === "" ? undefined : Number(next))}
      />
    );
  const numbers = shape.kind === "texts" && shape.numbers;
  return (
    <TagsInput
      {...common}
      placeholder={Array.isArray(value) && value.length > 0 ? "" : "Type one, then press Enter"}
      value={(value === undefined || value === null ? [] : [value].flat()).map(String)}
      onChange={(next) =>
        onChange(
          next.length === 0
            ? undefined
            : next.map((one) => (numbers && /^-?\d+$/.test(one) ? Number(one) : one)),
        )
      }
    />
  );
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was typed, as the schema wants it: `30` is a number where one is wanted. */
function typed(text: string, shape: Shape): unknown {
  if (text === "") return undefined;
  if (text.includes("{{")) return text;
  if (shape.kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (shape.kind === "flag" && /^(?:true|false)$/.test(text)) return text === "true";
  return text;
}
