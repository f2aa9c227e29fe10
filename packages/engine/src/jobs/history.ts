/**
 * The history of jobs: intents, results and outcomes, written in shared transactions, and only by the worker that owns
 * the job. It is what a replay takes recorded results from, so what it acknowledged happens once.
 */
import type { StepKind } from "@greenroom/recipes";
import { createBatcher } from "../batcher.ts";
import type { Changes } from "../changes.ts";
import type { Pool } from "../database/database.ts";
import type { JobDetails, JobState, StepState } from "../database/job-tables.ts";
import { storableJson } from "../database/storable-json.ts";
import type { JobError } from "./job-error.ts";
import { sealGiven } from "./job-seal.ts";

/** A step as the history keeps it. */
export interface StepRecord {
  readonly path: string;
  readonly position: number;
  readonly stepId: string | undefined;
  readonly title: string;
  readonly kind: StepKind;
  readonly use: string | undefined;
  readonly state: StepState;
  readonly attempts: number;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: JobError | undefined;
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
}

/** How a job stands. */
export interface JobUpdate {
  readonly state: JobState;
  readonly reason?: string | undefined;
  readonly error?: JobError | undefined;
  readonly result?: unknown;
  readonly finishedAt?: Date | undefined;
  /** Gives the worker's hold on the job up, unless it was told something since it had `signals` signals. */
  readonly park?: { readonly signals: number; readonly wakeAt: Date | undefined };
}

/** A job that another one calls: it begins with the commit that says so, at the same worker. */
export interface ChildJob {
  readonly id: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly details: JobDetails;
  readonly startedAt: Date;
}

/** What is written of one job at a time. */
export interface Entry {
  readonly job: { readonly id: string; readonly recipeId: string; readonly workerId: string };
  /** The job that waits for its end. */
  readonly parentId?: string | undefined;
  readonly steps: readonly StepRecord[];
  readonly update?: JobUpdate | undefined;
  readonly children?: readonly ChildJob[] | undefined;
  /** Steps that no longer wait for events. */
  readonly forget?: readonly string[] | undefined;
}

/** `lost`: the job is another worker's, nothing was written. `told`: written, but not parked. */
export type Written = "written" | "lost" | "told";

// The row lock makes the check hold until the commit: a worker that takes the job over reads what was written before.
const write = `
  with mine as (
    select job.id, job.event_id, job.priority from unnest($1::uuid[], $2::uuid[]) as x(id, worker)
    join greenroom.jobs job on job.id = x.id and job.worker_id = x.worker and job.finished_at is null
    for no key update of job
  ), steps as (
    insert into greenroom.job_steps
      (job_id, path, position, step_id, title, kind, use, state, attempts, input, output, error, started_at, finished_at)
    select x.* from json_to_recordset($3::json) as x(
      "jobId" uuid, path text, position int, "stepId" text, title text, kind text, use text, state text, attempts int,
      input json, output json, error json, "startedAt" timestamptz, "finishedAt" timestamptz)
    join mine on mine.id = x."jobId"
    on conflict (job_id, path) do update set state = excluded.state, attempts = excluded.attempts,
      output = excluded.output, error = excluded.error, finished_at = excluded.finished_at
  ), updates as (
    update greenroom.jobs job set state = x.state, reason = x.reason, error = x.error, result = x.result,
      finished_at = x."finishedAt", wake_at = x."wakeAt", worker_id = case when x.signals is null then job.worker_id end
    from json_to_recordset($4::json) as x("jobId" uuid, state text, reason text, error json, result json,
      "finishedAt" timestamptz, signals int, "wakeAt" timestamptz)
    join mine on mine.id = x."jobId"
    where job.id = x."jobId" and (x.signals is null or job.signals = x.signals)
    returning job.id
  )`;
const children = `, children as (
    insert into greenroom.jobs
      (id, recipe_id, version_id, event_id, cause, state, worker_id, priority, parent_id, details, created_at,
        started_at)
    select x.id, x."recipeId", x."versionId", mine.event_id, 'call', 'running', x."workerId", mine.priority, mine.id,
      x.details, x."startedAt", x."startedAt"
    from json_to_recordset($5::json) as x(id uuid, "parentId" uuid, "recipeId" uuid, "versionId" uuid, "workerId" uuid,
      details json, "startedAt" timestamptz)
    join mine on mine.id = x."parentId"
    on conflict (id) do nothing
  ), told as (
    update greenroom.jobs parent set signals = signals + 1,
      state = case when parent.state = 'waiting' and parent.worker_id is null then 'queued' else parent.state end
    from json_to_recordset($6::json) as x(id uuid, child uuid) join mine on mine.id = x.child
    where parent.id = x.id and parent.finished_at is null
  ), unwaited as (
    delete from greenroom.job_waits w using json_to_recordset($7::json) as x("jobId" uuid, path text)
    where w.job_id = x."jobId" and w.path = x.path
  ), unheard as (
    delete from greenroom.job_events w using json_to_recordset($7::json) as x("jobId" uuid, path text)
    where w.job_id = x."jobId" and w.path = x.path
  )`;
const answer = ` select mine.id, updates.id is not null as updated from mine left join updates on updates.id = mine.id`;
/** Most writes tell no other job anything. */
const writeAlone = write + answer;
const writeAndTell = write + children + answer;

const load = `
  select path, position, step_id as "stepId", title, kind, use, state, attempts, input, output, error,
    started_at as "startedAt", finished_at as "finishedAt"
  from greenroom.job_steps where job_id = $1`;

/** Reads and writes the history. */
export interface History {
  write(entry: Entry): Promise<Written>;
  /** What earlier runs of the job left, by path. */
  load(jobId: string): Promise<ReadonlyMap<string, StepRecord>>;
  idle(): Promise<void>;
}

/** Makes the history of a worker's jobs. */
export function createHistory(context: {
  readonly pool: Pool;
  readonly seal: (value: unknown) => string;
  readonly changes: Changes;
  /** Runs a query until the database answers. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  /** Jobs that may wait for those that have just ended. */
  readonly onTold: (jobIds: readonly string[]) => void;
}): History {
  const { pool, seal, changes, patiently, onTold } = context;

  async function writeTogether(entries: readonly Entry[]): Promise<ReadonlyMap<string, Written>> {
    const told = entries.flatMap(({ job, parentId, update }) =>
      parentId !== undefined && update?.finishedAt ? [{ id: parentId, child: job.id }] : [],
    );
    const born = entries.flatMap(({ job, children: called = [] }) =>
      called.map((child) => ({
        ...{ ...child, parentId: job.id, workerId: job.workerId },
        details: sealGiven(child.details, seal),
      })),
    );
    const forgotten = entries.flatMap(({ job, forget = [] }) =>
      forget.map((path) => ({ jobId: job.id, path })),
    );
    const values = [
      entries.map(({ job }) => job.id),
      entries.map(({ job }) => job.workerId),
      storableJson(entries.flatMap(({ job, steps }) => steps.map((step) => ({ jobId: job.id, ...step })))),
      storableJson(
        entries.flatMap(({ job, update }) => (update ? [{ jobId: job.id, ...update, ...update.park }] : [])),
      ),
    ];
    const more = told.length + born.length + forgotten.length > 0;
    if (more) values.push(...[born, told, forgotten].map(storableJson));
    // Written twice, where only the answer was lost, it says the same.
    const { rows } = await patiently(() =>
      pool.query<{ id: string; updated: boolean }>(more ? writeAndTell : writeAlone, values),
    );
    if (told.length > 0) onTold(told.map(({ id }) => id));
    return new Map(rows.map(({ id, updated }) => [id, updated ? "written" : "told"]));
  }

  const batcher = createBatcher<Entry, Written>(async (entries) => {
    const merged = merge(entries);
    const written = new Map<string, Written>();
    let left = merged;
    while (left.length > 0) {
      // A statement changes a row once: a parent that writes too is written after the child that tells it something.
      const told = new Set(left.flatMap(({ parentId, update }) => (update?.finishedAt ? [parentId] : [])));
      const later = told.size === 0 ? [] : left.filter(({ job }) => told.has(job.id));
      const now = later.length === 0 ? left : left.filter(({ job }) => !told.has(job.id));
      for (const [id, what] of await writeTogether(now.length > 0 ? now : left)) written.set(id, what);
      left = now.length > 0 ? later : [];
    }

    for (const { job, update } of merged) {
      if (written.has(job.id))
        changes.publish({
          type: "job",
          id: job.id,
          recipeId: job.recipeId,
          state: update?.state ?? "running",
        });
    }
    return entries.map(({ job, update }) => {
      const what = written.get(job.id) ?? "lost";
      return what === "told" && !update?.park ? "written" : what;
    });
  });

  return {
    write: (entry) => batcher.add(entry),
    async load(jobId) {
      const { rows } = await patiently(() => pool.query<StepRecord>(load, [jobId]));
      return new Map(rows.map((step) => [step.path, step]));
    },
    idle: () => batcher.idle(),
  };
}

/** One entry a job and one record a step, the last said of each: a statement writes a row once. */
function merge(entries: readonly Entry[]): readonly Entry[] {
  const byJob = new Map<string, Entry>();
  for (const entry of entries) {
    const before = byJob.get(entry.job.id);
    if (!before) {
      byJob.set(entry.job.id, entry);
      continue;
    }
    const steps = new Map([...before.steps, ...entry.steps].map((step) => [step.path, step]));
    byJob.set(entry.job.id, {
      ...entry,
      steps: [...steps.values()],
      update: entry.update ?? before.update,
      forget: [...(before.forget ?? []), ...(entry.forget ?? [])],
      children: [...(before.children ?? []), ...(entry.children ?? [])],
    });
  }
  return [...byJob.values()];
}
