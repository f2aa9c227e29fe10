/** The schema's migrations: run at every start, read by backups and upgrades. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { ClientBase } from "pg";
import type { Database } from "./database.ts";

/** Any number that nothing else in this database locks. */
const migrationLock = 7_110_310_114;
const migrationsFolder = join(import.meta.dirname, "../../migrations");
const migrationsSchema = "greenroom_migrations";

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** A step of the schema. */
export interface Migration {
  /** Such as `0004_triggers`. */
  readonly name: string;
  readonly hash: string;
}

/** All that this version knows, in their order. */
export function knownMigrations(): readonly Migration[] {
  const { entries } = readJournal();
  return readMigrationFiles({ migrationsFolder }).map(({ hash }, index) => ({
    ...{ name: entries[index]?.tag ?? "", hash },
  }));
}

/** Whether all migrations with these hashes, in their order, are known here: what a newer version made is not. */
export function areKnown(hashes: readonly string[]): boolean {
  const known = knownMigrations();
  return hashes.every((hash, index) => known[index]?.hash === hash);
}

/** The hashes of those that this database has, in their order; none where no Greenroom has run. */
export async function appliedMigrations(client: Pick<ClientBase, "query">): Promise<readonly string[]> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('${migrationsSchema}.__drizzle_migrations') is not null as there`,
  );
  if (!found[0]?.there) return [];
  const { rows } = await client.query<{ hash: string }>(
    `select hash from ${migrationsSchema}.__drizzle_migrations order by created_at`,
  );
  return rows.map(({ hash }) => hash);
}

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
export async function migrateDatabase(
  database: Database,
  andThen: () => Promise<void> = async () => {},
): Promise<void> {
  await alone(database, async (session) => {
    await migrate(session, { migrationsFolder, migrationsSchema });
    await andThen();
  });
}

/** Makes the schema as it was after its first `count` migrations. */
export async function migrateTo(database: Database, count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-migrations-"));
  try {
    const journal = readJournal();
    const entries = journal.entries.slice(0, count);
    mkdirSync(join(folder, "meta"));
    writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
    for (const { tag } of entries) cpSync(join(migrationsFolder, `${tag}.sql`), join(folder, `${tag}.sql`));
    await alone(database, (session) => migrate(session, { migrationsFolder: folder, migrationsSchema }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readJournal(): Journal {
  return JSON.parse(readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8")) as Journal;
}
