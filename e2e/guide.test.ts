/** The examples of the guide hold: every recipe and every step in it is checked as if it were saved. */
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import * as kit from "@greenroom/connector-kit";
import type { AnyAction } from "@greenroom/connector-kit";
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
import * as zod from "zod";
import { createProgram } from "../apps/cli/src/program.ts";
import { Terminal } from "../apps/cli/src/terminal.ts";

const root = join(import.meta.dirname, "..");
const cli = createProgram("0", {
  ...{ terminal: new Terminal(process.stdout, process.stderr), env: {}, stop: new AbortController().signal },
});
const guide = readFileSync(join(root, "docs/guide/recipes.md"), "utf8");
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

it("commands of the guide are commands that there are", () => {
  const pages = globSync("docs/guide/*.md", { cwd: root }).map((page) =>
    readFileSync(join(root, page), "utf8"),
  );
  const shell = pages.flatMap((text) =>
    [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block),
  );
  const lines = shell.flatMap((block) => block.split(/\n| && /)).filter((line) => line.trim() !== "");
  expect(lines.length).toBeGreaterThan(10);
  const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  for (const line of lines) {
    const [program, ...words] = line.trim().split(" ");
    if (program === "npm") expect(Object.keys(scripts.scripts), line).toContain(words.at(-1));
    else {
      expect(program, line).toBe("greenroom");
      expect(commandOf(words), line).toBeDefined();
    }
  }
});

it("the connector of the guide is one", () => {
  const page = readFileSync(join(root, "docs/guide/connectors.md"), "utf8");
  const [, code = ""] = /^```ts\n(.*?)^```$/ms.exec(page) ?? [];
  const plain = stripTypeScriptTypes(code).replaceAll(
    /^import (\{.*\}) from (".*");$/gm,
    "const $1 = modules[$2];",
  );
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- of our own guide
  const made = new Function("modules", `${plain}; return findPerson;`) as (modules: object) => AnyAction;
  const action = made({ "@greenroom/connector-kit": kit, zod });
  expect(action).toMatchObject({ title: "Find person", effect: "read", endpoint: "GET /people/{email}" });
  expect(action.input.safeParse({ email: "no address" }).success).toBe(false);
});

/** The command that the words name, as far as they are names of commands. */
function commandOf([first = "", second = ""]: readonly string[]) {
  if (first === "--help") return cli;
  const command = cli.commands.find((one) => one.name() === first);
  return command?.commands.length ? command.commands.find((one) => one.name() === second) : command;
}

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
