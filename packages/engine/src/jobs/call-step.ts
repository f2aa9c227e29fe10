/** Calls another recipe: a job of its own, written in the same commit as the step that calls it. */
import type { CallCommand } from "@greenroom/recipes";
import { newId } from "../new-id.ts";
import type { ChildJob, StepRecord } from "./history.ts";
import type { JobError } from "./job-error.ts";
import type { JobEnd, JobRun } from "./job-run.ts";
import { calledIn } from "./reruns.ts";
import type { Answer } from "./run-job.ts";

/** Performs a call. */
export async function performCall(run: JobRun, command: CallCommand): Promise<Answer> {
  const { path, stepId, title } = command;
  const { context, job } = run;
  const earlier = run.earlier.get(path);
  if (earlier?.state === "succeeded")
    return { reply: { output: earlier.output, at: earlier.finishedAt ?? earlier.startedAt } };
  if (earlier?.state === "failed" && earlier.error) return { failure: run.failure(earlier.error, command) };

  const input = job.details.inputs?.[path] ?? command.input;
  const startedAt = earlier?.startedAt ?? context.clock.now();
  const position = run.positionOf(path);
  const record = (state: StepRecord["state"], rest: Partial<StepRecord> = {}): StepRecord => ({
    ...{ path, position, stepId, title, kind: "call", use: undefined, state, attempts: 1, startedAt },
    ...{
      input: { recipe: command.recipe, input },
      output: undefined,
      error: undefined,
      finishedAt: undefined,
    },
    ...rest,
  });
  const fail = (error: JobError, output?: object): Answer => {
    run.note(record("failed", { error, output, finishedAt: context.clock.now() }));
    return { failure: run.failure(error, command) };
  };

  let childId = earlier && calledIn(earlier.output);
  if (childId !== undefined) await context.resumeChild(childId);
  if (childId === undefined) {
    const recipe = await context.recipeNamed(command.recipe);
    if (!recipe) return fail(noSuchRecipe(command.recipe));
    const trigger = typeof input === "object" && input !== null ? { ...input } : {};
    const child: ChildJob = { ...recipe, id: newId(), details: { trigger }, startedAt };
    childId = child.id;
    const finishedAt = command.wait ? undefined : context.clock.now();
    const step = record(command.wait ? "running" : "succeeded", { output: { jobId: childId }, finishedAt });
    await run.write([step], undefined, { children: [child] });
    context.startChild(child, job);
    if (finishedAt) return { reply: { output: { jobId: childId }, at: finishedAt } };
  }

  const id = childId;
  const end = await run.strands.until<JobEnd>(
    { until: undefined, reason: `${title}: for the job it called.`, stays: () => context.runsHere(id) },
    async () => {
      const value = await context.endOf(id);
      return value && { value };
    },
  );
  if (end.state !== "succeeded") return fail(failureOf(command.recipe, end), { jobId: id });
  const at = context.clock.now();
  run.note(record("succeeded", { output: end.result ?? null, finishedAt: at }));
  run.flushSoon();
  return { reply: { output: end.result ?? null, at } };
}

function noSuchRecipe(name: string): JobError {
  return {
    ...{ kind: "call", code: "no-such-recipe", message: `There is no recipe named “${name}”.` },
    hint: "It may have been renamed or deleted; correct the name in the step.",
  };
}

function failureOf(name: string, { state, error, reason }: JobEnd): JobError {
  const why = error?.message ?? reason ?? "";
  return {
    ...{ kind: "call", code: state, message: `“${name}” ${state}${why ? `: ${why}` : "."}` },
    hint: "Open the job that was called to see more.",
  };
}
