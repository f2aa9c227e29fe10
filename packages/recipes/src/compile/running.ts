/** What running steps share: their scope, their variables, and the way to ask the driver. */
import type { Catalogue } from "../catalogue.ts";
import type { Command, NoteCommand, Reply, Run, StepError } from "../command.ts";
import { StepFailure } from "../command.ts";
import { compileExpression, type Expression, type Scope } from "../expressions/expression.ts";
import { ExpressionError, type FailedCommand } from "../expressions/expression-error.ts";
import { currentTime } from "../expressions/current-time.ts";
import type { Recipe } from "../recipe-schema.ts";
import type { Condition } from "../step-types.ts";

/** What compiling needs to know. */
export interface Context {
  readonly recipe: Recipe;
  readonly catalogue: Catalogue;
}

/** The names that expressions read, the time that they read, and the variables. Steps add their outputs to it. */
export interface RunningScope extends Record<string, unknown> {
  [currentTime]: Date;
  vars: Variables;
}

/** The variables: those of a branch are its own. */
export type Variables = Record<string, unknown>;

/** Compiled steps: run on a scope they add their outputs to; give an outcome when the job ends there. */
export type CompiledSteps = (path: string, scope: RunningScope) => Run;

/** One of them, with what its commands and errors say of it. */
export interface CompiledStep {
  readonly about: Omit<FailedCommand, "path">;
  readonly run: CompiledSteps;
}

/** Gives a command to the driver, and the driver's time to the scope. Returns the output. */
export function* ask(scope: RunningScope, command: Command): Generator<Command, unknown, Reply> {
  const { output, at } = yield command;
  scope[currentTime] = at;
  return output;
}

/** Tells the history of a step that has no effect. */
export function* note(
  scope: RunningScope,
  path: string,
  { stepId, title, kind }: CompiledStep["about"],
  rest: Pick<NoteCommand, "input" | "output">,
): Generator<Command, void, Reply> {
  yield* ask(scope, { type: "note", path, stepId, title, kind, ...rest });
}

/** A scope inside another one: what is added to it stays inside. */
export function inside(outer: RunningScope, names: Readonly<Record<string, unknown>>): RunningScope {
  return { ...outer, ...names, [currentTime]: outer[currentTime], vars: outer.vars };
}

/** A scope for a branch beside others: its variables are its own. */
export function beside(outer: RunningScope, names: Readonly<Record<string, unknown>>): RunningScope {
  const vars = Object.entries(outer.vars).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value] : value,
  ]);
  return { ...inside(outer, names), vars: Object.fromEntries(vars) };
}

/** Brings what an inner scope knows of some ids, and its time, to the outer one. */
export function bringOut(outer: RunningScope, inner: RunningScope, ids: readonly string[]): void {
  outer[currentTime] = inner[currentTime];
  for (const id of ids) outer[id] = inner[id] ?? null;
}

/** A condition, compiled. */
export function compileCondition(condition: Condition, place: string): (scope: Scope) => boolean {
  if (typeof condition === "boolean") return () => condition;
  const expression = compileExpression(condition, place);
  return (scope) => truth(expression, place, scope);
}

/** Conditions must be true or false: a typing slip must not silently count as either. */
function truth(expression: Expression, place: string, scope: Scope): boolean {
  const value = expression.evaluate(scope);
  if (typeof value === "boolean") return value;
  throw new ExpressionError(
    place,
    expression.text,
    `It gives ${describe(value)}, but a condition must give true or false.`,
    "Compare it with something, or use .present().",
  );
}

/** What a value is, in a sentence. */
export function describe(value: unknown): string {
  if (value == null) return "null";
  if (typeof value === "string") return "text";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A failing expression as recipes and people see it. */
export function expressionFailure(error: ExpressionError): StepError {
  const { message, hint, path, expression, command } = error;
  return {
    kind: "expression",
    code: "expression",
    message: expression ? `${message} In ${path}: ${expression}` : message,
    ...(hint !== undefined && { hint }),
    ...(command && { step: command.stepId ?? command.path }),
  };
}

/** Whether steps can go on after it: whatever else is thrown is the driver's, or a bug. */
export function isFailure(error: unknown): error is StepFailure | ExpressionError {
  return error instanceof StepFailure || error instanceof ExpressionError;
}

/** A failure that a step finds itself. */
export function failStep(
  { stepId }: { readonly stepId: string | undefined },
  path: string,
  error: Omit<StepError, "step">,
): StepFailure {
  return new StepFailure({ ...error, step: stepId ?? path });
}
