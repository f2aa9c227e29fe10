import type { Pool } from "../database/database.ts";
import { aboutOf, bucketOf, shownState, tookOf } from "../store/job-buckets.ts";
import { lowestId } from "../store/job-counts.ts";

/** Jobs looked at in a batch. */
const batchSize = 500;

const newestToGo = `
  select id from greenroom.jobs where recipe_id = $1 order by id desc offset $2 limit 1`;

// Arrays, since PostgreSQL cannot guess how few rows a deletion gives, and would read whole tables to join with them.
// Jobs that a caller still waits for stay. What their events may have started is never picked up again: their recipe
// remembers how far.
const batch = `
  with seen as materialized (
    select id, event_id, parent_id, finished_at from greenroom.jobs
    where recipe_id = $1 and id > $2 and ((id <= $4) or ($3::timestamptz is not null and created_at < $3))
    order by id limit ${batchSize}
  ), due as materialized (
    select id from seen where finished_at is not null and (id <= $4 or finished_at < $3)
      and not exists (
        select from greenroom.jobs parent where parent.id = seen.parent_id and parent.finished_at is null)
  ), gone as (
    delete from greenroom.jobs where id = any(array(select id from due)) and finished_at is not null
    returning id, event_id, state, started_at, finished_at
  ), counted as (
    update greenroom.job_counts c set
      succeeded = c.succeeded - (select count(*)::int from gone where state = 'succeeded' and id <= c.through and id <> all(c.open)),
      failed = c.failed - (select count(*)::int from gone where state = 'failed' and id <= c.through and id <> all(c.open))
    where recipe_id = $1 and exists (select from gone)
    returning c.through, c.open
  ), stats as (
    -- What was added up meanwhile is not seen here, and is there all the same: hence an insertion, of less than nothing.
    insert into greenroom.job_stats (recipe_id, bucket, state, about, jobs, total_ms)
    select $1, ${bucketOf("id")}, ${shownState}, ${aboutOf}, -count(*)::int, -sum(${tookOf})
    from gone, counted where id <= counted.through and id <> all(counted.open) group by 1, 2, 3, 4
    on conflict (recipe_id, bucket, state, about) do update
      set jobs = job_stats.jobs + excluded.jobs, total_ms = job_stats.total_ms + excluded.total_ms
  ), steps as (
    delete from greenroom.job_steps where job_id = any(array(select id from gone))
  ), findable as (
    delete from greenroom.job_values where job_id = any(array(select id from gone))
  ), remembered as (
    update greenroom.recipes set forgotten_until = greatest(forgotten_until, events.until)
    from (select max(received_at) as until from greenroom.events where id = any(array(select event_id from gone))) events
    where id = $1 and events.until is not null
  )
  select (select count(*)::int from gone) as done, count(*)::int as seen, (array_agg(id order by id desc))[1] as last from seen`;

/** Makes the batches that delete a recipe's ended jobs: those that ended before a moment, and all but the newest. */
export function deleteJobs(
  pool: Pool,
  { recipeId, before, newest }: { recipeId: string; before: Date | undefined; newest: number | undefined },
): () => Promise<{ done: number; more: boolean }> {
  let after = lowestId;
  let through: string | undefined;
  return async () => {
    if (through === undefined) {
      const { rows } =
        newest === undefined
          ? { rows: [] }
          : await pool.query<{ id: string }>(newestToGo, [recipeId, newest]);
      through = rows[0]?.id ?? lowestId;
    }
    const { rows } = await pool.query<{ done: number; seen: number; last: string | null }>(batch, [
      ...[recipeId, after, before ?? null, through],
    ]);
    const { done = 0, seen = 0, last = null } = rows[0] ?? {};
    after = last ?? after;
    return { done, more: seen === batchSize };
  };
}
