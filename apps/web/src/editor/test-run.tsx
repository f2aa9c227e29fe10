import { ActionIcon, Alert, Button, Checkbox, Group, Select, Stack, Text, Title } from "@mantine/core";
import { IconFlask, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiError, api, type InboxEvent, type JobWithSteps, type Page } from "../api.ts";
import { JobErrorAlert } from "../jobs/job-error-alert.tsx";
import { JobTimeline } from "../jobs/job-timeline.tsx";
import { StepAnswer } from "../jobs/step-answer.tsx";
import { recipePath } from "../jobs/step-tree.ts";
import { jobQuery, triggerQuery } from "../queries.ts";
import { TextLink } from "../ui/links.tsx";
import { Failure, Loaded, StateBadge } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import type { StepMark } from "./steps-list.tsx";

const effects = ["create", "update", "delete"] as const;
const example = "example";
const noMarks: ReadonlyMap<string, StepMark> = new Map();
const whileRunningMs = 500;

/** How the steps of a recipe fared in a test run, by their paths; of an iteration the last counts, of a failure the first. */
export function useTestMarks(jobId: string | undefined): ReadonlyMap<string, StepMark> {
  const { data: job } = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== undefined });
  return useMemo(() => {
    if (!job) return noMarks;
    const marks = new Map<string, StepMark>();
    for (const { path, state } of job.steps) {
      const place = recipePath(path);
      if (marks.get(place) !== "failed") marks.set(place, state === "ready" ? "running" : state);
    }
    return marks;
  }, [job]);
}

/** Runs what is written once, beside the editor, and shows each step's data; what would change something asks first. */
export function TestRun({
  recipeId,
  source,
  trigger,
  jobId,
  onBegun,
  onRefused,
  onClose,
}: {
  readonly recipeId: string;
  readonly source: string;
  /** The trigger's id. */
  readonly trigger: string;
  readonly jobId: string | undefined;
  readonly onBegun: (jobId: string) => void;
  readonly onRefused: () => void;
  readonly onClose: () => void;
}) {
  const detail = useQuery({ ...triggerQuery(trigger), enabled: trigger.includes("/") });
  const eventName = detail.data?.event;
  const events = useQuery({
    queryKey: ["events", "samples", eventName],
    queryFn: () =>
      api<Page<InboxEvent>>(
        "GET",
        `/events?${new URLSearchParams({ name: eventName ?? "", limit: "20" }).toString()}`,
      ),
    enabled: eventName !== undefined,
  });
  const [choice, setChoice] = useState<string>();
  const [allow, setAllow] = useState<string[]>([]);
  const eventId = choice ?? events.data?.items[0]?.id ?? example;
  const run = useAction(
    () =>
      api<JobWithSteps>("POST", `/recipes/${recipeId}/test-runs`, {
        ...{ source, allow },
        event: eventId === example ? { from: "sample" } : { from: "inbox", eventId },
      }),
    { quiet: true, onDone: (begun) => onBegun(begun.id) },
  );
  const refused = run.error instanceof ApiError && run.error.problems.length > 0;
  return (
    <Stack>
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h4">
          Test run
        </Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the test run" onClick={onClose}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <Select
        label="With"
        description="What the recipe sees as its trigger"
        allowDeselect={false}
        data={[
          ...(events.data?.items ?? []).map(({ id, name, receivedAt }, index) => ({
            value: id,
            label: `${index === 0 ? "the newest " : ""}${name}, ${new Date(receivedAt).toLocaleString()}`,
          })),
          { value: example, label: "the trigger’s example" },
        ]}
        value={eventId}
        onChange={(next) => setChoice(next ?? undefined)}
      />
      <Checkbox.Group
        label="Without asking it may"
        description="Reading is always done. What is not ticked waits for your yes, step by step."
        value={allow}
        onChange={setAllow}
      >
        <Group mt={6}>
          {effects.map((effect) => (
            <Checkbox key={effect} value={effect} label={effect} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group>
        <Button
          leftSection={<IconFlask size={16} aria-hidden />}
          loading={run.isPending}
          onClick={() => run.mutate(undefined, { onError: onRefused })}
        >
          {jobId ? "Run it again" : "Run it once"}
        </Button>
      </Group>
      {run.error &&
        (refused ? (
          <Alert color="orange" variant="light" title="The recipe has problems. Mend them, then run it." />
        ) : (
          <Failure error={run.error} />
        ))}
      {jobId && <TestJob key={jobId} jobId={jobId} />}
    </Stack>
  );
}

function TestJob({ jobId }: { readonly jobId: string }) {
  const query = useQuery({
    ...jobQuery(jobId),
    refetchInterval: ({ state }) => (state.data?.finishedAt ? false : whileRunningMs),
  });
  return (
    <Loaded query={query}>
      {(job) => (
        <Stack gap="sm">
          <Group gap="xs" role="status">
            <StateBadge state={job.state} />
            <Text size="sm">{job.reason}</Text>
            <TextLink size="sm" to="/jobs/$id" params={{ id: job.id }}>
              Open the job
            </TextLink>
          </Group>
          {job.steps
            .filter(({ error, state }) => state === "waiting" && error?.choices)
            .map((step) => (
              <StepAnswer key={step.error?.question ?? step.path} job={job} step={step} />
            ))}
          {job.error && job.state === "failed" && <JobErrorAlert error={job.error} />}
          <JobTimeline job={job} beside />
        </Stack>
      )}
    </Loaded>
  );
}
