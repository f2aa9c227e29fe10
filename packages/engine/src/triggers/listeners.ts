/**
 * What one worker at a time does for all: looks at services, and sockets that are held open. Each has a row with its
 * cursor; who has claimed the row does the work, and says again and again that it still lives.
 */
import { and, eq, inArray, isNotNull, notInArray, sql } from "drizzle-orm";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { listeners } from "../database/trigger-tables.ts";
import type { EngineLog } from "../engine-contract.ts";
import { ownLookPrefix } from "./looks.ts";

/** One turn of a listener. */
export interface Turn {
  /** What the turn before this one kept; undefined at the first. */
  readonly cursor: unknown;
  /** Aborted when nobody wants it any more, another worker has it, or this one stops. */
  readonly signal: AbortSignal;
  /** Keeps a cursor, and counts what was found; throws when another worker has it by now. */
  keep(cursor: unknown, found: number): Promise<void>;
}

/** Something to be done by one worker at a time. */
export interface Listener {
  readonly key: string;
  /** The recipe whose own it is. */
  readonly recipeId: string | undefined;
  /** Whether its turn lasts, as a socket's does. */
  readonly lasting: boolean;
  /** What it is set to; a turn that lasts ends when that changes. */
  readonly settings?: string;
  /** Takes a turn; gives when the next is due. */
  run(turn: Turn): Promise<Date>;
  /** Says when to try again after a failure. */
  retryAt(error: unknown, failures: number): Date;
}

/** How a listener fares. */
export type ListenerState = typeof listeners.$inferSelect;

/** The listeners of an installation, as far as this worker has to do with them. */
export interface Listeners {
  /** Says what is wanted now; what no recipe wants any more ends. */
  want(all: readonly Listener[]): Promise<void>;
  /** Claims what is due and lets it run. */
  turn(): Promise<number>;
  /** Takes turns until nothing is due, or none of some keys; resolves when those that do not last are over. */
  runDue(keys?: ReadonlySet<string>): Promise<void>;
  stop(): Promise<void>;
}

/** A worker that said nothing for this long has lost what it had claimed. */
const leaseMs = 60_000;
/** Turns at the same time in this worker, beside those that last. */
const mostAtOnce = 4;
/** What belongs to an account and no recipe wanted for so long is forgotten. */
const forgottenAfterMs = 15 * 60_000;

/** Makes this worker's share of the listeners. */
export function createListeners(context: {
  readonly database: Database;
  readonly workerId: string;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** Hears how a recipe's own turns end; an error that can pass (a wait was asked for) is one too. */
  readonly onTurn?: ((recipeId: string, error: string | null) => Promise<void>) | undefined;
  /** Told of what no recipe wants any more. */
  readonly onGone?: (gone: readonly ListenerState[]) => void;
}): Listeners {
  const { database, workerId, clock, log, onTurn, onGone = () => undefined } = context;
  let wanted = new Map<string, Listener>();
  const running = new Map<
    string,
    { readonly listener: Listener; readonly end: AbortController; readonly done: Promise<void> }
  >();
  const leasedUntil = () => new Date(clock.now().getTime() + leaseMs);
  const mine = (key: string) => and(eq(listeners.key, key), eq(listeners.leasedBy, workerId));

  async function claim(only?: ReadonlySet<string>): Promise<ListenerState | undefined> {
    const busy = [...running.values()].filter(({ listener }) => !listener.lasting).length;
    const keys = [...wanted.values()]
      .filter(({ key }) => !running.has(key) && (only?.has(key) ?? true))
      .filter(({ lasting }) => lasting || busy < mostAtOnce)
      .map(({ key }) => key);
    if (keys.length === 0) return undefined;
    const now = clock.now();
    const due = database
      .select({ key: listeners.key })
      .from(listeners)
      .where(
        and(
          inArray(listeners.key, keys),
          sql`${listeners.dueAt} <= ${now}`,
          sql`(${listeners.leasedUntil} is null or ${listeners.leasedUntil} <= ${now})`,
        ),
      )
      .orderBy(listeners.dueAt)
      .limit(1)
      .for("update", { skipLocked: true });
    const [claimed] = await database
      .update(listeners)
      .set({ leasedBy: workerId, leasedUntil: leasedUntil() })
      .where(inArray(listeners.key, due))
      .returning();
    return claimed;
  }

  function start(listener: Listener, row: ListenerState): void {
    const { key } = listener;
    const end = new AbortController();
    const given: Turn = {
      cursor: row.cursor ?? undefined,
      signal: end.signal,
      async keep(cursor, found) {
        const { rowCount } = await database
          .update(listeners)
          .set({
            ...{ cursor, found: sql`${listeners.found} + ${found}`, leasedUntil: leasedUntil() },
            ...{ error: null, failures: 0 },
          })
          .where(mine(key));
        if (rowCount === 0) throw new Error(`another worker has ${key} by now`);
      },
    };
    const done = take(listener, given, row.failures).finally(() => running.delete(key));
    running.set(key, { listener, end, done });
  }

  async function take(listener: Listener, given: Turn, failures: number): Promise<void> {
    let dueAt: Date;
    let error: string | null = null;
    try {
      dueAt = await listener.run(given);
    } catch (reason) {
      dueAt = given.signal.aborted ? clock.now() : listener.retryAt(reason, failures + 1);
      error = given.signal.aborted ? null : reason instanceof Error ? reason.message : String(reason);
      if (error !== null) log.warn({ listener: listener.key, error }, "a look at a service failed");
    }
    const freed = { leasedBy: null, leasedUntil: null, dueAt };
    const outcome = given.signal.aborted
      ? freed
      : { ...freed, ranAt: clock.now(), error, failures: error === null ? 0 : failures + 1 };
    await database
      .update(listeners)
      .set(outcome)
      .where(mine(listener.key))
      .catch((lost: unknown) => log.warn({ error: String(lost) }, "a look could not be noted"));
    if (listener.recipeId !== undefined && !given.signal.aborted) {
      await onTurn?.(listener.recipeId, error).catch((lost: unknown) =>
        log.warn({ error: String(lost) }, "a trigger's error could not be counted"),
      );
    }
  }

  /** Says that we live; what another worker has meanwhile is ended here. */
  async function renew(): Promise<void> {
    if (running.size === 0) return;
    const keys = [...running.keys()];
    const held = await database
      .update(listeners)
      .set({ leasedUntil: leasedUntil() })
      .where(and(inArray(listeners.key, keys), eq(listeners.leasedBy, workerId)))
      .returning({ key: listeners.key });
    const ours = new Set(held.map(({ key }) => key));
    for (const key of keys) if (!ours.has(key)) running.get(key)?.end.abort();
  }

  async function turn(only?: ReadonlySet<string>): Promise<number> {
    await renew();
    let started = 0;
    for (let row = await claim(only); row; row = await claim(only)) {
      const listener = wanted.get(row.key);
      if (!listener) break;
      start(listener, row);
      started += 1;
    }
    return started;
  }

  return {
    async want(all) {
      wanted = new Map(all.map((listener) => [listener.key, listener]));
      for (const [key, { listener, end }] of running)
        if (wanted.get(key)?.settings !== listener.settings || !wanted.has(key)) end.abort();
      const now = clock.now();
      if (all.length > 0) {
        const rows = all.map(({ key, recipeId }) => ({ key, recipeId: recipeId ?? null, dueAt: now }));
        await database.insert(listeners).values(rows).onConflictDoNothing();
      }
      const stopped = await database
        .delete(listeners)
        .where(sql`
          ${listeners.recipeId} is not null and not exists (
            select from greenroom.recipes where id = ${listeners.recipeId}
              and (state = 'running' or lost_at is not null or ${listeners.key} like ${`${ownLookPrefix}%`}))`)
        .returning();
      onGone(stopped);
      const own = all.filter(({ recipeId }) => recipeId !== undefined);
      if (own.length > 0) {
        // Their settings changed: another key, another cursor.
        const ids = own.flatMap(({ recipeId }) => recipeId ?? []);
        const keys = own.map(({ key }) => key);
        const changed = await database
          .delete(listeners)
          .where(
            and(
              isNotNull(listeners.recipeId),
              inArray(listeners.recipeId, ids),
              notInArray(listeners.key, keys),
            ),
          )
          .returning();
        onGone(changed);
      }
      const idleSince = new Date(now.getTime() - forgottenAfterMs);
      await database.delete(listeners).where(sql`
        ${listeners.recipeId} is null and greatest(${listeners.ranAt}, ${listeners.dueAt}) < ${idleSince}
        and ${listeners.key} <> all(${sql.param([...wanted.keys()])}::text[])
        and not exists (select from greenroom.recipes where lost_at is not null)`);
    },
    turn: () => turn(),
    async runDue(only) {
      for (;;) {
        const started = await turn(only);
        const short = [...running.values()].filter(
          ({ listener }) => !listener.lasting && (only?.has(listener.key) ?? true),
        );
        if (started === 0 && short.length === 0) return;
        await Promise.all(short.map(({ done }) => done));
      }
    },
    async stop() {
      for (const { end } of running.values()) end.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
