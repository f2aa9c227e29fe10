/**
 * The inbox: every event is written once, and in the same statement the jobs it starts. What is not committed
 * was not acknowledged, and what is committed has its jobs, whatever dies next.
 */
import type { IncomingEvent } from "@greenroom/connector-kit";
import { v7 as uuidv7 } from "uuid";
import { createBatcher } from "../batcher.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/database.ts";
import type { Matcher } from "./matcher.ts";

/** An event and where it came from. */
export interface Delivery {
  /** The app profile it came through, or {@link noProfile}. */
  readonly profileId: string;
  readonly connector: string;
  readonly event: IncomingEvent;
  /** The recipe it is for alone, where it is one's: of its schedule, its address, its own look. */
  readonly source?: string | undefined;
  /** Set when nobody told it and it was found by looking; `since` when it happened after that. */
  readonly reconciled?: { readonly since: Date | undefined } | undefined;
}

/** Stands for the app profile of events that came through none. */
export const noProfile = "00000000-0000-0000-0000-000000000000";

/** An event as written. */
export interface StoredEvent extends Delivery {
  readonly id: string;
}

/** A job that its event has just started. */
export interface NewJob {
  readonly id: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly event: StoredEvent;
}

/** What became of a delivery. */
export interface Receipt {
  readonly eventId: string;
  /** The event was there already; nothing was written. */
  readonly duplicate: boolean;
  /** The jobs it started. */
  readonly jobIds: readonly string[];
}

interface Row {
  readonly event: StoredEvent;
  readonly receivedAt: Date;
  readonly jobs: readonly { readonly id: string; readonly recipeId: string }[];
}

// One statement, hence one commit, for a whole batch. A recipe stopped meanwhile starts nothing.
const record = `
  with incoming as (
    select * from json_to_recordset($1::json) as x(
      id uuid, "profileId" uuid, connector text, "accountId" text, name text, "occurredAt" timestamptz,
      "receivedAt" timestamptz, "dedupeKey" text, payload json, source text, "stateKey" text, reconciled boolean,
      "foundSince" timestamptz)
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
    returning id
  ), started as (
    insert into greenroom.jobs (id, recipe_id, version_id, event_id, state, worker_id, created_at, started_at)
    select x.id, recipe.id, recipe.version_id, x."eventId", 'running', $3, now(), now()
    from json_to_recordset($2::json) as x(id uuid, "eventId" uuid, "recipeId" uuid)
    join fresh on fresh.id = x."eventId"
    join greenroom.recipes recipe on recipe.id = x."recipeId" and recipe.state = 'running'
    on conflict on constraint jobs_once do nothing
    returning id, recipe_id, version_id, event_id
  )
  select fresh.id as "eventId", started.id as "jobId", started.recipe_id as "recipeId", started.version_id as "versionId"
  from fresh left join started on started.event_id = fresh.id`;

interface Recorded {
  readonly eventId: string;
  readonly jobId: string | null;
  readonly recipeId: string;
  readonly versionId: string;
}

/** Our advisory lock on events that have a state: any number that nothing else in this database uses. */
const stateLock = 711_032;

/** Writes events and hands the jobs they start to `start`. */
export interface Inbox {
  /** Resolves when the event is committed. */
  receive(delivery: Delivery): Promise<Receipt>;
  idle(): Promise<void>;
}

/** Makes the inbox of a worker. */
export function createInbox(context: {
  readonly pool: Pool;
  readonly matcher: Matcher;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly workerId: string;
  readonly start: (job: NewJob) => void;
}): Inbox {
  const { pool, matcher, changes, clock, workerId, start } = context;

  const batcher = createBatcher<Row, Receipt>(async (rows) => {
    const recorded = rows.some(({ event }) => event.event.stateKey !== undefined)
      ? await recordInTurn(rows)
      : await recordRows(pool, rows);
    const byEvent = new Map(rows.map(({ event }) => [event.id, event]));
    const fresh = new Set<string>();
    const jobIds = new Map<string, string[]>();
    for (const { eventId, jobId, recipeId, versionId } of recorded) {
      const event = byEvent.get(eventId);
      if (!event) continue;
      if (!fresh.has(eventId)) changes.publish({ type: "event", id: eventId, name: event.event.name });
      fresh.add(eventId);
      if (jobId !== null) {
        jobIds.set(eventId, [...(jobIds.get(eventId) ?? []), jobId]);
        changes.publish({ type: "job", id: jobId, recipeId, state: "running" });
        start({ id: jobId, recipeId, versionId, event });
      }
    }
    return rows.map(({ event: { id } }) => ({
      ...{ eventId: id, duplicate: !fresh.has(id), jobIds: jobIds.get(id) ?? [] },
    }));
  });

  async function recordRows(to: Pick<Pool, "query">, rows: readonly Row[]): Promise<readonly Recorded[]> {
    const { rows: recorded } = await to.query<Recorded>(record, [
      JSON.stringify(rows.map(toColumns)),
      JSON.stringify(rows.flatMap(({ event, jobs }) => jobs.map((job) => ({ ...job, eventId: event.id })))),
      workerId,
    ]);
    return recorded;
  }

  /** One worker after the other, and what was told before what was found: each sees what the others wrote. */
  async function recordInTurn(rows: readonly Row[]): Promise<readonly Recorded[]> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      await client.query(`select pg_advisory_xact_lock(${stateLock})`);
      const found = await recordRows(
        client,
        rows.filter(({ event }) => !event.reconciled),
      );
      const also = await recordRows(
        client,
        rows.filter(({ event }) => event.reconciled),
      );
      await client.query("commit");
      return [...found, ...also];
    } catch (error) {
      await client.query("rollback").catch((lost: Error) => (broken = lost));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    receive(delivery) {
      const event = { ...delivery, id: uuidv7() };
      const jobs = matcher.match(event).map((recipeId) => ({ id: uuidv7(), recipeId }));
      return batcher.add({ event, receivedAt: clock.now(), jobs });
    },
    idle: () => batcher.idle(),
  };
}

function toColumns({ event: stored, receivedAt }: Row): object {
  const { id, profileId, connector, event, source = "", reconciled } = stored;
  const { accountId, name, occurredAt, dedupeKey, payload, stateKey } = event;
  return {
    ...{ id, profileId, connector, accountId, name, occurredAt, receivedAt, dedupeKey, payload, source },
    ...{ stateKey, reconciled: reconciled !== undefined, foundSince: reconciled?.since },
  };
}
