import type { Observer } from "@greenroom/engine";
import { log } from "../log.ts";

/** One observer that tells several. */
export function together(observers: readonly Observer[]): Observer {
  return {
    received: (event) => observers.forEach((one) => one.received(event)),
    stepEnded: (job, step) => observers.forEach((one) => one.stepEnded(job, step)),
    jobEnded: (job, end) => observers.forEach((one) => one.jobEnded(job, end)),
  };
}

/** Logs jobs as they end, by their id; what went well only at the level debug, since there is much of it. */
export const jobLog: Observer = {
  received({ id, connector, name, receipt }) {
    log.debug({ eventId: id, connector, name, jobIds: receipt.jobIds }, "an event was received");
  },
  stepEnded({ id }, { path, use, state, errorCode }) {
    if (use !== undefined) log.debug({ jobId: id, step: path, use, state, code: errorCode }, "a step ended");
  },
  jobEnded({ id, recipeId, eventId, startedAt }, { state, finishedAt, errorCode }) {
    const durationMs = finishedAt.getTime() - startedAt.getTime();
    const fields = { jobId: id, recipeId, eventId, state, durationMs, code: errorCode };
    log[state === "failed" ? "warn" : "debug"](fields, "a job ended");
  },
};
