/** A process that stands still in a transaction is thrown out, so that the others get its locks. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import { isDatabaseAway } from "./database-away.ts";
import { openHotPool } from "./database.ts";

let home: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "greenroom-paused-"));
  postgres = await startEmbeddedPostgres({ home, log: () => {} });
}, 120_000);
afterAll(async () => {
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

test("locks of a transaction that stands still are others' soon; its own next statement is tried again", async () => {
  const pools = [1, 2].map(() => openHotPool(postgres.databaseUrl, { warn: () => {} }, JSON.parse));
  const [paused, others] = pools;
  if (!paused || !others) throw new Error("no pools");
  const client = await paused.connect();
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock(1)");
  const begun = performance.now();
  await others.query("select pg_advisory_xact_lock(1)");
  expect(performance.now() - begun).toBeGreaterThan(1_000);
  const error: unknown = await client.query("select 1").catch((thrown: unknown) => thrown);
  expect(isDatabaseAway(error)).toBe(true);
  client.release(true);
  await Promise.all(pools.map((pool) => pool.end()));
}, 30_000);
