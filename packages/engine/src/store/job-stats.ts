/** Jobs counted over time and by recipe, for charts. */
import type { Pool } from "../database/database.ts";
import { firstIdAt } from "./job-counts.ts";

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
  readonly jobs: number;
  /** How long those of them took on average; null for those that have not ended. */
  readonly ms: number | null;
}

// The ids of jobs are in the order of time: theirs is the index that finds a span of it. Jobs that took about as long are
// counted together (each step of the logarithm is 5 %): to sort a million of them for an exact median takes seconds.
const count = `
  select span, recipe_id as "recipeId", recipes.name, chosen.state, sum(jobs)::int as jobs, (sum(total) / sum(jobs))::float8 as ms
  from (
    select recipe_id, floor((date_part('epoch', created_at) - $4) / $5)::int as span,
      case when state in ('succeeded', 'failed') then state else 'other' end as state,
      (ln(greatest(1, took)) * 20)::int as about, count(*) as jobs, sum(took) as total
    from (
      select recipe_id, state, created_at, date_part('epoch', finished_at - started_at) * 1000 as took
      from greenroom.jobs
      where id >= $6::uuid and id < $7::uuid and created_at >= $1 and created_at < $2 and ($3::uuid is null or recipe_id = $3::uuid)
    ) timed
    group by 1, 2, 3, 4
  ) chosen left join greenroom.recipes on recipes.id = chosen.recipe_id
  group by span, recipe_id, recipes.name, chosen.state, about`;

/** Counts them. */
export async function jobStats(pool: Pool, filter: JobStatsFilter): Promise<JobStats> {
  const { since, until, spans, recipeId } = filter;
  const lengthMs = (until.getTime() - since.getTime()) / spans;
  const { rows } = await pool.query<Row>(count, [
    ...[since, until, recipeId ?? null, since.getTime() / 1000, lengthMs / 1000],
    ...[firstIdAt(since), firstIdAt(until)],
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
    .flatMap(({ ms, jobs }) => (ms === null ? [] : [{ ms, jobs }]))
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
