import { Checkbox, Loader, Text } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Job } from "../api.ts";
import { TextLink } from "../ui/links.tsx";
import { Empty, Loaded, StateBadge } from "../ui/states.tsx";
import { Ago, duration } from "../ui/time.tsx";
import { useLatest } from "../ui/use-latest.ts";
import { type JobFilter, useJobList } from "./job-list-query.ts";

const rowHeight = 64;
const loadAhead = 20;
const everyOne = () => true;

/** The jobs that match, newest first; live, and as many as there are. */
export function JobsTable({
  filter,
  withRecipe = true,
  chosen,
  onChoose,
  mayChoose = everyOne,
}: {
  readonly filter: JobFilter;
  readonly withRecipe?: boolean;
  /** The ids of the chosen jobs, where some can be. */
  readonly chosen?: ReadonlySet<string>;
  readonly onChoose?: (ids: ReadonlySet<string>) => void;
  /** Whether one of them can be: some may be in folders where who looks may do nothing. */
  readonly mayChoose?: (job: Job) => boolean;
}) {
  const { head, jobs, more, loadMore, loadingMore } = useJobList(filter);
  const host = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  const none = jobs.length === 0;
  useLayoutEffect(() => setOffset(host.current?.offsetTop ?? 0), [none]);
  // Not memoized, nor need it be: it is drawn anew as it scrolls.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count: jobs.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: offset,
    getItemKey: (index) => jobs[index]?.id ?? index,
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && jobs.length > 0 && last > jobs.length - loadAhead) loadMore();
  }, [last, jobs.length, more, loadMore]);
  const filtered = Object.entries(filter).some(([name, value]) => value !== undefined && name !== "recipeId");
  const choose = useLatest((id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose?.(next);
  });
  // The same each time, so that of the rows only the chosen one is drawn anew.
  const toggle = useCallback((id: string) => choose.current(id), [choose]);
  return (
    <Loaded query={head}>
      {() =>
        jobs.length === 0 ? (
          <Empty title={filtered ? "No jobs match" : "No jobs yet"}>
            {filtered
              ? "Clear a filter to see more."
              : "A job starts when the event of a running recipe happens."}
          </Empty>
        ) : (
          <div
            ref={host}
            role="table"
            aria-label="Jobs"
            aria-rowcount={more ? -1 : jobs.length + 1}
            className="jobs"
            data-choosable={chosen ? true : undefined}
          >
            <div role="row" className="jobs-head">
              {chosen && (
                <span role="columnheader">
                  <Checkbox
                    size="xs"
                    aria-label="Choose all that are loaded"
                    checked={chosen.size > 0 && chosen.size === jobs.filter(mayChoose).length}
                    indeterminate={chosen.size > 0 && chosen.size < jobs.filter(mayChoose).length}
                    onChange={() =>
                      onChoose?.(
                        chosen.size > 0 ? new Set() : new Set(jobs.filter(mayChoose).map(({ id }) => id)),
                      )
                    }
                  />
                </span>
              )}
              <span role="columnheader">{withRecipe ? "Recipe" : "Job"}</span>
              <span role="columnheader">State</span>
              <span role="columnheader">What happened</span>
              <span role="columnheader">Started</span>
              <span role="columnheader">Took</span>
            </div>
            <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: "relative" }}>
              {rows.map(({ index, start, key }) => {
                const job = jobs[index];
                if (!job) return null;
                return (
                  <div
                    key={key}
                    role="row"
                    aria-rowindex={index + 2}
                    className="jobs-row"
                    style={{ transform: `translateY(${start - offset}px)`, height: rowHeight }}
                  >
                    {chosen && (
                      <span role="cell">
                        {mayChoose(job) && (
                          <ChooseBox
                            id={job.id}
                            recipeName={job.recipeName}
                            checked={chosen.has(job.id)}
                            onToggle={toggle}
                          />
                        )}
                      </span>
                    )}
                    <JobCells job={job} withRecipe={withRecipe} />
                  </div>
                );
              })}
            </div>
            {(more || loadingMore) && (
              <div className="jobs-more">
                <Loader size="xs" />
                <Text size="xs" c="dimmed">
                  Loading older jobs
                </Text>
              </div>
            )}
          </div>
        )
      }
    </Loaded>
  );
}

const ChooseBox = memo(function ChooseBox({
  id,
  recipeName,
  checked,
  onToggle,
}: {
  readonly id: string;
  readonly recipeName: string;
  readonly checked: boolean;
  readonly onToggle: (id: string) => void;
}) {
  return (
    <Checkbox
      size="xs"
      aria-label={`Choose the job of ${recipeName}`}
      checked={checked}
      onChange={() => onToggle(id)}
    />
  );
});

const JobCells = memo(function JobCells({
  job,
  withRecipe,
}: {
  readonly job: Job;
  readonly withRecipe: boolean;
}) {
  const why = job.error?.message ?? job.reason;
  return (
    <>
      <span role="cell" className="jobs-name">
        <TextLink to="/jobs/$id" params={{ id: job.id }} fw={600} size="sm" truncate>
          {withRecipe ? job.recipeName : job.eventName}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {withRecipe ? job.eventName : `Version ${job.version}`}
        </Text>
      </span>
      <span role="cell">
        <StateBadge state={job.state} />
      </span>
      <span role="cell" className="jobs-why">
        <Text size="sm" lineClamp={2} {...(job.error && { c: "red" })}>
          {why ?? ""}
        </Text>
      </span>
      <span role="cell">
        <Text size="sm" c="dimmed" component="span">
          <Ago at={job.createdAt} />
        </Text>
      </span>
      <span role="cell">
        <Text size="sm" c="dimmed" component="span">
          {job.durationMs === undefined ? "" : duration(job.durationMs)}
        </Text>
      </span>
    </>
  );
});
