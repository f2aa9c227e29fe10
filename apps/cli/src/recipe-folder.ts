/** A folder of recipes as files: what is in it, what is on the server, and what lies between. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { parseRecipe, type Problem } from "@greenroom/recipes";
import { CliFailure, exitCodes } from "./failure.ts";
import type { Recipe } from "./found.ts";

/** A recipe's file. */
export interface RecipeFile {
  /** From the folder, with / between its parts. */
  readonly path: string;
  readonly text: string;
  /** The recipe's name; undefined when the text is no recipe. */
  readonly name: string | undefined;
  readonly problems: readonly Problem[];
}

const lockName = "greenroom.lock.json";

/** The files of a folder, or the one file that was named. @throws {CliFailure} */
export function readRecipeFiles(place: string): readonly RecipeFile[] {
  if (!existsSync(place)) throw new CliFailure(`There is no ${place}.`, { exitCode: exitCodes.notFound });
  const isFile = statSync(place).isFile();
  const paths = isFile ? [place] : yamlFiles(place);
  return paths.map((path) => {
    const text = readFileSync(path, "utf8");
    const { recipe, problems } = parseRecipe(text);
    return {
      path: isFile ? path : relative(place, path).split(sep).join("/"),
      text,
      name: recipe?.name,
      problems,
    };
  });
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(?:^|[\\/])(?:node_modules|\.[^\\/]+)[\\/]/.test(relative(folder, path)))
    .toSorted();
}

/** What was pushed or pulled last: by recipe, the server's version and a hash of the text. */
export type Lock = Readonly<
  Record<string, { readonly file: string; readonly version: number; readonly hash: string }>
>;

/** Reads the lock file of a folder; empty where there is none. @throws {CliFailure} */
export function readLock(folder: string): Lock {
  const path = join(folder, lockName);
  if (!existsSync(path)) return {};
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { recipes: Lock }).recipes;
  } catch {
    throw new CliFailure(`${path} cannot be read.`, {
      hint: "Take it from your version control again, or delete it: the next push then compares everything anew.",
    });
  }
}

/** Writes it, by name so that changes are easy to read. */
export function writeLock(folder: string, lock: Lock): void {
  const recipes = Object.fromEntries(Object.entries(lock).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(join(folder, lockName), `${JSON.stringify({ recipes }, null, 2)}\n`);
}

/** A text's fingerprint. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** What lies between a recipe's file and the server's. */
export type Difference =
  | "same"
  | "only-in-folder"
  | "only-on-server"
  /** Only the file was changed since both were the same. */
  | "changed-in-folder"
  /** Only the server's was. */
  | "changed-on-server"
  /** Both were, or nobody knows. */
  | "changed-on-both";

/** One recipe in folder and server. */
export interface Compared {
  readonly name: string;
  readonly difference: Difference;
  readonly file: RecipeFile | undefined;
  readonly recipe: Recipe | undefined;
}

/** Compares a folder with the server, by name. @throws {CliFailure} when two files have the same name */
export function compare(
  files: readonly RecipeFile[],
  recipes: readonly Recipe[],
  lock: Lock,
): readonly Compared[] {
  const byName = new Map<string, RecipeFile>();
  for (const file of files) {
    if (file.name === undefined) continue;
    const other = byName.get(file.name);
    if (other)
      throw new CliFailure(`${other.path} and ${file.path} are both named “${file.name}”.`, {
        hint: "Names tell recipes apart: change one of the two.",
      });
    byName.set(file.name, file);
  }
  const names = new Set([...byName.keys(), ...recipes.map(({ name }) => name)]);
  return [...names].toSorted().map((name) => {
    const file = byName.get(name);
    const recipe = recipes.find((each) => each.name === name);
    return { name, file, recipe, difference: differenceOf(file, recipe, lock[name]) };
  });
}

function differenceOf(
  file: RecipeFile | undefined,
  recipe: Recipe | undefined,
  locked: Lock[string] | undefined,
): Difference {
  if (!file) return "only-on-server";
  if (!recipe) return "only-in-folder";
  if (file.text.trimEnd() === recipe.source.trimEnd()) return "same";
  if (!locked) return "changed-on-both";
  const here = hashOf(file.text) !== locked.hash;
  const there = recipe.version !== locked.version;
  return here && there ? "changed-on-both" : there ? "changed-on-server" : "changed-in-folder";
}

/** Where a recipe of the server goes in a folder. */
export function filePathOf(recipe: Recipe, lock: Lock): string {
  const slug = recipe.name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const file =
    lock[recipe.name]?.file ??
    [recipe.folder, `${slug || recipe.id}.yaml`].filter((part) => part !== "").join("/");
  // A server's answer must not write beside the folder.
  const parts = file.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.join("/");
}

/** Writes a recipe's file. */
export function writeRecipeFile(folder: string, path: string, text: string): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
