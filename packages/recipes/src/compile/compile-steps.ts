/**
 * Steps as generators. A command's `path` is unique in a job and the same in every replay: `2.then.0` is the first step
 * of the `then` of the third step; `1[3].0` is the first step in the fourth iteration of the second.
 */
import type { Outcome } from "../command.ts";
import { branchesOf } from "../catalogue.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { textOf } from "../expressions/formulas.ts";
import { type CompiledValue, compileValue } from "../expressions/template.ts";
import { problemsOfValue, schemaOfJson } from "../json-schema-values.ts";
import { kindOf, titleOf } from "../steps-outline.ts";
import type {
  ActionStep,
  AppendStep,
  CallStep,
  IfStep,
  ReturnStep,
  SetStep,
  Step,
  StopStep,
} from "../step-types.ts";
import { compileForEach, compileWhile } from "./compile-loops.ts";
import { compileParallel } from "./compile-parallel.ts";
import { compileTry } from "./compile-try.ts";
import { compileWait } from "./compile-wait.ts";
import {
  ask,
  type CompiledStep,
  type CompiledSteps,
  compileCondition,
  type Context,
  describe,
  failStep,
  note,
} from "./running.ts";

/** Compiles a list of steps. @throws {ExpressionError} */
export function compileSteps(steps: readonly Step[], place: string, context: Context): CompiledSteps {
  const compiled = steps.map((step, index) =>
    step.disabled ? undefined : compileStep(step, `${place}[${index}]`, context),
  );
  return function* run(path, scope) {
    for (const [index, step] of compiled.entries()) {
      if (!step) continue;
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
  const about = {
    ...{ stepId: step.id, title: titleOf(step, context.catalogue), kind: kindOf(step) },
    use: "use" in step ? step.use : undefined,
  };
  return { about, run: compileRun(step, place, context, about) };
}

function compileRun(
  step: Step,
  place: string,
  context: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  if ("use" in step) return compileAction(step, place, context, about);
  if ("if" in step) return compileIf(step, place, context, about);
  if ("forEach" in step) return compileForEach(step, place, context, about);
  if ("while" in step) return compileWhile(step, place, context, about);
  if ("parallel" in step) return compileParallel(step, place, context, about);
  if ("try" in step) return compileTry(step, place, context, about);
  if ("call" in step) return compileCall(step, place, about);
  if ("set" in step) return compileSet(step, place, about);
  if ("append" in step) return compileAppend(step, place, about);
  if ("wait" in step) return compileWait(step, place, context, about);
  if ("stop" in step) return compileStop(step, place, about);
  return compileReturn(step, place, context, about);
}

function compileAction(
  { id, use, connection: own, input: given }: ActionStep,
  place: string,
  { recipe, catalogue }: Context,
  { stepId, title }: CompiledStep["about"],
): CompiledSteps {
  const verbatim = new Set(catalogue.action(use)?.verbatim);
  const [asWritten, evaluated] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(given ?? {}).filter(([name]) => verbatim.has(name) === wanted)),
  );
  const input = compileValue(evaluated, `${place}.input`);
  const connection = catalogue.connectionOf(recipe, { use, connection: own });
  return function* run(path, scope) {
    const command = {
      type: "action",
      path,
      stepId,
      title,
      use,
      connection,
      // An input is an object, and so is what its expressions give.
      input:
        verbatim.size === 0 ? input.evaluate(scope) : { ...asWritten, ...(input.evaluate(scope) as object) },
    } as const;
    const output = yield* ask(scope, command);
    if (id !== undefined) scope[id] = output;
    return undefined;
  };
}

function compileIf(
  step: IfStep,
  place: string,
  context: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  const compileBranch = (condition: string | boolean, then: readonly Step[], at: string, suffix: string) => ({
    text: String(condition),
    holds: compileCondition(condition, `${at}.if`),
    steps: compileSteps(then, `${at}.then`, context),
    suffix,
  });
  const branches = [
    compileBranch(step.if, step.then, place, ".then"),
    ...(step.elsif ?? []).map((branch, index) =>
      compileBranch(branch.if, branch.then, `${place}.elsif[${index}]`, `.elsif.${index}`),
    ),
  ];
  const otherwise = compileSteps(step.else ?? [], `${place}.else`, context);
  const conditions = branches.map(({ text }) => text);
  return function* run(path, scope) {
    const taken = branches.find(({ holds }) => holds(scope));
    const branch = taken ? taken.suffix.slice(1) : step.else ? "else" : "none";
    yield* note(scope, path, about, { input: { conditions }, output: { branch } });
    return yield* taken ? taken.steps(`${path}${taken.suffix}`, scope) : otherwise(`${path}.else`, scope);
  };
}

function compileCall(step: CallStep, place: string, { stepId, title }: CompiledStep["about"]): CompiledSteps {
  const input = compileValue(step.input ?? {}, `${place}.input`);
  const [recipe, wait] = [step.call, step.background !== true];
  return function* run(path, scope) {
    const command = {
      type: "call",
      path,
      stepId,
      title,
      recipe,
      input: input.evaluate(scope),
      wait,
    } as const;
    const output = yield* ask(scope, command);
    if (step.id !== undefined) scope[step.id] = output;
    return undefined;
  };
}

function compileSet(step: SetStep, place: string, about: CompiledStep["about"]): CompiledSteps {
  const values = entries(step.set, `${place}.set`);
  return function* run(path, scope) {
    const output: Record<string, unknown> = {};
    for (const [name, value] of values) {
      output[name] = value.evaluate(scope);
      scope.vars[name] = output[name];
    }
    yield* note(scope, path, about, { input: {}, output });
    return undefined;
  };
}

function compileAppend(step: AppendStep, place: string, about: CompiledStep["about"]): CompiledSteps {
  const items = entries(step.append, `${place}.append`);
  return function* run(path, scope) {
    const [input, output]: Record<string, unknown>[] = [{}, {}];
    for (const [name, value] of items) {
      const list = scope.vars[name] ?? [];
      if (!Array.isArray(list)) {
        const message = `vars.${name} is ${describe(list)}, so nothing can be added to its end.`;
        throw new ExpressionError(`${place}.append.${name}`, "", message, "Append to a list.");
      }
      const item = value.evaluate(scope);
      // Whatever reads a variable gets a copy, and a branch has lists of its own.
      list.push(item);
      scope.vars[name] = list;
      Object.assign(input ?? {}, { [name]: item });
      Object.assign(output ?? {}, { [name]: { length: list.length } });
    }
    yield* note(scope, path, about, { input, output });
    return undefined;
  };
}

function entries(
  values: Readonly<Record<string, unknown>>,
  place: string,
): readonly (readonly [string, CompiledValue])[] {
  return Object.entries(values).map(
    ([name, value]) => [name, compileValue(value, `${place}.${name}`)] as const,
  );
}

function compileStop(step: StopStep, place: string, about: CompiledStep["about"]): CompiledSteps {
  const reason =
    step.stop.reason === undefined ? undefined : compileValue(step.stop.reason, `${place}.stop.reason`);
  return function* run(path, scope) {
    const outcome: Outcome = { state: step.stop.as, reason: reason && textOf(reason.evaluate(scope)) };
    yield* note(scope, path, about, { input: {}, output: outcome });
    return outcome;
  };
}

function compileReturn(
  step: ReturnStep,
  place: string,
  { recipe }: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  const value = compileValue(step.return, `${place}.return`);
  const schema = recipe.result && schemaOfJson(recipe.result);
  return function* run(path, scope) {
    const result = value.evaluate(scope);
    const parsed = schema?.safeParse(result);
    if (schema && parsed?.error) {
      const fields = problemsOfValue(parsed.error, schema);
      const message = `The result does not fit what the recipe declares: ${fields.map((each) => `${each.field} ${each.message}`).join("; ")}.`;
      throw failStep(about, path, { kind: "invalid-input", code: "result", message, fields });
    }
    yield* note(scope, path, about, { input: {}, output: result });
    return { state: "succeeded", reason: undefined, result };
  };
}

/** The ids whose outputs steps leave behind; of a step that did not run, null. */
export function outputIds(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.disabled) return [];
    const own = step.id !== undefined && hasOutput(step) ? [step.id] : [];
    const keeps = "forEach" in step || "while" in step ? [] : branchesOf(step);
    return [...own, ...keeps.flatMap((branch) => outputIds(branch.steps))];
  });
}

/** Whether later steps can refer to it. */
export function hasOutput(step: Step): boolean {
  return ["use", "forEach", "while", "call", "wait"].some((key) => key in step);
}
