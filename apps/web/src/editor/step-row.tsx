import { useDraggable } from "@dnd-kit/core";
import { ActionIcon, Badge, Group, Menu, Text, ThemeIcon, UnstyledButton } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconDots,
  IconEye,
  IconEyeOff,
  IconGripVertical,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { memo } from "react";
import { pathOf } from "./recipe-text.ts";
import type { StepMark, StepsListActs } from "./steps-list.tsx";
import type { StepKindInfo } from "./step-kinds.ts";

/** What can be done with a step. */
export type StepAct = "up" | "down" | "duplicate" | "toggle" | "remove";

/** The keys of what can be done with the step that has the focus. */
const keys: Readonly<Record<string, StepAct>> = {
  "Alt+ArrowUp": "up",
  "Alt+ArrowDown": "down",
  "Ctrl+d": "duplicate",
  "Meta+d": "duplicate",
  Delete: "remove",
  Backspace: "remove",
};

const markColours: Readonly<Record<StepMark, string>> = {
  ...{ succeeded: "teal", failed: "red", running: "blue", waiting: "orange" },
};

/** A step in the list. */
export const StepRow = memo(function StepRow({
  id,
  number,
  title,
  use,
  detail,
  stepId,
  kind,
  disabled,
  selected,
  problems,
  mark,
  hidden,
  readOnly,
  more,
  acts,
}: {
  /** Its path, as text. */
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly use: string;
  readonly detail: string;
  readonly stepId: string;
  readonly kind: StepKindInfo;
  readonly disabled: boolean;
  readonly selected: boolean;
  readonly problems: number;
  readonly mark: StepMark | undefined;
  readonly hidden: boolean;
  readonly readOnly: boolean;
  /** The branches that can be added, with | between. */
  readonly more: string;
  readonly acts: StepsListActs;
}) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({
    id,
    disabled: readOnly,
  });
  const Icon = kind.icon;
  const path = pathOf(id);
  return (
    <div
      ref={setNodeRef}
      className="step"
      data-selected={selected || undefined}
      data-disabled={disabled || undefined}
      data-dragging={isDragging || hidden || undefined}
    >
      {!readOnly && (
        <ActionIcon
          ref={setActivatorNodeRef}
          {...attributes}
          {...listeners}
          variant="subtle"
          color="gray"
          size="sm"
          className="step-handle"
          aria-label={`Move step ${number}, ${title}`}
        >
          <IconGripVertical size={14} aria-hidden />
        </ActionIcon>
      )}
      <UnstyledButton
        className="step-name"
        data-step={id}
        aria-current={selected ? "true" : undefined}
        onClick={() => acts.select(path)}
        onKeyDown={(event) => {
          const held = `${event.altKey ? "Alt+" : ""}${event.ctrlKey ? "Ctrl+" : ""}${event.metaKey ? "Meta+" : ""}`;
          const act = keys[`${held}${event.key}`];
          if (act && !readOnly) {
            event.preventDefault();
            acts.act(act, path);
          } else if (held === "" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
            event.preventDefault();
            focusBeside(event.currentTarget, event.key === "ArrowDown" ? 1 : -1);
          }
        }}
      >
        <ThemeIcon variant="light" color={disabled ? "gray" : kind.colour} size={30} radius="md">
          <Icon size={16} aria-hidden />
        </ThemeIcon>
        <span className="step-text">
          <Text component="span" size="sm" fw={600} lineClamp={2} style={{ overflowWrap: "anywhere" }}>
            <Text span c="dimmed" size="sm" fw={400}>
              {number}{" "}
            </Text>
            {title}
          </Text>
          {detail !== "" && (
            <Text component="span" size="xs" lineClamp={2} className="mono" title={detail}>
              {detail}
            </Text>
          )}
          <Text component="span" size="xs" c="dimmed" truncate>
            {[use || (detail === "" ? kind.label : ""), stepId && `as ${stepId}`].filter(Boolean).join(" · ")}
          </Text>
        </span>
      </UnstyledButton>
      <Group gap={4} wrap="nowrap" ml="auto">
        {disabled && (
          <Badge size="xs" color="gray" variant="light">
            off
          </Badge>
        )}
        {mark && (
          <Badge size="xs" color={markColours[mark]} variant="light">
            {mark}
          </Badge>
        )}
        {problems > 0 && (
          <Badge size="sm" color="red" variant="light" circle aria-label={`${problems} problems`}>
            {problems}
          </Badge>
        )}
        {!readOnly && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`What to do with step ${number}`}>
                <IconDots size={16} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconPlus size={14} aria-hidden />}
                onClick={() => acts.add(path.slice(0, -1), Number(path.at(-1)) + 1)}
              >
                Add a step below
              </Menu.Item>
              {more
                .split("|")
                .filter(Boolean)
                .map((label, index) => (
                  <Menu.Item
                    key={label}
                    leftSection={<IconPlus size={14} aria-hidden />}
                    onClick={() => acts.addBranch(path, index)}
                  >
                    {label}
                  </Menu.Item>
                ))}
              <Menu.Divider />
              <Item icon={IconArrowUp} keyName="Alt ↑" onClick={() => acts.act("up", path)}>
                Move up
              </Item>
              <Item icon={IconArrowDown} keyName="Alt ↓" onClick={() => acts.act("down", path)}>
                Move down
              </Item>
              <Item icon={IconCopy} keyName="Ctrl D" onClick={() => acts.act("duplicate", path)}>
                Duplicate
              </Item>
              <Item icon={disabled ? IconEye : IconEyeOff} onClick={() => acts.act("toggle", path)}>
                {disabled ? "Switch on" : "Switch off"}
              </Item>
              <Menu.Divider />
              <Item icon={IconTrash} keyName="Del" colour="red" onClick={() => acts.act("remove", path)}>
                Delete
              </Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
    </div>
  );
});

function Item({
  icon: Icon,
  keyName,
  colour,
  onClick,
  children,
}: {
  readonly icon: typeof IconTrash;
  readonly keyName?: string;
  readonly colour?: string;
  readonly onClick: () => void;
  readonly children: string;
}) {
  return (
    <Menu.Item
      {...(colour && { color: colour })}
      leftSection={<Icon size={14} aria-hidden />}
      rightSection={
        keyName && (
          <Text size="xs" c="dimmed">
            {keyName}
          </Text>
        )
      }
      onClick={onClick}
    >
      {children}
    </Menu.Item>
  );
}

function focusBeside(element: HTMLElement, by: number): void {
  const all = [...document.querySelectorAll<HTMLElement>(".step-name")];
  all[all.indexOf(element) + by]?.focus();
}
