import {
  closestCenter,
  type CollisionDetection,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type DragStartEvent,
  KeyboardSensor,
  type KeyboardCoordinateGetter,
  PointerSensor,
  pointerWithin,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { ActionIcon, Button, Group, Paper, Text, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type CSSProperties, memo, useMemo, useState } from "react";
import type { RecipeProblem } from "../api.ts";
import { pathOf, pathText, type RecipeData } from "./recipe-text.ts";
import { StepRow, type StepAct } from "./step-row.tsx";
import { type Row, rowsOf } from "./step-rows.ts";
import type { Path } from "./step-kinds.ts";

/** What a list of steps tells. */
export interface StepsListActs {
  select(path: Path): void;
  act(act: StepAct, path: Path): void;
  move(from: Path, list: Path, index: number): void;
  /** Asks what to add. */
  add(list: Path, index: number): void;
  addBranch(path: Path, more: number): void;
  removeBranch(path: Path): void;
}

/** A step's mark in a test run. */
export type StepMark = "succeeded" | "failed" | "running" | "waiting";

/** The steps as a vertical list with branches and loops; steps are moved by drag and by keyboard. */
export const StepsList = memo(function StepsList({
  recipe,
  selected,
  problems,
  titleOf,
  marks,
  readOnly,
  acts,
}: {
  readonly recipe: RecipeData;
  readonly selected: string | undefined;
  readonly problems: readonly RecipeProblem[];
  readonly titleOf: (use: string) => string | undefined;
  readonly marks: ReadonlyMap<string, StepMark>;
  readonly readOnly: boolean;
  readonly acts: StepsListActs;
}) {
  const rows = useMemo(() => rowsOf(recipe), [recipe]);
  const counts = useMemo(() => problemCounts(problems, rows), [problems, rows]);
  const [dragged, setDragged] = useState<string>();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: nextPlace }),
  );
  const labels = useMemo(
    () =>
      new Map(rows.flatMap((row) => (row.type === "step" ? [[row.key, nameOf(row, titleOf)] as const] : []))),
    [rows, titleOf],
  );
  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(undefined);
    const place = over && placeOf(String(over.id));
    if (place) acts.move(pathOf(String(active.id)), place.list, place.index);
  };
  const announce = (id: unknown) => labels.get(String(id)) ?? "The step";
  const where = (id: unknown) => {
    const place = placeOf(String(id));
    const before = place && labels.get(pathText([...place.list, place.index]));
    return before ? `before ${before}` : "at the end of the steps here";
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={nearestPlace}
      onDragStart={({ active }: DragStartEvent) => setDragged(String(active.id))}
      onDragEnd={drop}
      onDragCancel={() => setDragged(undefined)}
      accessibility={{
        screenReaderInstructions: {
          draggable:
            "To move the step, press Space, choose a place with the arrow keys, and press Space again. Escape leaves it where it was.",
        },
        announcements: {
          onDragStart: ({ active }) => `Moving ${announce(active.id)}.`,
          onDragOver: ({ over }) => (over ? `It would be ${where(over.id)}.` : "No place here."),
          onDragEnd: ({ active, over }) =>
            over ? `${announce(active.id)} is now ${where(over.id)}.` : "It stays where it was.",
          onDragCancel: () => "It stays where it was.",
        },
      }}
    >
      <ol className="steps" aria-label="Steps">
        {rows.map((row) => {
          if (row.type === "branch")
            return (
              <li key={row.key} className="branch-row" style={depthOf(row)}>
                <BranchHead row={row} readOnly={readOnly} acts={acts} />
              </li>
            );
          if (row.type === "end")
            return (
              <li key={row.key} className="end-row" style={depthOf(row)}>
                <Gap id={`${pathText(row.list)}@${row.index}`} dragging={dragged !== undefined} end />
                {!readOnly && (
                  <Button
                    size="compact-sm"
                    variant={row.depth === 0 ? "light" : "subtle"}
                    leftSection={<IconPlus size={14} aria-hidden />}
                    onClick={() => acts.add(row.list, row.index)}
                  >
                    {row.empty ? "Add the first step" : row.depth === 0 ? "Add a step" : "Add a step here"}
                  </Button>
                )}
              </li>
            );
          const list = row.path.slice(0, -1);
          const index = Number(row.path.at(-1));
          return (
            <li key={row.key} className="step-row" style={depthOf(row)}>
              <Gap
                id={`${pathText(list)}@${index}`}
                dragging={dragged !== undefined}
                {...(!readOnly && { onAdd: () => acts.add(list, index) })}
              />
              <StepRow
                id={row.key}
                number={row.number}
                title={nameOf(row, titleOf)}
                use={typeof row.step["use"] === "string" ? row.step["use"] : ""}
                detail={row.kind.detail?.(row.step) ?? ""}
                stepId={typeof row.step["id"] === "string" ? row.step["id"] : ""}
                kind={row.kind}
                disabled={row.disabled}
                selected={selected === row.key}
                problems={counts.get(row.key) ?? 0}
                mark={marks.get(row.key)}
                hidden={dragged !== undefined && row.key.startsWith(dragged) && row.key !== dragged}
                readOnly={readOnly}
                more={
                  row.kind.more
                    ?.filter(({ add }) => add(row.step) !== undefined)
                    .map(({ label }) => label)
                    .join("|") ?? ""
                }
                acts={acts}
              />
            </li>
          );
        })}
      </ol>
      <DragOverlay dropAnimation={null}>
        {dragged !== undefined && (
          <Paper withBorder shadow="md" p="xs">
            <Text size="sm" fw={600}>
              {labels.get(dragged)}
            </Text>
          </Paper>
        )}
      </DragOverlay>
    </DndContext>
  );
});

/** How deep a row is nested, for its indent. */
const depthOf = ({ depth }: Row) => ({ "--depth": depth }) as CSSProperties;

function BranchHead({
  row,
  readOnly,
  acts,
}: {
  readonly row: Row & { type: "branch" };
  readonly readOnly: boolean;
  readonly acts: StepsListActs;
}) {
  const { branch, condition, stepPath } = row;
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="xs" fw={700} c="dimmed" tt="uppercase" style={{ flexShrink: 0 }}>
        {branch.label}
      </Text>
      {condition !== undefined && (
        <button
          type="button"
          className="branch-condition mono"
          onClick={() => acts.select(stepPath)}
          title={condition}
        >
          {condition}
        </button>
      )}
      {branch.removes && !readOnly && (
        <Tooltip label={`Take out “${branch.label}”`}>
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`Take out ${branch.label} of step ${stepPath.join(" ")}`}
            onClick={() => acts.removeBranch([...stepPath, ...(branch.removes ?? [])])}
          >
            <IconTrash size={12} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

/** A place between steps: where one is dropped or added. */
function Gap({
  id,
  dragging,
  end = false,
  onAdd,
}: {
  readonly id: string;
  readonly dragging: boolean;
  readonly end?: boolean;
  readonly onAdd?: () => void;
}) {
  const { setNodeRef, isOver } = useDroppable({ id });
  return (
    <div
      ref={setNodeRef}
      className="gap"
      data-over={isOver || undefined}
      data-dragging={dragging || undefined}
      data-end={end || undefined}
    >
      {onAdd && !dragging && (
        // The keyboard adds with a step's menu: every gap a stop would be too many.
        <button
          type="button"
          className="gap-add"
          tabIndex={-1}
          aria-label="Add a step before this one"
          onClick={onAdd}
        >
          <IconPlus size={12} aria-hidden />
        </button>
      )}
    </div>
  );
}

function nameOf(row: Row & { type: "step" }, titleOf: (use: string) => string | undefined): string {
  const { step, kind } = row;
  if (typeof step["name"] === "string" && step["name"] !== "") return step["name"];
  if (kind.key === "use") return titleOf(String(step["use"])) ?? (String(step["use"]) || "Choose an action");
  return kind.title(step);
}

/** A gap's id is its list and its place in it: `steps[2].then@1`. */
function placeOf(id: string): { readonly list: Path; readonly index: number } | undefined {
  const [list = "", index] = id.split("@");
  return index === undefined ? undefined : { list: pathOf(list), index: Number(index) };
}

/** How many problems each step has, those of the steps inside it left out. */
function problemCounts(
  problems: readonly RecipeProblem[],
  rows: readonly Row[],
): ReadonlyMap<string, number> {
  const keys = new Set(rows.flatMap((row) => (row.type === "step" ? [row.key] : [])));
  const counts = new Map<string, number>();
  for (const { path } of problems) {
    const keysOfPath = pathOf(path);
    for (let length = keysOfPath.length; length > 1; length -= 1) {
      const key = pathText(keysOfPath.slice(0, length));
      if (!keys.has(key)) continue;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      break;
    }
  }
  return counts;
}

const nearestPlace: CollisionDetection = (args) => {
  const inside = pointerWithin(args);
  return inside.length > 0 ? inside : closestCenter(args);
};

/** Up and down go from place to place. */
const nextPlace: KeyboardCoordinateGetter = (
  event,
  { context: { over, droppableRects, droppableContainers, collisionRect } },
) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
  if (step === undefined || !collisionRect) return undefined;
  event.preventDefault();
  const places = droppableContainers
    .getEnabled()
    .flatMap(({ id }) => {
      const rect = droppableRects.get(id);
      return rect ? [{ id, rect }] : [];
    })
    .toSorted((a, b) => a.rect.top - b.rect.top);
  const at = places.findIndex(({ id }) => id === over?.id);
  const next = places[Math.min(Math.max(at + step, 0), places.length - 1)];
  if (!next) return undefined;
  return { x: next.rect.left, y: next.rect.top + next.rect.height / 2 - collisionRect.height / 2 };
};
