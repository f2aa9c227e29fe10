import { ActionIcon, Group, Input, Text, Tooltip } from "@mantine/core";
import { IconForms, IconTemplate, IconX } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import type { RecipeProblem } from "../api.ts";
import { useFormContext } from "./editor-context.ts";
import { pathText } from "./recipe-text.ts";
import type { Path } from "./step-kinds.ts";

/** What a control in a shell is given to name itself by. */
export interface Described {
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

/** A field's label, hint, problem, and the choice between a control and data. */
export function FieldShell({
  label,
  name,
  hint,
  required = false,
  path,
  mode,
  onMode,
  onRemove,
  group = false,
  children,
}: {
  readonly label: string;
  /** As the service names it. */
  readonly name?: string | undefined;
  readonly hint?: string | undefined;
  readonly required?: boolean;
  readonly path: Path;
  /** Whether it is filled from data now; undefined where there is no choice. */
  readonly mode?: "choose" | "data" | undefined;
  readonly onMode?: ((mode: "choose" | "data") => void) | undefined;
  readonly onRemove?: (() => void) | undefined;
  /** Whether other fields are inside, whose problems are their own. */
  readonly group?: boolean;
  readonly children: (described: Described) => ReactNode;
}) {
  const { problems, readOnly } = useFormContext();
  const id = useId();
  const found = problemsAt(problems, path, group);
  const described =
    [hint && `${id}-hint`, found.length > 0 && `${id}-problem`].filter(Boolean).join(" ") || undefined;
  return (
    <div data-field={pathText(path)} role="group" aria-label={label}>
      <Group gap={6} wrap="nowrap" justify="space-between" mb={4} align="flex-end">
        <Text size="sm" fw={500} component="div" style={{ overflowWrap: "anywhere" }}>
          {label}
          {required && (
            <Text span c="red" aria-hidden>
              {" "}
              *
            </Text>
          )}
          {name !== undefined && name.toLowerCase() !== label.toLowerCase() && (
            <Text span size="xs" c="dimmed" ml={6} className="mono">
              {name}
            </Text>
          )}
        </Text>
        {!readOnly && (
          <Group gap={2} wrap="nowrap">
            {mode && onMode && (
              <Tooltip label={mode === "data" ? "Choose a fixed value" : "Fill it from data"}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={
                    mode === "data" ? `Choose a fixed value for ${label}` : `Fill ${label} from data`
                  }
                  onClick={() => onMode(mode === "data" ? "choose" : "data")}
                >
                  {mode === "data" ? (
                    <IconForms size={15} aria-hidden />
                  ) : (
                    <IconTemplate size={15} aria-hidden />
                  )}
                </ActionIcon>
              </Tooltip>
            )}
            {onRemove && (
              <Tooltip label="Leave it out">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={`Leave out ${label}`}
                  onClick={onRemove}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        )}
      </Group>
      {children({ describedBy: described, invalid: found.some(({ severity }) => severity === "error") })}
      {hint && (
        <Input.Description id={`${id}-hint`} mt={4}>
          {hint}
        </Input.Description>
      )}
      {found.length > 0 && (
        <Input.Error id={`${id}-problem`} mt={4}>
          {found
            .map(({ message, expected, hint: mend }) =>
              [message, expected && `Expected ${expected}.`, mend].filter(Boolean).join(" "),
            )
            .join(" ")}
        </Input.Error>
      )}
    </div>
  );
}

/** The problems of a field. */
export function problemsAt(
  problems: readonly RecipeProblem[],
  path: Path,
  exact: boolean,
): readonly RecipeProblem[] {
  const at = pathText(path);
  return problems.filter(
    (problem) =>
      problem.path === at ||
      (!exact && (problem.path.startsWith(`${at}.`) || problem.path.startsWith(`${at}[`))),
  );
}
