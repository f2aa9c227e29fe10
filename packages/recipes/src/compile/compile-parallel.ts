import type { Command, Outcome, ParallelCommand, Reply, Run, Settled } from "../command.ts";
import type { ParallelStep } from "../step-types.ts";
import { compileSteps, outputIds } from "./compile-steps.ts";
import {
  ask,
  beside,
  type CompiledStep,
  type CompiledSteps,
  type Context,
  type RunningScope,
} from "./running.ts";

/** Compiles `parallel`. */
export function compileParallel(
  step: ParallelStep,
  place: string,
  context: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  const compiled = step.parallel.map(({ steps }, index) => ({
    steps: compileSteps(steps, `${place}.parallel[${index}].steps`, context),
    ids: outputIds(steps),
  }));
  const concurrency = step.concurrency ?? step.parallel.length;
  return function* run(path, scope) {
    const scopes: RunningScope[] = [];
    const branches = compiled.map(({ steps }, index) => ({
      path: `${path}.branch.${index}`,
      *run(): Run {
        const inner = beside(scope, {});
        scopes[index] = inner;
        return yield* steps(`${path}.branch.${index}`, inner);
      },
    }));
    const outcome = firstEnd(yield* runBranches(scope, path, about, branches, concurrency));
    if (outcome) return outcome;
    for (const [index, { ids }] of compiled.entries()) {
      for (const id of ids) scope[id] = scopes[index]?.[id] ?? null;
    }
    return undefined;
  };
}

/** Has the driver run branches beside each other. */
export function* runBranches(
  scope: RunningScope,
  path: string,
  { stepId, title }: CompiledStep["about"],
  branches: ParallelCommand["branches"],
  concurrency: number,
): Generator<Command, readonly Settled[], Reply> {
  const command = { type: "parallel", path, stepId, title, branches, concurrency } as const;
  // The contract of `parallel`: one answer for each branch.
  return (yield* ask(scope, command)) as readonly Settled[];
}

/** The outcome of the first branch that ended the job. @throws what the first branch failed with, where that comes first. */
export function firstEnd(settled: readonly Settled[]): Outcome | undefined {
  for (const each of settled) {
    if ("error" in each) throw each.error;
    if ("outcome" in each && each.outcome) return each.outcome;
  }
  return undefined;
}
