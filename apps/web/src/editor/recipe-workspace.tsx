import { Box, Drawer, Group, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useCallback, useMemo } from "react";
import type { RecipeProblem } from "../api.ts";
import type { FormulaInfo } from "./cel-editing.ts";
import { DataDrawer } from "./data-drawer.tsx";
import { DataTree } from "./data-tree.tsx";
import { type FormContext, FormContextValue } from "./editor-context.ts";
import { pathOf, pathText, type RecipeData, setValue, valueAt } from "./recipe-text.ts";
import { StepPanel } from "./step-panel.tsx";
import { StepsList, type StepMark } from "./steps-list.tsx";
import { type Path, type StepData } from "./step-kinds.ts";
import { TriggerPanel } from "./trigger-panel.tsx";
import { TriggerRow } from "./trigger-row.tsx";
import type { RecipeText } from "./use-recipe-text.ts";
import { useData } from "./use-data.ts";
import { useInsertion } from "./use-insertion.ts";
import { useKnown } from "./use-known.ts";
import { useSamples } from "./use-samples.ts";
import { useStepActs } from "./use-step-acts.tsx";
import { plainText } from "./record.ts";

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
  const wide = useMediaQuery("(min-width: 87em)", true, { getInitialValueInEffect: false });
  const [dataOpened, { open: openDrawer, close: closeData }] = useDisclosure();
  const known = useKnown(recipe);
  const samples = useSamples(recipeId, known.trigger?.event ?? eventOf(recipe));
  const { takeFocus, insert } = useInsertion(closeData);

  const path: Path | undefined = selected === undefined ? undefined : pathOf(selected);
  const step = path && path[0] === "steps" ? valueAt(recipe.whole, path) : undefined;
  const { trigger, actions, titleOf } = known;
  const { sources, nodes } = useData(recipe, selected, trigger, actions, samples.data);
  const acts = useStepActs({ recipe, text, onSelect });
  const { edit } = text;
  const set = useCallback(
    (at: Path, value: unknown) => edit((before) => setValue(before, at, value), pathText(at)),
    [edit],
  );
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
          ...samples.events.map(({ id, name, receivedAt }) => ({
            value: id,
            label: `${name}, ${new Date(receivedAt).toLocaleString()}`,
          })),
          { value: "sample", label: "the trigger’s example" },
        ]}
        value={samples.chosen ?? "sample"}
        allowDeselect={false}
        onChange={(chosen) => samples.choose(chosen === "sample" || chosen === null ? undefined : chosen)}
      />
      <Text size="xs" c="dimmed">
        Choose a value to put it where you were writing.
      </Text>
      <DataTree nodes={nodes} onChoose={insert} searchFirst={!wide} />
    </Stack>
  );
  const panel =
    aside ||
    (path === undefined ? (
      <Stack gap="xs">
        <Text fw={600}>Choose the trigger or a step to change it.</Text>
        <Text size="sm" c="dimmed">
          Drag a step by its handle to move it, or press Alt with ↑ or ↓. Ctrl+Z undoes.
        </Text>
      </Stack>
    ) : path[0] === "trigger" ? (
      <TriggerPanel trigger={recipe.trigger} detail={trigger} source={text.text} />
    ) : isStep(step) ? (
      <StepPanel
        key={selected}
        step={step}
        path={path}
        action={action}
        triggerUse={plainText(recipe.trigger["use"])}
      />
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
            opened={path !== undefined || Boolean(aside)}
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
          <Paper
            component="section"
            aria-label="Data"
            withBorder
            className="workspace-panel data-pane"
            p="md"
          >
            {data}
          </Paper>
        )}
      </div>
      {!wide && (
        <DataDrawer opened={dataOpened} onClose={closeData}>
          {data}
        </DataDrawer>
      )}
    </FormContextValue>
  );
}

const isStep = (value: unknown): value is StepData =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
  const same =
    typeof mine === "string" && typeof theirs === "string" && mine.split("/")[0] === theirs.split("/")[0];
  return same && typeof trigger["connection"] === "string" ? trigger["connection"] : undefined;
}
