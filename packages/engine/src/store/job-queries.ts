/** What pages and programs read of jobs and the inbox. */
import { desc, eq, getTableColumns, inArray, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { type JobCause, type JobState, jobs, jobSteps } from "../database/job-tables.ts";
import { jobValues } from "../database/data-tables.ts";
import { events as eventRows, recipes, recipeVersions } from "../database/schema.ts";
import { createEventQueries, type EventQueries } from "./event-queries.ts";
import type { Matcher } from "../inbox/matcher.ts";
import { countJobs, type JobCounts } from "./job-counts.ts";
import { createJobMask, hidden, type JobMask } from "./job-masks.ts";
import { type JobFilter, jobsOrder, jobsWhere } from "./job-search.ts";
import type { RecipeTexts } from "./recipe-texts.ts";
import { type Page, pageOf } from "./page.ts";
import { notFound } from "./refusals.ts";

/** Longer data of a step is cut when it is shown with its job: a megabyte of text. */
const maxShown = 1_000_000;

/** A job in a list. */
export interface JobSummary {
  readonly id: string;
  readonly recipeId: string;
  readonly recipeName: string;
  readonly version: number;
  /** What started it. */
  readonly cause: JobCause;
  /** None for a test run with an event written by hand. */
  readonly eventId: string | undefined;
  readonly eventName: string;
  readonly state: JobState;
  readonly reason: string | undefined;
  readonly error: typeof jobs.$inferSelect.error | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** When a waiting job goes on by itself. */
  readonly wakeAt: Date | undefined;
  /** The job that called it. */
  readonly parentId: string | undefined;
  /** The job that it runs again. */
  readonly rerunOf: string | undefined;
  /** False when its data was deleted: its recipe keeps none. */
  readonly dataKept: boolean;
}

/** A step as people see it. */
export type ShownStep = typeof jobSteps.$inferSelect & {
  /** Its input or output is too long to be shown; {@link JobQueries.stepData} has it whole. */
  readonly isCut: boolean;
};

/** A job with its event's payload and its steps. */
export interface JobDetail extends JobSummary {
  readonly trigger: Readonly<Record<string, unknown>>;
  readonly steps: readonly ShownStep[];
  /** What it returned to the one that called. */
  readonly result: unknown;
  /** What it can be found by. */
  readonly values: Readonly<Record<string, string>>;
  /** The jobs that it called. */
  readonly children: readonly {
    readonly id: string;
    readonly recipeName: string;
    readonly state: JobState;
  }[];
}

/** The newest jobs of a recipe, as little as a picture of them needs. */
export interface RecentJobs {
  readonly recipeId: string;
  readonly jobs: readonly {
    readonly id: string;
    readonly state: JobState;
    readonly createdAt: Date;
    readonly startedAt: Date | null;
    readonly finishedAt: Date | null;
  }[];
}

/** The reads. Lists are newest first. */
export interface JobQueries extends EventQueries {
  listJobs(filter: JobFilter & { readonly limit: number }): Promise<Page<JobSummary>>;
  getJob(id: string): Promise<JobDetail>;
  /** The recipes of these jobs, each once. */
  recipesOf(jobIds: readonly string[]): Promise<readonly string[]>;
  /** The recipe's text that a job runs: its version's, or the one that a test run tries. None when the version is gone. */
  textOf(jobId: string): Promise<string | undefined>;
  /** A step's input and output, whole. */
  stepData(jobId: string, path: string): Promise<{ readonly input: unknown; readonly output: unknown }>;
  /** The newest jobs of each recipe that has any, newest first. */
  recentJobs(each: number): Promise<readonly RecentJobs[]>;
  /** How many jobs of each recipe, or of one, are in which state. */
  countJobs(recipeId?: string): Promise<ReadonlyMap<string, JobCounts>>;
}

/** Makes the reads. */
export function createJobQueries(
  database: Database,
  texts: () => RecipeTexts,
  now: () => Date,
  masking: Matcher["masking"],
): JobQueries {
  const events = createEventQueries(database, maskOf, masking);

  /** What a version hides; everything, when it is gone and nobody can say. */
  async function maskOf(versionId: string, tested?: string): Promise<JobMask> {
    try {
      return createJobMask(
        tested === undefined ? await texts().program(versionId) : texts().programOf(tested),
      );
    } catch {
      return createJobMask({ masked: (_, data) => (data == null ? data : hidden) });
    }
  }

  const jobRows = () =>
    database
      .select({
        job: jobs,
        recipeName: recipes.name,
        version: recipeVersions.number,
        eventName: eventRows.name,
      })
      .from(jobs)
      .leftJoin(recipes, eq(recipes.id, jobs.recipeId))
      .leftJoin(recipeVersions, eq(recipeVersions.id, jobs.versionId))
      .leftJoin(eventRows, eq(eventRows.id, jobs.eventId));

  async function triggerOf({ details, eventId }: typeof jobs.$inferSelect) {
    return details?.trigger ?? (eventId === null ? {} : await events.payload(eventId));
  }

  async function valuesOf(jobId: string) {
    const rows = await database
      .select({ name: jobValues.name, value: jobValues.value })
      .from(jobValues)
      .where(eq(jobValues.jobId, jobId))
      .orderBy(jobValues.name);
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  return {
    ...events,

    async listJobs({ limit, ...filter }) {
      const rows = await jobRows()
        .where(jobsWhere(database, filter))
        .orderBy(jobsOrder)
        .limit(limit + 1);
      return pageOf(rows.map(jobSummaryOf), limit);
    },

    async getJob(id) {
      const [row] = await jobRows().where(eq(jobs.id, id));
      if (!row) throw notFound("job", id);
      const steps = await database
        .select({
          ...getTableColumns(jobSteps),
          ...{ input: cut(jobSteps.input), output: cut(jobSteps.output) },
          isCut: sql<boolean>`coalesce(greatest(length(${jobSteps.input}::text), length(${jobSteps.output}::text)) > ${maxShown}, false)`,
        })
        .from(jobSteps)
        .where(eq(jobSteps.jobId, id))
        .orderBy(jobSteps.position, jobSteps.path);
      const { result } = row.job;
      const trigger = await triggerOf(row.job);
      const called = await jobRows().where(eq(jobs.parentId, id)).orderBy(jobs.id);
      const children = called.map((child) => jobSummaryOf(child));
      const mask = await maskOf(row.job.versionId, row.job.details?.test?.source);
      const shownTrigger = mask.trigger(trigger);
      for (const { stepId, input, output } of steps) mask.learn(stepId, input, output);
      const summary = jobSummaryOf(row);
      return {
        ...summary,
        ...{ reason: mask.rest(summary.reason), error: mask.rest(summary.error), result: mask.rest(result) },
        trigger: shownTrigger,
        children,
        values: await valuesOf(id),
        steps: steps.map((step) => ({
          ...step,
          ...{ input: mask.step(step.stepId, step.input), output: mask.step(step.stepId, step.output) },
          error: mask.rest(step.error),
        })),
      };
    },

    async recipesOf(jobIds) {
      const rows = await database
        .selectDistinct({ recipeId: jobs.recipeId })
        .from(jobs)
        .where(inArray(jobs.id, [...jobIds]));
      return rows.map(({ recipeId }) => recipeId);
    },

    async textOf(jobId) {
      const [row] = await database
        .select({ details: jobs.details, saved: recipeVersions.source })
        .from(jobs)
        .leftJoin(recipeVersions, eq(recipeVersions.id, jobs.versionId))
        .where(eq(jobs.id, jobId));
      if (!row) throw notFound("job", jobId);
      return row.details?.test?.source ?? row.saved ?? undefined;
    },

    async stepData(jobId, path) {
      const steps = await database
        .select({
          path: jobSteps.path,
          stepId: jobSteps.stepId,
          input: jobSteps.input,
          output: jobSteps.output,
        })
        .from(jobSteps)
        .where(eq(jobSteps.jobId, jobId));
      const step = steps.find((one) => one.path === path);
      const [row] = await jobRows().where(eq(jobs.id, jobId));
      if (!step || !row) throw notFound("step", path);
      // What is hidden elsewhere may have been copied into this step.
      const mask = await maskOf(row.job.versionId, row.job.details?.test?.source);
      mask.trigger(await triggerOf(row.job));
      for (const { stepId, input, output } of steps) mask.learn(stepId, input, output);
      return { input: mask.step(step.stepId, step.input), output: mask.step(step.stepId, step.output) };
    },

    async recentJobs(each) {
      const { id, state, createdAt, startedAt, finishedAt } = jobs;
      const newest = database
        .select({ id, state, createdAt, startedAt, finishedAt })
        .from(jobs)
        .where(eq(jobs.recipeId, recipes.id))
        .orderBy(desc(jobs.id))
        .limit(each)
        .as("newest");
      const rows = await database
        .select({
          ...{ recipeId: recipes.id, id: newest.id, state: newest.state, createdAt: newest.createdAt },
          ...{ startedAt: newest.startedAt, finishedAt: newest.finishedAt },
        })
        .from(recipes)
        .crossJoinLateral(newest);
      const byRecipe = Map.groupBy(rows, ({ recipeId }) => recipeId);
      return [...byRecipe].map(([recipeId, group]) => ({ recipeId, jobs: group }));
    },

    countJobs: (recipeId) => countJobs(database.$client, now(), recipeId),
  };
}

interface JobRow {
  readonly job: typeof jobs.$inferSelect;
  readonly recipeName: string | null;
  readonly version: number | null;
  readonly eventName: string | null;
}

function jobSummaryOf({ job, recipeName, version, eventName }: JobRow): JobSummary {
  return {
    ...{
      id: job.id,
      recipeId: job.recipeId,
      recipeName: recipeName ?? "(deleted recipe)",
      version: version ?? 0,
    },
    ...{
      eventId: job.eventId ?? undefined,
      cause: job.cause,
      eventName: eventName ?? "",
      state: job.state,
      reason: job.reason ?? undefined,
    },
    ...{ error: job.error ?? undefined, createdAt: job.createdAt, startedAt: job.startedAt ?? undefined },
    finishedAt: job.finishedAt ?? undefined,
    ...{ wakeAt: job.wakeAt ?? undefined, parentId: job.parentId ?? undefined },
    ...{ rerunOf: job.rerunOf ?? undefined, dataKept: job.wipedAt === null },
  };
}

/** A value, or the beginning of its text where it is too long to be shown. */
function cut(column: typeof jobSteps.input | typeof jobSteps.output) {
  return sql<unknown>`case when length(${column}::text) > ${maxShown} then to_json(left(${column}::text, 10000)) else ${column} end`;
}
