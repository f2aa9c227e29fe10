/** The shapes of jobs, their steps, and what people do with them. */
import { z } from "@hono/zod-openapi";
import { givenId, id, jobState, json, time } from "./schema-parts.ts";

const choice = z.enum(["done", "again", "fail"]);

/** What went wrong in a job or a step. */
export const jobError = z
  .object({
    /** A ConnectorError's kind, or `expression`, or `bug`. */
    kind: z.string(),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    /** The path of the step that failed its job. */
    path: z.string().optional(),
    /** There while the step waits for a person: `POST /jobs/{id}/answer` with one of them. */
    choices: z.array(choice).optional(),
    /** What is asked then: an answer names it. */
    question: z.string().optional(),
  })
  .openapi("JobError");

/** One run of a recipe version for one event. */
export const job = z
  .object({
    id,
    recipeId: id,
    recipeName: z.string(),
    version: z.number().int(),
    /** What started it; `rerun` and `test` were people. */
    cause: z.enum(["event", "rerun", "call", "test"]),
    /** None for a test run with an event written by hand. */
    eventId: id.optional(),
    eventName: z.string(),
    state: jobState,
    /** The reason a stop step gave, or why it waits. */
    reason: z.string().optional(),
    error: jobError.optional(),
    createdAt: time,
    startedAt: time.optional(),
    finishedAt: time.optional(),
    durationMs: z.number().optional(),
    /** When a waiting job goes on by itself. */
    wakeAt: time.optional(),
    /** The job that called it. */
    parentId: id.optional(),
    /** The job that it runs again. */
    rerunOf: id.optional(),
    /** False when its data was deleted: its recipe keeps none. */
    dataKept: z.boolean(),
  })
  .openapi("Job");

/** One step of a job, iterations included. */
export const jobStep = z
  .object({
    path: z.string(),
    stepId: z.string().optional(),
    title: z.string(),
    kind: z.enum([
      "action",
      "wait",
      "call",
      "if",
      "forEach",
      "while",
      "try",
      "catch",
      "parallel",
      "set",
      "append",
      "stop",
      "return",
    ]),
    use: z.string().optional(),
    state: z.enum(["running", "waiting", "ready", "succeeded", "failed"]),
    attempts: z.number().int(),
    input: json,
    output: json,
    /** Input or output is longer than is shown; `GET /jobs/{id}/step-data` has it whole. */
    isCut: z.boolean(),
    error: jobError.optional(),
    startedAt: time,
    finishedAt: time.optional(),
    durationMs: z.number().optional(),
  })
  .openapi("JobStep");

export const jobWithSteps = job
  .extend({
    trigger: json,
    /** What it can be found by. */
    values: z.record(z.string(), z.string()),
    steps: z.array(jobStep),
    /** What it returned to the recipe that called. */
    result: json,
    /** The jobs that it called. */
    children: z.array(z.object({ id, recipeName: z.string(), state: jobState })),
  })
  .openapi("JobWithSteps");

/** The body that runs a job again. */
export const rerunOptions = z
  .object({
    /** `failed-step` keeps what was done before it. */
    from: z.enum(["start", "failed-step"]).default("start"),
    version: z.enum(["same", "newest"]).default("same"),
    /** With `failed-step`: the corrected input of the step that failed. */
    input: z.record(z.string(), z.unknown()).optional(),
  })
  .strict()
  .openapi("RerunOptions");

const manyIds = z.array(givenId).min(1).max(1_000);

/** The body that runs many jobs again. */
export const rerunMany = rerunOptions
  .omit({ input: true })
  .extend({ jobIds: manyIds })
  .strict()
  .openapi("RerunMany");

/** The body that cancels many jobs. */
export const cancelMany = z.object({ jobIds: manyIds }).strict().openapi("CancelMany");

/** What became of many jobs. */
export const manyDone = z
  .object({
    done: z.array(z.object({ jobId: id, newJobId: id.optional() })),
    refused: z.array(z.object({ jobId: id, message: z.string() })),
  })
  .openapi("ManyDone");

/** The body that answers a step which waits for a person. */
export const stepAnswer = z
  .object({
    path: z.string().min(1).max(2_000),
    /** What it answers: the `question` of the step's error. By the time it comes, the step may ask something else. */
    question: z.string().max(100).optional(),
    /** `done`: it was done; `again`: do it (again); `fail`: let the step fail. */
    choice,
    /** With `done`: the output that later steps see. */
    output: z.unknown().optional(),
  })
  .strict()
  .openapi("StepAnswer");

/** A recipe's queue, where it is held up or not empty. */
export const jobQueue = z
  .object({ recipeId: id, pausedAt: time.optional(), queued: z.number().int() })
  .openapi("JobQueue");
