/** How far a recipe reaches, by its text: the connections it uses, the recipes it calls, and what its steps do. */
import type { Connector, Effect } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { callsOf, createCatalogue, parseRecipe } from "@greenroom/recipes";

/** What is no recipe is refused where it is used, and not here. */
const recipeIn = (text: string) => (text === "" ? undefined : parseRecipe(text).recipe);

/** The actions that a text's own steps use. */
function actionsIn(source: string): readonly { readonly use: string; readonly input: unknown }[] {
  const actions: { use: string; input: unknown }[] = [];
  JSON.stringify(recipeIn(source), (key, value: unknown) => {
    // A trigger is no action, and begins nothing at a service.
    if (key !== "trigger" && isObject(value) && typeof value["use"] === "string")
      actions.push({ use: value["use"], input: value["input"] });
    return value;
  });
  return actions;
}

/** The names of the recipes that a text calls. */
export function callsIn(source: string): readonly string[] {
  const recipe = recipeIn(source);
  return recipe ? callsOf(recipe) : [];
}

/** Tells the connections that recipes' texts act through: their own, those of the recipes that they call, and so on. */
export async function createReach({
  connectors,
  recipes,
}: Pick<Engine, "connectors" | "recipes">): Promise<(texts: readonly string[]) => readonly string[]> {
  const catalogue = createCatalogue([...connectors.values()]);
  const saved = new Map((await recipes.sources()).map(({ name, source }) => [name, source]));
  return (texts) => {
    const names = new Set<string>();
    const seen = new Set<string>();
    const left = [...texts];
    for (let text = left.pop(); text !== undefined; text = left.pop()) {
      const recipe = recipeIn(text);
      if (!recipe) continue;
      for (const name of catalogue.connectionsOf(recipe)) names.add(name);
      for (const callee of callsOf(recipe)) {
        if (!seen.has(callee)) left.push(saved.get(callee) ?? "");
        seen.add(callee);
      }
    }
    return [...names];
  };
}

/** What a text's own steps do. One whose effect follows from data that is still to come may do anything. */
export function effectsOf(source: string, connectors: ReadonlyMap<string, Connector>): ReadonlySet<Effect> {
  const effects = actionsIn(source).flatMap(({ use, input }): readonly Effect[] => {
    const [connectorId = "", name = ""] = use.split("/");
    const { actions = {} } = connectors.get(connectorId) ?? {};
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return [];
    if (!action.effectOf) return [action.effect];
    return [JSON.stringify(input ?? {}).includes("{{") ? "delete" : action.effectOf(input)];
  });
  return new Set(effects);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
