/** Counts of jobs: always what is there, and cheap however many there are. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
let recipeId: string;

beforeAll(async () => {
  kit = await startKit();
  ({ id: recipeId } = await kit.engine.recipes.create(orderRecipe("Orders", "retention: { days: 10 }")));
}, 120_000);
afterAll(() => kit?.stop());

/** Jobs of the past, one every second: every seventh failed, every five-hundredth still waits. */
const fill = (count: number, daysAgo: number) =>
  kit.query(
    `insert into greenroom.jobs (id, recipe_id, version_id, state, created_at, started_at, finished_at)
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
       r.id, r.version_id, case when n % 500 = 0 then 'waiting' when n % 7 = 0 then 'failed' else 'succeeded' end,
       at, at, case when n % 500 <> 0 then at end
     from greenroom.recipes r, generate_series(1, $1::int) n, lateral (select now() - make_interval(days => $2) + make_interval(secs => n) as at) t
     where r.id = $3`,
    [count, daysAgo, recipeId],
  );
const counted = async () => (await kit.engine.queries.countJobs()).get(recipeId);
async function there(): Promise<object | undefined> {
  const [row] = await kit.query<object>(
    `select count(*) filter (where state = 'succeeded')::int as succeeded, count(*) filter (where state = 'failed')::int as failed,
       count(*) filter (where finished_at is null)::int as running from greenroom.jobs where recipe_id = $1`,
    [recipeId],
  );
  return row;
}

/** The jobs of each span, one by one. */
async function lookedAt(since: Date, until: Date, spans: number): Promise<readonly object[]> {
  const rows = await kit.query<{ span: number }>(
    `select floor((at - $1::float8) * $3::float8 / ($2::float8 - $1))::int as span,
       count(*) filter (where state = 'succeeded')::int as succeeded, count(*) filter (where state = 'failed')::int as failed,
       count(*) filter (where state not in ('succeeded', 'failed'))::int as other
     from (select state, ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint as at from greenroom.jobs) j
     where at >= $1 and at < $2 group by 1`,
    [since.getTime(), until.getTime(), spans],
  );
  return Array.from({ length: spans }, (_, span) => {
    const { span: _span, ...counts } = rows.find((row) => row.span === span) ?? {
      ...{ span, succeeded: 0, failed: 0, other: 0 },
    };
    return counts;
  });
}

test("the counts are those of the jobs that are there, whatever ended, came and was deleted since they were added up", async () => {
  await fill(7_000, 20);
  await fill(6_000, 3);
  const first = await counted();
  expect(first).toEqual(await there());
  expect(first).toMatchObject({ running: 26 });
  const [sum] = await kit.query<{ open: string[] }>("select * from greenroom.job_counts");
  expect(sum?.open).toHaveLength(26);
  expect(await counted()).toEqual(first);

  // Old ones end, one after the other is added up or not; new ones come; retention takes those of 20 days ago.
  await kit.query("update greenroom.jobs set state = 'succeeded', finished_at = now() where id = any($1)", [
    sum?.open.slice(0, 9),
  ]);
  expect(await counted()).toEqual(await there());
  await kit.engine.recipes.start(recipeId);
  for (let n = 0; n < 5; n += 1) await kit.happen({ item: n });
  expect(await counted()).toEqual(await there());
  const before = await there();
  expect((await kit.engine.retention.sweep()).jobs).toBeGreaterThan(6_900);
  expect(await there()).not.toEqual(before);
  expect(await counted()).toEqual(await there());
  expect((await kit.engine.queries.countJobs(recipeId)).get(recipeId)).toEqual(await there());

  await fill(5_500, 1);
  expect(await counted()).toEqual(await there());
  expect(await counted()).toEqual(await there());
  const [stats] = await kit.query<{ jobs: number; buckets: number }>(
    "select sum(jobs)::int as jobs, count(distinct bucket)::int as buckets from greenroom.job_stats",
  );
  // Of the deleted ones nothing is left; the newest are not added up yet.
  expect(stats?.jobs).toBeGreaterThan(5_900);
  expect(stats?.jobs).toBeLessThan(12_000);
  // Twice as many where ten minutes end meanwhile.
  expect(stats?.buckets).toBeLessThan(60);
}, 60_000);

test("a list of recipes does not read the jobs that are added up", async () => {
  await counted();
  const [[sum], [whole]] = await Promise.all([
    kit.query<{ tail: number }>(
      `select count(*)::int as tail from greenroom.jobs j join greenroom.job_counts c using (recipe_id) where j.id > c.through`,
    ),
    kit.query<{ count: number }>("select count(*)::int from greenroom.jobs"),
  ]);
  expect(sum?.tail).toBeLessThan(10);
  expect(whole?.count).toBeGreaterThan(10_000);
});

test("charts count jobs by time and by recipe, and know how long they took to within a few per cent", async () => {
  const { id: timed } = await kit.engine.recipes.create(orderRecipe("Timed"));
  const since = new Date(kit.now().getTime() - 40 * 864e5);
  const until = new Date(since.getTime() + 10 * 864e5);
  // A hundred jobs on each of ten days, which took 10, 20, 30 … ms.
  await kit.query(
    `insert into greenroom.jobs (id, recipe_id, version_id, state, created_at, started_at, finished_at)
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70009000' || lpad(to_hex(n), 12, '0'))::uuid,
       r.id, r.version_id, case when n % 10 = 0 then 'failed' when n % 10 = 1 then 'cancelled' else 'succeeded' end,
       at, at, at + make_interval(secs => n * 0.01)
     from greenroom.recipes r, generate_series(0, 9) day, generate_series(1, 100) n,
       lateral (select $1::timestamptz + make_interval(days => day, mins => n) as at) t
     where r.id = $2`,
    [since, timed],
  );
  const { spans, recipes } = await kit.engine.jobStats({ since, until, spans: 10 });
  expect(spans).toHaveLength(10);
  for (const span of spans) {
    expect(span).toMatchObject({ succeeded: 80, failed: 10, other: 10 });
    expect(Math.abs((span.medianMs ?? 0) / 505 - 1)).toBeLessThan(0.03);
    expect(Math.abs((span.p95Ms ?? 0) / 950 - 1)).toBeLessThan(0.03);
  }
  expect(recipes).toEqual([
    expect.objectContaining({ recipeId: timed, name: "Timed", succeeded: 800, failed: 100, other: 100 }),
  ]);
  // Whatever was added up, ended later, was deleted or begins within a bucket: as if each job were looked at.
  for (const parts of [7, 48]) {
    for (const [from, to] of [
      [since, until],
      [new Date(since.getTime() + 12_345), kit.now()],
      [
        new Date(Math.floor(since.getTime() / 864e5) * 864e5),
        new Date(Math.ceil(kit.now().getTime() / 864e5) * 864e5),
      ],
    ] as const) {
      const { spans: found } = await kit.engine.jobStats({ since: from, until: to, spans: parts });
      expect(found.map(({ succeeded, failed, other }) => ({ succeeded, failed, other }))).toEqual(
        await lookedAt(from, to, parts),
      );
    }
  }
  const none = await kit.engine.jobStats({ since, until, spans: 2, recipeId: kit.profileId });
  expect(none.spans[1]).toMatchObject({ succeeded: 0, medianMs: undefined });
});
