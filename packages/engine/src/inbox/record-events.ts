/** The statement that writes events with their jobs, and the tries to write it. */
import { isDeadlock } from "../database/database-away.ts";
import type { Pool } from "../database/database.ts";
import type { JobState } from "../database/job-tables.ts";
import { storableJson } from "../database/storable-json.ts";
import type { Program } from "@greenroom/recipes";
import type { Lane } from "../jobs/lanes.ts";
import { sealPayload } from "../jobs/job-seal.ts";
import type { StoredEvent } from "./inbox.ts";

/** A job that an event starts. */
export interface NewJob {
  readonly id: string;
  readonly recipeId: string;
  readonly priority: number;
  readonly key: string | undefined;
  readonly keepsOrder: boolean;
  /** The place it may start in at once. */
  readonly place: Lane | undefined;
}

/** An event as it is written, with its jobs. */
export interface Row {
  readonly event: StoredEvent;
  readonly receivedAt: Date;
  /** Why PostgreSQL refused what came. */
  readonly refused: string | undefined;
  /** Those it starts, by the recipes of the attempt. */
  jobs: readonly NewJob[];
  /** The recipes of the attempt that mask something of it. */
  masks: readonly Program[];
}

// One statement, hence one commit, for a whole batch; nothing is written when recipes changed meanwhile. A recipe
// stopped by then starts nothing. An event does not overtake those that are queued. The gate is never shut for long:
// see event-waits.ts.
const record = `
  with state as (
    select revision from greenroom.revisions where id = 1
  ), incoming as (
    select x.* from json_to_recordset($1::json) as x(
      id uuid, "profileId" uuid, connector text, "accountId" text, name text, "occurredAt" timestamptz,
      "receivedAt" timestamptz, "dedupeKey" text, payload json, source text, "stateKey" text, reconciled boolean,
      "foundSince" timestamptz)
    where $4 = (select revision from state) and not exists (select from greenroom.event_gate)
  ), fresh as (
    insert into greenroom.events (id, profile_id, connector, account_id, name, occurred_at, received_at, dedupe_key,
      payload, source, state_key, reconciled, found_since)
    select * from incoming
    -- Told and found: the same event, when the one who looked could not know the moment.
    where "stateKey" is null or not exists (
      select from greenroom.events known
      where known.profile_id = incoming."profileId" and known.state_key = incoming."stateKey" and (
        incoming.reconciled and known.occurred_at >= incoming."foundSince"
        or known.reconciled and incoming."occurredAt"
          between known.found_since and known.occurred_at + interval '1 minute'))
    on conflict on constraint events_once do nothing
    returning id, profile_id, account_id, name
  ), started as (
    insert into greenroom.jobs (id, recipe_id, version_id, event_id, state, worker_id, priority, concurrency_key, details,
      created_at, started_at)
    select x.id, recipe.id, recipe.version_id, x."eventId", case when go.now then 'running' else 'queued' end,
      case when go.now then $3::uuid end, x.priority, x.key, x.details, x.at, case when go.now then x.at end
    from json_to_recordset($2::json) as x(id uuid, "eventId" uuid, "recipeId" uuid, direct boolean, priority smallint,
      key text, details json, at timestamptz)
    join fresh on fresh.id = x."eventId"
    join greenroom.recipes recipe on recipe.id = x."recipeId" and recipe.state = 'running'
    cross join lateral (
      select x.direct and not exists (select from greenroom.jobs j where j.recipe_id = recipe.id and j.state = 'queued')
        and not exists (select from greenroom.queues q where q.recipe_id = recipe.id and q.paused_at is not null) as now
      -- Once a row, however often it is used.
      offset 0
    ) go
    on conflict (event_id, recipe_id) where cause = 'event' do nothing
    returning id, recipe_id, version_id, event_id, state
  ), news as (
    insert into greenroom.job_events (job_id, path, event_id)
    select w.job_id, w.path, fresh.id from fresh
    join greenroom.job_waits w on w.profile_id = fresh.profile_id and w.account_id = fresh.account_id and w.name = fresh.name
    returning job_id
  ), told as (
    update greenroom.jobs job set signals = signals + 1,
      state = case when job.state = 'waiting' and job.worker_id is null then 'queued' else job.state end
    where id in (select job_id from news) and finished_at is null
    returning id, recipe_id
  )
  select (select revision from state) as revision,
    (select json_agg(id) from fresh) as fresh,
    (select json_agg(json_build_array(id, recipe_id, version_id, event_id, state)) from started) as started,
    (select json_agg(json_build_array(id, recipe_id)) from told) as told`;

/** A job that was written, and as what. */
export type StartedRow = readonly [
  id: string,
  recipeId: string,
  versionId: string,
  eventId: string,
  state: JobState,
];
/** A job that was told something. */
export type ToldRow = readonly [id: string, recipeId: string];

/** What the database says of an attempt. */
export interface Recorded {
  /** PostgreSQL's big integers come as text. */
  readonly revision: string;
  readonly fresh: readonly string[] | null;
  readonly started: readonly StartedRow[] | null;
  readonly told: readonly ToldRow[] | null;
}

/** One try to write a batch. */
export interface Attempt {
  /** The worker's id. */
  readonly by: string;
  /** Of the recipes that the batch was matched with. */
  readonly revision: number;
}

/** Whether it was written, by the recipes that it was matched with. */
export const isOf =
  ({ revision: matched }: Attempt) =>
  ({ revision }: Recorded) =>
    Number(revision) === matched;

/** Our advisory lock on events that have a state: any number that nothing else in this database uses. */
const stateLock = 711_032;

/** Makes what writes rows; it gives undefined when this and another statement stood in each other's way, and this is to go again. */
export function createRecorder(
  pool: Pool,
  seal: (value: unknown) => string,
): (rows: readonly Row[], attempt: Attempt) => Promise<readonly Recorded[] | undefined> {
  async function recordRows(
    to: Pick<Pool, "query">,
    rows: readonly Row[],
    { by, revision }: Attempt,
  ): Promise<Recorded> {
    const { rows: answers } = await to.query<Recorded>(record, [
      storableJson(rows.map((row) => toColumns(row, seal))),
      storableJson(rows.flatMap(jobColumns)),
      ...[by, revision],
    ]);
    const [recorded] = answers;
    if (!recorded) throw new Error("the inbox's statement gave no row");
    return recorded;
  }

  /** One worker after the other, and what was told before what was found: each sees what the others wrote. */
  async function recordInTurn(rows: readonly Row[], attempt: Attempt): Promise<readonly Recorded[]> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      await client.query(`select pg_advisory_xact_lock(${stateLock})`);
      const told = rows.filter(({ event }) => !event.reconciled);
      const found = rows.filter(({ event }) => event.reconciled);
      const recorded = [await recordRows(client, told, attempt), await recordRows(client, found, attempt)];
      await client.query(recorded.every(isOf(attempt)) ? "commit" : "rollback");
      return recorded;
    } catch (error) {
      await client.query("rollback").catch((lost: Error) => (broken = lost));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function recordUnlessCrossed(
    rows: readonly Row[],
    attempt: Attempt,
  ): Promise<readonly Recorded[] | undefined> {
    try {
      return rows.some(({ event }) => event.event.stateKey !== undefined)
        ? await recordInTurn(rows, attempt)
        : [await recordRows(pool, rows, attempt)];
    } catch (error) {
      if (isDeadlock(error)) return undefined;
      throw error;
    }
  }

  return recordUnlessCrossed;
}

function toColumns({ event: stored, receivedAt, masks }: Row, seal: (value: unknown) => string): object {
  const { id, profileId, connector, event, source = "", reconciled } = stored;
  const { accountId, name, occurredAt, dedupeKey, stateKey } = event;
  const payload = masks.length === 0 ? event.payload : sealPayload(event.payload, masks, seal);
  return {
    ...{ id, profileId, connector, accountId, name, occurredAt, receivedAt, dedupeKey, payload, source },
    ...{ stateKey, reconciled: reconciled !== undefined, foundSince: reconciled?.since },
  };
}

function jobColumns({ event, receivedAt, refused, jobs }: Row): readonly object[] {
  return jobs.map(({ id, recipeId, priority, key, place }) => ({
    ...{ id, recipeId, priority, key, eventId: event.id, direct: place !== undefined, at: receivedAt },
    ...(refused !== undefined && { details: { refused } }),
  }));
}
