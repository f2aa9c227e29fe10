/**
 * Runs one action step: attempts, waits, and the look-up of what a lost answer may have done.
 * This is one of the places that catch: whatever an action throws becomes the step's error.
 */
import {
  type AnyAction,
  type Client,
  ConnectorError,
  lookUpAction,
  type OpenFile,
  runAction,
} from "@greenroom/connector-kit";
import type { Clock } from "../clock.ts";
import { type JobError, toJobError } from "./job-error.ts";
import { decide } from "./retry-policy.ts";

/** What a step came to. */
export type StepResult =
  | { readonly output: unknown; readonly attempts: number }
  /** `unknown`: the service may have done it, and nothing here can find out. */
  | { readonly error: JobError; readonly attempts: number; readonly unknown?: boolean };

/** One action to run. */
export interface StepRun {
  readonly action: AnyAction;
  readonly idempotent: boolean;
  readonly client: Client;
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  readonly connection: string | undefined;
  readonly openFile: OpenFile;
  readonly clock: Clock;
  readonly random: () => number;
  /** The number of the first attempt: more than one where earlier runs of the job made some. */
  readonly firstAttempt: number;
  /** When an earlier run of this job began this step and left no result; undefined otherwise. */
  readonly begunAt: Date | undefined;
  /** Waits until an attempt may use the connection. @returns what is called when it has */
  readonly takePlace: () => Promise<() => void>;
  /** Called before each attempt; its promise settles before anything is sent. */
  readonly onAttempt: (attempt: number) => Promise<void>;
  /** Resolves when it is time for that attempt. */
  readonly wait: (wait: {
    readonly attempt: number;
    readonly until: Date;
    readonly error: JobError;
    /** The attempt begins with finding out whether an earlier one did it. */
    readonly lookUpOwed: boolean;
  }) => Promise<void>;
  readonly onBug: (error: unknown) => void;
}

/** Runs the step to its result. It throws only what `takePlace`, `onAttempt`, `wait` or an abort threw. */
export async function runStep(run: StepRun): Promise<StepResult> {
  let attempt = run.firstAttempt;
  let lookUpSince = run.idempotent ? undefined : run.begunAt;
  if (lookUpSince !== undefined && !run.action.lookUp)
    return { error: toJobError(interrupted()), attempts: attempt, unknown: true };
  for (;;) {
    // Before the attempt is written as begun: one that only waited has an outcome that is known.
    const leave = await run.takePlace();
    let startedAt: Date;
    let failure: unknown;
    try {
      await run.onAttempt(attempt);
      startedAt = run.clock.now();
      try {
        if (lookUpSince !== undefined) {
          const found = await lookUpAction(run.action, { ...run, since: lookUpSince });
          if (found !== undefined) return { output: found, attempts: attempt };
          lookUpSince = undefined;
        }
        return { output: await runAction(run.action, run), attempts: attempt };
      } catch (error) {
        failure = error;
      }
    } finally {
      leave();
    }
    run.signal.throwIfAborted();
    const decision = decide(failure, {
      attempt,
      // While a look-up is owed, what failed was reading.
      idempotent: run.idempotent || lookUpSince !== undefined,
      now: run.clock.now(),
      random: run.random(),
    });
    if (decision.do === "look-up" && run.action.lookUp) {
      lookUpSince = startedAt;
      attempt += 1;
      continue;
    }
    if (decision.do !== "wait") {
      if (!(failure instanceof ConnectorError)) run.onBug(failure);
      const isUnknown = failure instanceof ConnectorError && failure.kind === "outcome-unknown";
      const unknown = lookUpSince !== undefined || (isUnknown && !run.idempotent);
      return { error: toJobError(failure), attempts: attempt, ...(unknown && { unknown }) };
    }
    if (decision.counted) attempt += 1;
    const until = new Date(run.clock.now().getTime() + decision.ms);
    await run.wait({ attempt, until, error: toJobError(failure), lookUpOwed: lookUpSince !== undefined });
  }
}

function interrupted(): ConnectorError {
  return new ConnectorError(
    "outcome-unknown",
    "interrupted",
    "The server stopped while this step was under way, and its outcome is not known.",
    { hint: "Check at the service whether it was done, then run what is missing by hand." },
  );
}
