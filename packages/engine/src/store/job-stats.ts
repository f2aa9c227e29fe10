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
    /** Of the jobs that ended, half took less. */
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
  readonly span: number | null;
  readonly recipeId: string | null;
  readonly name: string | null;
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

// The ids of jobs are in the order of time: theirs is the index that finds a span of it.
const count = `
  with chosen as (
    select recipe_id, state, started_at, finished_at,
      width_bucket(extract(epoch from created_at), extract(epoch from $1::timestamptz),
        extract(epoch from $2::timestamptz), $3) - 1 as span
    from greenroom.jobs
    where id >= $4::uuid and id < $5::uuid and created_at >= $1 and created_at < $2
      and ($6::uuid is null or recipe_id = $6::uuid)
  )
  select span, chosen.recipe_id as "recipeId", recipes.name,
    count(*) filter (where chosen.state = 'succeeded')::int as succeeded,
    count(*) filter (where chosen.state = 'failed')::int as failed,
    count(*) filter (where chosen.state not in ('succeeded', 'failed'))::int as other,
    round(percentile_cont(0.5) within group (order by extract(epoch from finished_at - chosen.started_at) * 1000))::int as "medianMs",
    round(percentile_cont(0.95) within group (order by extract(epoch from finished_at - chosen.started_at) * 1000))::int as "p95Ms"
  from chosen left join greenroom.recipes on recipes.id = chosen.recipe_id
  group by grouping sets ((span), (chosen.recipe_id, recipes.name))`;

/** Counts them. */
export async function jobStats(pool: Pool, filter: JobStatsFilter): Promise<JobStats> {
  const { since, until, spans, recipeId } = filter;
  const { rows } = await pool.query<Row>(count, [
    ...[since, until, spans, firstIdAt(since), firstIdAt(until), recipeId ?? null],
  ]);
  const byTime = new Map(rows.filter(({ span }) => span !== null).map((row) => [row.span, row]));
  const lengthMs = (until.getTime() - since.getTime()) / spans;
  return {
    spans: Array.from({ length: spans }, (_, span) => ({
      from: new Date(since.getTime() + span * lengthMs),
      ...countsOf(byTime.get(span)),
    })),
    recipes: rows
      .filter((row) => row.span === null && row.recipeId !== null)
      .map((row) => ({ recipeId: row.recipeId ?? "", name: row.name ?? undefined, ...countsOf(row) }))
      .toSorted((a, b) => b.succeeded + b.failed + b.other - (a.succeeded + a.failed + a.other)),
  };
}

function countsOf(row: Row | undefined) {
  const { succeeded = 0, failed = 0, other = 0, medianMs, p95Ms } = row ?? {};
  return { succeeded, failed, other, medianMs: medianMs ?? undefined, p95Ms: p95Ms ?? undefined };
}
