/** What happens in the engine, told as it happens: traces, metrics and logs are made of it. */
import type { Receipt } from "./inbox/inbox.ts";
import type { JobUpdate, StepRecord } from "./jobs/history.ts";

/** A job as an observer sees it. */
export interface ObservedJob {
  readonly id: string;
  readonly recipeId: string;
  /** None for a job that was called, or tested. */
  readonly eventId: string | undefined;
  /** What it all began with: the event, or the job that no event started; also for a job that was called. */
  readonly rootId: string;
  readonly parentId: string | undefined;
  readonly startedAt: Date;
}

/** A step whose end was written. It has no data: observers send elsewhere what they are told. */
export interface ObservedStep
  extends Pick<StepRecord, "path" | "title" | "kind" | "use" | "state" | "attempts" | "startedAt"> {
  readonly finishedAt: Date;
  readonly errorCode: string | undefined;
}

/** Is told what was committed. It answers at once and never throws. */
export interface Observer {
  received(event: {
    readonly id: string;
    readonly connector: string;
    readonly name: string;
    readonly beganAt: Date;
    readonly receipt: Receipt;
  }): void;
  stepEnded(job: ObservedJob, step: ObservedStep): void;
  jobEnded(job: ObservedJob, end: { state: string; finishedAt: Date; errorCode: string | undefined }): void;
}

/** Tells an observer what a write of a job's history said. */
export function tellObserver(
  observer: Observer | undefined,
  job: ObservedJob,
  steps: readonly StepRecord[],
  update: JobUpdate | undefined,
): void {
  if (!observer) return;
  for (const { path, title, kind, use, state, attempts, startedAt, finishedAt, error } of steps) {
    if (!finishedAt) continue;
    observer.stepEnded(job, {
      ...{ path, title, kind, use, state, attempts, startedAt, finishedAt },
      errorCode: error?.code,
    });
  }
  if (update?.finishedAt)
    observer.jobEnded(job, {
      state: update.state,
      finishedAt: update.finishedAt,
      errorCode: update.error?.code,
    });
}
