/** From text to a recipe: YAML or JSON, with the line of every problem. */
import type { JsonSchema } from "@greenroom/connector-kit";
import { parseShape, type Shape } from "./parse-shape.ts";
import type { Problem } from "./problem.ts";
import type { Locate } from "./read-yaml.ts";
import { type Recipe, recipeJsonSchema, recipeSchema } from "./recipe-schema.ts";

/** What parsing came to; `recipe` is there when its shape is right. */
export interface ParsedRecipe {
  readonly recipe: Recipe | undefined;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

let form: JsonSchema | undefined;

const recipeShape: Shape<Recipe> = {
  ...{ name: "recipe", expected: "an object with name, trigger and steps", schema: recipeSchema },
  form: () => (form ??= recipeJsonSchema()),
};

/** Parses a recipe's text. It never throws: whatever is wrong is a problem with a place. */
export function parseRecipe(source: string): ParsedRecipe {
  const { data, problems, locate } = parseShape(source, recipeShape);
  return { recipe: data, problems, locate };
}
