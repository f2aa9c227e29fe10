/** Installs a piece from npm into the home's folder of connectors. */
import { spawn } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ConnectorError } from "@greenroom/connector-kit";
import { z } from "zod";
import { piecesFolder } from "./installed-pieces.ts";
import { type InstalledPiece, pieceDescription } from "./piece-description.ts";
import { pieceProcesses } from "./piece-process.ts";

/** A piece that was added. */
export interface AddedPiece {
  /** The connector's id, as recipes write it. */
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly title: string;
  readonly actions: number;
  readonly triggers: number;
}

const name = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:@[\w.^~-]+)?$/i;
const packageFile = z.looseObject({ name: z.string(), version: z.string() });
const describesWithinMs = 60_000;

/**
 * Installs a piece, or another version of it, and reads what it can do. Its install scripts are not run.
 *
 * @param spec such as `@activepieces/piece-store`, with a version after another @; or the whole path of a folder
 * @throws {ConnectorError} when there is none of that name, or it is no piece
 */
export async function addPiece({
  home,
  spec,
  npm = "npm",
}: {
  readonly home: string;
  readonly spec: string;
  /** How npm is called. */
  readonly npm?: string;
}): Promise<AddedPiece> {
  if (!name.test(spec) && !isAbsolute(spec))
    throw refused(`“${spec}” is no name of a package`, "must be such as @activepieces/piece-store");
  const folder = piecesFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const aside = mkdtempSync(join(folder, ".adding-"));
  try {
    writeFileSync(join(aside, "package.json"), '{"private":true}\n');
    const flags = [
      "--ignore-scripts",
      "--omit=dev",
      "--no-audit",
      "--no-fund",
      "--install-links",
      "--save-exact",
      "--loglevel=error",
    ];
    await run(npm, ["install", ...flags, spec], aside, spec);
    const { dependencies = {} } = z
      .looseObject({ dependencies: z.record(z.string(), z.string()).optional() })
      .parse(readJson(join(aside, "package.json")));
    const [packageName = ""] = Object.keys(dependencies);
    const place = join(aside, "node_modules", packageName);
    const { version } = packageFile.parse(readJson(join(place, "package.json")));
    const addons = globSync("node_modules/**/*.node", { cwd: aside }).length > 0;
    const processes = pieceProcesses(
      { title: packageName, folder: place, root: aside, addons },
      { timeoutMs: describesWithinMs, memoryMb: 512, allowPrivateNetworks: false },
    );
    const said = await processes.run({
      call: { do: "describe" },
      reads: true,
      answer: () => Promise.resolve(null),
    });
    processes.close();
    const parsed = pieceDescription.safeParse(said);
    if (!parsed.success)
      throw refused(
        `${packageName} is no piece of Activepieces that can be read: ${z.prettifyError(parsed.error)}`,
        "must be a piece of Activepieces",
      );
    const installed: InstalledPiece = { package: packageName, version, addons, description: parsed.data };
    writeFileSync(join(aside, "greenroom.json"), JSON.stringify(installed, null, 1));
    const id = `piece-${(packageName.split("/").at(-1) ?? packageName)
      .replace(/^piece-/, "")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")}`;
    replace(aside, join(folder, id));
    const { displayName: title, actions, triggers } = parsed.data;
    return {
      id,
      package: packageName,
      version,
      title,
      actions: Object.keys(actions).length,
      triggers: Object.keys(triggers).length,
    };
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function replace(from: string, to: string): void {
  const old = `${to}.old-${process.pid}`;
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(to, old);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

async function run(command: string, parameters: readonly string[], cwd: string, spec: string): Promise<void> {
  const child = spawn(command, parameters, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    shell: process.platform === "win32",
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.once("exit", (exit) => resolve(exit ?? "killed"));
  });
  if (code === 0) return;
  if (code === "ENOENT")
    throw new ConnectorError(
      "unavailable",
      "no-npm",
      `“${command}” is not on this machine; pieces are installed with npm.`,
    );
  if (/E404|ETARGET|notarget/.test(said))
    throw refused(`there is no package “${spec}”`, "names no package, or no version of it");
  const away = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(said);
  throw new ConnectorError(
    away ? "unavailable" : "invalid-input",
    away ? "registry-away" : "npm-failed",
    `npm could not install “${spec}”: ${said.trim().split("\n").at(-1) ?? code}`,
  );
}

function refused(message: string, problem: string): ConnectorError {
  return new ConnectorError(
    "invalid-input",
    "no-piece",
    `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    {
      fields: [{ field: "spec", message: problem }],
    },
  );
}
