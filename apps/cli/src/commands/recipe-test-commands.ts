/** Recipes run without a server: by their tests, or with one event. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type Catalogue,
  lintRecipe,
  parseRecipe,
  parseRecipeTests,
  type Recipe,
  type RecipeTest,
  type RecipeTestFile,
  type RecipeTestResult,
  runRecipeTest,
} from "@greenroom/recipes";
import type { Command } from "commander";
import { parse } from "yaml";
import type { Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { plural, problemText, readText } from "./recipe-file-commands.ts";

/** Adds `recipe test`, `recipe run` and, for short, `test`. */
export function addRecipeTestCommands(program: Command, recipe: Command, surroundings: Surroundings): void {
  for (const parent of [recipe, program]) {
    parent
      .command("test", { hidden: parent === program })
      .description("runs the tests of recipes: *.test.yaml")
      .argument("[places...]", "files or folders", ["."])
      .addHelpText(
        "after",
        "\nExamples:\n  greenroom recipe test recipes/\n  greenroom recipe test follow-up.test.yaml --json\n",
      )
      .action((places: readonly string[]) => test(places, surroundings));
  }
  recipe
    .command("run")
    .description("runs a recipe's file with one event; its actions are answered by you, none is performed")
    .argument("<file>", "the recipe")
    .option("--event <file>", "the event's payload, in JSON or YAML; by default the trigger's sample")
    .option("--answers <file>", "what actions give, by step id or action, in JSON or YAML")
    .option("--now <time>", "when the job begins, such as 2026-01-31T09:00:00Z")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom recipe run follow-up.yaml\n  greenroom recipe run follow-up.yaml --event ended.json --answers answers.yaml\n\nAn answers file:\n  people: { output: { participants: [] } }\n  zoom/create-meeting: { error: { kind: conflict } }\n",
    )
    .action(
      async (
        file: string,
        options: { readonly event?: string; readonly answers?: string; readonly now?: string },
      ) => run(file, options, surroundings),
    );
}

async function test(places: readonly string[], surroundings: Surroundings): Promise<void> {
  const { terminal } = surroundings;
  const { offlineCatalogue } = await import("../offline-catalogue.ts");
  const catalogue = offlineCatalogue();
  const files = places.flatMap(testFilesOf);
  if (files.length === 0)
    throw new CliFailure(`There are no tests in ${places.join(", ")}.`, {
      exitCode: exitCodes.notFound,
      hint: "The tests of follow-up.yaml are in follow-up.test.yaml beside it.",
    });
  const results: (RecipeTestResult & { readonly file: string })[] = [];
  for (const path of files) {
    const { file, problems } = parseRecipeTests(readText(path));
    if (!file)
      throw new CliFailure(problems.map((problem) => problemText(path, problem, surroundings)).join("\n"));
    const recipe = soundRecipe(recipePathOf(path, file), catalogue, surroundings);
    for (const each of file.tests) {
      const result = await runRecipeTest(recipe, catalogue, each, { file });
      results.push({ ...result, file: path });
      if (!terminal.json) showTest(path, result, surroundings);
    }
  }
  const failed = results.filter(({ passed }) => !passed).length;
  terminal.result(results, () =>
    terminal.remark(
      `${plural(results.length - failed, "test")} passed${failed === 0 ? "" : `, ${failed} failed`}.`,
    ),
  );
  if (failed > 0) throw new CliFailure("");
}

function testFilesOf(place: string): readonly string[] {
  if (!existsSync(place)) throw new CliFailure(`There is no ${place}.`, { exitCode: exitCodes.notFound });
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.test\.ya?ml$/.test(entry.name) && !/node_modules/.test(entry.parentPath),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The recipe that a file of tests is about: the one it names, else the one beside it. */
function recipePathOf(path: string, { recipe }: RecipeTestFile): string {
  if (recipe !== undefined) return join(dirname(path), recipe);
  return path.replace(/\.test(?=\.ya?ml$)/, "");
}

function soundRecipe(path: string, catalogue: Catalogue, surroundings: Surroundings): Recipe {
  const parsed = parseRecipe(readText(path));
  const problems = lintRecipe(parsed, catalogue).filter(({ severity }) => severity === "error");
  if (parsed.recipe && problems.length === 0) return parsed.recipe;
  throw new CliFailure(
    [...problems, ...(parsed.recipe ? [] : parsed.problems)]
      .map((problem) => problemText(path, problem, surroundings))
      .join("\n"),
  );
}

function showTest(
  path: string,
  { name, passed, problems }: RecipeTestResult,
  { terminal }: Surroundings,
): void {
  terminal.line(`${passed ? terminal.style("green", "✓") : terminal.style("red", "✗")} ${path}: ${name}`);
  for (const problem of problems) {
    terminal.line(`    ${terminal.style("yellow", problem.path)} ${problem.message}`);
    if (problem.hint !== undefined) terminal.line(`    ${terminal.style("dim", problem.hint)}`);
    if ("expected" in problem && problem.expected !== undefined)
      terminal.line(`      expected ${terminal.style("green", JSON.stringify(problem.expected))}`);
    if ("actual" in problem && problem.actual !== undefined)
      terminal.line(`      but got  ${terminal.style("red", JSON.stringify(problem.actual))}`);
  }
}

async function run(
  path: string,
  options: { readonly event?: string; readonly answers?: string; readonly now?: string },
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const { offlineCatalogue } = await import("../offline-catalogue.ts");
  const catalogue = offlineCatalogue();
  const recipe = soundRecipe(path, catalogue, surroundings);
  // As a file of one test, so that a wrong answer or time is told with its place.
  const wanted = {
    name: path,
    ...(options.event !== undefined && { event: dataOf(options.event) }),
    ...(options.answers !== undefined && { answers: dataOf(options.answers) }),
    ...(options.now !== undefined && { now: options.now }),
  };
  const { file, problems: wrong } = parseRecipeTests(JSON.stringify({ tests: [wanted] }));
  if (!file)
    throw new CliFailure(
      wrong
        .map(({ path: place, message }) => `${place.replace(/^tests\[0\]\.?/, "")}: ${message}`)
        .join("\n"),
      { exitCode: exitCodes.usage },
    );
  const [only] = file.tests as [RecipeTest];
  const result = await runRecipeTest(recipe, catalogue, only, { file });
  const { steps, outcome, error } = result;
  // What was expected is not asked here; that a step has no answer is.
  const unanswered = result.problems.filter(({ path: place }) => !place.startsWith("expect"));
  terminal.result({ outcome, error, steps, problems: unanswered }, () => {
    for (const step of steps) {
      terminal.line(
        `${step.path.padEnd(14)} ${terminal.state(step.error ? "failed" : "succeeded")}  ${step.title}`,
      );
      terminal.line(terminal.style("dim", `    in  ${JSON.stringify(step.input)}`));
      terminal.line(terminal.style("dim", `    out ${JSON.stringify(step.error ?? step.output)}`));
    }
    for (const { path: place, message, hint } of unanswered)
      terminal.line(`${terminal.style("red", place)} ${message}${hint === undefined ? "" : `\n    ${hint}`}`);
    if (outcome)
      terminal.line(
        `The job ${terminal.state(outcome.state)}${outcome.reason === undefined ? "" : `: ${outcome.reason}`}.`,
      );
    if (outcome?.result !== undefined) terminal.line(`It returned ${JSON.stringify(outcome.result)}`);
    if (error) terminal.line(terminal.style("red", `The job failed: ${error.message}`));
    if (!outcome && !error && unanswered.length === 0)
      terminal.line("The event starts no job: the trigger's condition does not hold.");
  });
  if (error || outcome?.state === "failed" || unanswered.length > 0) throw new CliFailure("");
}

function dataOf(path: string): unknown {
  try {
    return parse(readText(path)) as unknown;
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(
      `${path} is neither JSON nor YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
