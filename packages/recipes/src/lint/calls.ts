/** Recipes that call each other. */
import { allSteps } from "../catalogue.ts";
import { calledTrigger } from "../recipe-connector.ts";
import type { Recipe } from "../recipe-schema.ts";

/** What a recipe must know of another one to call it. */
export interface KnownRecipe {
  readonly name: string;
  /** Whether its trigger is recipe/called. */
  readonly callable: boolean;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  /** The names of the recipes that it calls itself. */
  readonly calls: readonly string[];
}

/** What others must know of a recipe to call it. */
export function calleeOf(recipe: Recipe): KnownRecipe {
  const { name, parameters, result, trigger } = recipe;
  return { name, callable: trigger.use === calledTrigger, parameters, result, calls: callsOf(recipe) };
}

/** The names of the recipes that a recipe calls. */
export function callsOf(recipe: Recipe): readonly string[] {
  return [...allSteps(recipe.steps)].flatMap((step) => ("call" in step && !step.disabled ? [step.call] : []));
}

/** The way from a callee back to the recipe that calls it; undefined when there is none. */
export function cycleTo(
  caller: string,
  callee: string,
  known: readonly KnownRecipe[],
): readonly string[] | undefined {
  const byName = new Map(known.map((recipe) => [recipe.name, recipe]));
  const seen = new Set<string>();
  const waysLeft: (readonly string[])[] = [[callee]];
  for (let way = waysLeft.pop(); way !== undefined; way = waysLeft.pop()) {
    const name = way.at(-1) ?? "";
    if (name === caller) return way;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const next of byName.get(name)?.calls ?? []) waysLeft.push([...way, next]);
  }
  return undefined;
}
