import type { Pool } from "../database/database.ts";
import { lowestId } from "../store/job-counts.ts";

/** Events looked at in a batch. */
const batchSize = 500;

// An event stays as long as a job of it, which shows it. Its data may go before it is forgotten.
const batch = `
  with seen as materialized (
    select id, received_at from greenroom.events where id > $1 and received_at < $2 order by id limit ${batchSize}
  ), free as (
    select seen.id, received_at < $3 as forget from seen
    where not exists (select from greenroom.jobs where event_id = seen.id and cause = 'event')
      and not exists (select from greenroom.jobs where event_id = seen.id and cause <> 'event')
  ), gone as (
    delete from greenroom.events where id = any(array(select id from free where forget)) returning id
  ), wiped as (
    update greenroom.events set payload = '{}', wiped_at = $4
    where id = any(array(select id from free where not forget)) and wiped_at is null returning id
  )
  select (select count(*)::int from gone) + (select count(*)::int from wiped) as done, count(*)::int as seen,
    (array_agg(id order by id desc))[1] as last from seen`;

/** Makes the batches that delete the data of events without jobs from before a moment, and forget those from before another. */
export function deleteEvents(
  pool: Pool,
  { before, forgetBefore, now }: { before: Date; forgetBefore: Date; now: Date },
): () => Promise<{ done: number; more: boolean }> {
  let after = lowestId;
  return async () => {
    const { rows } = await pool.query<{ done: number; seen: number; last: string | null }>(batch, [
      ...[after, before, forgetBefore, now],
    ]);
    const { done = 0, seen = 0, last = null } = rows[0] ?? {};
    after = last ?? after;
    return { done, more: seen === batchSize };
  };
}
