/** How jobs are claimed: what it costs must not grow with what the database holds beside them. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";
import { type Claims, createClaims } from "./claims.ts";

const many = 3_000;
let kit: Kit;
let pool: pg.Pool;
let claims: Claims;
let recipeId: string;

beforeAll(async () => {
  // Nobody but the test takes jobs.
  kit = await startKit({ runsJobs: false });
  // As after a few executions: one plan for whatever is asked.
  const options = "-c plan_cache_mode=force_generic_plan";
  pool = new pg.Pool({ connectionString: kit.databaseUrl, max: 1, options });
  const [worker] = await kit.query<{ id: string }>("select id from greenroom.workers");
  claims = createClaims(pool, () => worker?.id ?? "", kit.now);
  const lines = "concurrencyKey: trigger.item\nconcurrency: 10";
  ({ id: recipeId } = await kit.engine.recipes.create(orderRecipe("Many", lines)));
  await kit.engine.recipes.start(recipeId);
  const event = { name: "asked", accountId: "account", occurredAt: kit.now() };
  await Promise.all(
    Array.from({ length: many }, (_, n) =>
      kit.engine.receive({
        ...{ profileId: kit.profileId, connector: "shop" },
        event: { ...event, dedupeKey: `many ${n}`, payload: { item: n % 1_000 } },
      }),
    ),
  );
  await kit.query("analyze");
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await kit?.stop();
});

/** How many rows scans of whole tables have read of jobs and events. */
async function rowsRead(): Promise<number> {
  await pool.query("select pg_stat_force_next_flush()");
  const { rows } = await pool.query<{ read: string }>(
    "select sum(seq_tup_read) as read from pg_stat_user_tables where relname in ('jobs', 'events')",
  );
  return Number(rows[0]?.read);
}

test("taking a few of many queued jobs reads those few, with their events, and no whole table", async () => {
  const before = await rowsRead();
  const taken = await claims.take([{ recipeId, count: 5, aside: 5 }]);
  expect(taken.map(({ event }) => event?.event.payload["item"])).toEqual([0, 1, 2, 3, 4]);
  expect(taken.every(({ begun }) => !begun)).toBe(true);
  const settings = { concurrency: 10, keyOf: () => undefined, priority: 0, rate: undefined };
  const { jobs } = await claims.takeOrderly({ recipeId, count: 5 }, settings);
  expect(jobs.map(({ event }) => event?.event.payload["item"])).toEqual([5, 6, 7, 8, 9]);
  expect((await rowsRead()) - before).toBeLessThan(many);
});
