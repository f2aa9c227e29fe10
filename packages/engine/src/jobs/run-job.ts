/**
 * Runs jobs: a recipe version's generator is driven command by command, and answered from the history where that has
 * the answer.
 *
 * What survives what: an effect's intent is in the history before it is sent, and its result right after; a read's
 * output is there before any effect that may depend on it. Conditions and loops are recomputed. Results are found by
 * their path, so branches beside each other may come in any order. A replay takes the same path, repeats no recorded
 * effect, and knows which one was under way.
 */
import { ConnectorError } from "@greenroom/connector-kit";
import type {
  ActionCommand,
  CallCommand,
  Command,
  NoteCommand,
  Outcome,
  ParallelCommand,
  Reply,
  Run,
  Settled,
  StepFailure,
  WaitCommand,
} from "@greenroom/recipes";
import { scopeOf } from "../inbox/matcher.ts";
import { performAction } from "./action-step.ts";
import { performCall } from "./call-step.ts";
import type { JobUpdate } from "./history.ts";
import { JobOver, type JobRun } from "./job-run.ts";
import { performWait } from "./wait-step.ts";

/** What becomes of a command; what is thrown instead never reaches the recipe. */
export type Answer = { readonly reply: Reply } | { readonly failure: StepFailure | Error };

/** A recipe that computes this many steps in a row, or for so long, lets others go on in between. */
const breatheAfter = 200;
const breatheAfterMs = 50;

/** Runs one job to its end and writes its outcome. @throws {JobOver} when it ends or goes on elsewhere */
export async function runJob(run: JobRun): Promise<void> {
  let update: JobUpdate;
  try {
    const { state, reason, result } = await run.strands.strand(() => driveJob(run));
    const finishedAt = run.context.clock.now();
    update = { state: state === "failed" ? "stopped" : "succeeded", reason, result, finishedAt };
  } catch (error) {
    if (error instanceof JobOver) throw error;
    run.signal.throwIfAborted();
    update = { state: "failed", error: run.explain(error), finishedAt: run.context.clock.now() };
  }
  const { resumes } = run.job.details;
  if (resumes) await run.context.dropResumed(resumes);
  await run.end(update);
}

async function driveJob(run: JobRun): Promise<Outcome> {
  const { job, context } = run;
  if (job.details.refused !== undefined) throw refusedEvent(job.details.refused);
  const [program] = await Promise.all([context.programOf(job), run.loadHistory()]);
  await run.sealBy(program);
  const scope = scopeOf(job.event);
  // Matching said yes, or failed: a failing condition fails its job here, where people can see it.
  program.matches(scope);
  const found = run.findable(program.searchable(scope));
  if (Object.keys(found).length > 0) await context.keepValues(job, found);
  const { values: properties } = await context.propertiesOf(job);
  const steps = program.run({ ...scope, job: { id: job.id, startedAt: job.startedAt }, properties });
  return (await drive(run, steps, job.startedAt)) ?? { state: "succeeded", reason: undefined };
}

function refusedEvent(why: string): ConnectorError {
  const message = `The database refuses the data of this event: ${why}.`;
  return new ConnectorError("invalid-input", "refused-data", message, {
    hint: "The event is kept without its data.",
  });
}

async function drive(run: JobRun, steps: Run, startedAt: Date): Promise<Outcome | undefined> {
  let at = startedAt;
  // A service may tell of what a step did before it answers that step: a wait looks back to where that began.
  let since = startedAt;
  let computed = 0;
  let begunMs = performance.now();
  let next = steps.next();
  while (next.done !== true) {
    const command = next.value;
    let answer: Answer;
    if (command.type === "note") {
      answer = { reply: { output: undefined, at: tell(run, command) } };
      computed += 1;
      if (run.isFull) await run.write([]);
      else if (computed % breatheAfter === 0 || performance.now() - begunMs > breatheAfterMs) {
        await new Promise((resolve) => setImmediate(resolve));
        begunMs = performance.now();
      }
    } else {
      answer = await perform(run, command, command.type === "wait" ? since : at);
      since = at;
      begunMs = performance.now();
      run.signal.throwIfAborted();
    }
    if ("failure" in answer) next = steps.throw(answer.failure);
    else {
      at = answer.reply.at;
      next = steps.next(answer.reply);
    }
  }
  return next.value;
}

function tell(run: JobRun, { path, stepId, kind, title, use, input, output, error }: NoteCommand): Date {
  const earlier = run.earlier.get(path);
  if (earlier?.finishedAt && !error && earlier.state === "succeeded") return earlier.finishedAt;
  const now = run.context.clock.now();
  return run.note({
    ...{ path, stepId, kind, title, use, input, output, error, attempts: 1 },
    ...{ state: error ? "failed" : "succeeded", startedAt: now, finishedAt: now },
  });
}

/** In a test run, the output that takes the place of a step's own. */
function mocked(run: JobRun, command: ActionCommand | WaitCommand | CallCommand): Answer | undefined {
  const { test } = run.job.details;
  const { path, stepId, title, type: kind } = command;
  const name = [stepId, path].find((at) => at !== undefined && test?.mocks && Object.hasOwn(test.mocks, at));
  const skipped = test?.skip?.some((at) => at === stepId || at === path);
  if (name === undefined && !skipped) return undefined;
  const output = name === undefined ? null : test?.mocks?.[name];
  const earlier = run.earlier.get(path);
  if (earlier?.finishedAt) return { reply: { output, at: earlier.finishedAt } };
  const now = run.context.clock.now();
  run.note({
    ...{ path, stepId, title, kind, use: kind === "action" ? command.use : undefined, state: "succeeded" },
    ...{ attempts: 0, input: "input" in command ? command.input : undefined, output, error: undefined },
    ...{ startedAt: now, finishedAt: now },
  });
  return { reply: { output, at: now } };
}

async function perform(run: JobRun, command: Exclude<Command, NoteCommand>, at: Date): Promise<Answer> {
  if (run.job.details.test && command.type !== "parallel") {
    const answer = mocked(run, command);
    if (answer) return answer;
  }
  switch (command.type) {
    case "action":
      return await performAction(run, command);
    case "wait":
      return await performWait(run, command, at);
    case "call":
      return await performCall(run, command);
    case "parallel":
      return await performParallel(run, command, at);
  }
}

async function performParallel(run: JobRun, command: ParallelCommand, at: Date): Promise<Answer> {
  const { path, stepId, title, branches, concurrency } = command;
  const startedAt = run.context.clock.now();
  const settled: Settled[] = branches.map(() => ({ notStarted: true }));
  const waiting = [...branches.entries()];
  let ended = false;
  async function settleBranches(): Promise<void> {
    for (let next = waiting.shift(); next && !ended; next = waiting.shift()) {
      const [index, branch] = next;
      try {
        const outcome = await run.strands.strand(() => drive(run, branch.run(), at));
        settled[index] = { outcome };
        ended ||= outcome !== undefined;
      } catch (error) {
        if (error instanceof JobOver) throw error;
        settled[index] = { error };
        ended = true;
      }
    }
  }
  const lanes = Math.max(1, Math.min(concurrency, branches.length));
  await run.strands.aside(() => Promise.all(Array.from({ length: lanes }, settleBranches)));
  const earlier = run.earlier.get(path);
  if (earlier?.finishedAt) return { reply: { output: settled, at: earlier.finishedAt } };
  const finishedAt = run.context.clock.now();
  run.note({
    ...{ path, stepId, title, kind: "parallel", use: undefined, state: "succeeded", attempts: 1 },
    ...{ input: { branches: branches.length, concurrency }, output: undefined, error: undefined },
    ...{ startedAt, finishedAt },
  });
  return { reply: { output: settled, at: finishedAt } };
}
