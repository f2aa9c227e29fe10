/** Commands on files of recipes: they need no server. */
import { readFileSync, writeFileSync } from "node:fs";
import { formatSource, lintRecipe, parseRecipe, type Problem } from "@greenroom/recipes";
import type { Command } from "commander";
import type { Surroundings } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { readRecipeFiles } from "../recipe-folder.ts";
import { basename, dirname, isAbsolute, join } from "node:path";

/** Adds `recipe lint` and `recipe format`. */
export function addRecipeFileCommands(recipe: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  recipe
    .command("lint")
    .description("finds what is wrong with recipes in files")
    .argument("[places...]", "files or folders", ["."])
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom recipe lint recipes/\n  greenroom recipe lint follow-up.yaml --json\n",
    )
    .action(async (places: readonly string[]) => {
      // All connectors: only those who lint wait for them to load.
      const { offlineCatalogue } = await import("../offline-catalogue.ts");
      const catalogue = offlineCatalogue();
      const files = places.flatMap((place) =>
        readRecipeFiles(place).map((file) => ({ ...file, path: pathFrom(place, file.path) })),
      );
      const found = files.map(({ path, text }) => ({
        path,
        problems: lintRecipe(parseRecipe(text), catalogue),
      }));
      const count = found.reduce(
        (sum, { problems }) => sum + problems.filter(({ severity }) => severity === "error").length,
        0,
      );
      terminal.result(found, () => {
        for (const { path, problems } of found)
          for (const problem of problems) terminal.line(problemText(path, problem, surroundings));
        terminal.remark(
          count === 0
            ? `${plural(files.length, "recipe")}, nothing wrong.`
            : `${plural(count, "problem")} in ${plural(files.length, "recipe")}.`,
        );
      });
      if (count > 0) throw new CliFailure("");
    });
  recipe
    .command("format")
    .description("brings recipes in files into the form that all share; comments stay")
    .argument("[places...]", "files or folders", ["."])
    .option("--check", "only tells which are not, and writes nothing")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom recipe format recipes/\n  greenroom recipe format --check recipes/\n",
    )
    .action((places: readonly string[], { check = false }: { readonly check?: boolean }) => {
      const changed: string[] = [];
      for (const place of places) {
        for (const { path: inside, text, name, problems } of readRecipeFiles(place)) {
          const path = pathFrom(place, inside);
          if (name === undefined)
            throw new CliFailure(
              problems.map((problem) => problemText(path, problem, surroundings)).join("\n"),
            );
          const formatted = formatSource(text) ?? text;
          if (formatted === text) continue;
          changed.push(path);
          if (!check) writeFileSync(path, formatted);
        }
      }
      terminal.result({ changed }, () =>
        changed.forEach((path) => terminal.line(check ? `${path} is not formatted` : path)),
      );
      if (check && changed.length > 0) throw new CliFailure("");
    });
}

/** A file's path from here. */
export function pathFrom(place: string, path: string): string {
  if (isAbsolute(path) || place === path) return path;
  return basename(place) === basename(path) && dirname(place) === dirname(path) ? place : join(place, path);
}

/** A problem as compilers write it, so that editors find the place. */
export function problemText(
  path: string,
  { line, column, message, expected, hint, severity }: Problem,
  { terminal }: Surroundings,
): string {
  const place = line === undefined ? path : `${path}:${line}:${column ?? 1}`;
  const level = severity === "error" ? terminal.style("red", "error") : terminal.style("yellow", "warning");
  const more = [expected === undefined ? undefined : `Expected ${expected}.`, hint].filter(
    (text) => text !== undefined,
  );
  return [`${place} ${level} ${message}`, ...more.map((text) => `    ${terminal.style("dim", text)}`)].join(
    "\n",
  );
}

/** Such as `1 recipe`, `3 recipes`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A file's text. @throws {CliFailure} */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CliFailure(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
