/** What every command is given. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { Api } from "./api.ts";
import { CliFailure, exitCodes } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** The surroundings of a command. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What ends a command that would go on. */
  readonly stop: AbortSignal;
}

/** The options that all commands take. */
interface GlobalOptions {
  readonly url?: string;
  readonly home?: string;
}

/** The data directory of a server on this machine. */
export function homeOf(command: Command, { env }: Surroundings): string {
  return resolve(command.optsWithGlobals<GlobalOptions>().home ?? (env["GREENROOM_HOME"] || ".greenroom"));
}

/** The server that a command speaks to: the one named, else the one of this machine. */
export function apiOf(command: Command, surroundings: Surroundings): Api {
  const { env } = surroundings;
  const url = (
    command.optsWithGlobals<GlobalOptions>().url ??
    (env["GREENROOM_URL"] || "http://127.0.0.1:3000")
  ).replace(/\/+$/, "");
  if (!URL.canParse(url))
    throw new CliFailure(`“${url}” is not a web address.`, {
      exitCode: exitCodes.usage,
      hint: "GREENROOM_URL is such as https://greenroom.example.com.",
    });
  const ownerKey = join(homeOf(command, surroundings), "owner.key");
  // Whoever can read a server's home is its admin, on this machine alone.
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
  const key =
    env["GREENROOM_API_KEY"] ||
    (isHere && existsSync(ownerKey) ? readFileSync(ownerKey, "utf8").trim() : undefined);
  return new Api({ url, key });
}
