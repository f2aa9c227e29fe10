/** What keeps a recipe of the right shape from running, found before it runs. */
import type { AnyAction, AnyTrigger } from "@greenroom/connector-kit";
import type { z } from "zod";
import { allSteps, branchesOf, type Catalogue } from "./catalogue.ts";
import { suggest } from "./did-you-mean.ts";
import { wordsOfCel } from "./expressions/environment.ts";
import { compileExpression } from "./expressions/expression.ts";
import { ExpressionError } from "./expressions/expression-error.ts";
import { compileValue, isTemplate } from "./expressions/template.ts";
import { inputProblems } from "./input-problems.ts";
import type { ParsedRecipe } from "./parse-recipe.ts";
import type { Problem } from "./problem.ts";
import { maxProblems } from "./read-yaml.ts";
import type { ActionStep, Recipe, Step } from "./recipe-schema.ts";

/** What every expression may read. */
export const scopeNames = ["trigger", "event", "job"] as const;
const reserved = new Set<string>([...scopeNames, ...wordsOfCel, "error"]);
const maxSteps = 1_000;
const maxNesting = 20;

/** Finds the problems of a parsed recipe. */
export function lintRecipe(
  parsed: ParsedRecipe,
  catalogue: Catalogue,
  known: { readonly connections?: readonly { readonly name: string; readonly connector: string }[] } = {},
): readonly Problem[] {
  return parsed.recipe
    ? new Linter(parsed.recipe, parsed, catalogue, known.connections).run()
    : parsed.problems;
}

class Linter {
  readonly #recipe: Recipe;
  readonly #parsed: ParsedRecipe;
  readonly #catalogue: Catalogue;
  readonly #connections: readonly { readonly name: string; readonly connector: string }[] | undefined;
  readonly #problems: Problem[] = [];
  readonly #ids = new Set<string>();

  constructor(
    recipe: Recipe,
    parsed: ParsedRecipe,
    catalogue: Catalogue,
    connections: readonly { readonly name: string; readonly connector: string }[] | undefined,
  ) {
    this.#recipe = recipe;
    this.#parsed = parsed;
    this.#catalogue = catalogue;
    this.#connections = connections;
  }

  run(): readonly Problem[] {
    const steps = [...allSteps(this.#recipe.steps)];
    if (steps.length > maxSteps)
      this.#add("steps", `The recipe has ${steps.length} steps; the most is ${maxSteps}.`);
    for (const step of steps) if (step.id !== undefined && hasOutput(step)) this.#ids.add(step.id);
    this.#trigger();
    this.#steps(this.#recipe.steps, "steps", new Set(scopeNames), new Set(), 1);
    return this.#problems;
  }

  #add(path: string, message: string, rest: Partial<Problem> = {}): void {
    if (this.#problems.length >= maxProblems) return;
    const place = this.#parsed.locate(keysOf(path));
    this.#problems.push({ path, message, severity: "error", ...place, ...rest });
  }

  #trigger(): void {
    const { use, connection, input, when } = this.#recipe.trigger;
    const trigger = this.#use(use, "trigger", "trigger.use");
    this.#connection({ use, connection }, "trigger");
    if (trigger?.config) this.#input("The trigger", trigger.config, input ?? {}, "trigger.input");
    else if (trigger && input && Object.keys(input).length > 0) {
      this.#add("trigger.input", `${use} takes no input.`, { hint: "Put conditions into `when`." });
    }
    if (when !== undefined)
      this.#condition(when, "trigger.when", new Set(["trigger", "event"]), "The trigger");
  }

  #steps(
    steps: readonly Step[],
    path: string,
    outer: ReadonlySet<string>,
    taken: Set<string>,
    nesting: number,
  ): void {
    if (nesting > maxNesting) return this.#add(path, `Steps are nested deeper than ${maxNesting}.`);
    const visible = new Set(outer);
    for (const [index, step] of steps.entries()) {
      const at = `${path}[${index}]`;
      this.#step(step, at, visible, nesting, taken);
      if (step.id === undefined) continue;
      if (reserved.has(step.id))
        this.#add(`${at}.id`, `“${step.id}” cannot be an id: it has a meaning of its own in expressions.`, {
          hint: "Choose another id.",
        });
      else if (taken.has(step.id))
        this.#add(`${at}.id`, `There are two steps with the id “${step.id}”.`, { hint: "Ids must differ." });
      else if (outer.has(step.id)) {
        this.#add(`${at}.id`, `“${step.id}” is the name of the loop's item already.`, {
          hint: "Choose another id.",
        });
      }
      taken.add(step.id);
      if (hasOutput(step)) visible.add(step.id);
    }
  }

  #step(step: Step, path: string, visible: ReadonlySet<string>, nesting: number, taken: Set<string>): void {
    const who = nameOf(step, path);
    if ("use" in step) return this.#action(step, path, visible, who);
    if ("stop" in step) {
      if (step.stop.reason !== undefined)
        this.#value(step.stop.reason, `${path}.stop.reason`, visible, who, step.id);
      return;
    }
    const inner = new Set(visible);
    if ("if" in step) {
      this.#condition(step.if, `${path}.if`, visible, who, step.id);
      for (const [index, branch] of (step.elsif ?? []).entries()) {
        this.#condition(branch.if, `${path}.elsif[${index}].if`, visible, who, step.id);
      }
    } else {
      this.#typed(step.forEach, `${path}.forEach`, visible, who, step.id, {
        kind: /^list\b/,
        needs: "forEach needs a list",
      });
      if (reserved.has(step.as) || visible.has(step.as)) {
        this.#add(`${path}.as`, `${who}: “${step.as}” is taken already.`, {
          hint: "Choose another name for the item.",
        });
      }
      inner.add(step.as).add("loop");
    }
    for (const { place, steps } of branchesOf(step))
      this.#steps(steps, `${path}.${place}`, inner, taken, nesting + 1);
  }

  #action(step: ActionStep, path: string, visible: ReadonlySet<string>, who: string): void {
    const action = this.#use(step.use, "action", `${path}.use`);
    this.#connection(step, path, who);
    if (action) this.#input(who, action.input, step.input ?? {}, `${path}.input`);
    this.#value(step.input ?? {}, `${path}.input`, visible, who, step.id);
  }

  #use(use: string, kind: "action", path: string): AnyAction | undefined;
  #use(use: string, kind: "trigger", path: string): AnyTrigger | undefined;
  #use(use: string, kind: "action" | "trigger", path: string): AnyAction | AnyTrigger | undefined {
    const found = kind === "action" ? this.#catalogue.action(use) : this.#catalogue.trigger(use);
    if (found) return found;
    const [connectorId = "", name = ""] = use.split("/");
    const connector = this.#catalogue.connectors.get(connectorId);
    if (!connector) {
      const hint = suggest(connectorId, [...this.#catalogue.connectors.keys()]);
      this.#add(path, `There is no connector “${connectorId}”.`, { hint });
      return undefined;
    }
    const names = Object.keys(kind === "action" ? connector.actions : connector.triggers);
    this.#add(path, `${connector.title} has no ${kind} “${name}”.`, { hint: suggest(name, names) });
    return undefined;
  }

  #connection(
    step: { use: string; connection?: string | undefined },
    path: string,
    who = "The trigger",
  ): void {
    const [connectorId = ""] = step.use.split("/");
    const connector = this.#catalogue.connectors.get(connectorId);
    if (!connector) return;
    if (!connector.connections) {
      if (step.connection !== undefined)
        this.#add(`${path}.connection`, `${connector.title} needs no connection.`, { hint: "Leave it out." });
      return;
    }
    const name = this.#catalogue.connectionOf(this.#recipe, step);
    if (name === undefined && connector.connectionOptional === true) return;
    const place = step.connection === undefined ? path : `${path}.connection`;
    const names = this.#connections
      ?.filter(({ connector: of }) => of === connectorId)
      .map((connection) => connection.name);
    if (name === undefined) {
      this.#add(place, `${who} has no connection.`, {
        expected: `connection: the name of a ${connector.title} connection`,
        hint:
          names &&
          (names.length > 0
            ? `There is ${names.join(", ")}.`
            : `Create a ${connector.title} connection first.`),
      });
    } else if (names && !names.includes(name)) {
      const hint = suggest(name, names) ?? `Create a ${connector.title} connection named “${name}” first.`;
      this.#add(place, `There is no ${connector.title} connection named “${name}”.`, { hint });
    }
  }

  #input(who: string, schema: z.ZodType, input: Readonly<Record<string, unknown>>, path: string): void {
    for (const { field, message, expected, hint } of inputProblems(schema, input)) {
      this.#add(field === "" ? path : `${path}.${field}`, `${who} ${message}`, { expected, hint });
    }
  }

  #value(
    value: unknown,
    path: string,
    visible: ReadonlySet<string>,
    who: string,
    self: string | undefined,
  ): void {
    if (typeof value === "string" && isTemplate(value)) {
      this.#compiled(() => compileValue(value, path), path, visible, who, self);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#value(item, `${path}[${index}]`, visible, who, self);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value))
        this.#value(item, `${path}.${key}`, visible, who, self);
    }
  }

  #condition(
    text: string | boolean,
    path: string,
    visible: ReadonlySet<string>,
    who: string,
    self?: string,
  ): void {
    if (typeof text !== "string") return;
    this.#typed(text, path, visible, who, self, {
      kind: /^bool$/,
      needs: "a condition must give true or false",
    });
  }

  /** An expression that must give a kind of value; where that depends on data, only the job can tell. */
  #typed(
    text: string,
    path: string,
    visible: ReadonlySet<string>,
    who: string,
    self: string | undefined,
    wanted: { readonly kind: RegExp; readonly needs: string },
  ): void {
    const compile = () => {
      const expression = compileExpression(text, path);
      if (expression.type.startsWith("dyn") || wanted.kind.test(expression.type)) return expression;
      throw new ExpressionError(path, text, `It gives ${expression.type}, but ${wanted.needs}.`);
    };
    this.#compiled(compile, path, visible, who, self);
  }

  #compiled(
    compile: () => { readonly variables: ReadonlySet<string> },
    path: string,
    visible: ReadonlySet<string>,
    who: string,
    self: string | undefined,
  ): void {
    let variables: ReadonlySet<string>;
    try {
      ({ variables } = compile());
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#add(path, `${who}: ${error.message}`, { hint: error.hint });
      return;
    }
    for (const name of variables) {
      if (visible.has(name)) continue;
      if (name === self)
        this.#add(path, `${who}: the step “${name}” refers to itself: a cycle.`, {
          hint: "Refer to an earlier step.",
        });
      else if (this.#ids.has(name)) {
        this.#add(path, `${who}: “${name}” runs later, or in another branch.`, {
          hint: "Only steps before this one, on its own path, have data.",
        });
      } else this.#add(path, `${who}: there is no “${name}” here.`, { hint: suggest(name, [...visible]) });
    }
  }
}

/** Whether later steps can refer to it. */
function hasOutput(step: Step): boolean {
  return "use" in step || "forEach" in step;
}

function nameOf(step: Step, path: string): string {
  if (step.id !== undefined) return `Step “${step.id}”`;
  return "use" in step ? `Step ${path} (${step.use})` : `Step ${path}`;
}

function keysOf(path: string): PropertyKey[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key ?? "") : Number(index),
  );
}
