/** Builds a folder of files for browsers when its sources are newer than what is built. */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./processes.ts";

const stampName = ".built-from";

/** What is built. */
export interface Build {
  /** Such as “the web app”. */
  readonly what: string;
  /** Where it is served from. */
  readonly dist: string;
  /** The files it follows from. */
  readonly sources: readonly string[];
  /** Makes it in a folder. @throws when it cannot be made */
  readonly make: (folder: string) => Promise<void>;
}

/** Builds it, and says so; does nothing when it is fresh. @throws when it cannot be built */
export async function buildWhenStale({ what, dist, sources, make }: Build): Promise<void> {
  const hash = hashOf(sources);
  if (builtFrom(dist) === hash) return;
  console.log(`Building ${what} …`);
  // Made aside and moved: a server that runs serves one build or the other, and of two who build at once each is whole.
  const made = mkdtempSync(join(root, "node_modules/.built-"));
  try {
    await make(made);
    writeFileSync(join(made, stampName), hash);
    // Made for this user alone, but anybody may serve it.
    chmodSync(made, 0o755);
    const old = `${made}.old`;
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(made, dist);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function builtFrom(dist: string): string | undefined {
  const stamp = join(dist, stampName);
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
