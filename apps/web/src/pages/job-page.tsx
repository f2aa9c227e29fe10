import { Alert, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { JobWithSteps } from "../api.ts";
import { JobActions } from "../jobs/job-actions.tsx";
import { JobErrorAlert } from "../jobs/job-error-alert.tsx";
import { JobTimeline } from "../jobs/job-timeline.tsx";
import { StepAnswer } from "../jobs/step-answer.tsx";
import { recipePath } from "../jobs/step-tree.ts";
import { jobQuery } from "../queries.ts";
import { useMayAnywhere } from "../settings/use-may.ts";
import { JsonTree } from "../ui/json-tree.tsx";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Loaded, StateBadge } from "../ui/states.tsx";
import { Ago, duration, Time, withLocalTimes } from "../ui/time.tsx";

const route = getRouteApi("/jobs/$id");
const causes: Readonly<Record<JobWithSteps["cause"], string>> = {
  ...{ event: "started by", rerun: "run again, for", call: "called for", test: "a test run with" },
};

/** One job: how it ended and every step on the way. */
export function JobPage() {
  const { id } = route.useParams();
  const query = useQuery(jobQuery(id));
  if (!query.data)
    return (
      <Page title="Job">
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    );
  return <JobDetail key={id} job={query.data} />;
}

function JobDetail({ job }: { job: JobWithSteps }) {
  // Folders’ roles are the server’s to judge: a job does not tell its folder.
  const operator = useMayAnywhere("operator");
  const failed = job.steps.findLast(
    ({ state, path }) => state === "failed" && (job.error?.path === undefined || job.error.path === path),
  );
  const asking = job.steps.filter(({ error, state }) => error?.choices !== undefined && state === "waiting");
  return (
    <Page
      title={`Job of ${job.recipeName}`}
      actions={operator && <JobActions job={job} failed={job.state === "failed" ? failed : undefined} />}
    >
      <Stack>
        <Group gap="xs">
          <StateBadge state={job.state} />
          <Text size="sm">
            <TextLink to="/recipes/$id" params={{ id: job.recipeId }}>
              {job.recipeName}
            </TextLink>
            , version {job.version}, {causes[job.cause]}{" "}
            {job.eventId === undefined ? (
              job.eventName || "an event written by hand"
            ) : (
              <TextLink to="/inbox/$id" params={{ id: job.eventId }}>
                {job.eventName}
              </TextLink>
            )}{" "}
            on <Time at={job.createdAt} />
            {job.durationMs !== undefined && <>, took {duration(job.durationMs)}</>}.
          </Text>
        </Group>
        {(job.parentId ?? job.rerunOf ?? job.children[0]) !== undefined && <Relatives job={job} />}
        {asking.map((step) => (
          <StepAnswer key={step.error?.question ?? step.path} job={job} step={step} />
        ))}
        {job.error && asking.length === 0 ? (
          <JobErrorAlert error={job.error}>
            {failed && (
              <ButtonLink
                to="/recipes/$id"
                params={{ id: job.recipeId }}
                search={{ step: recipePath(failed.path) }}
                size="xs"
                variant="white"
                color="red"
              >
                Mend the step in the recipe
              </ButtonLink>
            )}
          </JobErrorAlert>
        ) : (
          job.reason && (
            <Alert
              color={job.state === "waiting" ? "orange" : "teal"}
              variant="light"
              title={job.state === "waiting" ? withLocalTimes(job.reason) : job.reason}
            >
              {job.wakeAt && job.state === "waiting" && (
                <Text size="sm">
                  It goes on <Ago at={job.wakeAt} />, on <Time at={job.wakeAt} />.
                </Text>
              )}
            </Alert>
          )
        )}
        <Title order={2} size="h4">
          Steps
        </Title>
        <JobTimeline job={job} />
        {job.result !== null && job.result !== undefined && <JsonTree label="Result" value={job.result} />}
        <Title order={2} size="h4">
          Trigger
        </Title>
        <JsonTree label="Event data" value={job.trigger} />
      </Stack>
    </Page>
  );
}

function Relatives({ job: { parentId, rerunOf, children } }: { job: JobWithSteps }) {
  return (
    <Group gap="md">
      {parentId && (
        <TextLink size="sm" to="/jobs/$id" params={{ id: parentId }}>
          The job that called it
        </TextLink>
      )}
      {rerunOf && (
        <TextLink size="sm" to="/jobs/$id" params={{ id: rerunOf }}>
          The job that it runs again
        </TextLink>
      )}
      {children.map(({ id, recipeName, state }) => (
        <Group key={id} gap={6}>
          <TextLink size="sm" to="/jobs/$id" params={{ id }}>
            {recipeName}
          </TextLink>
          <StateBadge state={state} />
        </Group>
      ))}
    </Group>
  );
}
