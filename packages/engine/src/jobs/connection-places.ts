/**
 * A connection's places: how many steps may use it at once, over all recipes and workers. Who came first goes first, and
 * a more urgent recipe's steps count as if they had come earlier: they pass those that have not waited that long already.
 * The line stands in PostgreSQL, and whoever comes or leaves gives what is free to those whose turn it is. A worker that
 * dies leaves the line. That a place was given is told at once, and looked for every second.
 */
import type { Pool } from "../database/database.ts";
import { inTransaction } from "../database/in-transaction.ts";

const lookEveryMs = 1_000;

/** So much earlier a step of the next higher priority counts as come. */
const passesMs = 60_000;

// One at a time and connection: each sees what the one before did.
const alone = "select pg_advisory_xact_lock(hashtextextended($1::text, 712))";
const enter = `
  insert into greenroom.connection_uses (id, connection_id, job_id, worker_id, turn_at)
  values ($1, $2, $3, $4, now() - coalesce((select priority from greenroom.jobs where id = $3), 0)
    * make_interval(secs => ${passesMs / 1_000})) on conflict do nothing`;
const leave = "delete from greenroom.connection_uses where id = $1";
const forgetDead = `
  delete from greenroom.connection_uses u where connection_id = $1
    and not exists (select from greenroom.workers w where w.id = u.worker_id)`;
const grant = `
  update greenroom.connection_uses set granted_at = now() where id in (
    select id from greenroom.connection_uses where connection_id = $1 and granted_at is null order by turn_at, turn
    limit (select case when c.concurrency is not null then greatest(0, c.concurrency - (select count(*)
      from greenroom.connection_uses u where u.connection_id = $1 and u.granted_at is not null)) end
      from greenroom.connections c where c.id = $1))
  returning id`;
const granted =
  "select id from greenroom.connection_uses where id = any($1::uuid[]) and granted_at is not null";

/** A step that is about to use a connection. */
export interface ConnectionUse {
  readonly id: string;
  readonly connectionId: string;
  readonly jobId: string;
  readonly workerId: string;
  /** Aborted when the job must do nothing more here. */
  readonly signal: AbortSignal;
  /** Called when it must wait, and waits. */
  readonly whileWaiting: (given: () => Promise<void>) => Promise<void>;
}

/** The places of all connections, at one worker. */
export interface ConnectionPlaces {
  /** Resolves when the step may use the connection, with what it calls when it has. */
  take(use: ConnectionUse): Promise<() => void>;
  /** Another worker gave these uses their places. */
  granted(ids: readonly string[]): void;
  stop(): Promise<void>;
}

interface Waiting {
  readonly connectionId: string;
  readonly resolve: () => void;
}

/** Makes them. */
export function createConnectionPlaces(context: {
  readonly pool: Pool;
  /** Runs a query until the database answers. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  /** Tells other workers that these uses have their places. */
  readonly onGranted: (ids: readonly string[]) => void;
  readonly onTrouble: (error: unknown) => void;
}): ConnectionPlaces {
  const { pool, patiently, onGranted, onTrouble } = context;
  const waiting = new Map<string, Waiting>();
  const leaving = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  /** The last of what we ask about each connection: one after another, or they would hold the whole pool. */
  const asked = new Map<string, Promise<void>>();

  /** Does something to a connection's line, then gives what is free. */
  function inTurn(connectionId: string, change?: [text: string, values: unknown[]]): Promise<void> {
    const done = (asked.get(connectionId) ?? Promise.resolve()).then(() => giveTurns(connectionId, change));
    const settled = done
      .catch(() => {})
      .finally(() => {
        if (asked.get(connectionId) === settled) asked.delete(connectionId);
      });
    asked.set(connectionId, settled);
    return done;
  }

  async function giveTurns(
    connectionId: string,
    change: [text: string, values: unknown[]] | undefined,
  ): Promise<void> {
    const mine = [...waiting].filter(([, one]) => one.connectionId === connectionId).map(([id]) => id);
    const { given, known } = await inTransaction(pool, async (client) => {
      await client.query(alone, [connectionId]);
      await client.query(...(change ?? ([forgetDead, [connectionId]] as const)));
      const { rows: fresh } = await client.query<{ id: string }>(grant, [connectionId]);
      const { rows: before } = change ? { rows: [] } : await client.query<{ id: string }>(granted, [mine]);
      return { given: fresh, known: before };
    });
    const others = given.map(({ id }) => id).filter((id) => !waiting.has(id));
    for (const { id } of [...given, ...known]) waiting.get(id)?.resolve();
    if (others.length > 0) onGranted(others);
  }

  function lookNowAndThen(): void {
    timer ??= setTimeout(() => {
      const connections = new Set([...waiting.values()].map(({ connectionId }) => connectionId));
      void Promise.all([...connections].map((id) => inTurn(id).catch(onTrouble))).finally(() => {
        timer = undefined;
        if (waiting.size > 0) lookNowAndThen();
      });
    }, lookEveryMs);
  }

  function leaveLine({ id, connectionId }: ConnectionUse): void {
    const left = patiently(() => inTurn(connectionId, [leave, [id]]))
      .catch(onTrouble)
      .finally(() => leaving.delete(left));
    leaving.add(left);
  }

  return {
    async take(use) {
      const { id, connectionId, jobId, workerId, signal, whileWaiting } = use;
      const given = Promise.withResolvers<void>();
      const abort = () => given.reject(signal.reason);
      // What nobody awaits yet is no bug.
      given.promise.catch(() => {});
      signal.addEventListener("abort", abort, { once: true });
      let isGiven = false;
      waiting.set(id, { connectionId, resolve: () => given.resolve(void (isGiven = true)) });
      try {
        // When only the answer was lost, it stands in line already.
        await patiently(() => inTurn(connectionId, [enter, [id, connectionId, jobId, workerId]]));
        if (!isGiven) {
          lookNowAndThen();
          await whileWaiting(() => given.promise);
        }
        signal.throwIfAborted();
      } catch (error) {
        leaveLine(use);
        throw error;
      } finally {
        waiting.delete(id);
        signal.removeEventListener("abort", abort);
      }
      return () => leaveLine(use);
    },
    granted(ids) {
      for (const id of ids) waiting.get(id)?.resolve();
    },
    async stop() {
      clearTimeout(timer);
      await Promise.all(leaving);
    },
  };
}
