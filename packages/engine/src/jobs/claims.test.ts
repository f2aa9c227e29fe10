/** How jobs are claimed: what it costs must not grow with what the database holds beside them. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";
import { type ClaimedJob, type Claims, createClaims } from "./claims.ts";

const many = 3_000;
const settings = { concurrency: 10, keyOf: () => undefined, priority: 0, rate: undefined };
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
  recipeId = await filled(
    "Many",
    Array.from({ length: many }, (_, n) => n % 1_000),
  );
  await kit.query("analyze");
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await kit?.stop();
});

/** Queues jobs of a recipe of their own, one for each of these items, which are also their keys. */
async function filled(name: string, items: readonly number[]): Promise<string> {
  const lines = `concurrencyKey: trigger.item\nconcurrency: 10`;
  const { id } = await kit.engine.recipes.create(
    orderRecipe(name, lines).replace("connection: shop", `connection: shop, when: trigger.of == "${name}"`),
  );
  await kit.engine.recipes.start(id);
  const event = { name: "asked", accountId: "account", occurredAt: kit.now() };
  await Promise.all(
    items.map((item, n) =>
      kit.engine.receive({
        ...{ profileId: kit.profileId, connector: "shop" },
        event: { ...event, dedupeKey: `${name} ${n}`, payload: { item, of: name } },
      }),
    ),
  );
  return id;
}
const itemsOf = (jobs: readonly ClaimedJob[]) =>
  jobs.map(({ event }) => Number(event?.event.payload["item"]));
const sorted = (items: readonly number[]) => items.toSorted((a, b) => a - b);
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);

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
  expect(itemsOf(taken)).toEqual([0, 1, 2, 3, 4]);
  expect(taken.every(({ begun }) => !begun)).toBe(true);
  const { jobs } = await claims.takeOrderly({ recipeId, count: 5 }, settings);
  expect(itemsOf(jobs)).toEqual([5, 6, 7, 8, 9]);
  expect((await rowsRead()) - before).toBeLessThan(many);
});

test("one key with hundreds of jobs in front lets the jobs of other keys behind it begin, each key one at a time and in its turn", async () => {
  const id = await filled("One in front", [
    ...Array.from({ length: 400 }, () => 0),
    ...upTo(1_200, 1),
    ...upTo(600, 1),
  ]);
  const take = async (count: number) =>
    itemsOf((await claims.takeOrderly({ recipeId: id, count }, settings)).jobs);
  expect(await take(1)).toEqual([0]);
  const first = [...(await take(300)), ...(await take(300)), ...(await take(300)), ...(await take(300))];
  expect(sorted(first)).toEqual(upTo(1_200, 1));
  // All keys have a job under way.
  expect(await take(10)).toEqual([]);
  const end = "update greenroom.jobs set state = 'succeeded', finished_at = now(), worker_id = null";
  await kit.query(`${end} where recipe_id = $1 and state = 'running' and concurrency_key in ('5', '300')`, [
    id,
  ]);
  expect(sorted(await take(10))).toEqual([5, 300]);
  await kit.query(`${end} where recipe_id = $1 and state = 'running' and concurrency_key in ('0', '7')`, [
    id,
  ]);
  expect(sorted(await take(10))).toEqual([0, 7]);
  expect(await take(10)).toEqual([]);
});
