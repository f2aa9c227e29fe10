/** Makes an installation of a backup: in a new home and an empty database, whole or not at all. */
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join, normalize } from "node:path";
import { type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Secret } from "@greenroom/connector-kit";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { secretKeyCheckPlace } from "../check-secret-key.ts";
import type { LookupColumn } from "../database/data-tables.ts";
import { type Database, openDatabase } from "../database/database.ts";
import { appliedMigrations, areKnown, migrateDatabase, migrateTo } from "../database/migrate.ts";
import { createTableSql } from "../lookup-tables/lookup-tables.ts";
import { createSecretBox } from "../secret-box.ts";
import { StartError } from "../start-error.ts";
import {
  type ArchiveEntry,
  type BackupTable,
  damaged,
  type End,
  endSchema,
  jsonOf,
  type Manifest,
  manifestSchema,
  readArchive,
  tableSum,
} from "./archive.ts";
import { type BackupProgress, type BackupSummary, copyTarget, homeParts } from "./write-backup.ts";

/** What was restored, and when it was written. */
export interface Restored extends BackupSummary {
  readonly createdAt: string;
  readonly greenroom: string;
}

interface RestoreOptions {
  readonly databaseUrl: string;
  readonly home: string;
  /** The key that the backup's installation had. */
  readonly secretKey: Secret;
  readonly input: Readable;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** Restores it, and brings it to this version's schema. @throws {StartError} with nothing changed when it cannot */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { home } = options;
  for (const part of homeParts) {
    if (existsSync(join(home, part)))
      throw new StartError(
        `${join(home, part)} is there already. Restore into a new GREENROOM_HOME that holds at most secret.key.`,
      );
  }
  const log = { warn: () => undefined };
  const database = await openDatabase(options.databaseUrl, log);
  try {
    await mustBeUnused(database);
    const aside = mkdtempSync(join(home, ".restoring-"));
    try {
      return await restoreInto(database, aside, options);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  } finally {
    await database.$client.end();
  }
}

const dropAll = "drop schema if exists greenroom, greenroom_tables, greenroom_migrations cascade";

async function mustBeUnused(database: Database): Promise<void> {
  if ((await appliedMigrations(database.$client)).length === 0) return;
  const { rowCount } = await database.$client.query("select from greenroom.settings");
  // Tables without a row of that kind are what a restoring left that was killed.
  if (rowCount === 0) await database.$client.query(dropAll);
  else
    throw new StartError(
      "A Greenroom has used this database: a backup is restored into an empty one. Set GREENROOM_HOME to a new directory, or DATABASE_URL to an empty database.",
    );
}

async function restoreInto(database: Database, aside: string, options: RestoreOptions): Promise<Restored> {
  const entries = readArchive(options.input);
  const first = await entries.next();
  if (first.done === true || first.value.name !== "manifest.json") throw damaged("it has no manifest");
  const manifest = await jsonOf(first.value, manifestSchema);
  mustFit(manifest, options.secretKey);
  await migrateTo(database, manifest.migrations.length);
  const end = await fill(database, (client) => copyIn(client, manifest, entries, aside, options.onProgress));
  for (const part of homeParts) {
    if (existsSync(join(aside, part))) renameSync(join(aside, part), join(options.home, part));
  }
  await migrateDatabase(database);
  const { createdAt, greenroom } = manifest;
  const rows = end.tables.reduce((all, table) => all + table.rows, 0);
  return { createdAt, greenroom, tables: manifest.tables.length, rows, files: end.files };
}

/** Runs `copy` on the empty tables in one transaction; when it fails, nothing of them stays. */
async function fill(database: Database, copy: (client: pg.PoolClient) => Promise<End>): Promise<End> {
  const client = await database.$client.connect();
  try {
    await client.query("begin");
    // The archive may come slowly; nobody else uses this database yet.
    await client.query("set local idle_in_transaction_session_timeout = 0");
    const close = await openTables(client);
    const end = await copy(client);
    await close();
    await client.query("commit");
    await client.query("analyze");
    client.release();
    return end;
  } catch (error) {
    // A COPY that was cut off leaves its connection of no use.
    client.release(true);
    await database.$client.query(dropAll);
    throw error;
  }
}

function mustFit({ migrations, greenroom, secretKeyCheck }: Manifest, secretKey: Secret): void {
  if (!areKnown(migrations))
    throw new StartError(
      `The backup was written by Greenroom ${greenroom}, whose tables this version does not know. Restore it with that version or a newer one.`,
    );
  try {
    createSecretBox(secretKey).open(secretKeyCheckPlace, Buffer.from(secretKeyCheck, "base64"));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      "The secret key does not fit this backup: its connections were sealed with another one. Put the secret.key of the installation it is of into GREENROOM_HOME, or set GREENROOM_SECRET_KEY to it.",
    );
  }
}

/** Takes away what would stand in the way of rows in any order. @returns what puts it back, and so checks all of it */
async function openTables(client: pg.PoolClient): Promise<() => Promise<void>> {
  const { rows: tables } = await client.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'greenroom'",
  );
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where contype = 'f' and connamespace = 'greenroom'::regnamespace`,
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  for (const { name } of tables) {
    await client.query(`alter table ${name} disable trigger user`);
    // What the migrations themselves wrote comes with the backup.
    await client.query(`delete from ${name}`);
  }
  return async () => {
    for (const { name } of tables) await client.query(`alter table ${name} enable trigger user`);
    for (const { table, name, definition } of keys)
      await client.query(`alter table ${table} add constraint ${name} ${definition}`);
  };
}

async function copyIn(
  client: pg.PoolClient,
  { tables }: Manifest,
  entries: AsyncIterable<ArchiveEntry>,
  aside: string,
  onProgress: RestoreOptions["onProgress"] = () => undefined,
): Promise<End> {
  const copies = tables.map((table) => copyInto(client, table));
  let at = 0;
  let files = 0;
  const endUpTo = async (index: number) => {
    for (; at < index; at += 1) {
      const table = tables[at];
      if (table) onProgress({ what: `${table.schema}.${table.name}`, done: at, of: tables.length });
      await copies[at]?.end();
      // The tables that people made are listed in this one.
      if (table?.schema === "greenroom" && table.name === "lookup_tables") await makeLookupTables(client);
    }
  };
  for await (const entry of entries) {
    const [kind, index] = entry.name.split("/");
    if (kind === "tables") {
      const copy = copies[Number(index)];
      if (!copy || Number(index) < at) throw damaged(`${entry.name} is out of place`);
      await endUpTo(Number(index));
      await copy.write(entry.body);
    } else if (kind === "home") {
      files += 1;
      await keepFile(aside, entry);
    } else if (entry.name === "end.json") {
      await endUpTo(tables.length);
      const end = await jsonOf(entry, endSchema);
      const whole = copies.every((copy, table) => copy.fits(end.tables[table]));
      if (!whole || end.files !== files) throw damaged("what is in it differs from what it says at its end");
      return end;
    } else throw damaged(`${entry.name} is unknown`);
  }
  throw damaged("it was cut off");
}

/** A table's rows on their way; its COPY begins with the first of them. */
function copyInto(client: pg.PoolClient, table: BackupTable) {
  const sum = tableSum();
  let copy: ReturnType<typeof copyFrom> | undefined;
  let rows = 0;
  return {
    async write(body: Readable): Promise<void> {
      const into = (copy ??= client.query(copyFrom(`copy ${copyTarget(table)} from stdin`)));
      const piece = new Writable({
        write(chunk: Buffer, _encoding, done) {
          sum.update(chunk);
          into.write(chunk, done);
        },
      });
      const failed = new Promise<never>((_, reject) => into.once("error", reject));
      await Promise.race([pipeline(body, piece), failed]);
    },
    async end(): Promise<void> {
      if (copy) {
        const into = copy;
        await new Promise<void>((resolve, reject) => into.once("error", reject).end(resolve));
        rows = into.rowCount ?? 0;
      }
      if (table.sequence) {
        const name = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
        await client.query("select setval(pg_get_serial_sequence($1, $2), $3)", [
          ...[name, table.sequence.column, table.sequence.last],
        ]);
      }
    },
    fits: (end: End["tables"][number] | undefined): boolean =>
      end !== undefined && end.rows === rows && end.sha256 === sum.digest("hex"),
  };
}

async function makeLookupTables(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ id: string; columns: LookupColumn[] }>(
    "select id, columns from greenroom.lookup_tables",
  );
  for (const { id, columns } of rows) await client.query(createTableSql(id, columns));
}

/** Keeps a file aside. Whatever its name says, it is below `home/`. */
async function keepFile(aside: string, { name, mode, body }: ArchiveEntry): Promise<void> {
  const path = normalize(name.slice("home/".length)).replaceAll("\\", "/");
  const [part = ""] = path.split("/");
  if (!homeParts.includes(part)) throw damaged(`${name} is out of place`);
  const place = join(aside, path);
  mkdirSync(join(place, ".."), { recursive: true, mode: 0o700 });
  await pipeline(body, createWriteStream(place, { mode: mode & 0o700, flags: "wx" }));
}
