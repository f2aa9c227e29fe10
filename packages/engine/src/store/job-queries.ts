/** What pages and programs read of jobs and the inbox. */
import { and, desc, eq, getTableColumns, inArray, lt, or, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { type JobCause, type JobState, jobs, jobSteps } from "../database/job-tables.ts";
import { events, recipes, recipeVersions } from "../database/schema.ts";
import type { StoredEvent } from "../inbox/inbox.ts";
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
  /** The jobs that it called. */
  readonly children: readonly {
    readonly id: string;
    readonly recipeName: string;
    readonly state: JobState;
  }[];
}

/** An event in a list. */
export interface EventSummary {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly profileId: string;
  readonly accountId: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** Found by looking, as no webhook had told it. */
  readonly reconciled: boolean;
  readonly jobs: readonly { id: string; recipeId: string; recipeName: string; state: JobState }[];
}

/** An event whole. */
export interface EventDetail extends EventSummary {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly dedupeKey: string;
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

/** A page of a list; `nextCursor` is the id to go on from, absent on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | undefined;
}

/** The reads. Lists are newest first. */
export interface JobQueries {
  listJobs(filter: {
    recipeId?: string | undefined;
    state?: JobState | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<Page<JobSummary>>;
  getJob(id: string): Promise<JobDetail>;
  /** A step's input and output, whole. */
  stepData(jobId: string, path: string): Promise<{ readonly input: unknown; readonly output: unknown }>;
  listEvents(filter: {
    name?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<Page<EventSummary>>;
  getEvent(id: string): Promise<EventDetail>;
  storedEvent(id: string): Promise<StoredEvent>;
  /** The newest jobs of each recipe that has any, newest first. */
  recentJobs(each: number): Promise<readonly RecentJobs[]>;
  /** How many jobs of each recipe are in which state. */
  countByRecipe(): Promise<ReadonlyMap<string, { succeeded: number; failed: number; running: number }>>;
}

/** Makes the reads. */
export function createJobQueries(database: Database): JobQueries {
  const jobRows = () =>
    database
      .select({
        job: jobs,
        recipeName: recipes.name,
        version: recipeVersions.number,
        eventName: events.name,
      })
      .from(jobs)
      .leftJoin(recipes, eq(recipes.id, jobs.recipeId))
      .leftJoin(recipeVersions, eq(recipeVersions.id, jobs.versionId))
      .leftJoin(events, eq(events.id, jobs.eventId));

  async function jobsOf(eventIds: readonly string[]) {
    if (eventIds.length === 0) return new Map<string, EventSummary["jobs"]>();
    const mine = inArray(jobs.eventId, [...eventIds]);
    // Two indexes, one for the many jobs that events start and one for the few others.
    const rows = await jobRows().where(or(and(mine, sql`cause = 'event'`), and(mine, sql`cause <> 'event'`)));
    const grouped = Map.groupBy(rows, ({ job }) => job.eventId ?? "");
    return new Map(
      [...grouped].map(([eventId, group]) => [
        eventId,
        group.map(({ job, recipeName }) => ({
          id: job.id,
          recipeId: job.recipeId,
          recipeName: recipeName ?? "(deleted recipe)",
          state: job.state,
        })),
      ]),
    );
  }

  async function eventRow(id: string) {
    const [row] = await database.select().from(events).where(eq(events.id, id));
    if (!row) throw notFound("event", id);
    return row;
  }

  return {
    async listJobs({ recipeId, state, cursor, limit }) {
      const rows = await jobRows()
        .where(
          and(
            recipeId === undefined ? undefined : eq(jobs.recipeId, recipeId),
            state === undefined ? undefined : eq(jobs.state, state),
            cursor === undefined ? undefined : lt(jobs.id, cursor),
          ),
        )
        .orderBy(desc(jobs.id))
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
      const { details, eventId, result } = row.job;
      const trigger = details?.trigger ?? (eventId === null ? {} : (await eventRow(eventId)).payload);
      const called = await jobRows().where(eq(jobs.parentId, id)).orderBy(jobs.id);
      const children = called.map((child) => jobSummaryOf(child));
      return { ...jobSummaryOf(row), trigger, steps, result, children };
    },

    async stepData(jobId, path) {
      const [step] = await database
        .select({ input: jobSteps.input, output: jobSteps.output })
        .from(jobSteps)
        .where(and(eq(jobSteps.jobId, jobId), eq(jobSteps.path, path)));
      if (!step) throw notFound("step", path);
      return step;
    },

    async listEvents({ name, cursor, limit }) {
      const rows = await database
        .select()
        .from(events)
        .where(
          and(
            name === undefined ? undefined : eq(events.name, name),
            cursor === undefined ? undefined : lt(events.id, cursor),
          ),
        )
        .orderBy(desc(events.id))
        .limit(limit + 1);
      const started = await jobsOf(rows.map(({ id }) => id));
      return pageOf(
        rows.map((row) => ({ ...eventSummaryOf(row), jobs: started.get(row.id) ?? [] })),
        limit,
      );
    },

    async getEvent(id) {
      const row = await eventRow(id);
      const started = await jobsOf([id]);
      const { payload, dedupeKey } = row;
      return { ...eventSummaryOf(row), jobs: started.get(id) ?? [], payload, dedupeKey };
    },

    async storedEvent(id) {
      const { profileId, connector, source, ...row } = await eventRow(id);
      const { name, accountId, occurredAt, dedupeKey, payload } = row;
      return { id, profileId, connector, source, event: { name, accountId, occurredAt, dedupeKey, payload } };
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

    async countByRecipe() {
      const rows = await database
        .select({
          recipeId: jobs.recipeId,
          succeeded: sql<number>`count(*) filter (where ${jobs.state} = 'succeeded')::int`,
          failed: sql<number>`count(*) filter (where ${jobs.state} = 'failed')::int`,
          running: sql<number>`count(*) filter (where ${jobs.finishedAt} is null)::int`,
        })
        .from(jobs)
        .groupBy(jobs.recipeId);
      return new Map(rows.map(({ recipeId, ...counts }) => [recipeId, counts]));
    },
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
    rerunOf: job.rerunOf ?? undefined,
  };
}

/** A value, or the beginning of its text where it is too long to be shown. */
function cut(column: typeof jobSteps.input | typeof jobSteps.output) {
  return sql<unknown>`case when length(${column}::text) > ${maxShown} then to_json(left(${column}::text, 10000)) else ${column} end`;
}

function eventSummaryOf(row: typeof events.$inferSelect): Omit<EventSummary, "jobs"> {
  const { id, name, connector, profileId, accountId, occurredAt, receivedAt, reconciled } = row;
  return { id, name, connector, profileId, accountId, occurredAt, receivedAt, reconciled };
}

function pageOf<Item extends { readonly id: string }>(items: readonly Item[], limit: number): Page<Item> {
  const shown = items.slice(0, limit);
  return { items: shown, nextCursor: items.length > limit ? shown.at(-1)?.id : undefined };
}
