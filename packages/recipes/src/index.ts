export { type Catalogue, createCatalogue } from "./catalogue.ts";
export { type Command, compileRecipe, type EventInfo, type Outcome, type Program } from "./compile-recipe.ts";
export { ExpressionError, type FailedCommand } from "./expressions/expression-error.ts";
export { formatRecipe } from "./format-recipe.ts";
export { lintRecipe } from "./lint-recipe.ts";
export { type ParsedRecipe, parseRecipe } from "./parse-recipe.ts";
export type { Problem } from "./problem.ts";
export { type Recipe, recipeJsonSchema, type Step } from "./recipe-schema.ts";
export { type OutlineStep, stepsOutline } from "./steps-outline.ts";
