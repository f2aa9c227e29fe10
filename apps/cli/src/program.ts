/** The command `greenroom`: its words, options and help. */
import { Command, CommanderError } from "commander";
import { addCompletionCommand } from "./commands/completion-command.ts";
import { addConnectionCommands } from "./commands/connection-commands.ts";
import { addDoctorCommand } from "./commands/doctor-command.ts";
import { addJobCommands } from "./commands/job-commands.ts";
import { addMoveCommands } from "./commands/move-commands.ts";
import { addRecipeCommands } from "./commands/recipe-commands.ts";
import { addRecipeFileCommands } from "./commands/recipe-file-commands.ts";
import { addRecipeSyncCommands } from "./commands/recipe-sync-commands.ts";
import { addRecipeTestCommands } from "./commands/recipe-test-commands.ts";
import { addServerCommands } from "./commands/server-commands.ts";
import { addUpkeepCommands } from "./commands/upkeep-commands.ts";
import { addPieceCommands } from "./commands/piece-commands.ts";
import type { Surroundings } from "./context.ts";
import { CliFailure, exitCodes } from "./failure.ts";

const help = `
Settings:
  GREENROOM_URL      where the server is; by default http://127.0.0.1:3000
  GREENROOM_API_KEY  who you are to it; on the server's own machine its data directory is enough
  GREENROOM_HOME     the data directory of a server here; by default .greenroom

Exit codes:
  0 done; 1 done, and the answer is no (problems, a failed job, a difference); 2 written wrongly;
  3 the server cannot be reached; 4 it refused; 5 what was named is not there

Examples:
  greenroom start --sandbox
  greenroom recipe lint recipes/ && greenroom recipe push recipes/
  greenroom import invite_leads.recipe.json -o recipes/
  greenroom job list --state failed --json
  greenroom backup
`;

/** Makes the program. */
export function createProgram(version: string, surroundings: Surroundings): Command {
  const program = new Command("greenroom")
    .description("Self-hosted automation for Zoom")
    .version(version)
    .option("--json", "writes JSON for programs")
    .option("--url <url>", "the server; by default GREENROOM_URL")
    .option(
      "--home <folder>",
      "the data directory of a server here; by default GREENROOM_HOME, else .greenroom",
    )
    .addHelpText("after", help)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: (text) => surroundings.terminal.error(text.trimEnd()) })
    .hook("preAction", (_, command) => {
      surroundings.terminal.json = command.optsWithGlobals<{ json?: boolean }>().json === true;
    });
  addServerCommands(program, surroundings);
  addDoctorCommand(program, surroundings);
  addConnectionCommands(program, surroundings);
  const recipe = program
    .command("recipe")
    .description(
      "works with recipes: list, lint, format, test, run, push, pull, diff, start, stop, pause, resume, versions, restore, delete",
    );
  addRecipeCommands(recipe, surroundings);
  addRecipeFileCommands(recipe, surroundings);
  addRecipeTestCommands(program, recipe, surroundings);
  addRecipeSyncCommands(recipe, surroundings);
  addMoveCommands(program, surroundings);
  addJobCommands(program, surroundings);
  addPieceCommands(program, surroundings);
  addUpkeepCommands(program, surroundings);
  addCompletionCommand(program, surroundings);
  return program;
}

/** Runs a command line; the exit code. */
export async function runCommand(
  args: readonly string[],
  version: string,
  surroundings: Surroundings,
): Promise<number> {
  const { terminal } = surroundings;
  try {
    await createProgram(version, surroundings).parseAsync([...args], { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    // It has said what is wrong already; help is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (surroundings.stop.aborted && error instanceof Error && error.name === "AbortError")
      return exitCodes.ok;
    if (!(error instanceof CliFailure)) throw error;
    if (error.message !== "") terminal.error(error.message);
    if (error.hint !== undefined) terminal.error(error.hint);
    return error.exitCode;
  }
}
