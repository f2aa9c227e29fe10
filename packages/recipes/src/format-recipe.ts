import { stringify } from "yaml";
import type { Recipe } from "./recipe-schema.ts";

/** A recipe as YAML in the one form that all recipes share. */
export function formatRecipe(recipe: Recipe): string {
  return stringify(recipe, { lineWidth: 110, aliasDuplicateObjects: false });
}
