/** What keeps a recipe of the right shape from running, found before it runs. */
import { type AnyAction, type AnyTrigger, fieldProblems } from "@greenroom/connector-kit";
import { z } from "zod";
import { allSteps, branchesOf, type Catalogue } from "./catalogue.ts";
import { suggest } from "./did-you-mean.ts";
import { compileExpression } from "./expressions/expression.ts";
import { ExpressionError } from "./expressions/expression-error.ts";
import { compileValue, isTemplate } from "./expressions/template.ts";
import type { ParsedRecipe } from "./parse-recipe.ts";
import type { Problem } from "./problem.ts";
import type { ActionStep, Recipe, Step } from "./recipe-schema.ts";

/** What every expression may read. */
export const scopeNames = ["trigger", "event", "job"] as const;
const reserved = new Set<string>([...scopeNames, "loop", "error", "true", "false", "null", "in"]);
const maxSteps = 1_000;
const maxNesting = 20;

/** Finds the problems of a parsed recipe. */
export function lintRecipe(
  parsed: ParsedRecipe,
  catalogue: Catalogue,
  known: { readonly connections?: readonly { readonly name: string; readonly connector: string }[] } = {},
): readonly Problem[] {
  return parsed.recipe ? new Linter(parsed.recipe, parsed, catalogue, known.connections).run() : parsed.problems;
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
    if (steps.length > maxSteps) this.#add("steps", `The recipe has ${steps.length} steps; the most is ${maxSteps}.`);
    for (const { id } of steps) if (id !== undefined) this.#ids.add(id);
    this.#trigger();
    this.#steps(this.#recipe.steps, "steps", new Set(scopeNames), new Set(), 1);
    return this.#problems;
  }

  #add(path: string, message: string, rest: Partial<Problem> = {}): void {
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
    if (typeof when === "string") this.#expression(when, "trigger.when", new Set(["trigger", "event"]), "The trigger");
  }

  #steps(steps: readonly Step[], path: string, outer: ReadonlySet<string>, taken: Set<string>, nesting: number): void {
    if (nesting > maxNesting) return this.#add(path, `Steps are nested deeper than ${maxNesting}.`);
    const visible = new Set(outer);
    for (const [index, step] of steps.entries()) {
      const at = `${path}[${index}]`;
      this.#step(step, at, visible, nesting, taken);
      if (step.id === undefined) continue;
      if (reserved.has(step.id)) this.#add(`${at}.id`, `“${step.id}” is a name of Greenroom's own.`, { hint: "Choose another id." });
      else if (taken.has(step.id)) this.#add(`${at}.id`, `There are two steps with the id “${step.id}”.`, { hint: "Ids must differ." });
      taken.add(step.id);
      if (!("if" in step) && !("stop" in step)) visible.add(step.id);
    }
  }

  #step(step: Step, path: string, visible: ReadonlySet<string>, nesting: number, taken: Set<string>): void {
    const who = nameOf(step, path);
    if ("use" in step) return this.#action(step, path, visible, who);
    if ("stop" in step) {
      if (step.stop.reason !== undefined) this.#value(step.stop.reason, `${path}.stop.reason`, visible, who, step.id);
      return;
    }
    const inner = new Set(visible);
    if ("if" in step) {
      this.#expression(step.if, `${path}.if`, visible, who, step.id);
      for (const [index, branch] of (step.elsif ?? []).entries()) {
        this.#expression(branch.if, `${path}.elsif[${index}].if`, visible, who, step.id);
      }
    } else {
      this.#expression(step.forEach, `${path}.forEach`, visible, who, step.id);
      if (reserved.has(step.as) || visible.has(step.as)) {
        this.#add(`${path}.as`, `${who}: “${step.as}” is taken already.`, { hint: "Choose another name for the item." });
      }
      inner.add(step.as).add("loop");
    }
    for (const { place, steps } of branchesOf(step)) this.#steps(steps, `${path}.${place}`, inner, taken, nesting + 1);
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

  #connection(step: { use: string; connection?: string | undefined }, path: string, who = "The trigger"): void {
    const [connectorId = ""] = step.use.split("/");
    const connector = this.#catalogue.connectors.get(connectorId);
    if (!connector) return;
    if (!connector.connection) {
      if (step.connection !== undefined) this.#add(`${path}.connection`, `${connector.title} needs no connection.`, { hint: "Leave it out." });
      return;
    }
    const name = this.#catalogue.connectionOf(this.#recipe, step);
    const place = step.connection === undefined ? path : `${path}.connection`;
    const names = this.#connections?.filter(({ connector: of }) => of === connectorId).map((connection) => connection.name);
    if (name === undefined) {
      this.#add(place, `${who} has no connection.`, {
        expected: `connection: the name of a ${connector.title} connection`,
        hint: names && (names.length > 0 ? `There is ${names.join(", ")}.` : `Create a ${connector.title} connection first.`),
      });
    } else if (names && !names.includes(name)) {
      const hint = suggest(name, names) ?? `Create a ${connector.title} connection named “${name}” first.`;
      this.#add(place, `There is no ${connector.title} connection named “${name}”.`, { hint });
    }
  }

  /** Checks what can be known of an input before its expressions have values. */
  #input(who: string, schema: z.ZodType, input: Readonly<Record<string, unknown>>, path: string): void {
    if (!(schema instanceof z.ZodObject)) return;
    const fields = schema.shape as Record<string, z.ZodType>;
    for (const [name, value] of Object.entries(input)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!field) {
        if (schema.def.catchall === undefined || schema.def.catchall instanceof z.ZodNever) {
          this.#add(`${path}.${name}`, `${who} has no field “${name}”.`, { hint: suggest(name, Object.keys(fields)) });
        }
      } else if (!hasTemplate(value)) {
        const parsed = field.safeParse(value);
        for (const { field: inner, message } of parsed.success ? [] : fieldProblems(parsed.error)) {
          this.#add([`${path}.${name}`, inner].filter(Boolean).join("."), `${who}: ${message}.`, { expected: expectedOf(field) });
        }
      }
    }
    for (const [name, field] of Object.entries(fields)) {
      if (input[name] === undefined && !field.safeParse(undefined).success) {
        this.#add(path, `${who} needs “${name}”.`, { expected: `${name}: ${expectedOf(field)}` });
      }
    }
  }

  #value(value: unknown, path: string, visible: ReadonlySet<string>, who: string, self: string | undefined): void {
    if (typeof value === "string" && isTemplate(value)) {
      this.#compiled(() => compileValue(value, path), path, visible, who, self);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#value(item, `${path}[${index}]`, visible, who, self);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) this.#value(item, `${path}.${key}`, visible, who, self);
    }
  }

  #expression(text: string | boolean, path: string, visible: ReadonlySet<string>, who: string, self?: string): void {
    if (typeof text === "string") this.#compiled(() => compileExpression(text, path), path, visible, who, self);
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
      if (name === self) this.#add(path, `${who}: the step “${name}” refers to itself: a cycle.`, { hint: "Refer to an earlier step." });
      else if (this.#ids.has(name)) {
        this.#add(path, `${who}: “${name}” runs later, or in another branch.`, { hint: "Only steps before this one, on its own path, have data." });
      } else this.#add(path, `${who}: there is no “${name}” here.`, { hint: suggest(name, [...visible]) });
    }
  }
}

function hasTemplate(value: unknown): boolean {
  if (typeof value === "string") return isTemplate(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasTemplate);
}

function expectedOf(field: z.ZodType): string {
  const { description, type, enum: values } = z.toJSONSchema(field, { io: "input", unrepresentable: "any" });
  const kind = values ? `one of ${values.join(", ")}` : typeof type === "string" ? type : "a value";
  return description ? `${kind} (${description})` : kind;
}

function nameOf(step: Step, path: string): string {
  if (step.id !== undefined) return `Step “${step.id}”`;
  return "use" in step ? `Step ${path} (${step.use})` : `Step ${path}`;
}

function keysOf(path: string): PropertyKey[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) => (index === undefined ? (key ?? "") : Number(index)));
}
