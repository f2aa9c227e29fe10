/** Jobs counted over time and by recipe, for charts. */
import type { Pool } from "../database/database.ts";
import { aboutOf, bucketMs, bucketOf, recipesWithJobs, shownState, spanOf, tookOf } from "./job-buckets.ts";
import { addUpLateJobs, firstIdAt, lowestId } from "./job-counts.ts";

/** What is counted. */
export interface JobStatsFilter {
  readonly since: Date;
  readonly until: Date;
  readonly recipeId?: string | undefined;
  /** How many spans of time the time is cut into. */
  readonly spans: number;
}

/** The counts. */
export interface JobStats {
  readonly spans: readonly {
    readonly from: Date;
    readonly succeeded: number;
    readonly failed: number;
    readonly other: number;
    /** Of the jobs that ended, half took less; to within 3 %. */
    readonly medianMs: number | undefined;
    readonly p95Ms: number | undefined;
  }[];
  readonly recipes: readonly {
    readonly recipeId: string;
    readonly name: string | undefined;
    readonly succeeded: number;
    readonly failed: number;
    readonly other: number;
    readonly medianMs: number | undefined;
    readonly p95Ms: number | undefined;
  }[];
}

interface Row {
  readonly span: number;
  readonly recipeId: string;
  readonly name: string | null;
  readonly state: "succeeded" | "failed" | "other";
  /** About how long those took, as a logarithm; -1 for those that have not ended or never began. */
  readonly about: number;
  readonly jobs: number;
  readonly totalMs: number;
}

const groups = (where: string) => `
  select ${spanOf("id", "$1", "$2")} as span, recipe_id, ${shownState} as state, ${aboutOf} as about, count(*) as jobs,
    sum(${tookOf}) as total from greenroom.jobs j where ${where} group by 1, 2, 3, 4`;
// Of a bucket that is not whole in one span its jobs are counted; of all others what was added up, with those that were
// not added up yet or still open then.
const isElsewhere = `${bucketOf("id")} <> all($6::int[])`;
const count = `
  with recursive ${recipesWithJobs}, chosen as (
    select id, coalesce(c.through, '${lowestId}') as through, coalesce(c.open, '{}') as open
    from (select id from found where $3::uuid is null union all select $3::uuid) r left join greenroom.job_counts c on c.recipe_id = r.id
    where id is not null
  ), counted as (
    select floor((bucket::bigint * ${bucketMs} - $1::float8) / $2::float8)::int as span, recipe_id, state, about, jobs,
      total_ms as total from greenroom.job_stats
    where bucket >= $7 and bucket < $8 and bucket <> all($6::int[]) and ($3::uuid is null or recipe_id = $3)
    union all
    select edge.* from unnest($9::uuid[], $10::uuid[]) as part(low, high) cross join lateral (
      ${groups("j.id >= part.low and j.id < part.high and ($3::uuid is null or j.recipe_id = $3)")}) edge
    union all
    select tail.* from chosen cross join lateral (
      ${groups(`j.recipe_id = chosen.id and j.id > chosen.through and j.id >= $4 and j.id < $5 and ${isElsewhere}`)}) tail
    union all
    select late.* from chosen cross join lateral (
      ${groups(`j.id = any(chosen.open) and j.id >= $4 and j.id < $5 and ${isElsewhere}`)}) late
  )
  select span, recipe_id as "recipeId", recipes.name, counted.state, about, sum(jobs)::int as jobs,
    sum(total)::float8 as "totalMs"
  from counted left join greenroom.recipes on recipes.id = recipe_id
  group by span, recipe_id, recipes.name, counted.state, about having sum(jobs) > 0`;

/** Counts them. */
export async function jobStats(pool: Pool, filter: JobStatsFilter, now: Date): Promise<JobStats> {
  const { since, until, spans, recipeId } = filter;
  await addUpLateJobs(pool, now);
  const lengthMs = (until.getTime() - since.getTime()) / spans;
  const bounds = Array.from({ length: spans + 1 }, (_, span) => since.getTime() + span * lengthMs);
  // Where a span begins or ends within a bucket, the jobs themselves are looked at.
  const parts = [
    ...new Set(bounds.filter((at) => at % bucketMs !== 0).map((at) => Math.floor(at / bucketMs))),
  ];
  const from = (bucket: number) => new Date(Math.max(since.getTime(), bucket * bucketMs));
  const to = (bucket: number) => new Date(Math.min(until.getTime(), (bucket + 1) * bucketMs));
  const { rows } = await pool.query<Row>(count, [
    ...[since.getTime(), lengthMs, recipeId ?? null, firstIdAt(since), firstIdAt(until), parts],
    ...[Math.floor(since.getTime() / bucketMs), Math.ceil(until.getTime() / bucketMs)],
    ...[parts.map((bucket) => firstIdAt(from(bucket))), parts.map((bucket) => firstIdAt(to(bucket)))],
  ]);
  const bySpan = Map.groupBy(rows, ({ span }) => Math.min(span, spans - 1));
  return {
    spans: Array.from({ length: spans }, (_, span) => ({
      from: new Date(since.getTime() + span * lengthMs),
      ...countsOf(bySpan.get(span) ?? []),
    })),
    recipes: [...Map.groupBy(rows, (row) => row.recipeId)]
      .map(([id, group]) => ({ recipeId: id, name: group[0]?.name ?? undefined, ...countsOf(group) }))
      .toSorted((a, b) => b.succeeded + b.failed + b.other - (a.succeeded + a.failed + a.other)),
  };
}

function countsOf(rows: readonly Row[]) {
  const jobsOf = (wanted: Row["state"]) =>
    rows.reduce((sum, { state, jobs }) => (state === wanted ? sum + jobs : sum), 0);
  const ended = rows
    .flatMap(({ about, jobs, totalMs }) => (about < 0 ? [] : [{ ms: totalMs / jobs, jobs }]))
    .toSorted((a, b) => a.ms - b.ms);
  return {
    ...{ succeeded: jobsOf("succeeded"), failed: jobsOf("failed"), other: jobsOf("other") },
    ...{ medianMs: percentile(ended, 0.5), p95Ms: percentile(ended, 0.95) },
  };
}

/** How long that share of the jobs took at most. */
function percentile(ended: readonly { ms: number; jobs: number }[], share: number): number | undefined {
  let left = share * ended.reduce((sum, { jobs }) => sum + jobs, 0);
  for (const { ms, jobs } of ended) {
    left -= jobs;
    if (left <= 0) return Math.round(ms);
  }
  return undefined;
}
