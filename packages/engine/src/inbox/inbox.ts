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
  readonly profileId: string;
  readonly connector: string;
  readonly event: IncomingEvent;
}

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
      "receivedAt" timestamptz, "dedupeKey" text, payload json)
  ), fresh as (
    insert into greenroom.events (id, profile_id, connector, account_id, name, occurred_at, received_at, dedupe_key, payload)
    select * from incoming
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
    const { rows: recorded } = await pool.query<Recorded>(record, [
      JSON.stringify(rows.map(toColumns)),
      JSON.stringify(rows.flatMap(({ event, jobs }) => jobs.map((job) => ({ ...job, eventId: event.id })))),
      workerId,
    ]);
    const byEvent = new Map(rows.map(({ event }) => [event.id, event]));
    const fresh = new Set<string>();
    for (const { eventId, jobId, recipeId, versionId } of recorded) {
      const event = byEvent.get(eventId);
      if (!event) continue;
      if (!fresh.has(eventId)) changes.publish({ type: "event", id: eventId, name: event.event.name });
      fresh.add(eventId);
      if (jobId !== null) {
        changes.publish({ type: "job", id: jobId, recipeId, state: "running" });
        start({ id: jobId, recipeId, versionId, event });
      }
    }
    return rows.map(({ event }) => ({ eventId: event.id, duplicate: !fresh.has(event.id) }));
  });

  return {
    receive(delivery) {
      const event = { ...delivery, id: uuidv7() };
      const jobs = matcher.match(event).map((recipeId) => ({ id: uuidv7(), recipeId }));
      return batcher.add({ event, receivedAt: clock.now(), jobs });
    },
    idle: () => batcher.idle(),
  };
}

function toColumns({ event: { id, profileId, connector, event }, receivedAt }: Row): object {
  const { accountId, name, occurredAt, dedupeKey, payload } = event;
  return { id, profileId, connector, accountId, name, occurredAt, receivedAt, dedupeKey, payload };
}
