/** Claims: how a worker takes queued jobs, the most urgent and then the oldest first; each goes to one worker only. */
import type { Pool, PoolClient } from "../database/database.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { JobCause, JobDetails } from "../database/job-tables.ts";
import type { StoredEvent } from "../inbox/inbox.ts";
import type { HeldJob } from "./job-run.ts";
import type { QueueSettings } from "./queue-settings.ts";

/** How many jobs of a recipe a worker wants. */
export interface Want {
  readonly recipeId: string;
  readonly count: number;
}

/** A job that this worker has taken. */
export interface ClaimedJob {
  readonly id: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly cause: JobCause;
  readonly parentId: string | null;
  readonly details: JobDetails | null;
  readonly signals: number;
  readonly startedAt: Date;
  /** It ran before: it may have a history. */
  readonly begun: boolean;
  readonly event: StoredEvent | undefined;
}

// PostgreSQL cannot know how few are picked: written as joins, these read the whole of both tables for each claim. What
// they are written as leaves it nothing but to look each job and each event up by its id.
const taking = `
  update greenroom.jobs job set state = 'running', worker_id = $1, started_at = coalesce(job.started_at, $2),
    wake_at = null, reason = null
  where job.id = any(array(select id from picked)) and exists (select from greenroom.workers where id = $1)
  returning job.id, job.recipe_id, job.version_id, job.cause, job.parent_id, job.details, job.signals, job.started_at,
    job.event_id`;
const shown = `
  select taken.id, recipe_id as "recipeId", version_id as "versionId", cause, parent_id as "parentId", details, signals,
    started_at as "startedAt", (select begun from picked where picked.id = taken.id) as begun, event_id as "eventId",
    e.profile_id as "profileId", e.connector, e.account_id as "accountId", e.name, e.occurred_at as "occurredAt",
    e.dedupe_key as "dedupeKey", e.payload
  from taken left join lateral (select * from greenroom.events where id = taken.event_id offset 0) e on true
  order by taken.id`;
// Jobs that are called, and test runs, take nobody's turn.
const claim = `
  with wants as (
    select * from json_to_recordset($3::json) as x("recipeId" uuid, count int, aside int)
  ), lined as (
    select j.id, j.begun from wants cross join lateral (
      select id, started_at is not null as begun from greenroom.jobs
      where recipe_id = wants."recipeId" and state = 'queued' and cause in ('event', 'rerun')
        and not exists (select from greenroom.queues q where q.recipe_id = wants."recipeId" and q.paused_at is not null)
      order by priority desc, id limit wants.count for update skip locked) j
  ), aside as (
    select j.id, j.begun from wants cross join lateral (
      select id, started_at is not null as begun from greenroom.jobs
      where recipe_id = wants."recipeId" and state = 'queued' and cause in ('call', 'test')
      order by id limit wants.aside for update skip locked) j
  ), picked as (
    select id, begun from lined union all select id, begun from aside
  ), taken as (${taking})${shown}`;

const openQueue = "insert into greenroom.queues (recipe_id) values ($1) on conflict do nothing";
const lockQueue = `
  select paused_at as "pausedAt", next_start_at as "nextStartAt" from greenroom.queues where recipe_id = $1 for update`;
/** So many of the oldest queued jobs are looked at one by one; when none of them may begin, the keys are. */
const lookedAt = 200;
const keysAtOnce = 500;

/** Another job has the key of `job`: it began and has not ended. */
const isUnderWay = (job: string) => `exists (
  select from greenroom.jobs o where o.recipe_id = ${job}.recipe_id and o.concurrency_key = ${job}.concurrency_key
    and o.finished_at is null and (o.state <> 'queued' or o.started_at is not null) and o.id <> ${job}.id)`;
// A job that began before has its key; of the others, only the oldest of its key may begin, and only when none is under way.
const claimByKey = `
  with candidates as (
    (select j.id from (
      select * from greenroom.jobs where recipe_id = $3 and state = 'queued' and cause in ('event', 'rerun')
      order by priority desc, id limit ${lookedAt}) j
    where j.started_at is not null or j.concurrency_key is null or not ${isUnderWay("j")} and not exists (
      select from greenroom.jobs o where o.recipe_id = j.recipe_id and o.concurrency_key = j.concurrency_key
        and o.state = 'queued' and o.started_at is null and o.id < j.id)
    limit $4)
    union
    select id from greenroom.jobs where recipe_id = $3 and state = 'queued' and started_at is not null
      and finished_at is null and concurrency_key is not null
  ), picked as (
    select id, started_at is not null as begun from greenroom.jobs
    where id = any(array(select id from candidates)) and state = 'queued' and cause in ('event', 'rerun')
    order by priority desc, id limit $4 for update skip locked
  ), taken as (${taking})${shown}`;
// The oldest job in line of each key from some key on, found by going from key to key; none where few are queued.
const heads = `
  with recursive heads as (
    (select recipe_id, concurrency_key, id from greenroom.jobs
    where recipe_id = $1 and state = 'queued' and started_at is null and concurrency_key > $2
      and exists (select from greenroom.jobs where recipe_id = $1 and state = 'queued' offset ${lookedAt} limit 1)
    order by concurrency_key, id limit 1)
    union all
    select next.* from heads cross join lateral (
      select recipe_id, concurrency_key, id from greenroom.jobs
      where recipe_id = $1 and state = 'queued' and started_at is null and concurrency_key > heads.concurrency_key
      order by concurrency_key, id limit 1) next
  )
  select id, concurrency_key as key, not ${isUnderWay("head")} as free
  from (select * from heads limit ${keysAtOnce}) head`;
const claimHeads = `
  with picked as (
    select id, false as begun from greenroom.jobs
    where id = any($3::uuid[]) and state = 'queued' and cause in ('event', 'rerun')
    order by priority desc, id limit $4 for update skip locked
  ), taken as (${taking})${shown}`;
const moveOn = "update greenroom.queues set next_start_at = $2 where recipe_id = $1";

const look = `
  with recursive woken as (
    update greenroom.jobs set state = 'queued'
    where state = 'waiting' and worker_id is null and wake_at <= $1 returning recipe_id
  ), lines as (
    (select recipe_id from greenroom.jobs where state = 'queued' order by recipe_id limit 1)
    union all
    select (select recipe_id from greenroom.jobs where state = 'queued' and recipe_id > lines.recipe_id
      order by recipe_id limit 1)
    from lines where lines.recipe_id is not null
  )
  select recipe_id as id from woken union select recipe_id from lines where recipe_id is not null`;

interface Row extends Omit<ClaimedJob, "event"> {
  readonly eventId: string | null;
  readonly profileId: string | null;
  readonly connector: string;
  readonly accountId: string;
  readonly name: string;
  readonly occurredAt: Date;
  readonly dedupeKey: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The claims of one worker. */
export interface Claims {
  /** Takes jobs of recipes with neither key nor rate, and of any recipe those that take nobody's turn. */
  take(wants: readonly (Want & { readonly aside: number })[]): Promise<readonly ClaimedJob[]>;
  /** Takes jobs of a recipe with keys or a rate. @returns them, and when it is worth asking again for a rate's sake */
  takeOrderly(
    want: Want,
    settings: QueueSettings,
  ): Promise<{ readonly jobs: readonly ClaimedJob[]; readonly againAt: Date | undefined }>;
  /** Wakes parked jobs whose time has come. @returns the recipes with queued jobs */
  look(): Promise<readonly string[]>;
}

/** Makes them. */
export function createClaims(pool: Pool, workerId: () => string, now: () => Date): Claims {
  /** By recipe, the key that the last look at its keys came to: the next one goes on from there, so that each gets its turn. */
  const reached = new Map<string, string>();

  async function takeByKey(
    client: PoolClient,
    recipeId: string,
    { at, limit, hasKeys }: { readonly at: Date; readonly limit: number; readonly hasKeys: boolean },
  ): Promise<readonly Row[]> {
    const { rows: oldest } = await client.query<Row>(claimByKey, [workerId(), at, recipeId, limit]);
    if (!hasKeys || oldest.length === limit) return oldest;
    // What is oldest waits for others of its key, maybe thousands of them: other keys stand behind.
    const { rows: found } = await client.query<{ id: string; key: string; free: boolean }>(heads, [
      ...[recipeId, reached.get(recipeId) ?? ""],
    ]);
    const free = found.filter((head) => head.free).slice(0, limit - oldest.length);
    const last = free.length === limit - oldest.length ? free.at(-1) : found[keysAtOnce - 1];
    if (last) reached.set(recipeId, last.key);
    else reached.delete(recipeId);
    if (free.length === 0) return oldest;
    const ids = free.map(({ id }) => id);
    const { rows: more } = await client.query<Row>(claimHeads, [workerId(), at, ids, ids.length]);
    return [...oldest, ...more];
  }

  return {
    async take(wants) {
      const { rows } = await pool.query<Row>(claim, [workerId(), now(), JSON.stringify(wants)]);
      return rows.map(claimed);
    },

    async takeOrderly({ recipeId, count }, { rate, keyOf }) {
      return await inTransaction(pool, async (client) => {
        await client.query(openQueue, [recipeId]);
        const { rows: queues } = await client.query<{ pausedAt: Date | null; nextStartAt: Date | null }>(
          ...[lockQueue, [recipeId]],
        );
        const [queue] = queues;
        const at = now();
        const everyMs = rate ? rate.perMs / rate.count : 0;
        // The generic cell rate algorithm: so many starts in a row, then one after another.
        const dueMs = Math.max(queue?.nextStartAt?.getTime() ?? 0, at.getTime());
        const room = rate ? Math.floor((at.getTime() + rate.perMs - dueMs) / everyMs + 1e-6) : count;
        const limit = queue?.pausedAt ? 0 : Math.max(0, Math.min(count, room));
        const rows =
          limit > 0 ? await takeByKey(client, recipeId, { at, limit, hasKeys: keyOf !== undefined }) : [];
        const nextMs = dueMs + rows.length * everyMs;
        if (rate && rows.length > 0) await client.query(moveOn, [recipeId, new Date(nextMs)]);
        const againAt =
          rate && rows.length === limit && limit < count
            ? new Date(nextMs - rate.perMs + everyMs)
            : undefined;
        return { jobs: rows.map(claimed), againAt: queue?.pausedAt ? undefined : againAt };
      });
    },

    async look() {
      const { rows } = await pool.query<{ id: string }>(look, [now()]);
      return rows.map(({ id }) => id);
    },
  };
}

function claimed(row: Row): ClaimedJob {
  const { id, recipeId, versionId, cause, parentId, details, signals, startedAt, begun } = row;
  const { eventId, profileId, connector, accountId, name, occurredAt, dedupeKey, payload } = row;
  const event: StoredEvent | undefined =
    eventId !== null && profileId !== null
      ? { id: eventId, profileId, connector, event: { accountId, name, occurredAt, dedupeKey, payload } }
      : undefined;
  return { id, recipeId, versionId, cause, parentId, details, signals, startedAt, begun, event };
}

/** A taken job as it is run. */
export function heldJobOf(job: ClaimedJob, workerId: string, keepsOrder: boolean): HeldJob {
  const { id, recipeId, versionId, parentId, signals, startedAt, details } = job;
  return {
    ...{ id, recipeId, versionId, workerId, parentId: parentId ?? undefined, signals, startedAt, keepsOrder },
    ...{ details: details ?? {}, event: eventOf(job), hasHistory: hasHistory(job) },
    eventSealed: job.event === undefined,
  };
}

const hasHistory = ({ begun, cause, details }: ClaimedJob) =>
  begun || cause === "rerun" || details?.resumed === true;

/** What a job without an event in the inbox began with. */
function eventOf({ id, event, details, cause, startedAt }: ClaimedJob): StoredEvent {
  const payload = details?.trigger;
  if (event) return payload ? { ...event, event: { ...event.event, payload } } : event;
  const none = { accountId: "", dedupeKey: id, occurredAt: startedAt, payload: payload ?? {} };
  return { id, profileId: "", connector: "", event: { ...none, name: cause } };
}
