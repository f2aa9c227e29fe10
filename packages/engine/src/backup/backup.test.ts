/** A backup of an installation that works, restored into a new one; upgrades of an old schema. */
import { randomBytes } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { Secret } from "@greenroom/connector-kit";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { knownMigrations, migrateTo } from "../database/migrate.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres, startEngine, StartError } from "../index.ts";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";
import { restoreBackup } from "./restore-backup.ts";
import { pendingUpgrade, upgradeDatabase } from "./upgrade-database.ts";
import { writeBackup } from "./write-backup.ts";

const secretKey = new Secret(randomBytes(32).toString("base64"));
let kit: Kit;
let oldHome: string;
let file: string;
let elsewhere: EmbeddedPostgres;
let elsewhereHome: string;
let databases = 0;

beforeAll(async () => {
  kit = await startKit({ secretKey });
  oldHome = mkdtempSync(join(tmpdir(), "greenroom-backup-"));
  file = join(oldHome, "one.backup");
  mkdirSync(join(oldHome, "files/aa"), { recursive: true });
  writeFileSync(join(oldHome, "files/aa/recording.mp4"), randomBytes(100_000));
  writeFileSync(join(oldHome, "files/empty"), "");
  writeFileSync(join(oldHome, "secret.key"), "never in a backup");
  elsewhereHome = mkdtempSync(join(tmpdir(), "greenroom-elsewhere-"));
  elsewhere = await startEmbeddedPostgres({ home: elsewhereHome, log: () => {} });
}, 120_000);
afterAll(async () => {
  await kit?.stop();
  await elsewhere?.stop();
  for (const folder of [oldHome, elsewhereHome]) rmSync(folder, { recursive: true, force: true });
});

/** A new database and a new home. */
async function newPlace() {
  const home = mkdtempSync(join(tmpdir(), "greenroom-restored-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const name = `restored_${(databases += 1)}`;
  await queryAt(elsewhere.databaseUrl, `create database ${name}`);
  return { home, databaseUrl: elsewhere.databaseUrl.replace("/greenroom?", `/${name}?`) };
}

async function queryAt(databaseUrl: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const backUp = (path: string) =>
  writeBackup({
    ...{ databaseUrl: kit.databaseUrl, home: oldHome, version: "0.1.0", now: new Date() },
    out: createWriteStream(path),
  });

/** All that can be said of the tables of a database: columns, keys, indexes, triggers. */
const shapeOf = (databaseUrl: string) =>
  queryAt(
    databaseUrl,
    `select 'column' as kind, table_schema || '.' || table_name || '.' || column_name as name,
        data_type || coalesce(column_default, '') || is_nullable || is_identity as what
      from information_schema.columns where table_schema in ('greenroom', 'greenroom_tables')
      union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace::regnamespace::text like 'greenroom%'
      union all select 'index', indexname, indexdef from pg_indexes where schemaname in ('greenroom', 'greenroom_tables')
      union all select 'trigger', tgname, pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where not tgisinternal
      order by 1, 2, 3`,
  );

/** Rows and sums of every table. */
async function contentOf(databaseUrl: string, tables: readonly string[]) {
  const found: Record<string, unknown> = {};
  for (const table of tables) {
    const [row] = await queryAt(
      databaseUrl,
      `select count(*)::int as rows, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${table} t`,
    );
    found[table] = row;
  }
  return found;
}

const waits = `
name: Waits
concurrency: 50
trigger: { use: shop/asked, connection: shop }
steps:
  - { id: pause, wait: 1h }
  - { id: order, use: shop/order, input: { item: "{{ trigger.item }}" } }
`;

test("a backup taken while jobs come restores into an empty database: all rows, tables that people made, files; and waiting jobs go on", async () => {
  const { id } = await kit.engine.recipes.create(waits);
  await kit.engine.recipes.start(id);
  const table = await kit.engine.lookupTables.create({
    name: "Rooms",
    columns: [
      { name: "Room", type: "text" },
      { name: "Seats", type: "number" },
    ],
  });
  await kit.engine.lookupTables.rows.add(table.id, [{ Room: "Aspen\t“big”\n\\N", Seats: 12 }]);
  const receive = (n: number) =>
    kit.engine.receive({
      ...{ profileId: kit.profileId, connector: "shop" },
      event: {
        name: "asked",
        accountId: "account",
        occurredAt: kit.now(),
        dedupeKey: `waits ${n}`,
        payload: { item: `item ${n}` },
      },
    });
  for (let n = 0; n < 20; n += 1) await receive(n);
  const quiet = new AbortController();
  const crowd = (async () => {
    for (let n = 20; !quiet.signal.aborted; n += 1) await receive(n);
  })();
  const summary = await backUp(file);
  quiet.abort();
  await crowd;
  expect(summary.rows).toBeGreaterThan(40);
  expect(summary.files).toBe(2);
  expect(gunzipSync(readFileSync(file)).includes("never in a backup")).toBe(false);

  const place = await newPlace();
  const steps: string[] = [];
  const restored = await restoreBackup({
    ...{ ...place, secretKey, input: createReadStream(file) },
    onProgress: ({ what }) => steps.push(what),
  });
  expect(restored).toMatchObject({ ...summary, greenroom: "0.1.0" });
  expect(steps).toContain("greenroom.jobs");
  expect(await shapeOf(place.databaseUrl)).toEqual(await shapeOf(kit.databaseUrl));
  const still = [
    "recipes",
    "recipe_versions",
    "connections",
    "app_profiles",
    "settings",
    "revisions",
    "lookup_tables",
  ];
  const names = [
    ...still.map((name) => `greenroom.${name}`),
    `greenroom_tables."t_${table.id.replaceAll("-", "")}"`,
  ];
  expect(await contentOf(place.databaseUrl, names)).toEqual(await contentOf(kit.databaseUrl, names));
  expect(readFileSync(join(place.home, "files/aa/recording.mp4"))).toEqual(
    readFileSync(join(oldHome, "files/aa/recording.mp4")),
  );
  expect(readFileSync(join(place.home, "files/empty"), "utf8")).toBe("");
  expect(existsSync(join(place.home, "secret.key"))).toBe(false);

  // Events and their jobs are of one moment: none without the other.
  const [kept] = await queryAt(
    place.databaseUrl,
    `select count(*)::int as events, (select count(*)::int from greenroom.jobs) as jobs from greenroom.events`,
  );
  expect(kept?.["events"]).toBe(kept?.["jobs"]);
  expect(kept?.["events"]).toBeGreaterThanOrEqual(20);

  // Hours later, elsewhere.
  let ahead = 2 * 3_600_000;
  const engine = await startEngine({
    ...{ databaseUrl: place.databaseUrl, secretKey, random: () => 0 },
    connectors: [...kit.engine.connectors.values()],
    clock: {
      now: () => new Date(kit.now().getTime() + ahead),
      sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
    },
    log: { info() {}, warn() {}, error: console.error },
  });
  onTestFinished(() => engine.stop());
  const jobs = Number(kept?.["jobs"]);
  const succeeded = async () => {
    // What had not begun to wait by the backup's moment begins now.
    ahead += 3_600_000;
    const [row] = await queryAt(
      place.databaseUrl,
      "select count(*)::int as n from greenroom.jobs where state = 'succeeded'",
    );
    return row?.["n"];
  };
  await expect.poll(succeeded, { timeout: 60_000 }).toBe(jobs);
  // Sequences go on where they were.
  expect(await engine.lookupTables.rows.add(table.id, [{ Room: "Birch", Seats: 4 }])).toMatchObject([
    { id: 2 },
  ]);
}, 180_000);

test("another key, a used database, a used home, a cut file, a changed file and no backup at all are refused, and nothing stays", async () => {
  const place = await newPlace();
  const restore = (input: Readable, key = secretKey, at = place) =>
    restoreBackup({ ...at, secretKey: key, input }).then(
      () => "restored",
      (error: unknown) => (error instanceof StartError ? error.message : `not told: ${String(error)}`),
    );
  const bytes = readFileSync(file);
  const other = new Secret(randomBytes(32).toString("base64"));
  expect(await restore(createReadStream(file), other)).toMatch(/^The secret key does not fit this backup/);
  expect(await restore(Readable.from([bytes.subarray(0, bytes.length - 5_000)]))).toMatch(
    /^The backup is damaged/,
  );
  const changed = Buffer.from(bytes);
  changed[Math.floor(bytes.length / 2)] = (changed[Math.floor(bytes.length / 2)] ?? 0) ^ 255;
  expect(await restore(Readable.from([changed]))).toMatch(/^The backup is damaged/);
  expect(await restore(Readable.from([Buffer.from("PK no backup")]))).toMatch(
    /^The backup is damaged, or is none/,
  );
  expect(
    await restore(createReadStream(file), secretKey, { ...place, databaseUrl: kit.databaseUrl }),
  ).toMatch(/^A Greenroom has used this database/);
  expect(await restore(createReadStream(file), secretKey, { ...place, home: oldHome })).toMatch(
    /is there already/,
  );
  expect(
    await queryAt(place.databaseUrl, "select nspname from pg_namespace where nspname like 'greenroom%'"),
  ).toEqual([]);
  expect(existsSync(join(place.home, "files"))).toBe(false);
  // And what failed before is no hindrance.
  expect(await restore(createReadStream(file))).toBe("restored");
}, 120_000);

test("a database of the first released schema is upgraded with what is in it", async () => {
  const { databaseUrl } = await newPlace();
  const database = await openDatabase(databaseUrl, { warn: () => {} });
  await migrateTo(database, 1);
  await database.$client.end();
  await queryAt(
    databaseUrl,
    `insert into greenroom.recipes (id, name, state, version_id, created_at, updated_at)
      select gen_random_uuid(), 'Old', 'stopped', gen_random_uuid(), now(), now()`,
  );
  const later = knownMigrations()
    .slice(1)
    .map(({ name }) => name);
  expect(await pendingUpgrade(databaseUrl)).toEqual(later);
  expect(await upgradeDatabase(databaseUrl)).toEqual(later);
  expect(await pendingUpgrade(databaseUrl)).toEqual([]);
  expect(await queryAt(databaseUrl, "select name from greenroom.recipes")).toEqual([{ name: "Old" }]);
  await queryAt(
    databaseUrl,
    "update greenroom_migrations.__drizzle_migrations set hash = 'of the future' where id = 2",
  );
  await expect(pendingUpgrade(databaseUrl)).rejects.toThrow(/^A newer Greenroom has used this database/);
}, 60_000);
