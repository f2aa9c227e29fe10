import { ActionIcon, Alert, Box, Button, Drawer, Group, Paper, ScrollArea, Select, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import type { EditorView } from "@codemirror/view";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { type ReactNode, useCallback, useMemo, useRef } from "react";
import type { RecipeProblem } from "../api.ts";
import { Time } from "../ui/time.tsx";
import type { FormulaInfo } from "./cel-editing.ts";
import { DataTree } from "./data-tree.tsx";
import { dataNodes } from "./data-nodes.ts";
import { sourcesAt } from "./data-sources.ts";
import { type FormContext, FormContextValue } from "./editor-context.ts";
import { pathOf, pathText, type RecipeData, setValue, valueAt } from "./recipe-text.ts";
import { StepPanel } from "./step-panel.tsx";
import { StepsList, type StepMark } from "./steps-list.tsx";
import { type Path, type StepData, TriggerIcon } from "./step-kinds.ts";
import { hole } from "./templates.ts";
import { TriggerPanel } from "./trigger-panel.tsx";
import type { RecipeText } from "./use-recipe-text.ts";
import { useKnown } from "./use-known.ts";
import { useSamples } from "./use-samples.ts";
import { useStepActs } from "./use-step-acts.tsx";

const noFormulas: readonly FormulaInfo[] = [];

/** The trigger and the steps, the form of the chosen one, and the data it can use. */
export function RecipeWorkspace({
  recipeId,
  recipe,
  text,
  problems,
  formulas = noFormulas,
  marks,
  readOnly,
  selected,
  onSelect,
  aside,
}: {
  readonly recipeId: string;
  readonly recipe: RecipeData;
  readonly text: RecipeText;
  readonly problems: readonly RecipeProblem[];
  readonly formulas?: readonly FormulaInfo[];
  readonly marks: ReadonlyMap<string, StepMark>;
  readonly readOnly: boolean;
  /** The path of the chosen step, or `trigger`. */
  readonly selected: string | undefined;
  readonly onSelect: (path: string | undefined) => void;
  /** Shown instead of the form, such as a test run. */
  readonly aside?: ReactNode;
}) {
  const roomy = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const wide = useMediaQuery("(min-width: 100em)", true, { getInitialValueInEffect: false });
  const [dataOpened, { open: openDrawer, close: closeData }] = useDisclosure();
  const known = useKnown(recipe);
  const samples = useSamples(recipeId, known.trigger?.event ?? eventOf(recipe));
  const written = useRef<{ readonly view: EditorView; readonly kind: "template" | "expression" }>(null);

  const path: Path | undefined = useMemo(() => (selected === undefined ? undefined : pathOf(selected)), [selected]);
  const step = path && path[0] === "steps" ? valueAt(recipe.whole, path) : undefined;
  const { trigger, actions, titleOf } = known;
  const sources = useMemo(
    () => sourcesAt(recipe, path ?? ["trigger"], { trigger, actions, samples: samples.data }),
    [recipe, path, trigger, actions, samples.data],
  );
  const nodes = useMemo(() => dataNodes(sources), [sources]);
  const acts = useStepActs({ recipe, text, onSelect });
  const { edit } = text;
  const set = useCallback(
    (at: Path, value: unknown) => edit((before) => setValue(before, at, value), pathText(at)),
    [edit],
  );
  const takeFocus = useCallback((view: EditorView, kind: "template" | "expression") => {
    written.current = { view, kind };
  }, []);
  const openData = useCallback(() => {
    if (!wide) openDrawer();
    else document.querySelector<HTMLInputElement>(".data-pane input")?.focus();
  }, [wide, openDrawer]);

  const action = isStep(step) && typeof step["use"] === "string" ? actions.get(step["use"]) : undefined;
  const connection = connectionOf(recipe, path, step);
  const picks = path?.[0] === "trigger" ? trigger?.picks : action?.picks;
  const form = useMemo<FormContext>(
    () => ({
      ...{ readOnly, setValue: set, problems, sources, nodes, formulas, connection, takeFocus, openData },
      picks: picks ?? {},
    }),
    [readOnly, set, problems, sources, nodes, formulas, connection, takeFocus, openData, picks],
  );
  const insert = (expression: string) => {
    const target = written.current;
    if (!target?.view.dom.isConnected) return;
    const { view, kind } = target;
    view.focus();
    view.dispatch(view.state.replaceSelection(kind === "template" ? hole(expression) : expression));
    closeData();
  };

  const data = (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={3} size="h5">
          Data
        </Title>
      </Group>
      <Select
        size="xs"
        label="Sample values from"
        data={[
          ...samples.events.map(({ id, name, receivedAt }) => ({ value: id, label: `${name}, ${new Date(receivedAt).toLocaleString()}` })),
          { value: "sample", label: "the trigger’s example" },
        ]}
        value={samples.chosen ?? "sample"}
        allowDeselect={false}
        onChange={(chosen) => samples.choose(chosen === "sample" || chosen === null ? undefined : chosen)}
      />
      <Text size="xs" c="dimmed">
        Choose a value to put it where you were writing.
      </Text>
      <DataTree nodes={nodes} onChoose={insert} autoFocus={!wide} />
    </Stack>
  );
  const panel =
    aside ??
    (path === undefined ? (
      <Stack gap="xs">
        <Text fw={600}>Choose the trigger or a step to change it.</Text>
        <Text size="sm" c="dimmed">
          Drag a step by its handle to move it, or press Alt with ↑ or ↓. Ctrl+Z undoes.
        </Text>
      </Stack>
    ) : path[0] === "trigger" ? (
      <TriggerPanel trigger={recipe.trigger} detail={trigger} />
    ) : isStep(step) ? (
      <StepPanel key={selected} step={step} path={path} action={action} triggerUse={String(recipe.trigger["use"] ?? "")} />
    ) : (
      <Text size="sm" c="dimmed">
        This step is not there any more.
      </Text>
    ));
  const close = () => onSelect(undefined);
  return (
    <FormContextValue value={form}>
      <div className="workspace" data-wide={wide || undefined} data-roomy={roomy || undefined}>
        <section aria-label="Recipe" className="workspace-list">
          <TriggerRow
            trigger={recipe.trigger}
            title={trigger?.title}
            selected={selected === "trigger"}
            problems={problems.filter(({ path: at }) => at.startsWith("trigger")).length}
            onSelect={() => onSelect("trigger")}
          />
          <StepsList
            recipe={recipe}
            selected={selected}
            problems={problems}
            titleOf={titleOf}
            marks={marks}
            readOnly={readOnly}
            acts={acts.list}
          />
          {acts.picker}
        </section>
        {roomy ? (
          <Paper component="section" aria-label="Set up" withBorder className="workspace-panel" p="md">
            {panel}
          </Paper>
        ) : (
          <Drawer
            opened={path !== undefined || aside !== undefined}
            onClose={close}
            position="right"
            size="lg"
            title="Set up"
            closeButtonProps={{ "aria-label": "Close" }}
          >
            <Box pb="xl">{panel}</Box>
          </Drawer>
        )}
        {wide && !aside && (
          <Paper component="section" aria-label="Data" withBorder className="workspace-panel data-pane" p="md">
            {data}
          </Paper>
        )}
      </div>
      {!wide && (
        <Drawer opened={dataOpened} onClose={closeData} position="right" size="md" title="Insert data" closeButtonProps={{ "aria-label": "Close" }} zIndex={400}>
          {data}
        </Drawer>
      )}
    </FormContextValue>
  );
}

function TriggerRow({
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
      <button type="button" className="step-name" data-step="trigger" aria-current={selected ? "true" : undefined} onClick={onSelect}>
        <TriggerIcon size={22} aria-hidden style={{ flexShrink: 0 }} />
        <span className="step-text">
          <Text component="span" size="xs" c="dimmed" fw={600}>
            When this happens
          </Text>
          <Text component="span" size="sm" fw={600}>
            {title ?? (String(trigger["use"] ?? "") || "Choose a trigger")}
          </Text>
          {typeof trigger["when"] === "string" && (
            <Text component="span" size="xs" c="dimmed" truncate className="mono">
              only when {trigger["when"]}
            </Text>
          )}
        </span>
        {problems > 0 && <IconAlertTriangle size={18} color="var(--mantine-color-red-filled)" aria-label={`${problems} problems`} />}
      </button>
    </div>
  );
}

/** The problems of a recipe, each a way to its place. */
export function ProblemsBar({
  problems,
  onJump,
  onClose,
}: {
  readonly problems: readonly RecipeProblem[];
  readonly onJump: (problem: RecipeProblem) => void;
  readonly onClose: () => void;
}) {
  return (
    <Alert color="orange" variant="light" role="region" aria-label="Problems" p="xs">
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {problems.length === 1 ? "One problem" : `${problems.length} problems`}
        </Text>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label="Close the problems" onClick={onClose}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </Group>
      <ScrollArea.Autosize mah={180}>
        <Stack gap={2} align="flex-start">
          {problems.map((problem) => (
            <Button
              key={`${problem.path} ${problem.message}`}
              variant="subtle"
              color={problem.severity === "error" ? "red" : "orange"}
              size="compact-sm"
              className="problem"
              onClick={() => onJump(problem)}
            >
              {[problem.message, problem.hint].filter(Boolean).join(" ")}
            </Button>
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Alert>
  );
}

/** When something was saved, for the bar of an editor. */
export function SavedAt({ at }: { readonly at: string }) {
  return (
    <Text size="xs" c="dimmed">
      Saved <Time at={at} />
    </Text>
  );
}

const isStep = (value: unknown): value is StepData => typeof value === "object" && value !== null && !Array.isArray(value);

function eventOf({ trigger }: RecipeData): string | undefined {
  const input = trigger["input"];
  const event = isStep(input) ? input["event"] : undefined;
  return typeof event === "string" ? event : undefined;
}

/** The connection that lists of the chosen step are read through. */
function connectionOf({ trigger }: RecipeData, path: Path | undefined, step: unknown): string | undefined {
  const own = path?.[0] === "trigger" ? trigger["connection"] : isStep(step) ? step["connection"] : undefined;
  if (typeof own === "string" && own !== "") return own;
  const [mine, theirs] = [isStep(step) ? step["use"] : undefined, trigger["use"]];
  const same = typeof mine === "string" && typeof theirs === "string" && mine.split("/")[0] === theirs.split("/")[0];
  return same && typeof trigger["connection"] === "string" ? trigger["connection"] : undefined;
}
