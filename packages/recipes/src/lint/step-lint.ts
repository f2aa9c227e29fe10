import { branchesOf, type Catalogue } from "../catalogue.ts";
import { hasOutput, outputIds } from "../compile/compile-steps.ts";
import { wordsOfCel } from "../expressions/environment.ts";
import type { Recipe } from "../recipe-schema.ts";
import type { ActionStep, ForEachStep, Step, TryStep, WhileStep } from "../step-types.ts";
import { typeOfJsonSchema, typeOfOutput } from "../types/type-of-schema.ts";
import { any, listOf, type ValueType, waysOf } from "../types/value-type.ts";
import type { ExpressionLint } from "./expression-lint.ts";
import { lintAppend, lintCall, lintReturn, lintSet, lintWait } from "./leaf-lint.ts";
import type { Known } from "./lint-recipe.ts";
import {
  errorType,
  iterationType,
  loopType,
  orNull,
  type Place,
  scopeNames,
  whileLoopType,
} from "./names.ts";
import type { Report } from "./report.ts";
import type { UseLint } from "./use-lint.ts";
import type { Variables } from "./variables.ts";

/** What looking at steps needs. */
export interface LintContext {
  readonly recipe: Recipe;
  readonly catalogue: Catalogue;
  readonly known: Known;
  readonly report: Report;
  readonly uses: UseLint;
  readonly expressions: ExpressionLint;
  readonly variables: Variables;
}

const reserved = new Set<string>([...scopeNames, ...wordsOfCel]);
const maxNesting = 20;

/** Looks at steps in their order, with what each can read. */
export class StepLint {
  readonly #context: LintContext;
  readonly #secrets: ValueType;
  readonly #taken = new Set<string>();

  constructor(context: LintContext, secrets: ValueType) {
    this.#context = context;
    this.#secrets = secrets;
  }

  /** A list of steps. Gives the names that are known after them. */
  steps(steps: readonly Step[], path: string, outer: Place, nesting: number): ReadonlyMap<string, ValueType> {
    const { report } = this.#context;
    const names = new Map(outer.names);
    if (nesting > maxNesting) {
      report.add(path, `Steps are nested deeper than ${maxNesting}.`);
      return names;
    }
    let ended: string | undefined;
    for (const [index, step] of steps.entries()) {
      const at = `${path}[${index}]`;
      const who = nameOf(step, at);
      this.#id(step, at, outer);
      if (step.disabled) continue;
      if (ended !== undefined) {
        report.add(at, `${who} never runs: ${ended} has ended the job before.`, { severity: "warning" });
        ended = undefined;
      }
      const place: Place = { ...outer, names, who, self: step.id };
      for (const [name, type] of this.#step(step, at, place, nesting)) names.set(name, type);
      if ("stop" in step || "return" in step) ended = who;
    }
    return names;
  }

  #id(step: Step, path: string, { names }: Place): void {
    const { id } = step;
    if (id === undefined) return;
    const { report } = this.#context;
    if (reserved.has(id)) {
      report.add(`${path}.id`, `“${id}” cannot be an id: it has a meaning of its own in expressions.`, {
        hint: "Choose another id.",
      });
    } else if (this.#taken.has(id)) {
      report.add(`${path}.id`, `There are two steps with the id “${id}”.`, { hint: "Ids must differ." });
    } else if (names.has(id)) {
      report.add(`${path}.id`, `“${id}” is the name of the loop's item already.`, {
        hint: "Choose another id.",
      });
    }
    this.#taken.add(id);
  }

  /** Gives the names that later steps know by it. */
  #step(step: Step, path: string, place: Place, nesting: number): ReadonlyMap<string, ValueType> {
    if ("if" in step) {
      this.#context.expressions.condition(step.if, `${path}.if`, place);
      for (const [index, branch] of (step.elsif ?? []).entries())
        this.#context.expressions.condition(branch.if, `${path}.elsif[${index}].if`, place);
      for (const { place: at, steps } of branchesOf(step))
        this.steps(steps, `${path}.${at}`, place, nesting + 1);
      return new Map();
    }
    if ("forEach" in step) return own(step, this.#forEach(step, path, place, nesting));
    if ("while" in step) return own(step, this.#while(step, path, place, nesting));
    if ("try" in step) return this.#try(step, path, place, nesting);
    if ("parallel" in step) {
      const known = branchesOf(step).flatMap(({ place: at, steps }) => {
        const branch = { ...place, beside: [...place.beside, `${path}.${at}`] };
        const after = this.steps(steps, `${path}.${at}`, branch, nesting + 1);
        return outputIds(steps).map((id) => [id, after.get(id) ?? any] as const);
      });
      return new Map(known);
    }
    return own(step, this.#leaf(step, path, place));
  }

  #leaf(step: Exclude<Step, ForEachStep | WhileStep | TryStep>, path: string, place: Place): ValueType {
    const { expressions } = this.#context;
    if ("use" in step) return this.#action(step, path, place);
    if ("call" in step) return lintCall(this.#context, step, path, place);
    if ("wait" in step) return lintWait(this.#context, step, `${path}.wait`, place);
    if ("set" in step) lintSet(this.#context, step, `${path}.set`, place);
    else if ("append" in step) lintAppend(this.#context, step, `${path}.append`, place);
    else if ("return" in step) lintReturn(this.#context, step, `${path}.return`, place);
    else if ("stop" in step && step.stop.reason !== undefined)
      expressions.value(step.stop.reason, `${path}.stop.reason`, place);
    return any;
  }

  #action(step: ActionStep, path: string, place: Place): ValueType {
    const { uses, expressions } = this.#context;
    const action = uses.action(step.use, `${path}.use`);
    uses.connection(step, path, place.who);
    const knowing: Place = { ...place, names: new Map(place.names).set("secrets", this.#secrets) };
    const input = step.input ?? {};
    if (!action) expressions.value(input, `${path}.input`, knowing);
    else uses.input(action.input, input, `${path}.input`, knowing, expressions, action.verbatim);
    const known = action?.outputOf?.(input);
    if (known) return typeOfJsonSchema(known);
    return action ? typeOfOutput(action.output) : any;
  }

  #forEach(step: ForEachStep, path: string, place: Place, nesting: number): ValueType {
    const { expressions, report } = this.#context;
    const list = expressions.needs(
      step.forEach,
      `${path}.forEach`,
      place,
      listOf(any),
      "forEach needs a list",
    );
    if (reserved.has(step.as) || place.names.has(step.as)) {
      report.add(`${path}.as`, `${place.who}: “${step.as}” is taken already.`, {
        hint: "Choose another name for the item.",
      });
    }
    const ways = waysOf(list).flatMap((way) => (way.kind === "list" ? [way.of] : []));
    const item = ways[0] ?? any;
    const names = new Map(place.names)
      .set(step.as, step.batch === undefined ? item : listOf(item))
      .set("loop", loopType);
    const beside = (step.concurrency ?? 1) > 1 ? [...place.beside, path] : place.beside;
    const inside = this.steps(step.steps, `${path}.steps`, { ...place, names, beside }, nesting + 1);
    return listOf(iterationType(outputIds(step.steps), inside));
  }

  #while(step: WhileStep, path: string, place: Place, nesting: number): ValueType {
    const names = new Map(place.names).set("loop", whileLoopType);
    const { expressions, report } = this.#context;
    // Asked before an iteration, it cannot read what that will give.
    if (!step.atLeastOnce) expressions.condition(step.while, `${path}.while`, { ...place, names });
    const inside = this.steps(step.steps, `${path}.steps`, { ...place, names }, nesting + 1);
    if (step.atLeastOnce) expressions.condition(step.while, `${path}.while`, { ...place, names: inside });
    if (step.while === true && !ends(step.steps)) {
      report.add(`${path}.while`, `${place.who}: it never ends by itself.`, {
        hint: "Give it a condition, or a `stop` or `return` inside.",
        severity: "warning",
      });
    }
    return listOf(iterationType(outputIds(step.steps), inside));
  }

  #try(step: TryStep, path: string, place: Place, nesting: number): ReadonlyMap<string, ValueType> {
    const { expressions, report } = this.#context;
    if (!step.retry && !step.catch)
      report.add(path, `${place.who}: without \`retry\` or \`catch\`, \`try\` changes nothing.`, {
        severity: "warning",
      });
    const tried = this.steps(step.try, `${path}.try`, place, nesting + 1);
    const known = new Map(outputIds(step.try).map((id) => [id, orNull(tried.get(id) ?? any)] as const));
    const names = new Map([...place.names, ...known, ["error", errorType] as const]);
    if (step.retry?.when !== undefined)
      expressions.condition(step.retry.when, `${path}.retry.when`, { ...place, names });
    if (!step.catch) return known;
    const caught = this.steps(step.catch, `${path}.catch`, { ...place, names }, nesting + 1);
    return new Map([
      ...known,
      ...outputIds(step.catch).map((id) => [id, orNull(caught.get(id) ?? any)] as const),
    ]);
  }
}

function own(step: Step, type: ValueType): ReadonlyMap<string, ValueType> {
  return new Map(step.id !== undefined && hasOutput(step) ? [[step.id, type]] : []);
}

/** Whether the steps may end the job. */
function ends(steps: readonly Step[]): boolean {
  return steps.some(
    (step) =>
      !step.disabled &&
      ("stop" in step || "return" in step || branchesOf(step).some((branch) => ends(branch.steps))),
  );
}

function nameOf(step: Step, path: string): string {
  if (step.id !== undefined) return `Step “${step.id}”`;
  if (step.name !== undefined) return `Step “${step.name}” (${path})`;
  return "use" in step ? `Step ${path} (${step.use})` : `Step ${path}`;
}
