import type { Command, Outcome, Reply, Run } from "../command.ts";
import { compileExpression } from "../expressions/expression.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import type { ForEachStep, WhileStep } from "../step-types.ts";
import { firstEnd, runBranches } from "./compile-parallel.ts";
import { compileSteps, outputIds } from "./compile-steps.ts";
import {
  beside,
  bringOut,
  type CompiledStep,
  type CompiledSteps,
  compileCondition,
  type Context,
  describe,
  failStep,
  inside,
  note,
  type RunningScope,
} from "./running.ts";

const defaultMaxIterations = 1_000;

type Outputs = Readonly<Record<string, unknown>>;

/** Compiles `forEach`: one by one, in batches, several at once. */
export function compileForEach(
  step: ForEachStep,
  place: string,
  context: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  const list = compileExpression(step.forEach, `${place}.forEach`);
  const steps = compileSteps(step.steps, `${place}.steps`, context);
  const ids = outputIds(step.steps);
  const concurrency = step.concurrency ?? 1;

  function* oneByOne(path: string, scope: RunningScope, turns: readonly unknown[]): LoopRun {
    const outputs: Outputs[] = [];
    for (const [index, item] of turns.entries()) {
      const inner = inside(scope, { [step.as]: item, loop: loopOf(index, turns.length) });
      const outcome = yield* steps(`${path}[${index}]`, inner);
      bringOut(scope, inner, []);
      if (outcome) return { outcome };
      outputs.push(outputsOf(inner, ids));
    }
    return { outputs };
  }

  function* atOnce(path: string, scope: RunningScope, turns: readonly unknown[]): LoopRun {
    const scopes: RunningScope[] = [];
    const branches = turns.map((item, index) => ({
      path: `${path}[${index}]`,
      *run(): Run {
        const inner = beside(scope, { [step.as]: item, loop: loopOf(index, turns.length) });
        scopes[index] = inner;
        return yield* steps(`${path}[${index}]`, inner);
      },
    }));
    // The loop itself has told of itself at its own path.
    const at = { ...about, stepId: undefined, title: `${concurrency} at once` };
    const settled = yield* runBranches(scope, `${path}.parallel`, at, branches, concurrency);
    const outcome = firstEnd(settled);
    return outcome ? { outcome } : { outputs: scopes.map((inner) => outputsOf(inner, ids)) };
  }

  return function* run(path, scope) {
    const items = list.evaluate(scope);
    if (!Array.isArray(items)) {
      throw new ExpressionError(
        `${place}.forEach`,
        list.text,
        `It gives ${describe(items)}, but forEach needs a list.`,
        "Give it the list itself.",
      );
    }
    const turns = step.batch === undefined ? items : inBatches(items, step.batch);
    yield* note(scope, path, about, { input: { items: items.length }, output: { items } });
    const { outcome, outputs } = yield* concurrency > 1 && turns.length > 1
      ? atOnce(path, scope, turns)
      : oneByOne(path, scope, turns);
    if (outcome) return outcome;
    if (step.id !== undefined) scope[step.id] = outputs;
    return undefined;
  };
}

type LoopRun = Generator<
  Command,
  { readonly outcome?: Outcome; readonly outputs?: readonly Outputs[] },
  Reply
>;

/** Compiles `while`. */
export function compileWhile(
  step: WhileStep,
  place: string,
  context: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  const holds = compileCondition(step.while, `${place}.while`);
  const steps = compileSteps(step.steps, `${place}.steps`, context);
  const ids = outputIds(step.steps);
  const { atLeastOnce = false, max = defaultMaxIterations } = step;
  return function* run(path, scope) {
    yield* note(scope, path, about, { input: { while: String(step.while), max }, output: undefined });
    const outputs: Outputs[] = [];
    let last: RunningScope | undefined;
    for (let index = 0; ; index += 1) {
      const asked = atLeastOnce ? last : inside(scope, { loop: { index } });
      if (asked && !holds(asked)) break;
      if (index === max) {
        throw failStep(about, path, {
          ...{ kind: "limit", code: "while-max" },
          message: `“${String(step.while)}” still holds after ${max} iterations, the most that are allowed.`,
          hint: "Look whether the steps change what it asks, or raise `max`.",
        });
      }
      const inner = inside(scope, { loop: { index } });
      const outcome = yield* steps(`${path}.while[${index}]`, inner);
      bringOut(scope, inner, []);
      if (outcome) return outcome;
      if (step.id !== undefined) outputs.push(outputsOf(inner, ids));
      last = inner;
    }
    if (step.id !== undefined) scope[step.id] = outputs;
    return undefined;
  };
}

function loopOf(index: number, count: number): object {
  return { index, first: index === 0, last: index === count - 1 };
}

function outputsOf(scope: RunningScope, ids: readonly string[]): Outputs {
  return Object.fromEntries(ids.map((id) => [id, scope[id] ?? null]));
}

function inBatches(items: readonly unknown[], size: number): readonly unknown[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
