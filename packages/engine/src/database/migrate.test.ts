/** An installation of an older schema is brought up to date with what it held. */
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiKeys } from "../access/api-keys.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import { type Database, openDatabase } from "./database.ts";
import { migrateDatabase } from "./migrate.ts";

const migrations = join(import.meta.dirname, "../../migrations");
let home: string;
let postgres: EmbeddedPostgres;
let database: Database;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "greenroom-migrate-"));
  postgres = await startEmbeddedPostgres({ home, log: () => {} });
  database = await openDatabase(postgres.databaseUrl, { warn: () => {} });
});
afterAll(async () => {
  await database?.$client.end();
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Entry {
  readonly tag: string;
  readonly when: number;
}

/** Brings an empty database to what it was after a migration, as that version left it. */
async function schemaOf(last: string): Promise<void> {
  const { entries } = JSON.parse(readFileSync(join(migrations, "meta/_journal.json"), "utf8")) as {
    entries: readonly Entry[];
  };
  await database.execute(sql`create schema greenroom_migrations`);
  await database.execute(
    sql`create table greenroom_migrations.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  for (const { tag, when } of entries) {
    await database.$client.query(readFileSync(join(migrations, `${tag}.sql`), "utf8"));
    await database.execute(
      sql`insert into greenroom_migrations.__drizzle_migrations (hash, created_at) values (${tag}, ${when})`,
    );
    if (tag === last) return;
  }
  throw new Error(`there is no migration ${last}`);
}

test("keys whose creates waited for approval still wait, and others still do not", async () => {
  await schemaOf("0003_access");
  const person = "00000000-0000-7000-8000-000000000001";
  await database.execute(
    sql`insert into greenroom.people (id, name, email, role) values (${person}, 'Ada', 'ada@acme.example', 'admin')`,
  );
  for (const [name, approves] of [
    ["careful", true],
    ["free", false],
  ] as const)
    await database.execute(
      sql`insert into greenroom.api_keys (id, person_id, name, prefix, hash, role, approve_creates, created_at)
          values (gen_random_uuid(), ${person}, ${name}, 'gr_', ${name}, 'operator', ${approves}, now())`,
    );

  let done = 0;
  // As when two processes of the new version start at once.
  const up = () => migrateDatabase(database, async () => void (done += 1));
  await Promise.all([up(), up()]);
  expect(done).toBe(2);
  const keys = await createApiKeys({ database, now: () => new Date() }).list();
  expect(Object.fromEntries(keys.map(({ name, needsApproval }) => [name, needsApproval]))).toEqual({
    careful: ["create"],
    free: [],
  });
});
