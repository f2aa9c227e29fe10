/** Jobs found by recipe, state, time, error, and the values that recipes mark as searchable. */
import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { jobValues } from "../database/data-tables.ts";
import { type JobCause, type JobState, jobs } from "../database/job-tables.ts";

/** Which jobs are wanted; all conditions hold. */
export interface JobFilter {
  readonly recipeId?: string | undefined;
  readonly state?: JobState | readonly JobState[] | undefined;
  readonly cause?: JobCause | undefined;
  /** Made at or after. */
  readonly from?: Date | undefined;
  /** Made before. */
  readonly to?: Date | undefined;
  readonly errorKind?: string | undefined;
  readonly errorCode?: string | undefined;
  /** Words of the error's message; `"in quotes"` in this order, `-word` not. */
  readonly errorText?: string | undefined;
  /** A searchable value, by its name. */
  readonly value?: { readonly name: string; readonly value: string } | undefined;
  readonly cursor?: string | undefined;
}

/** The condition for a filter. */
export function jobsWhere(database: Database, filter: JobFilter): SQL | undefined {
  const { recipeId, state, cause, from, to, errorKind, errorCode, errorText, value, cursor } = filter;
  const states = state === undefined ? undefined : typeof state === "string" ? [state] : state;
  const hasError = errorKind !== undefined || errorCode !== undefined || errorText !== undefined;
  return and(
    recipeId === undefined ? undefined : eq(jobs.recipeId, recipeId),
    states && or(...states.map(inState), states.length === 0 ? sql`false` : undefined),
    cause === undefined ? undefined : eq(jobs.cause, cause),
    from && gte(jobs.createdAt, from),
    to && lt(jobs.createdAt, to),
    // Says what the indexes of errors say, so that they are used.
    hasError ? sql`${jobs.error} is not null` : undefined,
    errorKind === undefined ? undefined : sql`(${jobs.error}->>'kind') = ${errorKind}`,
    errorCode === undefined ? undefined : sql`(${jobs.error}->>'code') = ${errorCode}`,
    errorText === undefined
      ? undefined
      : sql`to_tsvector('simple', ${jobs.error}->>'message') @@ websearch_to_tsquery('simple', ${errorText})`,
    value &&
      inArray(
        jobs.id,
        database
          .select({ id: jobValues.jobId })
          .from(jobValues)
          .where(and(eq(jobValues.name, value.name), eq(jobValues.value, value.value))),
      ),
    cursor === undefined ? undefined : lt(jobs.id, cursor),
  );
}

/** The newest first. */
export const jobsOrder = desc(jobs.id);

/** Each as its index has it: few jobs are in most of these states, among many. */
function inState(state: JobState): SQL | undefined {
  const is = eq(jobs.state, state);
  if (state === "failed" || state === "stopped" || state === "cancelled")
    return and(is, sql`${jobs.state} in ('failed', 'stopped', 'cancelled')`);
  if (state === "running") return and(is, sql`${jobs.finishedAt} is null and ${jobs.workerId} is not null`);
  if (state === "waiting") {
    return or(
      and(is, sql`${jobs.workerId} is null`),
      and(is, sql`${jobs.finishedAt} is null and ${jobs.workerId} is not null`),
    );
  }
  return is;
}
