/** The tables of jobs and workers. PostgreSQL stores inputs and outputs that are long aside, and compressed (TOAST). */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  json,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { StepKind } from "@greenroom/recipes";
import type { JobError } from "../jobs/job-error.ts";
import { greenroom, time } from "./schema.ts";

/** One row per job. It is queued, or parked as waiting, while it has no worker. */
export const jobs = greenroom.table(
  "jobs",
  {
    id: uuid().primaryKey(),
    recipeId: uuid("recipe_id").notNull(),
    versionId: uuid("version_id").notNull(),
    /** None for a test run with an event written by hand. */
    eventId: uuid("event_id"),
    cause: text().$type<JobCause>().notNull().default("event"),
    state: text().$type<JobState>().notNull(),
    reason: text(),
    error: json().$type<JobError>(),
    /** What its recipe returned to the one that called. */
    result: json(),
    /** The worker that runs it, and alone may write its history; null while it is queued or parked. */
    workerId: uuid("worker_id"),
    /** Counts what happened to it from outside: a job that was told something meanwhile is not parked. */
    signals: integer().notNull().default(0),
    /** When a parked job goes on by itself. */
    wakeAt: time("wake_at"),
    /** Higher goes first. */
    priority: smallint().notNull().default(0),
    /** Of the jobs of a recipe with the same key, one runs at a time. */
    concurrencyKey: text("concurrency_key"),
    /** The job that called it. */
    parentId: uuid("parent_id"),
    /** The job that it runs again. */
    rerunOf: uuid("rerun_of"),
    details: json().$type<JobDetails>(),
    /** The properties it sees: those of the moment it was made; see `property_sets`. */
    propertySet: bigint("property_set", { mode: "number" }).default(sql`greenroom.current_property_set()`),
    /** When its data was deleted: its recipe keeps none. */
    wipedAt: time("wiped_at"),
    createdAt: time("created_at").notNull(),
    startedAt: time("started_at"),
    finishedAt: time("finished_at"),
  },
  (t) => [
    // Invariant: an event starts one job per recipe.
    uniqueIndex("jobs_once").on(t.eventId, t.recipeId).where(sql`cause = 'event'`),
    index("jobs_by_event").on(t.eventId).where(sql`cause <> 'event'`),
    index("jobs_by_recipe").on(t.recipeId, t.id),
    index("jobs_owned").on(t.workerId).where(sql`finished_at is null and worker_id is not null`),
    index("jobs_queued").on(t.recipeId, t.priority.desc().nullsFirst(), t.id).where(sql`state = 'queued'`),
    index("jobs_queued_aside")
      .on(t.recipeId, t.id)
      .where(sql`state = 'queued' and cause in ('call', 'test')`),
    index("jobs_parked").on(t.wakeAt).where(sql`state = 'waiting' and worker_id is null`),
    // Of each key the jobs that have not begun, and those under way.
    index("jobs_in_line_of_key")
      .on(t.recipeId, t.concurrencyKey, t.id)
      .where(sql`state = 'queued' and started_at is null and concurrency_key is not null`),
    index("jobs_under_way_of_key")
      .on(t.recipeId, t.concurrencyKey)
      .where(
        sql`finished_at is null and concurrency_key is not null and (state <> 'queued' or started_at is not null)`,
      ),
    index("jobs_by_parent").on(t.parentId).where(sql`parent_id is not null`),
    // What people look for; a job that succeeds costs none of them anything.
    index("jobs_not_succeeded").on(t.state, t.id).where(sql`state in ('failed', 'stopped', 'cancelled')`),
    index("jobs_by_error").on(sql`(error->>'kind')`, t.id).where(sql`error is not null`),
    index("jobs_by_error_text")
      .using("gin", sql`to_tsvector('simple', error->>'message')`)
      .where(sql`error is not null`),
    index("jobs_by_failure").on(t.finishedAt).where(sql`state = 'failed'`),
    index("jobs_by_time").using("brin", t.createdAt),
  ],
);

/** How many ended jobs a recipe has, up to one of them: what came since is counted when somebody asks. */
export const jobCounts = greenroom.table("job_counts", {
  recipeId: uuid("recipe_id").primaryKey(),
  /** Its jobs up to this one are counted, but those that were still open then. */
  through: uuid().notNull(),
  succeeded: integer().notNull(),
  failed: integer().notNull(),
  open: uuid().array().notNull(),
});

/** The jobs that {@link jobCounts} counts, by when they were made, how they ended and how long they took: for charts. */
export const jobStats = greenroom.table(
  "job_stats",
  {
    recipeId: uuid("recipe_id").notNull(),
    /** Which ten minutes since 1970. */
    bucket: integer().notNull(),
    state: text().$type<"succeeded" | "failed" | "other">().notNull(),
    /** The logarithm of how long they took, in steps of 5 %; -1 for those that never began. */
    about: smallint().notNull(),
    jobs: integer().notNull(),
    totalMs: doublePrecision("total_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.recipeId, t.bucket, t.state, t.about] }),
    index("job_stats_by_time").on(t.bucket),
  ],
);

/** A step of a waiting job that goes on with an event; matched by the inbox in the commit that writes the event. */
export const jobWaits = greenroom.table(
  "job_waits",
  {
    jobId: uuid("job_id").notNull(),
    path: text().notNull(),
    profileId: uuid("profile_id").notNull(),
    accountId: text("account_id").notNull(),
    name: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.jobId, t.path] }),
    index("job_waits_by_event").on(t.profileId, t.accountId, t.name),
  ],
);

/** Events that may be what a step waits for; its job looks at them and takes the first that matches. */
export const jobEvents = greenroom.table(
  "job_events",
  { jobId: uuid("job_id").notNull(), path: text().notNull(), eventId: uuid("event_id").notNull() },
  (t) => [primaryKey({ columns: [t.jobId, t.path, t.eventId] })],
);

/** Never holds a row: whoever writes events reads it, and whoever begins to wait for one locks it for a moment. */
export const eventGate = greenroom.table("event_gate", { id: integer().primaryKey() });

/** How the jobs of a recipe are let in, beyond what its version says; a row only where there is something to say. */
export const queues = greenroom.table("queues", {
  recipeId: uuid("recipe_id").primaryKey(),
  pausedAt: time("paused_at"),
  /** Where the recipe has a rate: when its next job may start. */
  nextStartAt: time("next_start_at"),
});

/** How many jobs of a recipe each worker may run at once; together no more than the recipe's concurrency. */
export const places = greenroom.table(
  "places",
  {
    recipeId: uuid("recipe_id").notNull(),
    workerId: uuid("worker_id").notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.recipeId, t.workerId] })],
);

/** Steps that use a connection which limits them, or wait to; of all recipes and workers, in the order of their turns. */
export const connectionUses = greenroom.table(
  "connection_uses",
  {
    id: uuid().primaryKey(),
    /** The order they came in. */
    turn: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    /** When it came; the step of an urgent recipe as if it had come earlier, and so on: nobody is passed for ever. */
    turnAt: time("turn_at").notNull().default(sql`now()`),
    connectionId: uuid("connection_id").notNull(),
    jobId: uuid("job_id").notNull(),
    /** The worker it is at: what is a dead one's is nobody's. */
    workerId: uuid("worker_id").notNull(),
    /** Null while it waits. */
    grantedAt: time("granted_at"),
  },
  (t) => [index("connection_uses_in_turn").on(t.connectionId, t.turnAt, t.turn)],
);

/** One row, counted up by triggers whenever recipes or connections change: so a worker knows that its matcher is old. */
export const revisions = greenroom.table("revisions", {
  id: integer().primaryKey(),
  revision: bigint({ mode: "number" }).notNull(),
});

/** The history of a job, a row per step and iteration; also what a replay reads earlier outputs from. */
export const jobSteps = greenroom.table(
  "job_steps",
  {
    jobId: uuid("job_id").notNull(),
    path: text().notNull(),
    position: integer().notNull(),
    stepId: text("step_id"),
    title: text().notNull(),
    kind: text().$type<StepKind>().notNull(),
    use: text(),
    state: text().$type<StepState>().notNull(),
    attempts: integer().notNull(),
    input: json(),
    output: json(),
    error: json().$type<JobError>(),
    startedAt: time("started_at").notNull(),
    finishedAt: time("finished_at"),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.path] })],
);

/** Processes of ours on this database. A heartbeat older than ten seconds means that it is dead. */
export const workers = greenroom.table("workers", {
  id: uuid().primaryKey(),
  /** Whether it runs jobs; a receiver or a web server does not. */
  runsJobs: boolean("runs_jobs").notNull().default(true),
  host: text().notNull(),
  pid: integer().notNull(),
  startedAt: time("started_at").notNull(),
  heartbeatAt: time("heartbeat_at").notNull(),
  /** What it was started with that all must have alike. */
  settings: json().$type<Readonly<Record<string, string>>>().notNull().default({}),
});

export type JobState =
  | "queued"
  | "running"
  | "waiting"
  | "succeeded"
  | "failed"
  /** Ended by a stop step of its recipe that says “failed”: as meant, hence no error. */
  | "stopped"
  | "cancelled";

/** Whether a job in that state has ended. */
export const isOver = (state: JobState): boolean => !["queued", "running", "waiting"].includes(state);
/** What started a job. */
export type JobCause = "event" | "rerun" | "call" | "test";
/** `ready`: a person said that it is to be done (again). */
export type StepState = "running" | "waiting" | "ready" | "succeeded" | "failed";

/** What a job is given beyond its event. */
export interface JobDetails {
  /** What its recipe sees as `trigger`, in place of the event's payload. */
  readonly trigger?: Readonly<Record<string, unknown>>;
  /** Inputs that a person corrected before a rerun, by the steps' paths. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly test?: TestRunOptions;
  /** The called jobs that go on when it has come to where it called them. */
  readonly resumes?: readonly string[];
  /** It is a called job that goes on from where another one failed, whose history it has. */
  readonly resumed?: boolean;
  /** Why PostgreSQL refused the event; then the job can only fail. */
  readonly refused?: string;
}

/** How a test run differs from a real one. */
export interface TestRunOptions {
  /** The recipe's text, where what is tested is not saved. */
  readonly source?: string | undefined;
  /** Outputs in place of the steps' own, by the steps' ids or paths. */
  readonly mocks?: Readonly<Record<string, unknown>> | undefined;
  /** Steps not to run, by id or path; their output is null. */
  readonly skip?: readonly string[] | undefined;
  /** The effects that need not ask first; reads never ask. */
  readonly allow?: readonly ("create" | "update" | "delete")[] | undefined;
}
