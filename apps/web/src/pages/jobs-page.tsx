import { Card, Group, Select, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, type Job, type Page as ApiPage } from "../api.ts";
import { recipesQuery } from "../queries.ts";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { PagedList } from "../ui/paged-list.tsx";
import { Empty, StateBadge } from "../ui/states.tsx";
import { duration, Time } from "../ui/time.tsx";

const route = getRouteApi("/jobs");
const states = ["running", "waiting", "succeeded", "failed"];

/** The jobs, newest first, live. The filters are in the address. */
export function JobsPage() {
  const { recipeId, state } = route.useSearch();
  const navigate = useNavigate();
  const recipes = useQuery(recipesQuery);
  const query = useInfiniteQuery({
    queryKey: ["jobs", "list", recipeId, state],
    queryFn: ({ pageParam }) =>
      api<ApiPage<Job>>("GET", `/jobs?${parameters({ recipeId, state, cursor: pageParam })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const filter = (change: { recipeId?: string | undefined; state?: string | undefined }) =>
    void navigate({ to: "/jobs", search: { recipeId, state, ...change }, replace: true });
  return (
    <Page title="Jobs">
      <Group mb="md" gap="sm">
        <Select
          label="Recipe"
          placeholder="All recipes"
          clearable
          searchable
          data={(recipes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={recipeId ?? null}
          onChange={(value) => filter({ recipeId: value ?? undefined })}
        />
        <Select
          label="State"
          placeholder="All states"
          clearable
          data={states}
          value={state ?? null}
          onChange={(value) => filter({ state: value ?? undefined })}
        />
      </Group>
      <PagedList
        query={query}
        empty={
          <Empty title={recipeId || state ? "No jobs match" : "No jobs yet"}>
            {recipeId || state
              ? "Clear a filter to see more."
              : "A job starts when the event of a running recipe happens."}
          </Empty>
        }
      >
        {(job) => <JobRow key={job.id} job={job} />}
      </PagedList>
    </Page>
  );
}

function JobRow({ job }: { job: Job }) {
  return (
    <Card component="li" withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <TextLink to="/jobs/$id" params={{ id: job.id }} fw={600}>
            {job.recipeName}
          </TextLink>
          <Text size="sm" c="dimmed">
            <Time at={job.createdAt} /> · {job.eventName}
            {job.durationMs !== undefined && <> · {duration(job.durationMs)}</>}
          </Text>
          {(job.error?.message ?? job.reason) && (
            <Text size="sm" c={job.error ? "red" : undefined} style={{ overflowWrap: "anywhere" }}>
              {job.error?.message ?? job.reason}
            </Text>
          )}
        </div>
        <StateBadge state={job.state} />
      </Group>
    </Card>
  );
}

function parameters(values: Readonly<Record<string, string | undefined>>): string {
  return new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
}
