export { type Catalogue, createCatalogue } from "./catalogue.ts";
export {
  type ActionCommand,
  type CallCommand,
  type Command,
  type EventInfo,
  type NoteCommand,
  type Outcome,
  type ParallelCommand,
  type Reply,
  type Run,
  type Settled,
  type StartScope,
  type StepError,
  StepFailure,
  type StepKind,
  type WaitCommand,
  type WaitFor,
} from "./command.ts";
export { compileRecipe, type Program } from "./compile/compile-recipe.ts";
export { durationMsOf } from "./duration.ts";
export { compileExpression } from "./expressions/expression.ts";
export { compileValue } from "./expressions/template.ts";
export { ExpressionError, type FailedCommand } from "./expressions/expression-error.ts";
export { currentTime } from "./expressions/current-time.ts";
export { type FormulaReference, formulaReference, formulasPage } from "./expressions/formula-reference.ts";
export { formatRecipe, formatSource } from "./format-recipe.ts";
export { calleeOf, callsOf, type KnownRecipe } from "./lint/calls.ts";
export { type Known, lintRecipe } from "./lint/lint-recipe.ts";
export { type Moved, movedSteps } from "./moved-steps.ts";
export { type ParsedRecipe, parseRecipe } from "./parse-recipe.ts";
export type { Problem } from "./problem.ts";
export { renameRecipe } from "./rename-recipe.ts";
export { calledTrigger, recipeConnector } from "./recipe-connector.ts";
export { type Recipe, recipeJsonSchema } from "./recipe-schema.ts";
export { SecretText } from "./secret-text.ts";
export type { Step } from "./step-types.ts";
export { type OutlineStep, stepsOutline } from "./steps-outline.ts";
export type { PerformStep, TestedStep } from "./testing/answers.ts";
export {
  formatRecipeTests,
  parseRecipeTests,
  type RecipeTest,
  type RecipeTestFile,
  recipeTestJsonSchema,
} from "./testing/recipe-test-schema.ts";
export { type RecipeTestProblem, type RecipeTestResult, runRecipeTest } from "./testing/run-recipe-test.ts";
export { exportWorkatoRecipe } from "./workato/export-recipe.ts";
export type { ImportNote } from "./workato/import-notes.ts";
export { type ImportedRecipe, importWorkatoRecipe } from "./workato/import-recipe.ts";
export type { WorkatoAliases, WorkatoOperations } from "./workato/operations.ts";
