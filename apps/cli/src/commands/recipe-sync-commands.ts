/** A folder of YAML as the source of truth: pushed, pulled and compared. */
import { createTwoFilesPatch } from "diff";
import type { Command } from "commander";
import { type Api, ApiRefusal } from "../api.ts";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { recipesOf, type Recipe } from "../found.ts";
import {
  compare,
  type Compared,
  type Difference,
  filePathOf,
  hashOf,
  type Lock,
  readLock,
  readRecipeFiles,
  writeLock,
  writeRecipeFile,
} from "../recipe-folder.ts";
import { plural, problemText } from "./recipe-file-commands.ts";

const words: Readonly<Record<Difference, string>> = {
  same: "same",
  "only-in-folder": "only in the folder",
  "only-on-server": "only on the server",
  "changed-in-folder": "changed in the folder",
  "changed-on-server": "changed on the server",
  "changed-on-both": "changed on both sides",
};

interface PushOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly message?: string;
}

/** Adds `recipe push`, `pull` and `diff`. */
export function addRecipeSyncCommands(recipe: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  recipe
    .command("push")
    .description("saves the recipes of a folder on the server; none is started, stopped or deleted")
    .argument("[folder]", "the folder", ".")
    .option("-n, --dry-run", "only tells what would change")
    .option("-f, --force", "also where the server's was changed meanwhile")
    .option("-m, --message <comment>", "what the new versions are for")
    .addHelpText(
      "after",
      '\nExamples:\n  greenroom recipe push recipes/ --dry-run\n  greenroom recipe push recipes/ -m "ask twice"\n',
    )
    .action(async (folder: string, options: PushOptions, command: Command) =>
      push(folder, options, apiOf(command, surroundings), surroundings),
    );
  recipe
    .command("pull")
    .description("writes the server's recipes into a folder")
    .argument("[folder]", "the folder", ".")
    .option("-n, --dry-run", "only tells what would change")
    .option("-f, --force", "also over files that were changed here")
    .action(async (folder: string, options: PushOptions, command: Command) =>
      pull(folder, options, apiOf(command, surroundings), surroundings),
    );
  recipe
    .command("diff")
    .description("shows where a folder and the server differ")
    .argument("[folder]", "the folder", ".")
    .option("--exit-code", "ends with code 1 when they do, for CI")
    .action(
      async (folder: string, { exitCode = false }: { readonly exitCode?: boolean }, command: Command) => {
        const compared = await comparedWith(folder, apiOf(command, surroundings));
        const differing = compared.filter(({ difference }) => difference !== "same");
        terminal.result(
          differing.map((each) => ({ ...brief(each), patch: patchOf(each) })),
          () => {
            for (const each of differing) showDifference(each, surroundings);
            terminal.remark(
              differing.length === 0
                ? "Folder and server are the same."
                : `${plural(differing.length, "recipe")} of ${compared.length} differ.`,
            );
          },
        );
        if (exitCode && differing.length > 0) throw new CliFailure("");
      },
    );
}

async function comparedWith(folder: string, api: Api): Promise<readonly Compared[]> {
  return compare(readRecipeFiles(folder), await recipesOf(api), readLock(folder));
}

const brief = ({ name, difference, file, recipe }: Compared) => ({
  name,
  difference,
  file: file?.path,
  id: recipe?.id,
  version: recipe?.version,
});

async function push(
  folder: string,
  { dryRun = false, force = false, message }: PushOptions,
  api: Api,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const files = readRecipeFiles(folder);
  const broken = files.filter(({ name }) => name === undefined);
  if (broken.length > 0) {
    throw new CliFailure(
      broken
        .flatMap(({ path, problems }) => problems.map((problem) => problemText(path, problem, surroundings)))
        .join("\n"),
      { hint: "Nothing was pushed." },
    );
  }
  const lock: Record<string, Lock[string]> = { ...readLock(folder) };
  const compared = compare(files, await recipesOf(api), lock);
  const drifted = compared.filter(
    ({ difference }) => difference === "changed-on-server" || difference === "changed-on-both",
  );
  if (drifted.length > 0 && !force && !dryRun) {
    throw new CliFailure(
      drifted
        .map(
          ({ name, difference, recipe }) =>
            `“${name}” was ${words[difference]} (version ${recipe?.version}).`,
        )
        .join("\n"),
      {
        hint: "See `greenroom recipe diff`; then `greenroom recipe pull`, or push with --force. Nothing was pushed.",
      },
    );
  }
  const done: object[] = [];
  const failures: string[] = [];
  for (const each of compared) {
    if (!each.file || each.difference === "only-on-server") continue;
    if (each.difference === "same" || dryRun) {
      if (each.recipe && each.difference === "same")
        lock[each.name] = {
          file: each.file.path,
          version: each.recipe.version,
          hash: hashOf(each.file.text),
        };
      if (dryRun) done.push(brief(each));
      if (dryRun && each.difference !== "same")
        terminal.remark(`would push ${each.file.path}: ${words[each.difference]}`);
      continue;
    }
    try {
      const saved = await save(api, each, each.file, message);
      lock[each.name] = { file: each.file.path, version: saved.version, hash: hashOf(each.file.text) };
      done.push({ ...brief(each), id: saved.id, version: saved.version });
      terminal.remark(
        `${terminal.style("green", "✓")} ${each.file.path}: version ${saved.version} of “${each.name}”`,
      );
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.problems.length === 0) throw error;
      const { path } = each.file;
      failures.push(
        ...error.problems.map((problem) =>
          problemText(
            path,
            { severity: "error", ...problem } as Parameters<typeof problemText>[1],
            surroundings,
          ),
        ),
      );
    }
  }
  if (!dryRun) writeLock(folder, lock);
  terminal.result(done, () => {
    const orphans = compared.filter(({ difference }) => difference === "only-on-server");
    if (orphans.length > 0)
      terminal.remark(`Only on the server: ${orphans.map(({ name }) => `“${name}”`).join(", ")}.`);
    if (done.length === 0 && failures.length === 0)
      terminal.remark("Nothing to push: folder and server are the same.");
  });
  if (failures.length > 0) throw new CliFailure(failures.join("\n"), { hint: "These were not pushed." });
}

/** With `basedOn`, so that a version which somebody saves at the same moment is not passed over. */
async function save(
  api: Api,
  { recipe }: Compared,
  { path, text }: { readonly path: string; readonly text: string },
  comment: string | undefined,
): Promise<Recipe> {
  const note = comment === undefined ? {} : { comment };
  if (recipe)
    return await api.put<Recipe>(`/recipes/${recipe.id}`, { source: text, basedOn: recipe.version, ...note });
  const made = await api.post<Recipe>("/recipes", { source: text, ...note });
  const folder = path.split("/").slice(0, -1).join("/");
  return folder === "" ? made : await api.patch<Recipe>(`/recipes/${made.id}`, { folder });
}

async function pull(
  folder: string,
  { dryRun = false, force = false }: PushOptions,
  api: Api,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const { existsSync, mkdirSync } = await import("node:fs");
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const lock: Record<string, Lock[string]> = { ...readLock(folder) };
  const compared = await comparedWith(folder, api);
  const mine = compared.filter(
    ({ difference }) => difference === "changed-in-folder" || difference === "changed-on-both",
  );
  if (mine.length > 0 && !force && !dryRun) {
    throw new CliFailure(
      mine.map(({ file, difference }) => `${file?.path} was ${words[difference]}.`).join("\n"),
      {
        hint: "See `greenroom recipe diff`; then push, or pull with --force to lose what is here. Nothing was written.",
      },
    );
  }
  const done: object[] = [];
  for (const each of compared) {
    if (!each.recipe) continue;
    const path = each.file?.path ?? filePathOf(each.recipe, lock);
    if (each.difference !== "same") {
      done.push({ ...brief(each), file: path });
      terminal.remark(
        `${dryRun ? "would write" : terminal.style("green", "✓")} ${path}: version ${each.recipe.version} of “${each.name}”`,
      );
      if (!dryRun) writeRecipeFile(folder, path, each.recipe.source);
    }
    lock[each.name] = {
      file: path,
      version: each.recipe.version,
      hash: hashOf(each.difference === "same" ? (each.file?.text ?? "") : each.recipe.source),
    };
  }
  if (!dryRun) writeLock(folder, lock);
  terminal.result(done, () => {
    if (done.length === 0) terminal.remark("Nothing to pull: folder and server are the same.");
  });
}

function showDifference(each: Compared, { terminal }: Surroundings): void {
  terminal.line(terminal.style("bold", `${each.name}: ${words[each.difference]}`));
  for (const line of patchOf(each)?.split("\n").slice(4) ?? []) {
    terminal.line(
      line.startsWith("+")
        ? terminal.style("green", line)
        : line.startsWith("-")
          ? terminal.style("red", line)
          : line,
    );
  }
}

/** From the server's text to the folder's. */
function patchOf({ name, file, recipe }: Compared): string | undefined {
  if (!file || !recipe) return undefined;
  return createTwoFilesPatch(`server: ${name}`, `folder: ${file.path}`, recipe.source, file.text);
}
