/**
 * How many jobs each recipe has in which state. A million ended jobs are not counted anew for every list or chart: what
 * has ended is added up now and then, once, and only the newest are looked at. Retention subtracts what it deletes.
 */
import type { Pool } from "../database/database.ts";
import { inTransaction } from "../database/in-transaction.ts";
import { aboutOf, bucketOf, recipesWithJobs, shownState, tookOf } from "./job-buckets.ts";

/** The jobs of a recipe. */
export interface JobCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly running: number;
}

/** No id is lower. */
export const lowestId = "00000000-0000-0000-0000-000000000000";
/** With more that are not added up yet, they are. */
const manyJobs = 5_000;
const batchSize = 50_000;
/** A job made at that time is surely committed by now, and so is every one with a lower id. */
const settledAfterMs = 120_000;

// In the order of the index, so that the planner takes it, however old its statistics are.
const count = `
  select r.id as "recipeId", tail.jobs > ${manyJobs} as many,
    coalesce(c.succeeded, 0) + late.succeeded + tail.succeeded as succeeded,
    coalesce(c.failed, 0) + late.failed + tail.failed as failed, late.running + tail.running as running
  from greenroom.recipes r left join greenroom.job_counts c on c.recipe_id = r.id
  cross join lateral (
    select count(*)::int as jobs, count(*) filter (where state = 'succeeded')::int as succeeded,
      count(*) filter (where state = 'failed')::int as failed, count(*) filter (where finished_at is null)::int as running
    from (
      select state, finished_at from greenroom.jobs
      where recipe_id = r.id and id > coalesce(c.through, '${lowestId}') order by id limit 1000000
    ) newest
  ) tail
  cross join lateral (
    select count(*) filter (where state = 'succeeded')::int as succeeded,
      count(*) filter (where state = 'failed')::int as failed, count(*) filter (where finished_at is null)::int as running
    from greenroom.jobs where id = any(c.open)
  ) late
  where $1::uuid is null or r.id = $1`;

const open = `
  insert into greenroom.job_counts (recipe_id, through, succeeded, failed, open)
  values ($1, '${lowestId}', 0, 0, '{}') on conflict do nothing`;
// Before anything is read: what retention deletes meanwhile is subtracted after, and what it deleted is not seen.
const lock = "select from greenroom.job_counts where recipe_id = $1 for update";
const addUp = `
  with counts as (
    select * from greenroom.job_counts where recipe_id = $1
  ), fresh as materialized (
    select id, state, started_at, finished_at from greenroom.jobs
    where recipe_id = $1 and id > (select through from counts) and id < $2 order by id limit ${batchSize}
  ), late as (
    select id, state, started_at, finished_at from greenroom.jobs where id = any((select open from counts)::uuid[])
  ), seen as materialized (
    select * from fresh union all select * from late
  ), added as (
    select count(*) filter (where state = 'succeeded')::int as succeeded, count(*) filter (where state = 'failed')::int as failed,
      coalesce(array_agg(id) filter (where finished_at is null), '{}') as open from seen
  ), stats as (
    insert into greenroom.job_stats (recipe_id, bucket, state, about, jobs, total_ms)
    select $1, ${bucketOf("id")}, ${shownState}, ${aboutOf}, count(*)::int, sum(${tookOf}) from seen
    where finished_at is not null group by 1, 2, 3, 4
    on conflict (recipe_id, bucket, state, about) do update
      set jobs = job_stats.jobs + excluded.jobs, total_ms = job_stats.total_ms + excluded.total_ms
  )
  update greenroom.job_counts c set succeeded = c.succeeded + added.succeeded, failed = c.failed + added.failed,
    open = added.open, through = coalesce((select max(id::text)::uuid from fresh), c.through)
  from added where c.recipe_id = $1
  returning (select count(*)::int from fresh) as added`;

interface Row extends JobCounts {
  readonly recipeId: string;
  readonly many: boolean;
}

/** Counts the jobs of all recipes, or of one. */
export async function countJobs(
  pool: Pool,
  now: Date,
  recipeId?: string,
): Promise<ReadonlyMap<string, JobCounts>> {
  const { rows } = await pool.query<Row>(count, [recipeId ?? null]);
  for (const row of rows) if (row.many) await addUpJobs(pool, row.recipeId, now);
  return new Map(
    rows.map(({ recipeId: id, succeeded, failed, running }) => [id, { succeeded, failed, running }]),
  );
}

const late = `
  with recursive ${recipesWithJobs}
  select found.id from found left join greenroom.job_counts c on c.recipe_id = found.id
  cross join lateral (
    select count(*) as jobs from (
      select from greenroom.jobs j where j.recipe_id = found.id and j.id > coalesce(c.through, '${lowestId}') and j.id < $1
      order by j.id limit ${manyJobs + 1}) newest
  ) tail
  where tail.jobs > ${manyJobs}`;

/** Adds up the jobs of all recipes that have many which are not added up yet. */
export async function addUpLateJobs(pool: Pool, now: Date): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(late, [settledBefore(now)]);
  for (const { id } of rows) await addUpJobs(pool, id, now);
}

// A deleted recipe is counted for as long as there are jobs of it.
const forget = `
  with over as (
    delete from greenroom.job_counts c
    where not exists (select from greenroom.recipes where id = c.recipe_id)
      and not exists (select from greenroom.jobs where recipe_id = c.recipe_id)
    returning recipe_id
  )
  delete from greenroom.job_stats where jobs <= 0 or recipe_id in (select recipe_id from over)`;

/** Removes what says nothing any more, after retention. */
export async function forgetCounts(pool: Pool): Promise<void> {
  await pool.query(forget);
}

const settledBefore = (now: Date) => firstIdAt(new Date(now.getTime() - settledAfterMs));

/** Adds up a recipe's ended jobs, in turns that hold nobody up. */
async function addUpJobs(pool: Pool, recipeId: string, now: Date): Promise<void> {
  const before = settledBefore(now);
  for (let added = batchSize; added === batchSize; ) {
    added = await inTransaction(pool, async (client) => {
      await client.query(open, [recipeId]);
      await client.query(lock, [recipeId]);
      const { rows } = await client.query<{ added: number }>(addUp, [recipeId, before]);
      return rows[0]?.added ?? 0;
    });
  }
}

/** The least id that something made at that time can have (UUID version 7 begins with the milliseconds). */
export function firstIdAt(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
