import { ActionBar, Button, Group, SegmentedControl, Select, Skeleton, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { api, type ManyDone } from "../api.ts";
import { JobsTable } from "../jobs/jobs-table.tsx";
import { recipesQuery } from "../queries.ts";
import { useMayAnywhere, useMayIn } from "../settings/use-may.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Page } from "../ui/page.tsx";
import { useAction } from "../ui/use-action.ts";

const JobCharts = lazy(() => import("../jobs/job-charts.tsx"));
const route = getRouteApi("/jobs");
const states = ["queued", "running", "waiting", "succeeded", "failed", "stopped", "cancelled"];
const none: ReadonlySet<string> = new Set();
const settleMs = 250;
/** The name that a recipe gives it, a colon, and the value itself. */
const isNamedValue = /^[^:]+:./;

/** The jobs, newest first, live; or charts of them. The filters are in the address. */
export function JobsPage() {
  const { recipeId, state, errorText, value: named, since, view = "list", span = "day" } = route.useSearch();
  const navigate = useNavigate({ from: "/jobs" });
  const recipes = useQuery(recipesQuery);
  const operator = useMayAnywhere("operator");
  const mayIn = useMayIn("operator");
  const folders = new Map((recipes.data?.items ?? []).map(({ id, folder }) => [id, folder]));
  const [chosen, setChosen] = useState(none);
  const show = (change: Partial<ReturnType<typeof route.useSearch>>) => {
    setChosen(none);
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
  const [badValue, setBadValue] = useState(false);
  const findValue = useDebouncedCallback((typed: string) => {
    const wanted = typed.trim();
    const isNamed = isNamedValue.test(wanted);
    setBadValue(wanted !== "" && !isNamed);
    show({ value: isNamed ? wanted : undefined });
  }, settleMs);
  const find = useDebouncedCallback(
    (value: string) => show({ errorText: value.trim() || undefined }),
    settleMs,
  );
  return (
    <Page
      title="Jobs"
      actions={
        <SegmentedControl
          aria-label="Show"
          value={view}
          onChange={(next) => show({ view: next === "charts" ? "charts" : undefined })}
          data={[
            { value: "list", label: "List" },
            { value: "charts", label: "Charts" },
          ]}
        />
      }
    >
      <Group mb="md" gap="sm" align="flex-start" className="filters">
        <Select
          label="Recipe"
          placeholder="All recipes"
          clearable
          searchable
          data={(recipes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={recipeId ?? null}
          onChange={(value) => show({ recipeId: value ?? undefined })}
        />
        {view === "list" ? (
          <>
            <Select
              label="State"
              placeholder="All states"
              clearable
              data={states}
              value={state ?? null}
              onChange={(value) => show({ state: value ?? undefined })}
            />
            <Select
              label="Made"
              placeholder="At any time"
              clearable
              data={[
                { value: "hour", label: "In the last hour" },
                { value: "day", label: "In the last day" },
                { value: "week", label: "In the last week" },
              ]}
              value={since ?? null}
              onChange={(value) => show({ since: value ?? undefined })}
            />
            <TextInput
              label="Error"
              placeholder="Words of it"
              defaultValue={errorText ?? ""}
              onChange={({ currentTarget }) => find(currentTarget.value)}
            />
            <TextInput
              label="Searchable value"
              placeholder="name:value"
              defaultValue={named ?? ""}
              error={badValue && "Write it as name:value"}
              onChange={({ currentTarget }) => findValue(currentTarget.value)}
            />
          </>
        ) : (
          <Select
            label="Time"
            allowDeselect={false}
            data={[
              { value: "hour", label: "The last hour" },
              { value: "day", label: "The last day" },
              { value: "week", label: "The last week" },
              { value: "month", label: "The last 30 days" },
            ]}
            value={span}
            onChange={(value) => show({ span: value === "day" || value === null ? undefined : value })}
          />
        )}
      </Group>
      {view === "charts" ? (
        <Suspense fallback={<Skeleton h={320} />}>
          <JobCharts recipeId={recipeId} span={span} />
        </Suspense>
      ) : (
        <JobsTable
          filter={{ recipeId, state, errorText, value: named, since }}
          {...(operator && { chosen, onChoose: setChosen })}
          mayChoose={(job) => mayIn(folders.get(job.recipeId))}
        />
      )}
      <Bulk chosen={chosen} onDone={() => setChosen(none)} />
    </Page>
  );
}

/** What can be done with the chosen jobs. */
function Bulk({ chosen, onDone }: { readonly chosen: ReadonlySet<string>; readonly onDone: () => void }) {
  const tell = ({ done, refused }: ManyDone) => {
    onDone();
    notifications.show({
      color: refused.length === 0 ? "teal" : "orange",
      title: `${done.length} done${refused.length === 0 ? "" : `, ${refused.length} not`}`,
      message: refused[0]?.message ?? "",
      autoClose: 10_000,
    });
  };
  const rerun = useAction(
    (from: "start" | "failed-step") =>
      api<ManyDone>("POST", "/jobs/rerun", { from, version: "newest", jobIds: [...chosen].slice(0, 1_000) }),
    { onDone: tell },
  );
  const cancel = useAction(
    () => api<ManyDone>("POST", "/jobs/cancel", { jobIds: [...chosen].slice(0, 1_000) }),
    { onDone: tell },
  );
  return (
    <ActionBar opened={chosen.size > 0} onClose={onDone} closeOnEscape aria-label="Chosen jobs">
      <Text size="sm">{chosen.size} chosen</Text>
      <Button size="xs" loading={rerun.isPending} onClick={() => rerun.mutate("failed-step")}>
        Rerun from the failed step
      </Button>
      <Button size="xs" variant="default" loading={rerun.isPending} onClick={() => rerun.mutate("start")}>
        Rerun from the start
      </Button>
      <Button
        size="xs"
        variant="subtle"
        color="red"
        loading={cancel.isPending}
        onClick={() =>
          confirmFirst({
            title: `Cancel ${chosen.size} jobs?`,
            text: "Those that have ended stay as they are.",
            ...{
              confirm: "Cancel them",
              cancel: "Let them run",
              danger: true,
              onConfirm: () => cancel.mutate(undefined),
            },
          })
        }
      >
        Cancel them
      </Button>
    </ActionBar>
  );
}
