import { Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type StepData, TriggerIcon } from "./step-kinds.ts";
import { plainText } from "./record.ts";

/** The trigger, over the steps. */
export function TriggerRow({
  trigger,
  title,
  selected,
  problems,
  onSelect,
}: {
  readonly trigger: StepData;
  readonly title: string | undefined;
  readonly selected: boolean;
  readonly problems: number;
  readonly onSelect: () => void;
}) {
  return (
    <div className="step trigger-row" data-selected={selected || undefined}>
      <button
        type="button"
        className="step-name"
        data-step="trigger"
        aria-current={selected ? "true" : undefined}
        onClick={onSelect}
      >
        <TriggerIcon size={22} aria-hidden style={{ flexShrink: 0 }} />
        <span className="step-text">
          <Text component="span" size="xs" c="dimmed" fw={600}>
            When this happens
          </Text>
          <Text component="span" size="sm" fw={600}>
            {title ?? (plainText(trigger["use"]) || "Choose a trigger")}
          </Text>
          {typeof trigger["when"] === "string" && (
            <Text component="span" size="xs" c="dimmed" truncate className="mono">
              only when {trigger["when"]}
            </Text>
          )}
        </span>
        {problems > 0 && (
          <IconAlertTriangle
            size={18}
            color="var(--mantine-color-red-filled)"
            aria-label={`${problems} problems`}
          />
        )}
      </button>
    </div>
  );
}
