/** Waits for a time or an event. What is waited for is in the history, so a replay waits for the same. */
import type { Reply, WaitCommand } from "@greenroom/recipes";
import type { StepRecord } from "./history.ts";
import { toJobError } from "./job-error.ts";
import type { JobRun } from "./job-run.ts";
import type { Answer } from "./run-job.ts";

/** Performs a wait. `since` is when the step before it began: what came in since then counts. */
export async function performWait(run: JobRun, command: WaitCommand, since: Date): Promise<Answer> {
  const { path, stepId, title } = command;
  const { clock } = run.context;
  const earlier = run.earlier.get(path);
  if (earlier?.state === "succeeded")
    return { reply: { output: earlier.output, at: earlier.finishedAt ?? earlier.startedAt } };
  if (earlier?.state === "failed" && earlier.error) return { failure: run.failure(earlier.error, command) };

  const until = earlier ? untilOf(earlier) : command.for.until;
  const use = command.for.kind === "event" ? command.for.use : undefined;
  const step: StepRecord = {
    ...{ path, stepId, title, kind: "wait", use, state: "waiting", attempts: 1 },
    ...{ input: inputOf(command, until), output: undefined, error: undefined },
    ...{
      position: run.positionOf(path),
      startedAt: earlier?.startedAt ?? clock.now(),
      finishedAt: undefined,
    },
  };
  const done = (output: unknown): Reply => {
    const at = clock.now();
    run.note({ ...step, state: "succeeded", output, finishedAt: at });
    return { output, at };
  };
  const isDue = () => until !== undefined && until.getTime() <= clock.now().getTime();

  if (command.for.kind === "time") {
    if (isDue()) return { reply: done(null) };
    const reason = `${title}: until ${until?.toISOString()}.`;
    if (!earlier) await run.write([step], { state: "waiting", reason });
    await run.strands.until({ until, reason }, () => Promise.resolve(isDue() ? { value: true } : undefined));
    const reply = done(null);
    await run.write([]);
    return { reply };
  }

  const wait = command.for;
  const limit = until ? `, at most until ${until.toISOString()}` : "";
  const reason = `${title}: for ${wait.use}${limit}.`;
  const { eventWaits } = run.context;
  let matched: { output: unknown; eventId: string } | { problem: Error } | undefined;
  try {
    if (!earlier) await run.write([step], { state: "waiting", reason });
    // Also after a crash between the two: to begin waiting twice is to begin once.
    await eventWaits.begin(run.job, path, wait, since);
    matched = await run.strands.until({ until, reason }, async () => {
      const found = await eventWaits.look(run.job, path, wait);
      if (found) return { value: found };
      return isDue() ? { value: undefined } : undefined;
    });
  } catch (error) {
    run.signal.throwIfAborted();
    const failed = toJobError(error);
    run.note({ ...step, state: "failed", error: failed, finishedAt: clock.now() });
    return { failure: run.failure(failed, command) };
  }
  if (matched && "problem" in matched) {
    await run.write([], undefined, { forget: [path] });
    return { failure: matched.problem };
  }
  if (matched) await run.sealWaited(stepId, matched.eventId, matched.output);
  const reply = done(matched?.output ?? null);
  await run.write([], undefined, { forget: [path] });
  return { reply };
}

function inputOf(command: WaitCommand, until: Date | undefined): object {
  const { for: what } = command;
  if (what.kind === "time") return { until };
  return { use: what.use, connection: what.connection, input: what.input, until };
}

function untilOf({ input }: StepRecord): Date | undefined {
  const text = typeof input === "object" && input !== null && "until" in input ? input.until : undefined;
  return typeof text === "string" ? new Date(text) : undefined;
}
