/** Writes everything an installation holds into one file, as of one moment, while it works on. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Writable } from "node:stream";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { secretKeyCheckPlace } from "../check-secret-key.ts";
import { appliedMigrations } from "../database/migrate.ts";
import { StartError } from "../start-error.ts";
import { type BackupTable, type End, type Manifest, tableSum, writeArchive } from "./archive.ts";

/** How far it is. */
export interface BackupProgress {
  /** What is being done, such as `greenroom.jobs`. */
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** What was written or restored. */
export interface BackupSummary {
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
}

/** What of the home is kept: pieces that were added, files of jobs, the sandbox. Not the secret key. */
export const homeParts: readonly string[] = ["connectors", "files", "sandbox.json"];

const pieceBytes = 4 * 2 ** 20;
const schemas: readonly string[] = ["greenroom", "greenroom_tables"];

/** Writes it to `out`. What happens after its first moment is not in it. @throws {StartError} when there is nothing to keep */
export async function writeBackup({
  databaseUrl,
  home,
  version,
  now,
  out,
  onProgress = () => undefined,
}: {
  readonly databaseUrl: string;
  readonly home: string;
  /** Of Greenroom. */
  readonly version: string;
  readonly now: Date;
  readonly out: Writable;
  readonly onProgress?: (progress: BackupProgress) => void;
}): Promise<BackupSummary> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "greenroom backup" });
  await client.connect();
  const archive = writeArchive(out);
  try {
    await client.query("begin isolation level repeatable read read only");
    const manifest = await manifestOf(client, version, now);
    await archive.add("manifest.json", JSON.stringify(manifest));
    const steps = manifest.tables.length + 1;
    const sums: End["tables"] = [];
    for (const [index, table] of manifest.tables.entries()) {
      onProgress({ what: `${table.schema}.${table.name}`, done: index, of: steps });
      sums.push(
        await copyOut(client, table, async (number, piece) =>
          archive.add(`tables/${index}/${number}`, piece),
        ),
      );
    }
    await client.query("commit");
    onProgress({ what: "files", done: steps - 1, of: steps });
    let files = 0;
    for await (const path of homeFiles(home))
      if (await archive.addFile(`home/${path}`, join(home, path))) files += 1;
    await archive.add("end.json", JSON.stringify({ tables: sums, files } satisfies End));
    await archive.end();
    onProgress({ what: "done", done: steps, of: steps });
    return { tables: sums.length, rows: sums.reduce((all, { rows }) => all + rows, 0), files };
  } catch (error) {
    archive.destroy();
    throw error;
  } finally {
    await client.end();
  }
}

async function manifestOf(client: pg.Client, version: string, now: Date): Promise<Manifest> {
  const migrations = await appliedMigrations(client);
  if (migrations.length === 0)
    throw new StartError("There is nothing to back up: no Greenroom has run on this database yet.");
  const { rows: keys } = await client.query<{ value: Buffer }>(
    "select value from greenroom.settings where key = $1",
    [secretKeyCheckPlace],
  );
  const [key] = keys;
  if (!key)
    throw new StartError("There is nothing to back up: no Greenroom has started on this database yet.");
  return {
    ...{ format: 1, greenroom: version, createdAt: now.toISOString() },
    migrations: [...migrations],
    secretKeyCheck: key.value.toString("base64"),
    tables: await tablesOf(client),
  };
}

/** The tables with their columns; those that others are listed in come first. */
async function tablesOf(client: pg.Client): Promise<BackupTable[]> {
  const { rows } = await client.query<{
    schema: BackupTable["schema"];
    name: string;
    columns: string[];
    column: string | null;
    last: string | null;
  }>(
    `select n.nspname as schema, c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
        min(a.attname::text) filter (where a.attidentity <> '') as column,
        min(s.last_value)::text as last
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      left join pg_sequences s on a.attidentity <> ''
        and pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)
          = format('%I.%I', s.schemaname, s.sequencename)
      where n.nspname = any($1) and c.relkind = 'r'
      group by 1, 2 order by 1, 2`,
    [schemas],
  );
  return rows.map(({ schema, name, columns, column, last }) => ({
    ...{ schema, name, columns },
    ...(column !== null && last !== null && { sequence: { column, last } }),
  }));
}

async function copyOut(
  client: pg.Client,
  table: BackupTable,
  write: (number: number, piece: Buffer) => Promise<void>,
): Promise<End["tables"][number]> {
  const sum = tableSum();
  const copy = client.query(copyTo(`copy ${copyTarget(table)} to stdout`));
  let held: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const flush = async () => {
    if (bytes === 0) return;
    const piece = Buffer.concat(held, bytes);
    [held, bytes] = [[], 0];
    await write(number++, piece);
  };
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    sum.update(chunk);
    held.push(chunk);
    bytes += chunk.length;
    if (bytes >= pieceBytes) await flush();
  }
  await flush();
  return { rows: copy.rowCount ?? 0, sha256: sum.digest("hex") };
}

/** A table and its columns, as COPY names them. */
export function copyTarget({ schema, name, columns }: BackupTable): string {
  const names = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)} (${names})`;
}

/** Paths below the home, of files alone: links of npm are made for commands, which nobody calls. */
async function* homeFiles(home: string): AsyncGenerator<string> {
  for (const part of homeParts) {
    const place = join(home, part);
    if (!existsSync(place)) continue;
    if ((await stat(place)).isFile()) {
      yield part;
      continue;
    }
    for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
      const path = relative(home, join(entry.parentPath, entry.name)).replaceAll(sep, "/");
      // A piece that is being added is none yet.
      if (entry.isFile() && !path.startsWith("connectors/.")) yield path;
    }
  }
}
