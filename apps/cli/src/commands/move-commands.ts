/** Recipes from elsewhere and to elsewhere. */
import { writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import {
  exportWorkatoRecipe,
  formatRecipe,
  type ImportNote,
  importWorkatoRecipe,
  parseRecipe,
  type Recipe,
} from "@greenroom/recipes";
import { type Command, Option } from "commander";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { findRecipe } from "../found.ts";
import { plural, problemText, readText } from "./recipe-file-commands.ts";

const formats = ["greenroom", "workato"] as const;

/** Adds `import` and `export`. */
export function addMoveCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command("import")
    .description("makes recipes of files: Workato's *.recipe.json, or ours in YAML or JSON")
    .argument("<files...>", "what to import")
    .option("-o, --out <folder>", "writes the recipes there as YAML; without it they are printed")
    .option("--push", "saves them on the server, stopped")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom import invite_leads.recipe.json -o recipes/\n  greenroom import *.recipe.json --push\n",
    )
    .action(
      async (
        files: readonly string[],
        { out, push = false }: { readonly out?: string; readonly push?: boolean },
        command: Command,
      ) => {
        const known = await import("../offline-catalogue.ts");
        const imported = files.map((file) => ({ file, ...importFile(file, known, surroundings) }));
        const saved = push ? await pushAll(imported, command, surroundings) : [];
        const { mkdirSync } = await import("node:fs");
        if (out !== undefined) mkdirSync(out, { recursive: true });
        for (const { file, text } of imported)
          if (out !== undefined) writeFileSync(`${out}/${fileNameOf(file)}`, text);
        terminal.result(
          imported.map(({ file, recipe, notes }, index) => ({
            file,
            name: recipe.name,
            notes,
            recipe,
            ...saved[index],
          })),
          () => {
            for (const { file, text, notes } of imported) {
              if (out === undefined && !push) terminal.line(text.trimEnd());
              tellNotes(file, notes, surroundings);
            }
            if (out !== undefined) terminal.remark(`${plural(imported.length, "recipe")} written to ${out}.`);
          },
        );
      },
    );
  program
    .command("export")
    .description("writes a recipe of the server, or of a file, for use elsewhere")
    .argument("<recipe>", "its name or id, or a file")
    .addOption(new Option("--as <format>", "the form").choices(formats).default("greenroom"))
    .option("-o, --out <file>", "writes it there; without it, it is printed")
    .addHelpText(
      "after",
      '\nExamples:\n  greenroom export "Follow up" -o follow-up.yaml\n  greenroom export follow-up.yaml --as workato -o follow_up.recipe.json\n',
    )
    .action(
      async (
        wanted: string,
        { as, out }: { readonly as: (typeof formats)[number]; readonly out?: string },
        command: Command,
      ) => {
        const recipe = await recipeOf(wanted, command, surroundings);
        const { offlineCatalogue, workatoAliases } = await import("../offline-catalogue.ts");
        const made =
          as === "workato"
            ? exportWorkatoRecipe(recipe, { catalogue: offlineCatalogue(), aliases: workatoAliases })
            : undefined;
        const text = made ? `${JSON.stringify(made.json, null, 2)}\n` : formatRecipe(recipe);
        if (out !== undefined) writeFileSync(out, text);
        if (terminal.json && made) terminal.result(made, () => {});
        else if (out === undefined) terminal.line(text.trimEnd());
        if (made) tellNotes(recipe.name, made.notes, surroundings);
      },
    );
}

interface Imported {
  readonly recipe: Recipe;
  readonly text: string;
  readonly notes: readonly ImportNote[];
}

type Known = typeof import("../offline-catalogue.ts");

function importFile(
  file: string,
  { offlineCatalogue, workatoAliases }: Known,
  surroundings: Surroundings,
): Imported {
  const text = readText(file);
  if (extname(file) === ".json" && /"code"\s*:/.test(text)) {
    const made = importWorkatoRecipe(text, { catalogue: offlineCatalogue(), aliases: workatoAliases });
    if ("problems" in made)
      throw new CliFailure(
        made.problems.map((problem) => problemText(file, problem, surroundings)).join("\n"),
      );
    return made;
  }
  const { recipe, problems } = parseRecipe(text);
  if (!recipe)
    throw new CliFailure(problems.map((problem) => problemText(file, problem, surroundings)).join("\n"));
  return { recipe, text: extname(file) === ".json" ? formatRecipe(recipe) : text, notes: [] };
}

const fileNameOf = (file: string): string =>
  `${basename(file)
    .replace(/(\.recipe)?\.(json|ya?ml)$/, "")
    .replaceAll("_", "-")}.yaml`;

function tellNotes(what: string, notes: readonly ImportNote[], { terminal }: Surroundings): void {
  if (notes.length === 0) return;
  terminal.remark(`\n${what}: ${plural(notes.length, "thing")} to check`);
  for (const { path, number, message, hint } of notes) {
    const where = number === undefined ? path : `${path} (step ${number})`;
    terminal.remark(`  ${terminal.style("yellow", where)} ${message}`);
    if (hint !== undefined) terminal.remark(`      ${terminal.style("dim", hint)}`);
  }
}

async function pushAll(
  imported: readonly Imported[],
  command: Command,
  surroundings: Surroundings,
): Promise<readonly object[]> {
  const api = apiOf(command, surroundings);
  const saved: object[] = [];
  for (const { recipe, text } of imported) {
    const made = await api.post<{ id: string }>("/drafts", { source: text });
    saved.push({ draft: made.id });
    surroundings.terminal.remark(`“${recipe.name}” is a draft on the server: ${api.url}/recipes/${made.id}`);
  }
  return saved;
}

async function recipeOf(wanted: string, command: Command, surroundings: Surroundings): Promise<Recipe> {
  const isFile = /\.(ya?ml|json)$/.test(wanted);
  const source = isFile ? readText(wanted) : (await findRecipe(command, surroundings, wanted)).found.source;
  const { recipe, problems } = parseRecipe(source);
  if (recipe) return recipe;
  throw new CliFailure(problems.map((problem) => problemText(wanted, problem, surroundings)).join("\n"), {
    exitCode: exitCodes.failed,
  });
}
