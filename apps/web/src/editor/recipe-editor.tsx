import { Alert, Button, Group, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useDebouncedValue, useDocumentTitle, useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { ApiError, api, type Recipe, type RecipeDraft, type RecipeProblem } from "../api.ts";
import { draftQuery, formulasQuery, queryClient, recipeQuery } from "../queries.ts";
import { RecipeJobs } from "./recipe-jobs.tsx";
import { EditorHeader } from "./editor-header.tsx";
import { type ReadText, readText } from "./recipe-text.ts";
import { QueueHold } from "./queue-hold.tsx";
import { ProblemsBar } from "./problems-bar.tsx";
import { RecipeSettings } from "./recipe-settings.tsx";
import { RecipeWorkspace } from "./recipe-workspace.tsx";
import { settleEdits } from "./settle-edits.ts";
import { TestRun, useTestMarks } from "./test-run.tsx";
import { useDraft } from "./use-draft.ts";
import { useMay } from "../settings/use-may.ts";
import { useLatest } from "../ui/use-latest.ts";
import { useRecipeText } from "./use-recipe-text.ts";
import { VersionsView } from "./versions-view.tsx";
import { plainText } from "./record.ts";

const YamlView = lazy(() => import("./yaml-view.tsx"));
const route = getRouteApi("/recipes/$id");
const lintAfterMs = 400;
const noProblems: readonly RecipeProblem[] = [];

/** Where problems are that the form of the settings shows. */
const settingNames =
  /^(?:description|concurrency|concurrencyKey|priority|rate|retention|mask|searchable|parameters|result)\b/;

/** The views of a recipe, as its address names them. */
export const recipeTabs = ["steps", "settings", "yaml", "versions", "jobs"] as const;

/** The editor of a recipe: its steps as a list and as YAML, its versions, its jobs. */
export function RecipeEditor({
  id,
  recipe,
  draft,
}: {
  readonly id: string;
  readonly recipe: Recipe | undefined;
  readonly draft: RecipeDraft | null;
}) {
  const { tab = "steps", step } = route.useSearch();
  const navigate = useNavigate({ from: "/recipes/$id" });
  const readOnly = !useMay("builder", recipe?.folder ?? "");
  const saved = recipe?.source ?? "";
  const text = useRecipeText(draft?.source ?? saved);
  const saving = useDraft(id, text, draft, saved, readOnly);
  const [showProblems, setShowProblems] = useState(false);
  const [line, setLine] = useState<number>();
  const [testing, setTesting] = useState(false);
  const [testJob, setTestJob] = useState<string>();
  const marks = useTestMarks(testJob);

  const read = useMemo<ReadText>(() => readText(text.text), [text.text]);
  const [settled] = useDebouncedValue(text.text, lintAfterMs);
  const lint = useQuery({
    queryKey: ["lint", settled],
    queryFn: () => api<{ problems: readonly RecipeProblem[] }>("POST", "/recipes/lint", { source: settled }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    enabled: !readOnly,
  });
  const problems = lint.data?.problems ?? noProblems;
  const formulas = useQuery(formulasQuery);
  const changed = text.text !== saved;
  const name =
    "recipe" in read && read.recipe.name !== "" ? read.recipe.name : (recipe?.name ?? "New recipe");
  useDocumentTitle(`${name} · Greenroom`);

  const show = useCallback(
    (next: { tab?: (typeof recipeTabs)[number]; step?: string | undefined }) =>
      void navigate({
        search: (before) => ({ ...before, ...next, ...(next.tab === "steps" && { tab: undefined }) }),
        replace: true,
      }),
    [navigate],
  );
  const select = useCallback((path: string | undefined) => show({ step: path }), [show]);
  const jump = ({ path, line: at }: RecipeProblem) => {
    const place =
      /^(?:trigger|steps(?:\[\d+\]|\.(?:then|else|steps|try|catch)|\.(?:elsif|parallel)\[\d+\](?:\.(?:then|steps))?)*)/.exec(
        path,
      )?.[0];
    if (tab !== "yaml" && "recipe" in read && settingNames.test(path)) return show({ tab: "settings" });
    if (tab === "yaml" || "error" in read || place === undefined) {
      show({ tab: "yaml" });
      setLine(at);
      return;
    }
    show({ tab: "steps", step: place.startsWith("trigger") ? "trigger" : stepPath(place) });
  };

  const save = async (comment?: string): Promise<boolean> => {
    settleEdits();
    // What was just settled is in the next render; the draft below holds it all the same.
    await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
    return await saveNow.current(comment);
  };
  const saveNow = useLatest(async (comment?: string): Promise<boolean> => {
    if (recipe && !changed) return true;
    try {
      const note = comment ? { comment } : {};
      await saving.hold();
      const done = recipe
        ? await api<Recipe>("PUT", `/recipes/${id}`, { source: text.text, basedOn: recipe.version, ...note })
        : await api<Recipe>("POST", "/recipes", { source: text.text, draftId: id, ...note });
      saving.reset(text.text);
      queryClient.setQueryData(recipeQuery(done.id).queryKey, done);
      queryClient.setQueryData(draftQuery(done.id).queryKey, null);
      void queryClient.invalidateQueries({ queryKey: ["recipes"] });
      notifications.show({ color: "teal", message: `Saved as version ${done.version}.` });
      if (done.id !== id) void navigate({ to: "/recipes/$id", params: { id: done.id }, replace: true });
      return true;
    } catch (error) {
      saving.goOn();
      if (error instanceof ApiError && error.problems.length > 0) setShowProblems(true);
      notifications.show({
        ...{ color: "red", autoClose: 10_000, title: error instanceof Error ? error.message : String(error) },
        message: error instanceof ApiError ? (error.hint ?? "") : "",
      });
      return false;
    }
  });
  useHotkeys(
    [
      ["mod+Z", () => text.undo()],
      ["mod+shift+Z", () => text.redo()],
      ["mod+Y", () => text.redo()],
      ["mod+S", () => void save()],
    ],
    // Inputs of one line have an undo of their own; the editors of values pass theirs on.
    ["INPUT", "TEXTAREA"],
    true,
  );

  const unreadable = "error" in read && (
    <Alert color="red" variant="light" title="The text cannot be read as YAML" role="alert">
      <Text size="sm">
        {read.line !== undefined && `Line ${read.line}: `}
        {read.error}
      </Text>
      <Button mt="xs" size="xs" onClick={() => (show({ tab: "yaml" }), setLine(read.line))}>
        Mend it in the YAML
      </Button>
    </Alert>
  );

  return (
    <Stack gap="sm" className="editor">
      <EditorHeader
        id={id}
        name={name}
        recipe={recipe}
        text={text}
        saving={saving}
        changed={changed}
        problems={problems}
        readOnly={readOnly}
        onSave={save}
        onTest={() => {
          settleEdits();
          show({ tab: "steps" });
          setTesting(true);
        }}
        onShowProblems={() => setShowProblems(!showProblems)}
      />
      {recipe && <QueueHold recipe={recipe} />}
      {recipe?.stoppedReason && recipe.state === "stopped" && (
        <Alert color="orange" variant="light" p="xs" title={recipe.stoppedReason} />
      )}
      {saving.state.kind === "conflict" && (
        <Alert color="orange" variant="light" title="Somebody else changed this recipe" role="alert">
          <Text size="sm">{saving.state.message}</Text>
          <Group mt="xs" gap="xs">
            <Button size="xs" onClick={() => void saving.takeTheirs()}>
              Take their text
            </Button>
            <Button size="xs" variant="default" onClick={() => void saving.keepMine()}>
              Keep mine instead
            </Button>
          </Group>
        </Alert>
      )}
      {showProblems && problems.length > 0 && (
        <ProblemsBar problems={problems} onJump={jump} onClose={() => setShowProblems(false)} />
      )}
      <Tabs
        value={tab}
        onChange={(next) => show({ tab: recipeTabs.find((one) => one === next) ?? "steps" })}
        keepMounted={false}
      >
        <Tabs.List className="one-line">
          <Tabs.Tab value="steps">Steps</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
          <Tabs.Tab value="yaml">YAML</Tabs.Tab>
          {recipe && <Tabs.Tab value="versions">Versions</Tabs.Tab>}
          {recipe && <Tabs.Tab value="jobs">Jobs</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="steps" pt="md">
          {"recipe" in read ? (
            <RecipeWorkspace
              recipeId={id}
              recipe={read.recipe}
              text={text}
              problems={problems}
              formulas={formulas.data?.items ?? []}
              marks={marks}
              readOnly={readOnly}
              selected={step}
              onSelect={(path) => {
                setTesting(false);
                select(path);
              }}
              aside={
                testing && (
                  <TestRun
                    recipeId={id}
                    source={text.text}
                    trigger={plainText(read.recipe.trigger["use"])}
                    jobId={testJob}
                    onBegun={setTestJob}
                    onRefused={() => setShowProblems(true)}
                    onClose={() => setTesting(false)}
                  />
                )
              }
            />
          ) : (
            unreadable
          )}
        </Tabs.Panel>
        <Tabs.Panel value="settings" pt="md">
          {"recipe" in read ? (
            <RecipeSettings
              recipeId={id}
              saved={recipe}
              recipe={read.recipe}
              text={text}
              problems={problems}
              formulas={formulas.data?.items ?? []}
              readOnly={readOnly}
            />
          ) : (
            unreadable
          )}
        </Tabs.Panel>
        <Tabs.Panel value="yaml" pt="md">
          <Suspense fallback={<Skeleton h={320} />}>
            <YamlView
              value={text.text}
              onChange={(next) => text.edit(() => next, "yaml")}
              problems={problems}
              jumpTo={line}
              readOnly={readOnly}
            />
          </Suspense>
        </Tabs.Panel>
        {recipe && (
          <>
            <Tabs.Panel value="versions" pt="md">
              <VersionsView
                recipe={recipe}
                draft={changed ? text.text : undefined}
                readOnly={readOnly}
                onRestored={(done) => {
                  text.load(done.source);
                  saving.reset(done.source);
                }}
              />
            </Tabs.Panel>
            <Tabs.Panel value="jobs" pt="md">
              <RecipeJobs recipeId={recipe.id} />
            </Tabs.Panel>
          </>
        )}
      </Tabs>
    </Stack>
  );
}

/** The step that a place is in: `steps[0].then` is in `steps[0]`. */
function stepPath(place: string): string {
  return (
    /^(.*\[\d+\])/.exec(place.replace(/\.(?:elsif|parallel)\[\d+\](?:\.(?:then|steps))?$/, ""))?.[1] ?? place
  );
}
