/**
 * The inbox: every event is written once, and in the same statement the jobs it starts and the jobs it is news for.
 * What is not committed was not acknowledged, and what is committed has its jobs, whatever dies next.
 */
import { createHash } from "node:crypto";
import type { IncomingEvent } from "@greenroom/connector-kit";
import { newId } from "../new-id.ts";
import { createBatcher, isRefusedData } from "../batcher.ts";
import { mostNesting, nestsTooDeep } from "../nesting.ts";
import type { Changes } from "../changes.ts";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/database.ts";
import type { JobDetails } from "../database/job-tables.ts";
import type { events } from "../database/schema.ts";
import type { Dispatcher } from "../jobs/dispatcher.ts";
import type { Lane } from "../jobs/lanes.ts";
import type { Matcher } from "./matcher.ts";
import {
  type Attempt,
  createRecorder,
  isOf,
  type NewJob,
  type Row,
  type StartedRow,
  type ToldRow,
} from "./record-events.ts";

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
  /** The recipes that it may start jobs of; all that want it by default. */
  readonly startsOnly?: ReadonlySet<string> | undefined;
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

interface Written {
  /** The worker's id then. */
  readonly by: string;
  readonly fresh: readonly string[];
  readonly started: readonly StartedRow[];
  readonly told: readonly ToldRow[];
}

/** Writes events and hands the jobs they start over. */
export interface Inbox {
  /** Resolves when the event is committed. */
  receive(delivery: Delivery): Promise<Receipt>;
  idle(): Promise<void>;
}

/** More jobs are not begun before it is looked whether other webhooks have come. */
const beginAtOnce = 8;

/** Makes the inbox of a process. */
export function createInbox(context: {
  readonly pool: Pool;
  readonly matcher: Matcher;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly workerId: () => string;
  /** Seals what recipes mask. */
  readonly seal: (value: unknown) => string;
  readonly dispatcher: Pick<Dispatcher, "reserve" | "release">;
  /** Brings the matcher up to date. */
  readonly reload: () => Promise<void>;
  readonly onStarted: (job: StartedJob, place: Lane) => void;
  /** Recipes whose jobs must wait for a place. */
  readonly onQueued: (recipeIds: readonly string[]) => void;
  readonly onTold: (jobs: readonly { readonly id: string; readonly recipeId: string }[]) => void;
}): Inbox {
  const { pool, matcher, changes, clock, workerId, seal, dispatcher, reload, onStarted, onQueued, onTold } =
    context;

  const record = createRecorder(pool, seal);
  const jobsOf = (event: StoredEvent): readonly NewJob[] =>
    matcher
      .match(event)
      .filter(({ recipeId }) => event.startsOnly?.has(recipeId) ?? true)
      .map(({ recipeId, queue, key }) => ({
        ...{ id: newId(), recipeId, priority: queue.priority, key, keepsOrder: queue.concurrency === 1 },
        place: dispatcher.reserve(recipeId, queue),
      }));
  const giveBack = (rows: readonly Row[]) => {
    for (const row of rows) {
      for (const { place } of row.jobs) if (place) dispatcher.release(place);
      row.jobs = [];
    }
  };

  async function write(rows: readonly Row[]): Promise<Written> {
    for (;;) {
      // Recipes may be loaded anew at any moment: what is matched, what is written and what was answered must be of one
      // revision, or an event that a recipe has just begun to hear would be written without its job, or not at all.
      const attempt: Attempt = { by: workerId(), revision: matcher.revision };
      for (const row of rows) {
        row.jobs = jobsOf(row.event);
        row.masks = matcher.masking(row.event);
      }
      const recorded = await record(rows, attempt);
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
    if (beginning.length === 1) begun = new Promise((resolve) => setImmediate(() => beginSome(resolve)));
  }
  function beginSome(done: () => void): void {
    const jobs = beginning.splice(0, beginAtOnce);
    for (const one of jobs) onStarted(one.job, one.place);
    if (beginning.length > 0) setImmediate(() => beginSome(done));
    else done();
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
      const event: StoredEvent = { ...delivery, id: newId() };
      const keepStandIn = (refused: string) =>
        batcher.add({
          ...{ event: standInFor(event, refused, receivedAt), receivedAt, refused, jobs: [], masks: [] },
        });
      if (nestsTooDeep(event.event.payload))
        return await keepStandIn(`It is nested more than ${mostNesting} levels deep.`);
      try {
        return await batcher.add({ event, receivedAt, refused: undefined, jobs: [], masks: [] });
      } catch (error) {
        if (!isRefusedData(error)) throw error;
        return await keepStandIn(error instanceof Error ? error.message : String(error));
      }
    },
    async idle() {
      await batcher.idle();
      await begun;
    },
  };
}

/** What is kept of an event that is refused: that it came, and why its jobs fail. */
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

/** An event's row as it was delivered. */
export function storedEventOf(row: typeof events.$inferSelect): StoredEvent {
  const { id, profileId, connector, source, accountId, name, occurredAt, dedupeKey, payload } = row;
  return {
    ...{ id, profileId, connector, source },
    event: { name, accountId, occurredAt, dedupeKey, payload },
  };
}
