/** The history of jobs: steps and outcomes, written in shared transactions, and only by the worker that owns the job. */
import { createBatcher } from "../batcher.ts";
import type { Changes } from "../changes.ts";
import type { Pool } from "../database/database.ts";
import type { StepKind } from "@greenroom/recipes";
import type { JobState, StepState } from "../database/schema.ts";
import type { JobError } from "./job-error.ts";

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
  readonly reason: string | undefined;
  readonly error: JobError | undefined;
  readonly finishedAt: Date | undefined;
}

interface Entry {
  readonly jobId: string;
  readonly recipeId: string;
  readonly steps: readonly StepRecord[];
  readonly update: JobUpdate | undefined;
}

const write = `
  with mine as (
    select id from greenroom.jobs where id = any($1::uuid[]) and worker_id = $2
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
    update greenroom.jobs set state = x.state, reason = x.reason, error = x.error, finished_at = x."finishedAt"
    from json_to_recordset($4::json) as x("jobId" uuid, state text, reason text, error json, "finishedAt" timestamptz)
    where jobs.id = x."jobId" and jobs.worker_id = $2
  )
  select id from mine`;

const load = `
  select path, position, step_id as "stepId", title, kind, use, state, attempts, input, output, error,
    started_at as "startedAt", finished_at as "finishedAt"
  from greenroom.job_steps where job_id = $1`;

/** Reads and writes the history. */
export interface History {
  /** @returns false when another worker has taken the job over; then nothing was written and nothing may be done. */
  write(entry: Entry): Promise<boolean>;
  /** What earlier runs of the job left, by path. */
  load(jobId: string): Promise<ReadonlyMap<string, StepRecord>>;
  idle(): Promise<void>;
}

/** Makes the history of a worker's jobs. */
export function createHistory(context: {
  readonly pool: Pool;
  readonly changes: Changes;
  readonly workerId: string;
  /** Runs a query until the database answers. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
}): History {
  const { pool, changes, workerId, patiently } = context;

  const batcher = createBatcher<Entry, boolean>(async (entries) => {
    const values = [
      entries.map(({ jobId }) => jobId),
      workerId,
      JSON.stringify(entries.flatMap(({ jobId, steps }) => steps.map((step) => ({ jobId, ...step })))),
      JSON.stringify(entries.flatMap(({ jobId, update }) => (update ? [{ jobId, ...update }] : []))),
    ];
    // Written twice, where only the answer was lost, it says the same.
    const { rows } = await patiently(() => pool.query<{ id: string }>(write, values));
    const mine = new Set(rows.map(({ id }) => id));
    for (const { jobId, recipeId, update } of entries) {
      if (mine.has(jobId))
        changes.publish({ type: "job", id: jobId, recipeId, state: update?.state ?? "running" });
    }
    return entries.map(({ jobId }) => mine.has(jobId));
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
