import { Button, Card, Group, Select, Stack, Text, Textarea, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useMemo } from "react";
import type { Recipe, RecipeProblem } from "../api.ts";
import { TextLink } from "../ui/links.tsx";
import type { FormulaInfo } from "./cel-editing.ts";
import { DataDrawer } from "./data-drawer.tsx";
import { DataTree } from "./data-tree.tsx";
import { type FormContext, FormContextValue } from "./editor-context.ts";
import { FieldShell } from "./field-shell.tsx";
import { KindField } from "./kind-field.tsx";
import { ParametersField } from "./parameters-field.tsx";
import { PlaceModal } from "./place-modal.tsx";
import { pathText, type RecipeData, setValue } from "./recipe-text.ts";
import { RecipeNotices } from "./recipe-notices.tsx";
import { MaskField, RateField, RetentionField, SearchableField } from "./setting-fields.tsx";
import { useData } from "./use-data.ts";
import { useInsertion } from "./use-insertion.ts";
import { useKnown } from "./use-known.ts";
import type { RecipeText } from "./use-recipe-text.ts";
import { useSamples } from "./use-samples.ts";

/** How a recipe runs, what is kept of its jobs, and where it is: the same that its YAML says at the top level. */
export function RecipeSettings({
  recipeId,
  saved,
  recipe,
  text,
  problems,
  formulas,
  readOnly,
}: {
  readonly recipeId: string;
  /** As it was saved; undefined for one that is new. */
  readonly saved: Recipe | undefined;
  readonly recipe: RecipeData;
  readonly text: RecipeText;
  readonly problems: readonly RecipeProblem[];
  readonly formulas: readonly FormulaInfo[];
  readonly readOnly: boolean;
}) {
  const [dataOpened, { open: openData, close: closeData }] = useDisclosure();
  const [placing, { open: openPlace, close: closePlace }] = useDisclosure();
  const { trigger, actions } = useKnown(recipe);
  const samples = useSamples(recipeId, trigger?.event);
  const { sources, nodes } = useData(recipe, "trigger", trigger, actions, samples.data);
  // What may be hidden is the data of all steps, as the last one sees it.
  const whole = useData(recipe, `steps[${recipe.steps.length}]`, trigger, actions, samples.data);
  const { takeFocus, insert } = useInsertion(closeData);
  const { edit } = text;
  const form = useMemo<FormContext>(
    () => ({
      ...{ readOnly, problems, sources, nodes, formulas, connection: undefined, picks: {} },
      ...{ openData, takeFocus },
      setValue: (at, value) => edit((before) => setValue(before, at, value), pathText(at)),
    }),
    [readOnly, problems, sources, nodes, formulas, openData, takeFocus, edit],
  );
  const data = recipe.whole;
  const called = recipe.trigger["use"] === "recipe/called";
  return (
    <FormContextValue value={form}>
      <Stack gap="md" maw={860}>
        <Section title="About" text="What people read of it, and where it is found.">
          <FieldShell
            label="Description"
            hint="What it is for, and whom to ask about it."
            path={["description"]}
          >
            {({ describedBy, invalid }) => (
              <Textarea
                key={recipe.description}
                aria-label="Description"
                aria-describedby={describedBy}
                error={invalid}
                disabled={readOnly}
                autosize
                minRows={2}
                maxRows={8}
                maxLength={2_000}
                defaultValue={recipe.description ?? ""}
                onBlur={({ currentTarget }) =>
                  form.setValue(["description"], currentTarget.value.trim() || undefined)
                }
              />
            )}
          </FieldShell>
          {saved && (
            <Group justify="space-between" gap="xs">
              <Text size="sm">
                Folder: {saved.folder || "none"}. Tags: {saved.tags.join(", ") || "none"}.
              </Text>
              {!readOnly && (
                <Button size="xs" variant="default" onClick={openPlace}>
                  Change folder and tags
                </Button>
              )}
            </Group>
          )}
        </Section>
        <Section title="How jobs run" text="How many at once, in which order, how fast.">
          <KindField
            field={{
              ...{ path: ["concurrency"], label: "Jobs at once", type: "number" },
              hint: "Empty: one at a time, in the order of their events; with a key, up to 1,000.",
            }}
            step={data}
            path={[]}
          />
          <KindField
            field={{
              ...{ path: ["concurrencyKey"], label: "One at a time for each", type: "expression" },
              hint: "Of the jobs with the same value one runs at a time, in order; others run beside them. Such as trigger.object.host_id.",
            }}
            step={data}
            path={[]}
          />
          <FieldShell
            label="Priority"
            hint="When workers are busy, jobs of a higher priority begin first."
            path={["priority"]}
          >
            {({ describedBy, invalid }) => (
              <Select
                aria-label="Priority"
                aria-describedby={describedBy}
                error={invalid}
                disabled={readOnly}
                allowDeselect={false}
                maw={240}
                data={["low", "normal", "high"].map((value) => ({ value, label: value }))}
                value={typeof data["priority"] === "string" ? data["priority"] : "normal"}
                onChange={(next) =>
                  form.setValue(["priority"], next === "normal" || next === null ? undefined : next)
                }
              />
            )}
          </FieldShell>
          <RateField value={data["rate"]} />
        </Section>
        <Section
          title="What is kept"
          text={
            <>
              The history of its jobs, and what it must not show. How long jobs of all recipes are kept:{" "}
              <TextLink to="/settings/$section" params={{ section: "keeping" }} size="sm">
                Retention
              </TextLink>
              .
            </>
          }
        >
          <RetentionField value={data["retention"]} />
          <MaskField value={data["mask"]} nodes={whole.nodes} />
        </Section>
        <Section title="Finding jobs" text="Values by which a job can be found in the list of jobs.">
          <SearchableField value={data["searchable"]} />
        </Section>
        {called && (
          <Section title="As a function" text="What who calls it gives, and what it gives back.">
            <ParametersField
              label="Parameters"
              hint="The recipe reads them as trigger.NAME."
              path={["parameters"]}
              value={data["parameters"]}
            />
            <ParametersField
              label="Result"
              hint="What its “return” gives to whoever called."
              path={["result"]}
              value={data["result"]}
            />
          </Section>
        )}
        {saved && (
          <Section title="Notices" text="Who is told when its jobs fail, or when it stops by itself.">
            <RecipeNotices recipe={saved} readOnly={readOnly} />
          </Section>
        )}
      </Stack>
      <DataDrawer opened={dataOpened} onClose={closeData}>
        <DataTree nodes={nodes} onChoose={insert} searchFirst />
      </DataDrawer>
      {saved && placing && <PlaceModal recipe={saved} onClose={closePlace} />}
    </FormContextValue>
  );
}

function Section({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {text}
      </Text>
      <Stack gap="md">{children}</Stack>
    </Card>
  );
}
