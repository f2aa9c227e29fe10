/** Commands for who runs an installation: backup, restore, upgrade. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { homeOf, type Surroundings } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { programFile } from "../own-process.ts";
import { plural } from "./recipe-file-commands.ts";

interface Kept {
  readonly file: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
}
interface Restored extends Omit<Kept, "file"> {
  readonly createdAt: string;
  readonly greenroom: string;
}
interface Upgrade {
  readonly done: boolean;
  readonly migrations: readonly string[];
  readonly backup?: Kept;
}
interface Progress {
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** Adds them. */
export function addUpkeepCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const databaseOption = [
    "--database-url <url>",
    "its PostgreSQL; by default DATABASE_URL, else the embedded one",
  ] as const;
  program
    .command("backup")
    .description("writes all that an installation holds into one file, while it works on")
    .argument("[file]", "the file; by default greenroom-<time>.backup here")
    .option(...databaseOption)
    .addHelpText(
      "after",
      "\nThe file holds people's data and no key: keep secret.key (or GREENROOM_SECRET_KEY) apart from it, as nothing opens\nthe connections' tokens without it.\n\nExamples:\n  greenroom backup\n  greenroom backup /backups/monday.backup --json\n",
    )
    .action(async (file: string | undefined, options: DatabaseOption, command: Command) => {
      const target = resolve(file ?? `greenroom-${fileTime()}.backup`);
      const kept = await upkeep<Kept>(["backup", target], options, command, surroundings);
      terminal.result(kept, () => {
        terminal.line(`${terminal.style("green", "✓")} ${kept.file}: ${held(kept)}.`);
        terminal.remark(
          `The secret key is not in it. Keep ${join(homeOf(command, surroundings), "secret.key")} (or GREENROOM_SECRET_KEY) elsewhere.`,
        );
      });
    });
  program
    .command("restore")
    .description("makes an installation of a backup, in a new data directory and an empty database")
    .argument("<file>", "what `greenroom backup` wrote")
    .option(...databaseOption)
    .addHelpText(
      "after",
      "\nPut the secret.key of the installation it is of into the new data directory first, or set GREENROOM_SECRET_KEY.\nStop the old installation before the new one starts: both would go on with the same jobs.\n\nExamples:\n  mkdir new && cp keys/secret.key new/ && greenroom restore monday.backup --home new\n",
    )
    .action(async (file: string, options: DatabaseOption, command: Command) => {
      const restored = await upkeep<Restored>(["restore", resolve(file)], options, command, surroundings);
      terminal.result(restored, () =>
        terminal.line(
          `${terminal.style("green", "✓")} Restored as of ${restored.createdAt}: ${held(restored)}. Jobs go on when it starts.`,
        ),
      );
    });
  program
    .command("upgrade")
    .description("brings an installation's database to this version, after a backup")
    .option(...databaseOption)
    .option("--check", "only tells what it would do")
    .option("--no-backup", "does not write a backup first")
    .addHelpText(
      "after",
      "\nA start does the same without a backup. Stop the processes of the older version first.\n\nExamples:\n  greenroom upgrade --check\n  greenroom upgrade\n",
    )
    .action(async (options: UpgradeOptions, command: Command) => {
      const target = join(homeOf(command, surroundings), "backups", `before-upgrade-${fileTime()}.backup`);
      const args = [...(options.check ? ["--check"] : []), ...(options.backup ? ["--backup", target] : [])];
      const { done, migrations, backup } = await upkeep<Upgrade>(
        ...([["upgrade", ...args], options, command, surroundings] as const),
      );
      terminal.result({ done, migrations, ...(backup && { backup: backup.file }) }, () => {
        if (backup) terminal.line(`${terminal.style("green", "✓")} ${backup.file}: ${held(backup)}.`);
        for (const name of migrations) terminal.line(`${done ? terminal.style("green", "✓") : "·"} ${name}`);
        if (migrations.length === 0) terminal.line("The database is of this version.");
        else if (!done)
          terminal.line(`${plural(migrations.length, "change")} to make. Run it without --check.`);
      });
    });
}

interface DatabaseOption {
  readonly databaseUrl?: string;
}
interface UpgradeOptions extends DatabaseOption {
  readonly check?: boolean;
  readonly backup: boolean;
}

const held = ({ tables, rows, files }: Omit<Kept, "file">): string =>
  `${plural(rows, "row")} of ${plural(tables, "table")}, ${plural(files, "file")}`;

const fileTime = (): string => new Date().toISOString().slice(0, 19).replaceAll(":", "-");

/** Runs the server's program for it, which alone knows the database. */
async function upkeep<T>(
  args: readonly string[],
  { databaseUrl }: DatabaseOption,
  command: Command,
  surroundings: Surroundings,
): Promise<T> {
  const { env, stop, terminal } = surroundings;
  const child = spawn(process.execPath, [programFile("@greenroom/server", "upkeep"), ...args], {
    env: {
      ...env,
      GREENROOM_HOME: homeOf(command, surroundings),
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
    stdio: ["ignore", "pipe", "pipe"],
    signal: stop,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-8_000)));
  const ended = new Promise<number>((resolveCode, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolveCode(code ?? 1));
  });
  let result: T | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { readonly progress?: Progress; readonly result?: T };
    if (told.progress) terminal.progress(told.progress.done, told.progress.of, told.progress.what);
    result = told.result ?? result;
  }
  const code = await ended;
  terminal.endProgress();
  if (code === 0 && result !== undefined) return result;
  throw new CliFailure(said.trim() || `It ended with code ${code}.`);
}
