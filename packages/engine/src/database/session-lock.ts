/**
 * Locks for work that is longer than a transaction. Each is held by a database session of its own that keeps saying that it
 * lives: a process that stands still, or a host that is gone, must not keep the others waiting.
 */
import type { Pool, PoolClient } from "./database.ts";

/** PostgreSQL ends a session that was silent for so long, and with it the lock. As long as a process may be silent. */
const silentForMs = 6_500;
/** Namespace of these locks: any number that nothing else in this database uses. */
const lockSpace = 711_031;

type Work<T> = (client: PoolClient) => Promise<T>;

/**
 * Waits for the lock of that name, and runs `work` with it. Who stood still has lost it without knowing: what `work`
 * writes must be right then, too.
 */
export async function whileLocked<T>(
  pool: Pool,
  name: string,
  work: Work<T>,
  silentMs = silentForMs,
): Promise<T> {
  return await withLock(pool, "pg_advisory_lock", name, work, silentMs);
}

/** The same, unless another one has the lock. @returns undefined when it has */
export async function unlessLocked<T>(
  pool: Pool,
  name: string,
  work: Work<T>,
  silentMs = silentForMs,
): Promise<T | undefined> {
  return await withLock<T | undefined>(pool, "pg_try_advisory_lock", name, work, silentMs);
}

async function withLock<T>(
  pool: Pool,
  take: "pg_advisory_lock" | "pg_try_advisory_lock",
  name: string,
  work: Work<T>,
  silentMs: number,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lost = (error: unknown) => void (broken = error instanceof Error ? error : new Error(String(error)));
  try {
    // A wait for the lock is no silence.
    await client.query(`set idle_session_timeout = ${silentMs}`);
    const { rows } = await client.query<{ taken: boolean | string }>(
      `select ${take}(hashtextextended($1, ${lockSpace})) as taken`,
      [name],
    );
    const alive = setInterval(() => void client.query("select").catch(lost), silentMs / 3);
    try {
      // Only an attempt says whether it was one.
      return rows[0]?.taken === false ? (undefined as T) : await work(client);
    } finally {
      clearInterval(alive);
      await client.query("select pg_advisory_unlock_all(); reset idle_session_timeout").catch(lost);
    }
  } catch (error) {
    // Whatever it is in the middle of, it is not for others.
    broken ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}
