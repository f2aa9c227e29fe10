/** Jobs that were unfinished when the execution by DBOS was replaced go on where they were. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
beforeAll(async () => {
  kit = await startKit();
}, 120_000);
afterAll(async () => {
  await kit?.stop();
});

/** The statements of the migration that take over what DBOS recorded. */
const takeOver = readFileSync(join(import.meta.dirname, "../../migrations/0007_execution_rules.sql"), "utf8")
  .split("--> statement-breakpoint")
  .filter((statement) => /greenroom_dbos/.test(statement));

test("what DBOS had recorded of an unfinished job is taken over, its step is not done again, and the job ends", async () => {
  const { id: recipeId } = await kit.engine.recipes.create(orderRecipe("Upgraded"));
  await kit.engine.recipes.start(recipeId);
  const eventId = await kit.happen({ item: "before" });
  await kit.engine.recipes.stop(recipeId);
  const [done] = (await kit.engine.queries.listJobs({ recipeId, limit: 1 })).items;
  expect(kit.orders).toEqual(["before"]);
  const jobId = done?.id ?? "";

  // As it stood when the process of the earlier release died: the effect's intent in the history, its result with DBOS.
  await kit.query(
    "update greenroom.job_steps set state = 'running', output = null, finished_at = null where job_id = $1",
    [jobId],
  );
  await kit.query(
    `update greenroom.jobs set state = 'running', finished_at = null, worker_id = gen_random_uuid() where id = $1`,
    [jobId],
  );
  await kit.query("create schema greenroom_dbos");
  await kit.query(`create table greenroom_dbos.operation_outputs (workflow_uuid text not null, function_id int not null,
    function_name text not null default '', output text, error text, primary key (workflow_uuid, function_id))`);
  await kit.query("insert into greenroom_dbos.operation_outputs values ($1, 0, '0 shop/order', $2, null)", [
    ...[jobId, JSON.stringify({ output: { number: 7, item: "recorded" }, attempts: 1 })],
  ]);
  for (const statement of takeOver) await kit.query(statement);

  await vi.waitFor(
    async () => expect(await kit.engine.queries.getJob(jobId)).toMatchObject({ state: "succeeded", eventId }),
    { timeout: 20_000, interval: 100 },
  );
  expect((await kit.engine.queries.getJob(jobId)).steps).toMatchObject([
    { state: "succeeded", output: { number: 7, item: "recorded" } },
  ]);
  expect(kit.orders).toEqual(["before"]);
  expect(takeOver).toHaveLength(2);
  expect(await kit.query("select 1 from pg_namespace where nspname = 'greenroom_dbos'")).toEqual([]);
});
