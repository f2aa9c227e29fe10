/** Brings a database to this version's schema without starting anything. */
import { type Database, openDatabase } from "../database/database.ts";
import { appliedMigrations, areKnown, knownMigrations, migrateDatabase } from "../database/migrate.ts";
import { StartError } from "../start-error.ts";

/** The names of the migrations that it lacks. @throws {StartError} when a newer Greenroom has used it */
export async function pendingUpgrade(databaseUrl: string): Promise<readonly string[]> {
  return await withDatabase(databaseUrl, pendingOf);
}

/** Runs them. @returns their names */
export async function upgradeDatabase(databaseUrl: string): Promise<readonly string[]> {
  return await withDatabase(databaseUrl, async (database) => {
    const pending = await pendingOf(database);
    await migrateDatabase(database);
    return pending;
  });
}

async function pendingOf(database: Database): Promise<readonly string[]> {
  const applied = await appliedMigrations(database.$client);
  if (!areKnown(applied))
    throw new StartError(
      "A newer Greenroom has used this database, whose tables this version does not know. Use that version or a newer one.",
    );
  return knownMigrations()
    .slice(applied.length)
    .map(({ name }) => name);
}

async function withDatabase<T>(databaseUrl: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(databaseUrl, { warn: () => undefined });
  try {
    return await work(database);
  } finally {
    await database.$client.end();
  }
}
