/** Jobs as the API shows them. */
import type { JobDetail, JobSummary } from "@greenroom/engine";
import { type Shown, some, text } from "./answer-parts.ts";
import type * as schemas from "./job-schemas.ts";

const between = (from: Date | null | undefined, to: Date | null | undefined) =>
  from && to ? { durationMs: to.getTime() - from.getTime() } : {};

/** A job in a list. */
export function jobAnswer(job: JobSummary): Shown<typeof schemas.job> {
  const { id, recipeId, recipeName, version, cause, eventId, eventName, state, reason, error } = job;
  const { startedAt, finishedAt, wakeAt, parentId, rerunOf } = job;
  return {
    ...{
      id,
      recipeId,
      recipeName,
      version,
      cause,
      eventName,
      state,
      createdAt: text(job.createdAt),
      dataKept: job.dataKept,
    },
    ...some({ eventId, reason, parentId, rerunOf, wakeAt: wakeAt && text(wakeAt) }),
    ...some({ startedAt: startedAt && text(startedAt), finishedAt: finishedAt && text(finishedAt) }),
    ...(error && { error: error as Shown<typeof schemas.jobError> }),
    ...between(startedAt, finishedAt),
  };
}

/** A job with its steps. */
export function jobDetailAnswer(job: JobDetail): Shown<typeof schemas.jobWithSteps> {
  return {
    ...jobAnswer(job),
    ...{ trigger: job.trigger, values: { ...job.values }, result: job.result ?? null },
    children: job.children.map((child) => ({ ...child })),
    steps: job.steps.map((step) => ({
      ...{ path: step.path, title: step.title, kind: step.kind, state: step.state, attempts: step.attempts },
      ...{ input: step.input ?? null, output: step.output ?? null, startedAt: text(step.startedAt) },
      ...some({ stepId: step.stepId, use: step.use, finishedAt: step.finishedAt && text(step.finishedAt) }),
      ...(step.error && { error: step.error as Shown<typeof schemas.jobError> }),
      ...{ isCut: step.isCut, ...between(step.startedAt, step.finishedAt) },
    })),
  };
}
