/**
 * A recipe as a generator: pure, so that running it again with the same results takes the same path.
 *
 * A command's `path` is unique in a job and the same in every replay: `2.then.0` is the first step of the `then` of
 * the third step; `1[3].0` is the first step in the fourth iteration of the second.
 */
import type { Catalogue } from "./catalogue.ts";
import { compileExpression, type Expression, type Scope } from "./expressions/expression.ts";
import { ExpressionError } from "./expressions/expression-error.ts";
import { type CompiledValue, compileValue } from "./expressions/template.ts";
import type { ActionStep, ForEachStep, IfStep, Recipe, Step, StopStep } from "./recipe-schema.ts";

/** What an event is to expressions, beside its payload. */
export interface EventInfo {
  readonly id: string;
  readonly name: string;
  readonly occurredAt: Date;
}

/** What a running recipe asks for, or tells. */
export type Command =
  | {
      readonly type: "action";
      readonly path: string;
      readonly stepId: string | undefined;
      readonly title: string;
      readonly use: string;
      readonly connection: string | undefined;
      readonly input: unknown;
    }
  | {
      readonly type: "note";
      readonly path: string;
      readonly stepId: string | undefined;
      readonly title: string;
      readonly kind: "if" | "forEach" | "stop";
      readonly input: unknown;
      readonly output: unknown;
    };

/** How a job ends when nothing fails. */
export interface Outcome {
  readonly state: "succeeded" | "failed";
  readonly reason: string | undefined;
}

/** A recipe version, ready to run. */
export interface Program {
  readonly trigger: { readonly use: string; readonly connection: string | undefined };
  /** Whether the event starts a job. @throws {ExpressionError} when the condition fails. */
  matches(scope: { readonly trigger: unknown; readonly event: EventInfo }): boolean;
  /** Yields commands; an action's output is given back to it. @throws {ExpressionError} */
  run(scope: {
    readonly trigger: unknown;
    readonly event: EventInfo;
    readonly job: { readonly id: string };
  }): Generator<Command, Outcome, unknown>;
}

type Run = Generator<Command, Outcome | undefined, unknown>;
/** A compiled step: runs on a scope it adds its output to; gives an outcome when the job ends there. */
type CompiledStep = (path: string, scope: Record<string, unknown>) => Run;

/** Compiles a recipe that lint found sound. @throws {ExpressionError} */
export function compileRecipe(recipe: Recipe, catalogue: Catalogue): Program {
  const { when } = recipe.trigger;
  const condition = typeof when === "string" ? compileExpression(when, "trigger.when") : undefined;
  const steps = compileSteps(recipe.steps, "steps", { recipe, catalogue });
  return {
    trigger: { use: recipe.trigger.use, connection: catalogue.connectionOf(recipe, recipe.trigger) },
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

function compileSteps(steps: readonly Step[], place: string, context: Context): CompiledStep {
  const compiled = steps.map((step, index) => compileStep(step, `${place}[${index}]`, context));
  return function* run(path, scope) {
    for (const [index, step] of compiled.entries()) {
      const outcome = yield* step(path === "" ? `${index}` : `${path}.${index}`, scope);
      if (outcome) return outcome;
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
  const input = compileValue(step.input ?? {}, `${place}.input`);
  const connection = catalogue.connectionOf(recipe, step);
  const title = step.name ?? catalogue.action(step.use)?.title ?? step.use;
  return function* run(path, scope) {
    const output = yield {
      ...{ type: "action", path, stepId: step.id, title, use: step.use, connection },
      input: withPath(path, () => input.evaluate(scope)),
    };
    if (step.id !== undefined) scope[step.id] = output;
    return undefined;
  };
}

function compileIf(step: IfStep, place: string, context: Context): CompiledStep {
  const compileBranch = (condition: string | boolean, then: readonly Step[], at: string, suffix: string) => ({
    text: String(condition),
    holds: typeof condition === "string" ? compileExpression(condition, `${at}.if`) : condition,
    steps: compileSteps(then, `${at}.then`, context),
    ...{ at: `${at}.if`, suffix },
  });
  const branches = [
    compileBranch(step.if, step.then, place, ".then"),
    ...(step.elsif ?? []).map((branch, index) => compileBranch(branch.if, branch.then, `${place}.elsif[${index}]`, `.elsif.${index}`)),
  ];
  const otherwise = compileSteps(step.else ?? [], `${place}.else`, context);
  return function* run(path, scope) {
    const taken = branches.find(({ holds, at }) => (typeof holds === "boolean" ? holds : truth(holds, at, scope)));
    const branch = taken ? taken.suffix.slice(1) : step.else ? "else" : "none";
    yield {
      ...{ type: "note", path, stepId: step.id, kind: "if", title: `If ${branches[0]?.text}` },
      ...{ input: { conditions: branches.map(({ text }) => text) }, output: { branch } },
    };
    return yield* taken ? taken.steps(`${path}${taken.suffix}`, scope) : otherwise(`${path}.else`, scope);
  };
}

function compileForEach(step: ForEachStep, place: string, context: Context): CompiledStep {
  const list = compileExpression(step.forEach, `${place}.forEach`);
  const steps = compileSteps(step.steps, `${place}.steps`, context);
  const ids = step.steps.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return function* run(path, scope) {
    const items = list.evaluate(scope);
    if (!Array.isArray(items)) {
      const kind = items === null ? "null" : typeof items;
      throw new ExpressionError(`${place}.forEach`, list.text, `It gives ${kind}, but forEach needs a list.`);
    }
    yield {
      ...{ type: "note", path, stepId: step.id, kind: "forEach", title: `For each ${step.as} in ${step.forEach}` },
      ...{ input: { items: items.length }, output: { items } },
    };
    const outputs: Record<string, unknown>[] = [];
    for (const [index, item] of items.entries()) {
      const inner = { ...scope, [step.as]: item, loop: { index } };
      const outcome = yield* steps(`${path}[${index}]`, inner);
      if (outcome) return outcome;
      outputs.push(Object.fromEntries(ids.map((id) => [id, (inner as Scope)[id] ?? null])));
    }
    if (step.id !== undefined) scope[step.id] = outputs;
    return undefined;
  };
}

function compileStop(step: StopStep, place: string): CompiledStep {
  const reason: CompiledValue | undefined =
    step.stop.reason === undefined ? undefined : compileValue(step.stop.reason, `${place}.stop.reason`);
  return function* run(path, scope) {
    const text = reason && String(reason.evaluate(scope));
    const outcome: Outcome = { state: step.stop.as, reason: text };
    yield {
      ...{ type: "note", path, stepId: step.id, kind: "stop", title: `Stop as ${step.stop.as}` },
      ...{ input: {}, output: outcome },
    };
    return outcome;
  };
}

/** Conditions must be true or false: a typing slip must not silently count as either. */
function truth(expression: Expression, place: string, scope: object): boolean {
  const value = expression.evaluate(scope as Scope);
  if (typeof value === "boolean") return value;
  const kind = value === null ? "null" : typeof value;
  throw new ExpressionError(place, expression.text, `It gives ${kind}, but a condition must give true or false.`, "Compare it with something, or use .present().");
}

/** Says in which iteration an input failed. */
function withPath<T>(path: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ExpressionError && path.includes("[")) {
      throw new ExpressionError(`${error.path} (at ${path})`, error.expression, error.message, error.hint);
    }
    throw error;
  }
}
