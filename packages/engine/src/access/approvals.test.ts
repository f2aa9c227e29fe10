/** What keys wait for people to allow: done once, and told whatever becomes of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectorError } from "@greenroom/connector-kit";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database/database.ts";
import { migrateDatabase } from "../database/migrate.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import { createApprovals } from "./approvals.ts";

let home: string;
let postgres: EmbeddedPostgres;
let database: Database;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "greenroom-approvals-"));
  postgres = await startEmbeddedPostgres({ home, log: () => {} });
  database = await openDatabase(postgres.databaseUrl, { warn: () => {} });
  await migrateDatabase(database);
});
afterAll(async () => {
  await database?.$client.end();
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

const approvals = () => createApprovals({ database, now: () => new Date() });
async function asked() {
  const wish = { use: "zoom/create-meeting", effect: "create", connection: "zoom", input: {} } as const;
  return await approvals().ask({ keyId: "00000000-0000-7000-8000-000000000001", keyName: "bot", ...wish });
}
const failing = (problem: Error) => async () => {
  throw problem;
};

test("what is allowed is done once, of two who allow it at once", async () => {
  const { id } = await asked();
  let done = 0;
  const allow = () => approvals().approve(id, "ada", async () => ({ times: (done += 1) }));
  const [one, other] = await Promise.allSettled([allow(), allow()]);
  expect([one?.status, other?.status].toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(done).toBe(1);
  expect(await approvals().get(id)).toMatchObject({ state: "done", output: { times: 1 }, decidedBy: "ada" });
  await expect(approvals().decline(id, "ada")).rejects.toMatchObject({ kind: "conflict" });
});

test("what fails is told with what to do; a fault of ours too, without its words", async () => {
  const refused = await asked();
  const refusal = new ConnectorError("forbidden", "x", "Zoom refused it.", { hint: "Add the scope." });
  expect(await approvals().approve(refused.id, "ada", failing(refusal))).toMatchObject({
    ...{ state: "failed", error: { message: "Zoom refused it.", hint: "Add the scope." } },
  });
  const faulty = await asked();
  await expect(
    approvals().approve(faulty.id, "ada", failing(new TypeError("x of undefined"))),
  ).rejects.toThrow("x of undefined");
  const { state, error } = await approvals().get(faulty.id);
  expect([state, JSON.stringify(error)]).toEqual(["failed", expect.not.stringContaining("undefined")]);
});

test("it is running as long as it is done; when its server is gone, that its end is not known", async () => {
  const { id } = await asked();
  let end: ((output: unknown) => void) | undefined;
  const gone = approvals().approve(id, "ada", () => new Promise((resolve) => (end = resolve)));
  const stateOf = async () => (await approvals().get(id)).state;
  await expect.poll(stateOf).toBe("running");
  expect((await approvals().list({ state: "running", limit: 10 })).items).toHaveLength(1);

  // As PostgreSQL sees a process that is killed.
  await database.execute(
    sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()`,
  );
  await expect.poll(stateOf).toBe("failed");
  expect((await approvals().get(id)).error?.message).toContain("whether it was done is not known");
  expect((await approvals().list({ state: "running", limit: 10 })).items).toEqual([]);

  // It was not gone, only cut off: what it knows is more.
  end?.({ id: 1 });
  await gone.catch(() => {});
  expect(await approvals().get(id)).toMatchObject({ state: "done", output: { id: 1 }, error: undefined });
});
