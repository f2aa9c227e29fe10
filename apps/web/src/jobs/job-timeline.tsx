import { Badge, Group, Progress, Switch, Text, TextInput, ThemeIcon, UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconSearch } from "@tabler/icons-react";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { JobStep, JobWithSteps } from "../api.ts";
import { stepKinds } from "../editor/step-kind-list.ts";
import { TextLink } from "../ui/links.tsx";
import { Empty, StateBadge } from "../ui/states.tsx";
import { duration, Time } from "../ui/time.tsx";
import { JobErrorAlert } from "./job-error-alert.tsx";
import { StepData } from "./step-data.tsx";
import { jobRows, recipePath } from "./step-tree.ts";

const rowHeight = 46;
const colours: Readonly<Record<JobStep["state"], string>> = {
  ...{ succeeded: "teal", failed: "red", running: "blue", waiting: "orange", ready: "blue" },
};
const many = 30;
/** A test run is looked at whole; more than so many steps are looked at on the job's page. */
const mostBeside = 400;
const noKeys: ReadonlySet<string> = new Set();

/** The steps of a job as a timeline: iterations, attempts and branches nested; each with its data. */
export function JobTimeline({
  job,
  beside = false,
}: {
  readonly job: JobWithSteps;
  /** Whether it stands in a box that scrolls by itself: then all rows are drawn. */
  readonly beside?: boolean;
}) {
  const [search, setSearch] = useState("");
  const [failedOnly, setFailedOnly] = useState(false);
  const [toggled, setToggled] = useState(noKeys);
  const [opened, setOpened] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        job.steps
          .filter(({ state }) => state === "failed")
          .slice(-1)
          .map(({ path }) => path),
      ),
  );
  const rows = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = job.steps.filter(
      (step) =>
        (!failedOnly || step.state === "failed") &&
        words.every((word) =>
          `${step.title} ${step.path} ${step.use ?? ""} ${step.stepId ?? ""} ${step.error?.message ?? ""}`
            .toLowerCase()
            .includes(word),
        ),
    );
    return jobRows(wanted, toggled);
  }, [job.steps, search, failedOnly, toggled]);
  const host = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => setOffset(host.current?.offsetTop ?? 0), [job.steps.length, job.state]);
  // Not memoized, nor need it be: it is drawn anew as it scrolls.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: beside ? mostBeside : 15,
    scrollMargin: offset,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const turn = (set: ReadonlySet<string>, key: string) => {
    const next = new Set(set);
    if (!next.delete(key)) next.add(key);
    return next;
  };
  if (job.steps.length === 0)
    return <Empty title={job.finishedAt ? "No step ran" : "The first step is under way"} />;
  return (
    <>
      {job.steps.length > many && (
        <Group gap="md" mb="sm">
          <TextInput
            size="xs"
            aria-label="Search the steps"
            placeholder="Search the steps"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          />
          <Switch
            size="xs"
            label="Only what failed"
            checked={failedOnly}
            onChange={({ currentTarget }) => setFailedOnly(currentTarget.checked)}
          />
          <Text size="xs" c="dimmed">
            {job.steps.length.toLocaleString()} steps
          </Text>
        </Group>
      )}
      <div
        ref={host}
        role="list"
        aria-label="Steps"
        style={{ height: virtualizer.getTotalSize(), position: "relative" }}
      >
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={key}
              role="listitem"
              data-index={index}
              ref={virtualizer.measureElement}
              className="timeline-row"
              style={{ transform: `translateY(${start - offset}px)`, paddingLeft: row.depth * 22 }}
            >
              {row.type === "group" ? (
                <UnstyledButton
                  className="timeline-group"
                  aria-expanded={!row.folded}
                  onClick={() => setToggled(turn(toggled, row.key))}
                >
                  <IconChevronRight size={14} aria-hidden style={{ rotate: row.folded ? "0deg" : "90deg" }} />
                  <Text size="xs" fw={700} c="dimmed" tt="uppercase">
                    {row.label}
                  </Text>
                  <Text size="xs" c={row.failed ? "red" : "dimmed"}>
                    {row.failed ? "failed" : `${row.steps} ${row.steps === 1 ? "step" : "steps"}`}
                  </Text>
                </UnstyledButton>
              ) : (
                <StepItem
                  step={row.step}
                  job={job}
                  opened={opened.has(row.key)}
                  onToggle={() => setOpened(turn(opened, row.key))}
                />
              )}
            </div>
          );
        })}
      </div>
    </>
  );
}

const kindKeys: Readonly<Record<string, string>> = { action: "use", catch: "try" };

const StepItem = memo(function StepItem({
  step,
  job,
  opened,
  onToggle,
}: {
  readonly step: JobStep;
  readonly job: JobWithSteps;
  readonly opened: boolean;
  readonly onToggle: () => void;
}) {
  const kind = stepKinds.find(({ key }) => key === (kindKeys[step.kind] ?? step.kind));
  const Icon = kind?.icon ?? IconChevronRight;
  return (
    <div className="timeline-step" data-state={step.state}>
      <UnstyledButton onClick={onToggle} aria-expanded={opened} className="timeline-head">
        <ThemeIcon variant="light" color={colours[step.state]} size={28} radius="xl">
          <Icon size={14} aria-hidden />
        </ThemeIcon>
        <Text
          size="sm"
          fw={600}
          className="timeline-title"
          style={{ overflowWrap: "anywhere", flex: "0 1 auto" }}
          lineClamp={2}
        >
          {step.title}
        </Text>
        <StateBadge state={step.state} />
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {[
            step.kind === "if" && takenBranch(step.output),
            step.kind !== "if" && step.durationMs !== undefined && duration(step.durationMs),
            step.attempts > 1 && `${step.attempts} attempts`,
          ]
            .filter(Boolean)
            .join(", ")}
        </Text>
        <IconChevronRight
          size={16}
          aria-hidden
          className="timeline-chevron"
          style={{ rotate: opened ? "90deg" : "0deg" }}
        />
      </UnstyledButton>
      {step.state === "running" && <FileProgress output={step.output} />}
      {step.error && !opened && (
        <Text
          size="sm"
          c={step.state === "failed" ? "red" : "orange"}
          pl={38}
          style={{ overflowWrap: "anywhere" }}
        >
          {step.error.message}
        </Text>
      )}
      {opened && (
        <div className="timeline-body">
          <Group gap="xs">
            {step.use && (
              <Badge variant="light" color="gray" tt="none">
                {step.use}
              </Badge>
            )}
            <Text size="xs" c="dimmed">
              {step.stepId && `as ${step.stepId}, `}
              <Time at={step.startedAt} />
            </Text>
            <TextLink
              size="xs"
              to="/recipes/$id"
              params={{ id: job.recipeId }}
              search={{ step: recipePath(step.path) }}
            >
              Show it in the recipe
            </TextLink>
          </Group>
          {step.error && <JobErrorAlert error={step.error} />}
          <StepData jobId={job.id} step={step} />
        </div>
      )}
    </div>
  );
});

/** Which way an if went. */
function takenBranch(output: unknown): string | undefined {
  const { branch } = (output ?? {}) as { branch?: unknown };
  if (branch === "none") return "none of its branches";
  return typeof branch === "string" ? `→ ${branch.replace(/^elsif.*/, "else if")}` : undefined;
}

/** How far a step is with a file; while it runs, that is its output. */
function FileProgress({ output }: { readonly output: unknown }) {
  const { progress } = (output ?? {}) as { progress?: { done?: number; total?: number } };
  if (progress?.done === undefined) return null;
  const { done, total } = progress;
  const megabytes = (bytes: number) =>
    (bytes / 1_000_000).toLocaleString(undefined, { maximumFractionDigits: 1 });
  return (
    <Group gap="xs" pl={38} wrap="nowrap">
      {total !== undefined && total > 0 && (
        <Progress value={(100 * done) / total} w={160} aria-label="How much of the file has passed" />
      )}
      <Text size="xs" c="dimmed">
        {total === undefined ? `${megabytes(done)} MB` : `${megabytes(done)} of ${megabytes(total)} MB`}
      </Text>
    </Group>
  );
}
