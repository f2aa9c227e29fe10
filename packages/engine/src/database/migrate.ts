import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { Database } from "./database.ts";

/** Any number that nothing else in this database locks. */
const migrationLock = 7_110_310_114;

/** Runs `work` while no other process migrates this database. */
async function alone<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  const client = await database.$client.connect();
  try {
    const session = drizzle({ client }) as unknown as Database;
    await session.execute(sql`select pg_advisory_lock(${migrationLock})`);
    try {
      return await work(session);
    } finally {
      await session.execute(sql`select pg_advisory_unlock(${migrationLock})`);
    }
  } finally {
    client.release();
  }
}

/** Brings the schema up to date; processes that start at once wait for each other. `andThen` runs under the same lock. */
export async function migrateDatabase(database: Database, andThen: () => Promise<void>): Promise<void> {
  await alone(database, async (session) => {
    await migrate(session, {
      migrationsFolder: join(import.meta.dirname, "../../migrations"),
      migrationsSchema: "greenroom_migrations",
    });
    await andThen();
  });
}
