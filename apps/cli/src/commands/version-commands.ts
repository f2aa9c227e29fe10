/** Commands on a recipe's versions and its queue. */
import type { Command } from "commander";
import type { Surroundings } from "../context.ts";
import { findRecipe, type Recipe } from "../found.ts";

interface Version {
  readonly number: number;
  readonly author?: string;
  readonly comment?: string;
  readonly createdAt: string;
}
interface Diff {
  readonly hunks: readonly { readonly lines: readonly string[] }[];
}

/** Adds `versions`, `restore`, `pause` and `resume`. */
export function addVersionCommands(recipe: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  recipe
    .command("versions")
    .description("lists a recipe's versions, newest first; or what changed between two")
    .argument("<recipe>", "its name or id")
    .option("--diff <from..to>", "shows what changed, such as 1..3; to may be left out for the newest")
    .action(async (wanted: string, { diff }: { readonly diff?: string }, command: Command) => {
      const { api, found } = await findRecipe(command, surroundings, wanted);
      if (diff === undefined) {
        const { items } = await api.get<{ items: readonly Version[] }>(`/recipes/${found.id}/versions`);
        return terminal.result(items, () =>
          terminal.table(
            ["VERSION", "SAVED", "BY", "COMMENT"],
            items.map(({ number, createdAt, author = "", comment = "" }) => [
              ...[String(number), createdAt.replace("T", " ").replace(/\.\d+/, ""), author, comment],
            ]),
          ),
        );
      }
      const [from, to] = diff.split("..");
      const shown = await api.get<Diff>(`/recipes/${found.id}/versions/diff`, {
        ...{ from, to: to || found.version },
      });
      return terminal.result(shown, () => {
        for (const line of shown.hunks.flatMap(({ lines }) => lines)) {
          const colour = line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : undefined;
          terminal.line(colour ? terminal.style(colour, line) : line);
        }
      });
    });
  recipe
    .command("restore")
    .description("makes the text of an earlier version the newest one; jobs under way stay on theirs")
    .argument("<recipe>", "its name or id")
    .argument("<version>", "the version's number")
    .action(async (wanted: string, version: string, _: object, command: Command) => {
      const { api, found } = await findRecipe(command, surroundings, wanted);
      const at = `/recipes/${found.id}/versions/${encodeURIComponent(version)}/restore`;
      const restored = await api.post<Recipe>(at);
      terminal.result(restored, () =>
        terminal.line(`“${restored.name}” is at version ${restored.version}, as version ${version} was.`),
      );
    });
  for (const [verb, does] of [
    ["pause", "lets no further job of a recipe begin; those under way go on"],
    ["resume", "lets a recipe's jobs begin again"],
  ] as const)
    recipe
      .command(verb)
      .description(does)
      .argument("<recipe>", "its name or id")
      .action(async (wanted: string, _: object, command: Command) => {
        const { api, found } = await findRecipe(command, surroundings, wanted);
        await api.post(`/recipes/${found.id}/queue/${verb}`);
        terminal.result({ recipeId: found.id, paused: verb === "pause" }, () =>
          terminal.line(`The queue of “${found.name}” is ${verb === "pause" ? "held up" : "moving"}.`),
        );
      });
}
