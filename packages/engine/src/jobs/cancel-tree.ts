/** Cancels a job and all that it called, whatever calls what meanwhile. */
import { ConnectorError } from "@greenroom/connector-kit";
import type { Pool, PoolClient } from "../database/database.ts";
import { isDeadlock } from "../database/database-away.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { JobState } from "../database/job-tables.ts";
import { notFound } from "../store/refusals.ts";
import type { JobError } from "./job-error.ts";

const cancel = `
  with recursive tree as (
    select id from greenroom.jobs where id = $1
    union all
    select child.id from greenroom.jobs child join tree on child.parent_id = tree.id
  ), over as (
    update greenroom.jobs job set state = 'cancelled', finished_at = $2, worker_id = null, wake_at = null,
      signals = signals + 1, reason = 'It was cancelled.'
    where id in (select id from tree) and finished_at is null
    returning id, recipe_id, parent_id
  ), steps as (
    update greenroom.job_steps step set state = 'failed', finished_at = $2, error = $3
    where job_id in (select id from over) and state in ('running', 'waiting', 'ready')
  ), told as (
    update greenroom.jobs parent set signals = signals + 1,
      state = case when parent.state = 'waiting' and parent.worker_id is null then 'queued' else parent.state end
    where id in (select parent_id from over) and id not in (select id from over) and finished_at is null
    returning id, recipe_id
  ), unwaited as (
    delete from greenroom.job_waits where job_id in (select id from over)
  ), unheard as (
    delete from greenroom.job_events where job_id in (select id from over)
  )
  select id, recipe_id as "recipeId", true as over from over
  union all select id, recipe_id, false from told`;

const cancelled: JobError = {
  ...{ kind: "cancelled", code: "cancelled" },
  message: "The job was cancelled while this step was under way.",
  hint: "What was sent to the service before may have been done.",
};
const lockJob = "select state, finished_at is not null as ended from greenroom.jobs where id = $1 for update";

/** A job that was cancelled, or is told of one. */
export interface CancelledRow {
  readonly id: string;
  readonly recipeId: string;
  /** Cancelled; false for a job that is told of it. */
  readonly over: boolean;
}

/** Tries again where this and another transaction waited for each other. */
async function unlessCrossed<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!isDeadlock(error) || left === 0) throw error;
    }
  }
}

/** Cancels it. @returns what was cancelled, and who is told. @throws {ConnectorError} `conflict` when it has ended */
export function cancelTree(pool: Pool, jobId: string, at: Date): Promise<readonly CancelledRow[]> {
  return unlessCrossed(() => inTransaction(pool, (client) => cancelIn(client, jobId, at)));
}

/** A job may be about to write that it calls another one: its row is ours before its children are looked for, and so are theirs. */
async function cancelIn(client: PoolClient, jobId: string, at: Date): Promise<readonly CancelledRow[]> {
  const { rows: jobs } = await client.query<{ state: JobState; ended: boolean }>(lockJob, [jobId]);
  const [job] = jobs;
  if (!job) throw notFound("job", jobId);
  const { state, ended } = job;
  if (ended) {
    const how = state === "succeeded" || state === "failed" ? state : `was ${state}`;
    throw new ConnectorError("conflict", "job-ended", `The job has ended already: it ${how}.`);
  }
  const found: CancelledRow[] = [];
  for (;;) {
    const { rows } = await client.query<CancelledRow>(cancel, [jobId, at, JSON.stringify(cancelled)]);
    found.push(...rows);
    if (!rows.some(({ over }) => over)) return found;
  }
}
