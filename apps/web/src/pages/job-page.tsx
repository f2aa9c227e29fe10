import {
  Alert,
  Code,
  Collapse,
  Group,
  List,
  Stack,
  Text,
  Timeline,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowForwardUp,
  IconArrowsSplit,
  IconBolt,
  IconChevronDown,
  IconChevronRight,
  IconClock,
  IconFlag,
  IconRepeat,
  IconShield,
  IconVariable,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { JobError, JobStep, JobWithSteps } from "../api.ts";
import { jobQuery } from "../queries.ts";
import { JsonView } from "../ui/json-view.tsx";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Loaded, StateBadge } from "../ui/states.tsx";
import { duration, Time } from "../ui/time.tsx";

const route = getRouteApi("/jobs/$id");
const icons: Readonly<Record<JobStep["kind"], typeof IconBolt>> = {
  action: IconBolt,
  call: IconArrowForwardUp,
  wait: IconClock,
  if: IconArrowsSplit,
  forEach: IconRepeat,
  while: IconRepeat,
  parallel: IconArrowsSplit,
  try: IconShield,
  catch: IconShield,
  set: IconVariable,
  append: IconVariable,
  stop: IconFlag,
  return: IconFlag,
};
const colours: Readonly<Record<JobStep["state"], string>> = {
  succeeded: "teal",
  failed: "red",
  running: "blue",
  waiting: "orange",
  ready: "blue",
};

/** One job: how it ended and every step on the way. */
export function JobPage() {
  const { id } = route.useParams();
  const query = useQuery(jobQuery(id));
  return <Loaded query={query}>{(job) => <JobDetail job={job} />}</Loaded>;
}

function JobDetail({ job }: { job: JobWithSteps }) {
  return (
    <Page title={`Job of ${job.recipeName}`} actions={<StateBadge state={job.state} />}>
      <Stack>
        <Text size="sm">
          <TextLink to="/recipes/$id" params={{ id: job.recipeId }}>
            {job.recipeName}
          </TextLink>
          , version {job.version}, started by{" "}
          {job.eventId === undefined ? (
            "a person"
          ) : (
            <TextLink to="/inbox/$id" params={{ id: job.eventId }}>
              {job.eventName}
            </TextLink>
          )}{" "}
          on <Time at={job.createdAt} />
          {job.durationMs !== undefined && <>, took {duration(job.durationMs)}</>}.
        </Text>
        {job.error ? (
          <ErrorAlert error={job.error} />
        ) : (
          job.reason && <Alert color={job.state === "waiting" ? "orange" : "teal"}>{job.reason}</Alert>
        )}
        <Title order={2} size="h4">
          Steps
        </Title>
        {job.steps.length === 0 ? (
          <Text size="sm" c="dimmed">
            {job.finishedAt ? "No step ran." : "The first step is under way."}
          </Text>
        ) : (
          <Timeline bulletSize={26} lineWidth={2} active={job.steps.length}>
            {job.steps.map((step) => (
              <StepItem key={step.path} step={step} />
            ))}
          </Timeline>
        )}
        <Title order={2} size="h4">
          Trigger
        </Title>
        <JsonView label="Event data" value={job.trigger} />
      </Stack>
    </Page>
  );
}

function StepItem({ step }: { step: JobStep }) {
  const [opened, { toggle }] = useDisclosure(step.state === "failed");
  const Icon = icons[step.kind];
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <Timeline.Item
      color={colours[step.state]}
      bullet={<Icon size={14} aria-hidden />}
      pl={depthOf(step.path) * 16 + 24}
    >
      <UnstyledButton onClick={toggle} aria-expanded={opened} style={{ width: "100%" }}>
        <Group gap="xs" wrap="wrap">
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <Chevron size={16} aria-hidden style={{ flexShrink: 0, marginTop: 3 }} />
            <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
              {step.title}
            </Text>
          </Group>
          <StateBadge state={step.state} />
          <Text size="xs" c="dimmed">
            {step.kind === "action" && step.durationMs !== undefined && duration(step.durationMs)}
            {step.attempts > 1 && `, ${step.attempts} attempts`}
          </Text>
        </Group>
      </UnstyledButton>
      {step.error && !opened && (
        <Text size="sm" c="red" style={{ overflowWrap: "anywhere" }}>
          {step.error.message}
        </Text>
      )}
      <Collapse expanded={opened}>
        <Stack gap="xs" mt="xs">
          <Text size="xs" c="dimmed">
            Path <Code>{step.path}</Code>
            {step.use && (
              <>
                {" "}
                · <Code>{step.use}</Code>
              </>
            )}
            {step.stepId && (
              <>
                {" "}
                · id <Code>{step.stepId}</Code>
              </>
            )}{" "}
            · <Time at={step.startedAt} />
          </Text>
          {step.error && <ErrorAlert error={step.error} />}
          <JsonView label="Input" value={step.input} />
          <JsonView label="Output" value={step.output} />
        </Stack>
      </Collapse>
    </Timeline.Item>
  );
}

function ErrorAlert({ error }: { error: JobError }) {
  return (
    <Alert color="red" variant="light" title={error.message}>
      {error.fields && (
        <List size="sm">
          {error.fields.map(({ field, message }) => (
            <List.Item key={field}>
              {field}: {message}
            </List.Item>
          ))}
        </List>
      )}
      {error.hint && <Text size="sm">{error.hint}</Text>}
      <Text size="xs" c="dimmed">
        {error.kind}, {error.code}
      </Text>
    </Alert>
  );
}

/** How deep a step is nested: paths look like `1[3].0` and `2.then.0`. */
function depthOf(path: string): number {
  return Math.floor(path.split(/[.[]/).length / 2);
}
