/** Commands on the server's recipes. */
import type { Command } from "commander";
import { ApiRefusal } from "../api.ts";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { findRecipe, recipesOf, type Recipe } from "../found.ts";
import { addVersionCommands } from "./version-commands.ts";

/** Adds `recipe list`, `start`, `stop`, `delete`, and those on versions and queues. */
export function addRecipeCommands(recipe: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  recipe
    .command("list")
    .description("lists the server's recipes")
    .option("--folder <folder>", "only those in a folder")
    .action(async ({ folder }: { readonly folder?: string }, command: Command) => {
      const all = await recipesOf(apiOf(command, surroundings));
      const shown =
        folder === undefined
          ? all
          : all.filter((each) => each.folder === folder || each.folder.startsWith(`${folder}/`));
      terminal.result(shown, () =>
        terminal.table(
          ["NAME", "STATE", "VERSION", "TRIGGER", "SUCCEEDED", "FAILED"],
          shown.map((each) => [
            each.folder === "" ? each.name : `${each.folder}/${each.name}`,
            terminal.state(each.state) + (each.stoppedReason === undefined ? "" : " !"),
            ...[String(each.version), each.trigger, String(each.jobs.succeeded), String(each.jobs.failed)],
          ]),
        ),
      );
    });
  recipe
    .command("start")
    .description("starts a recipe")
    .argument("<recipe>", "its name or id")
    .option("--since <time>", "takes events since then, such as 2026-01-31T00:00:00Z")
    .option("--take", "takes the events that arrived while it was stopped")
    .option("--leave", "leaves them")
    .addHelpText(
      "after",
      '\nExamples:\n  greenroom recipe start "Follow up"\n  greenroom recipe start "Follow up" --take\n',
    )
    .action(
      async (
        wanted: string,
        options: { readonly since?: string; readonly take?: boolean; readonly leave?: boolean },
        command: Command,
      ) => {
        if (options.take === true && options.leave === true)
          throw new CliFailure("Either --take or --leave, not both.", { exitCode: exitCodes.usage });
        const { api, found } = await findRecipe(command, surroundings, wanted);
        const events = options.take === true ? "take" : options.leave === true ? "leave" : undefined;
        const body = {
          ...(options.since !== undefined && { since: options.since }),
          ...(events && { events }),
        };
        const started = await api
          .post<Recipe & { notice?: string }>(`/recipes/${found.id}/start`, body)
          .catch((error: unknown) => {
            if (error instanceof ApiRefusal && error.code === "events-waiting")
              throw new CliFailure(error.message, { hint: "Say --take to start jobs for them, or --leave." });
            throw error;
          });
        terminal.result(started, () =>
          terminal.line(`“${started.name}” is ${terminal.state(started.state)}.`),
        );
        if (started.notice !== undefined) terminal.remark(started.notice);
      },
    );
  recipe
    .command("stop")
    .description("stops a recipe; jobs under way go on, events are kept")
    .argument("<recipe>", "its name or id")
    .action(async (wanted: string, _: object, command: Command) => {
      const { api, found } = await findRecipe(command, surroundings, wanted);
      const stopped = await api.post<Recipe>(`/recipes/${found.id}/stop`);
      terminal.result(stopped, () => terminal.line(`“${stopped.name}” is ${terminal.state(stopped.state)}.`));
    });
  addVersionCommands(recipe, surroundings);
  recipe
    .command("delete")
    .description("deletes a stopped recipe")
    .argument("<recipe>", "its name or id")
    .option("--cancel-jobs", "cancels its jobs that have not ended")
    .action(async (wanted: string, options: { readonly cancelJobs?: boolean }, command: Command) => {
      const { api, found } = await findRecipe(command, surroundings, wanted);
      await api.delete(`/recipes/${found.id}${options.cancelJobs === true ? "?jobs=cancel" : ""}`);
      terminal.result({ deleted: found.id }, () => terminal.line(`“${found.name}” is deleted.`));
    });
}
