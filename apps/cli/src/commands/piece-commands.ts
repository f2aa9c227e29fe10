/** Pieces of Activepieces as connectors of an installation on this machine. */
import type { ConnectorError } from "@greenroom/connector-kit";
import type { Command } from "commander";
import { homeOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { plural } from "./recipe-file-commands.ts";

/** Adds `connector add`, `connector list` and `connector remove`. */
export function addPieceCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const connector = program
    .command("connector")
    .description("adds pieces of Activepieces to an installation on this machine: add, list, remove");
  const restart = "A server that runs has to be started again to see it.";
  connector
    .command("add")
    .description("installs a piece from npm, with exactly one version and without its install scripts")
    .argument("<piece>", "such as @activepieces/piece-store, or with a version after another @")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom connector add @activepieces/piece-store\n  greenroom connector add @activepieces/piece-notion@0.5.4\n",
    )
    .action(async (piece: string, _: object, command: Command) => {
      const { addPiece } = await import("@greenroom/activepieces");
      terminal.remark(`Installing ${piece} …`);
      const added = await told(() => addPiece({ home: homeOf(command, surroundings), spec: piece }));
      terminal.result(added, () => {
        terminal.line(
          `${terminal.style("green", "✓")} ${added.title} (${added.package} ${added.version}): ${plural(added.actions, "action")}, ${plural(added.triggers, "trigger")}.`,
        );
        terminal.line(`Recipes call it ${terminal.style("bold", added.id)}. ${restart}`);
      });
    });
  connector
    .command("list")
    .description("lists the pieces that were added")
    .action(async (_: object, command: Command) => {
      const { installedPieces } = await import("@greenroom/activepieces");
      const pieces = installedPieces(homeOf(command, surroundings)).map(({ id, piece, broken }) => ({
        ...{ id, package: piece?.package, version: piece?.version, title: piece?.description.displayName },
        broken,
      }));
      terminal.result(pieces, () => {
        if (pieces.length === 0)
          terminal.line("None was added. Add one by `greenroom connector add <piece>`.");
        else
          terminal.table(
            ["ID", "PACKAGE", "VERSION", "TITLE"],
            pieces.map(({ id, title = "cannot be read: add it again", ...piece }) => [
              ...[id, piece.package ?? "", piece.version ?? "", title],
            ]),
          );
      });
    });
  connector
    .command("remove")
    .description("removes a piece; recipes that use it do not start any more")
    .argument("<id>", "its id, as `greenroom connector list` shows it")
    .action(async (id: string, _: object, command: Command) => {
      const { removePiece } = await import("@greenroom/activepieces");
      await told(async () => removePiece(homeOf(command, surroundings), id));
      terminal.result({ removed: id }, () => terminal.line(`${id} was removed. ${restart}`));
    });
}

/** Runs it; what connectors refuse is told as the command's own failure. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "kind" in error)) throw error;
    const { kind, message, hint, fields } = error as ConnectorError;
    const [field] = fields ?? [];
    throw new CliFailure(message, {
      exitCode: kind === "not-found" ? exitCodes.notFound : exitCodes.failed,
      hint: hint ?? (field && `It ${field.message}.`),
    });
  }
}
