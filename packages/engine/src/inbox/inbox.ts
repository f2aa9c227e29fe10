/**
 * The inbox: every event is written once, and in the same statement the jobs it starts and the jobs it is news for.
 * What is not committed was not acknowledged, and what is committed has its jobs, whatever dies next.
 */
import { createHash } from "node:crypto";
import type { IncomingEvent } from "@greenroom/connector-kit";
import { v7 as uuidv7 } from "uuid";
import { createBatcher, isRefusedData } from "../batcher.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/database.ts";
import type { JobDetails, JobState } from "../database/job-tables.ts";
import { storableJson } from "../database/storable-json.ts";
import type { Dispatcher, Lane } from "../jobs/dispatcher.ts";
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

/** A job that its event has just started at this worker. */
export interface StartedJob {
  readonly id: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly workerId: string;
  readonly details: JobDetails;
  readonly event: StoredEvent;
  readonly startedAt: Date;
  readonly keepsOrder: boolean;
}

/** What became of a delivery. */
export interface Receipt {
  readonly eventId: string;
  /** The event was there already; nothing was written. */
  readonly duplicate: boolean;
  /** The jobs it started. */
  readonly jobIds: readonly string[];
}

interface NewJob {
  readonly id: string;
  readonly recipeId: string;
  readonly priority: number;
  readonly key: string | undefined;
  readonly keepsOrder: boolean;
  /** The place it may start in at once. */
  readonly place: Lane | undefined;
}

interface Row {
  readonly event: StoredEvent;
  readonly receivedAt: Date;
  /** Why PostgreSQL refused what came. */
  readonly refused: string | undefined;
  /** Those it starts, by the recipes of the attempt. */
  jobs: readonly NewJob[];
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

type StartedRow = readonly [
  id: string,
  recipeId: string,
  versionId: string,
  eventId: string,
  state: JobState,
];
type ToldRow = readonly [id: string, recipeId: string];

interface Recorded {
  /** PostgreSQL's big integers come as text. */
  readonly revision: string;
  readonly fresh: readonly string[] | null;
  readonly started: readonly StartedRow[] | null;
  readonly told: readonly ToldRow[] | null;
}

/** One try to write a batch. */
interface Attempt {
  /** The worker's id. */
  readonly by: string;
  /** Of the recipes that the batch was matched with. */
  readonly revision: number;
}

const isOf =
  ({ revision: matched }: Attempt) =>
  ({ revision }: Recorded) =>
    Number(revision) === matched;

interface Written {
  /** The worker's id then. */
  readonly by: string;
  readonly fresh: readonly string[];
  readonly started: readonly StartedRow[];
  readonly told: readonly ToldRow[];
}

/** Our advisory lock on events that have a state: any number that nothing else in this database uses. */
const stateLock = 711_032;

/** Writes events and hands the jobs they start over. */
export interface Inbox {
  /** Resolves when the event is committed. */
  receive(delivery: Delivery): Promise<Receipt>;
  idle(): Promise<void>;
}

/** Makes the inbox of a process. */
export function createInbox(context: {
  readonly pool: Pool;
  readonly matcher: Matcher;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly workerId: () => string;
  readonly dispatcher: Pick<Dispatcher, "reserve" | "release">;
  /** Brings the matcher up to date. */
  readonly reload: () => Promise<void>;
  readonly onStarted: (job: StartedJob, place: Lane) => void;
  /** Recipes whose jobs must wait for a place. */
  readonly onQueued: (recipeIds: readonly string[]) => void;
  readonly onTold: (jobs: readonly { readonly id: string; readonly recipeId: string }[]) => void;
}): Inbox {
  const { pool, matcher, changes, clock, workerId, dispatcher, reload, onStarted, onQueued, onTold } =
    context;

  const jobsOf = (event: StoredEvent): readonly NewJob[] =>
    matcher.match(event).map(({ recipeId, queue, key }) => ({
      ...{ id: uuidv7(), recipeId, priority: queue.priority, key, keepsOrder: queue.concurrency === 1 },
      place: dispatcher.reserve(recipeId, queue),
    }));
  const giveBack = (rows: readonly Row[]) => {
    for (const row of rows) {
      for (const { place } of row.jobs) if (place) dispatcher.release(place);
      row.jobs = [];
    }
  };

  async function recordRows(
    to: Pick<Pool, "query">,
    rows: readonly Row[],
    { by, revision }: Attempt,
  ): Promise<Recorded> {
    const { rows: answers } = await to.query<Recorded>(record, [
      storableJson(rows.map(toColumns)),
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

  /** @returns undefined when it and another statement stood in each other's way, and this is the one to go again */
  async function recordUnlessCrossed(
    rows: readonly Row[],
    attempt: Attempt,
  ): Promise<readonly Recorded[] | undefined> {
    try {
      return rows.some(({ event }) => event.event.stateKey !== undefined)
        ? await recordInTurn(rows, attempt)
        : [await recordRows(pool, rows, attempt)];
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "40P01") return undefined;
      throw error;
    }
  }

  async function write(rows: readonly Row[]): Promise<Written> {
    for (;;) {
      // Recipes may be loaded anew at any moment: what is matched, what is written and what was answered must be of one
      // revision, or an event that a recipe has just begun to hear would be written without its job, or not at all.
      const attempt = { by: workerId(), revision: matcher.revision };
      for (const row of rows) row.jobs = jobsOf(row.event);
      const recorded = await recordUnlessCrossed(rows, attempt);
      if (recorded?.every(isOf(attempt))) {
        return {
          by: attempt.by,
          fresh: recorded.flatMap(({ fresh }) => fresh ?? []),
          started: recorded.flatMap(({ started }) => started ?? []),
          told: recorded.flatMap(({ told }) => told ?? []),
        };
      }
      giveBack(rows);
      if (recorded) await reload();
    }
  }

  let beginning: { readonly job: StartedJob; readonly place: Lane }[] = [];
  let begun: Promise<void> = Promise.resolve();
  /** The services whose events these are get their answers first: a job takes its time, and they count ours. */
  function begin(job: StartedJob, place: Lane): void {
    beginning.push({ job, place });
    if (beginning.length > 1) return;
    begun = new Promise((resolve) =>
      setImmediate(() => {
        const jobs = beginning;
        beginning = [];
        for (const one of jobs) onStarted(one.job, one.place);
        resolve();
      }),
    );
  }

  const batcher = createBatcher<Row, Receipt>(async (rows) => {
    let recorded: Written;
    try {
      recorded = await write(rows);
    } catch (error) {
      giveBack(rows);
      throw error;
    }
    const { fresh, started, told, by } = recorded;
    const events = new Map(rows.map((row) => [row.event.id, row]));
    const jobs = new Map(rows.flatMap((row) => row.jobs.map((job) => [job.id, job])));
    for (const id of fresh) {
      changes.publish({ type: "event", id, name: events.get(id)?.event.event.name ?? "" });
    }
    const queued = new Set<string>();
    const jobIds = new Map<string, string[]>();
    for (const [id, recipeId, versionId, eventId, state] of started) {
      jobIds.set(eventId, [...(jobIds.get(eventId) ?? []), id]);
      changes.publish({ type: "job", id, recipeId, state });
      const [job, row] = [jobs.get(id), events.get(eventId)];
      if (state === "queued" || !job?.place || !row) {
        queued.add(recipeId);
        continue;
      }
      jobs.delete(id);
      const { event, receivedAt, refused } = row;
      const details = refused === undefined ? {} : { refused };
      const held = { id, recipeId, versionId, workerId: by, details, event, startedAt: receivedAt };
      begin({ ...held, keepsOrder: job.keepsOrder }, job.place);
    }
    for (const { place } of jobs.values()) if (place) dispatcher.release(place);
    if (queued.size > 0) onQueued([...queued]);
    if (told.length > 0) onTold(told.map(([id, recipeId]) => ({ id, recipeId })));
    const written = new Set(fresh);
    return rows.map(({ event: { id } }) => ({
      ...{ eventId: id, duplicate: !written.has(id), jobIds: jobIds.get(id) ?? [] },
    }));
  });

  return {
    async receive(delivery) {
      const receivedAt = clock.now();
      const event: StoredEvent = { ...delivery, id: uuidv7() };
      try {
        return await batcher.add({ event, receivedAt, refused: undefined, jobs: [] });
      } catch (error) {
        if (!isRefusedData(error)) throw error;
        const refused = error instanceof Error ? error.message : String(error);
        const standIn = standInFor(event, refused, receivedAt);
        return await batcher.add({ event: standIn, receivedAt, refused, jobs: [] });
      }
    },
    async idle() {
      await batcher.idle();
      await begun;
    },
  };
}

/** What is kept of an event that PostgreSQL refuses: that it came, and why its jobs fail. */
function standInFor({ event, ...delivery }: StoredEvent, refused: string, receivedAt: Date): StoredEvent {
  const { name, accountId, dedupeKey, occurredAt } = event;
  const known = occurredAt.getTime() > 0 && occurredAt.getTime() < 4e12;
  return {
    ...delivery,
    event: {
      ...{ name: name.slice(0, 200), accountId: accountId.slice(0, 200), payload: { refused } },
      ...{ occurredAt: known ? occurredAt : receivedAt },
      dedupeKey: `sha256:${createHash("sha256").update(dedupeKey).digest("hex")}`,
    },
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

function jobColumns({ event, receivedAt, refused, jobs }: Row): readonly object[] {
  return jobs.map(({ id, recipeId, priority, key, place }) => ({
    ...{ id, recipeId, priority, key, eventId: event.id, direct: place !== undefined, at: receivedAt },
    ...(refused !== undefined && { details: { refused } }),
  }));
}
