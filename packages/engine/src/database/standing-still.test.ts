/** Locks in the database: the living hold them for as long as they want, who stands still only for a while. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import { isDatabaseAway } from "./database-away.ts";
import { openHotPool, type Pool } from "./database.ts";
import { unlessLocked, whileLocked } from "./session-lock.ts";

const silentMs = 600;
let home: string;
let postgres: EmbeddedPostgres;
let pool: Pool;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "greenroom-locks-"));
  postgres = await startEmbeddedPostgres({ home, log: () => {} });
  pool = openHotPool(postgres.databaseUrl, { warn: () => {} }, JSON.parse);
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

test("who works on has the lock to the end, however long that is, and then the next one", async () => {
  const done: string[] = [];
  const first = whileLocked(
    ...([pool, "long", async () => done.push(`first ${await sleep(silentMs * 4, "")}`), silentMs] as const),
  );
  await expect.poll(() => unlessLocked(pool, "long", async () => "free")).toBeUndefined();
  await whileLocked(pool, "long", async () => done.push("second"), silentMs);
  await first;
  expect(done).toEqual(["first ", "second"]);
  expect(await unlessLocked(pool, "long", async () => "free")).toBe("free");
});

test("what fails gives the lock back, and another name is another lock", async () => {
  await expect(
    whileLocked(pool, "failing", async () => {
      expect(await unlessLocked(pool, "another", async () => "free")).toBe("free");
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  expect(await unlessLocked(pool, "failing", async () => "free")).toBe("free");
});

test("the lock of a process that stands still becomes free", async () => {
  const frozen = new Worker(
    `const { workerData, parentPort } = require("node:worker_threads");
     Promise.all([import(workerData.database), import(workerData.lock)]).then(([{ openHotPool }, { whileLocked }]) => {
       const pool = openHotPool(workerData.url, { warn() {} }, JSON.parse);
       return whileLocked(pool, "frozen", async () => {
         parentPort.postMessage("has it");
         await new Promise(setImmediate);
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
       }, workerData.silentMs);
     });`,
    {
      eval: true,
      workerData: {
        ...{ url: postgres.databaseUrl, silentMs },
        database: join(import.meta.dirname, "database.ts"),
        lock: join(import.meta.dirname, "session-lock.ts"),
      },
    },
  );
  await new Promise((resolve) => frozen.once("message", resolve));
  expect(await unlessLocked(pool, "frozen", async () => "free")).toBeUndefined();
  expect(await whileLocked(pool, "frozen", async () => "mine")).toBe("mine");
  await frozen.terminate();
}, 30_000);

test("locks of a transaction that stands still are others' soon; its own next statement is tried again", async () => {
  const client = await pool.connect();
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock(1)");
  const begun = performance.now();
  await pool.query("select pg_advisory_xact_lock(1)");
  expect(performance.now() - begun).toBeGreaterThan(1_000);
  const error: unknown = await client.query("select 1").catch((thrown: unknown) => thrown);
  expect(isDatabaseAway(error)).toBe(true);
  client.release(true);
}, 30_000);
