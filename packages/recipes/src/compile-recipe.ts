/**
 * A recipe as a generator: pure, so that running it again with the same results takes the same path.
 *
 * A command's `path` is unique in a job and the same in every replay: `2.then.0` is the first step of the `then` of
 * the third step; `1[3].0` is the first step in the fourth iteration of the second.
 */
import { branchesOf, type Catalogue } from "./catalogue.ts";
import { compileExpression, type Expression, type Scope } from "./expressions/expression.ts";
import { ExpressionError, type FailedCommand } from "./expressions/expression-error.ts";
import { textOf } from "./expressions/formulas.ts";
import { type CompiledValue, compileValue } from "./expressions/template.ts";
import type { ActionStep, ForEachStep, IfStep, Recipe, Step, StopStep } from "./recipe-schema.ts";
import type { Command, EventInfo, Outcome, Reply, Run, StartScope } from "./command.ts";
import { titleOf } from "./steps-outline.ts";

/** A recipe version, ready to run. */
export interface Program {
  readonly trigger: {
    readonly use: string;
    readonly connection: string | undefined;
    readonly input: Readonly<Record<string, unknown>>;
  };
  /** Whether the event starts a job. @throws {ExpressionError} when the condition fails. */
  matches(scope: { readonly trigger: unknown; readonly event: EventInfo }): boolean;
  /**
   * Yields commands; each is answered with its output, or with a StepFailure thrown in. Given the same replies it yields
   * the same commands.
   *
   * @throws {ExpressionError} whose `command` is the step that it failed in.
   * @throws {StepFailure} that came in and was not caught.
   */
  run(scope: StartScope): Generator<Command, Outcome, Reply>;
}

/** Compiled steps: run on a scope they add their outputs to; give an outcome when the job ends there. */
type CompiledSteps = (path: string, scope: Record<string, unknown>) => Run;
/** One of them, with what its commands and errors say of it. */
interface CompiledStep {
  readonly about: Omit<FailedCommand, "path">;
  readonly run: CompiledSteps;
}

/** Compiles a recipe that lint found sound. @throws {ExpressionError} */
export function compileRecipe(recipe: Recipe, catalogue: Catalogue): Program {
  const { when } = recipe.trigger;
  const condition = typeof when === "string" ? compileExpression(when, "trigger.when") : undefined;
  const steps = compileSteps(recipe.steps, "steps", { recipe, catalogue });
  return {
    trigger: {
      use: recipe.trigger.use,
      connection: catalogue.connectionOf(recipe, recipe.trigger),
      input: recipe.trigger.input ?? {},
    },
    matches: (scope) => (condition ? truth(condition, "trigger.when", scope) : when !== false),
    *run(scope) {
      return (yield* steps("", { ...scope })) ?? { state: "succeeded", reason: undefined };
    },
  };
}

interface Context {
  readonly recipe: Recipe;
  readonly catalogue: Catalogue;
}

function compileSteps(steps: readonly Step[], place: string, context: Context): CompiledSteps {
  const compiled = steps.map((step, index) => compileStep(step, `${place}[${index}]`, context));
  return function* run(path, scope) {
    for (const [index, step] of compiled.entries()) {
      const at = path === "" ? `${index}` : `${path}.${index}`;
      try {
        const outcome = yield* step.run(at, scope);
        if (outcome) return outcome;
      } catch (error) {
        throw error instanceof ExpressionError ? error.at({ path: at, ...step.about }) : error;
      }
    }
    return undefined;
  };
}

function compileStep(step: Step, place: string, context: Context): CompiledStep {
  if ("use" in step) return compileAction(step, place, context);
  if ("if" in step) return compileIf(step, place, context);
  if ("forEach" in step) return compileForEach(step, place, context);
  return compileStop(step, place);
}

function compileAction(step: ActionStep, place: string, { recipe, catalogue }: Context): CompiledStep {
  const { id, use } = step;
  const input = compileValue(step.input ?? {}, `${place}.input`);
  const connection = catalogue.connectionOf(recipe, step);
  const title = titleOf(step, catalogue);
  return {
    about: { stepId: id, title, kind: "action", use },
    *run(path, scope) {
      const { output } = yield {
        type: "action",
        path,
        stepId: id,
        title,
        use,
        connection,
        input: input.evaluate(scope),
      };
      if (id !== undefined) scope[id] = output;
      return undefined;
    },
  };
}

function compileIf(step: IfStep, place: string, context: Context): CompiledStep {
  const compileBranch = (condition: string | boolean, then: readonly Step[], at: string, suffix: string) => ({
    text: String(condition),
    holds: typeof condition === "string" ? compileExpression(condition, `${at}.if`) : condition,
    steps: compileSteps(then, `${at}.then`, context),
    at: `${at}.if`,
    suffix,
  });
  const branches = [
    compileBranch(step.if, step.then, place, ".then"),
    ...(step.elsif ?? []).map((branch, index) =>
      compileBranch(branch.if, branch.then, `${place}.elsif[${index}]`, `.elsif.${index}`),
    ),
  ];
  const otherwise = compileSteps(step.else ?? [], `${place}.else`, context);
  const about = {
    stepId: step.id,
    title: titleOf(step, context.catalogue),
    kind: "if",
    use: undefined,
  } as const;
  const conditions = branches.map(({ text }) => text);
  return {
    about,
    *run(path, scope) {
      const taken = branches.find(({ holds, at }) =>
        typeof holds === "boolean" ? holds : truth(holds, at, scope),
      );
      const branch = taken ? taken.suffix.slice(1) : step.else ? "else" : "none";
      yield { type: "note", path, ...noted(about), input: { conditions }, output: { branch } };
      return yield* taken ? taken.steps(`${path}${taken.suffix}`, scope) : otherwise(`${path}.else`, scope);
    },
  };
}

function compileForEach(step: ForEachStep, place: string, context: Context): CompiledStep {
  const list = compileExpression(step.forEach, `${place}.forEach`);
  const steps = compileSteps(step.steps, `${place}.steps`, context);
  const ids = outputIds(step.steps);
  const about = {
    stepId: step.id,
    title: titleOf(step, context.catalogue),
    kind: "forEach",
    use: undefined,
  } as const;
  return {
    about,
    *run(path, scope) {
      const items = list.evaluate(scope);
      if (!Array.isArray(items)) {
        throw new ExpressionError(
          `${place}.forEach`,
          list.text,
          `It gives ${kindOf(items)}, but forEach needs a list.`,
          "Give it the list itself.",
        );
      }
      yield { type: "note", path, ...noted(about), input: { items: items.length }, output: { items } };
      const outputs: Record<string, unknown>[] = [];
      for (const [index, item] of items.entries()) {
        const inner: Record<string, unknown> = { ...scope, [step.as]: item, loop: { index } };
        const outcome = yield* steps(`${path}[${index}]`, inner);
        if (outcome) return outcome;
        outputs.push(Object.fromEntries(ids.map((id) => [id, inner[id] ?? null])));
      }
      if (step.id !== undefined) scope[step.id] = outputs;
      return undefined;
    },
  };
}

/** The ids whose outputs one iteration leaves behind; of a step in a branch not taken, null. */
function outputIds(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if ("if" in step) return branchesOf(step).flatMap(({ steps: inner }) => outputIds(inner));
    return step.id === undefined || "stop" in step ? [] : [step.id];
  });
}

function compileStop(step: StopStep, place: string): CompiledStep {
  const reason: CompiledValue | undefined =
    step.stop.reason === undefined ? undefined : compileValue(step.stop.reason, `${place}.stop.reason`);
  const about = { stepId: step.id, title: `Stop as ${step.stop.as}`, kind: "stop", use: undefined } as const;
  return {
    about,
    *run(path, scope) {
      const outcome: Outcome = { state: step.stop.as, reason: reason && textOf(reason.evaluate(scope)) };
      yield { type: "note", path, ...noted(about), input: {}, output: outcome };
      return outcome;
    },
  };
}

function noted<K extends "if" | "forEach" | "stop">({
  stepId,
  title,
  kind,
}: {
  stepId: string | undefined;
  title: string;
  kind: K;
}) {
  return { stepId, title, kind };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Conditions must be true or false: a typing slip must not silently count as either. */
function truth(expression: Expression, place: string, scope: Scope): boolean {
  const value = expression.evaluate(scope);
  if (typeof value === "boolean") return value;
  throw new ExpressionError(
    place,
    expression.text,
    `It gives ${kindOf(value)}, but a condition must give true or false.`,
    "Compare it with something, or use .present().",
  );
}
