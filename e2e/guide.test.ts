/** The examples of the guide hold: every recipe and every step in it is checked as if it were saved. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  calleeOf,
  createCatalogue,
  lintRecipe,
  parseRecipe,
  parseRecipeTests,
  runRecipeTest,
} from "@greenroom/recipes";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { expect, it } from "vitest";

const guide = readFileSync(join(import.meta.dirname, "../docs/guide/recipes.md"), "utf8");
const blocks = [...guide.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);
const catalogue = createCatalogue([zoom, ...toolboxConnectors({ filesFolder: import.meta.dirname })]);
const recipes = blocks.filter((text) => text.startsWith("name:"));
const steps = blocks.filter((text) => text.startsWith("-"));
const tests = blocks.filter((text) => text.startsWith("recipe:"));
const known = {
  recipes: recipes.flatMap((text) => {
    const { recipe } = parseRecipe(text);
    return recipe ? [calleeOf(recipe)] : [];
  }),
};

it("has examples, and each is of one of the kinds that are checked", () => {
  expect(recipes.length + steps.length + tests.length).toBe(blocks.length);
  expect(steps.length).toBeGreaterThan(5);
});

it.each(recipes)("the recipe %#", (text) => {
  expect(lintRecipe(parseRecipe(text), catalogue, known)).toEqual([]);
});

it.each(steps)("the steps %#", (text) => {
  const trigger = "trigger: { use: zoom/meeting-ended, connection: zoom }";
  const source = `name: Example\n${trigger}\nsteps:\n${text.replaceAll(/^/gm, "  ")}`;
  expect(lintRecipe(parseRecipe(source), catalogue, known)).toEqual([]);
});

it.each(tests)("the tests %#", async (text) => {
  const { file, problems } = parseRecipeTests(text);
  expect(problems).toEqual([]);
  const { recipe } = parseRecipe(recipes[0] ?? "");
  if (!file || !recipe) throw new Error("both parse");
  for (const test of file.tests)
    expect(await runRecipeTest(recipe, catalogue, test, { file })).toMatchObject({
      problems: [],
      passed: true,
    });
});
