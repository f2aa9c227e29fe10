import type { Pool } from "../database/database.ts";
import { lowestId } from "../store/job-counts.ts";

/** Jobs looked at in a batch. */
const batchSize = 500;

// Of an event the data goes when no job that keeps its own is left of it.
const wipe = (chosen: string) => `
  with chosen as materialized (${chosen}), wiped as (
    update greenroom.jobs job set wiped_at = $1, result = null, reason = null, details = null, concurrency_key = null,
      error = case when error is not null then json_build_object('kind', error->>'kind', 'code', error->>'code',
        'message', 'The recipe keeps no data of its jobs.', 'path', error->>'path') end
    from chosen where job.id = chosen.id and job.finished_at is not null and job.wiped_at is null
      and not exists (
        select from greenroom.jobs parent where parent.id = job.parent_id and parent.finished_at is null)
    returning job.id, job.event_id
  ), steps as (
    delete from greenroom.job_steps where job_id = any(array(select id from wiped))
  ), findable as (
    delete from greenroom.job_values where job_id = any(array(select id from wiped))
  ), events as (
    update greenroom.events event set payload = '{}', wiped_at = $1
    where id = any(array(select event_id from wiped)) and event.wiped_at is null
      and not exists (select from greenroom.jobs other where other.event_id = event.id and other.cause = 'event'
        and other.wiped_at is null and other.id <> all(array(select id from wiped)))
      and not exists (select from greenroom.jobs other where other.event_id = event.id and other.cause <> 'event'
        and other.wiped_at is null and other.id <> all(array(select id from wiped)))
  )`;

const these = `${wipe("select unnest($2::uuid[]) as id")} select count(*)::int as done from wiped`;

// The mark moves up to the first job that is not over.
const next = `${wipe(`
  select id, finished_at from greenroom.jobs where recipe_id = $2 and id > $3 order by id limit ${batchSize}`)}
  select (select count(*)::int from wiped) as done, count(*)::int as seen,
    (array_agg(id order by id desc))[1] as last,
    (select max(id::text) from chosen where id::text < coalesce((select min(id::text) from chosen c where c.finished_at is null
      or exists (select from greenroom.jobs job join greenroom.jobs parent on parent.id = job.parent_id
        where job.id = c.id and parent.finished_at is null)), 'g')::text) as through
  from chosen`;

/** Makes the batches that delete the data of ended jobs: of those with these ids, or of all of a recipe that are left. */
export function wipeJobs(
  pool: Pool,
  now: Date,
  whose: string | readonly string[],
): () => Promise<{ done: number; more: boolean }> {
  if (typeof whose !== "string") {
    return async () => {
      const { rows } = await pool.query<{ done: number }>(these, [now, whose]);
      return { done: rows[0]?.done ?? 0, more: false };
    };
  }
  let after: string | undefined;
  let unbroken = true;
  return async () => {
    if (after === undefined) {
      const { rows } = await pool.query<{ mark: string | null }>(
        "select wiped_through as mark from greenroom.recipes where id = $1",
        [whose],
      );
      after = rows[0]?.mark ?? lowestId;
    }
    const { rows } = await pool.query<{
      done: number;
      seen: number;
      last: string | null;
      through: string | null;
    }>(...[next, [now, whose, after]]);
    const { done = 0, seen = 0, last = null, through = null } = rows[0] ?? {};
    if (unbroken && through !== null)
      await pool.query("update greenroom.recipes set wiped_through = $2 where id = $1", [whose, through]);
    unbroken &&= through === last;
    after = last ?? after;
    return { done, more: seen === batchSize };
  };
}
