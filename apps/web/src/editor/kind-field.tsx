import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useFormContext } from "./editor-context.ts";
import { ExpressionPreview } from "./expression-preview.tsx";
import { FieldShell } from "./field-shell.tsx";
import { valueAt } from "./recipe-text.ts";
import { ExpressionInput, TemplateInput } from "./template-input.tsx";
import type { Path, StepData, StepField } from "./step-kinds.ts";
import { ValueInput } from "./value-input.tsx";
import { plainText } from "./record.ts";

/** A field of a step that is not an action. */
export function KindField({
  field,
  step,
  path,
}: {
  readonly field: StepField;
  readonly step: StepData;
  readonly path: Path;
}) {
  const { setValue, readOnly } = useFormContext();
  const at = [...path, ...field.path];
  const value = valueAt(step, field.path);
  const shown = plainText(value);
  const { label, hint, required = false, type, options = [] } = field;
  return (
    <FieldShell label={label} hint={hint || undefined} required={required} path={at}>
      {({ describedBy, invalid }) => {
        const common = {
          "aria-label": label,
          "aria-describedby": describedBy,
          error: invalid,
          disabled: readOnly,
        };
        switch (type) {
          case "condition":
          case "expression":
            return (
              <>
                <ExpressionInput
                  label={label}
                  value={shown}
                  onChange={(text) => setValue(at, text.trim() === "" && !required ? undefined : text)}
                  describedBy={describedBy}
                  invalid={invalid}
                />
                <div style={{ marginTop: 6 }}>
                  <ExpressionPreview text={shown} />
                </div>
              </>
            );
          case "template":
            return (
              <TemplateInput
                label={label}
                value={shown}
                onChange={(text) => setValue(at, text === "" ? undefined : text)}
                describedBy={describedBy}
                invalid={invalid}
                multiline
              />
            );
          case "number":
            return (
              <NumberInput
                {...common}
                min={0}
                value={typeof value === "number" ? value : ""}
                onChange={(next) => setValue(at, next === "" ? undefined : Number(next))}
              />
            );
          case "boolean":
            return (
              <Switch
                aria-label={label}
                disabled={readOnly}
                checked={value === true}
                onChange={({ currentTarget }) => setValue(at, currentTarget.checked || undefined)}
              />
            );
          case "choice":
            return (
              <Select
                {...common}
                allowDeselect={!required}
                data={[...options]}
                value={shown || null}
                onChange={(next) => setValue(at, next ?? undefined)}
              />
            );
          case "object":
            return (
              <ValueInput
                label={label}
                value={value}
                onChange={(next) => setValue(at, next)}
                describedBy={describedBy}
                invalid={invalid}
              />
            );
          default:
            return (
              <TextInput
                {...common}
                key={shown}
                defaultValue={shown}
                onBlur={({ currentTarget }) => setValue(at, currentTarget.value.trim() || undefined)}
                onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
              />
            );
        }
      }}
    </FieldShell>
  );
}
