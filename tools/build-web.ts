/** Builds the web app when its sources are newer than what is built. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { root, runToEnd } from "./processes.ts";

const web = join(root, "apps/web");
const dist = join(web, "dist");
const stampName = ".built-from";

/** Builds it, and says so; does nothing when it is fresh. @throws when it cannot be built */
export async function buildWeb(): Promise<void> {
  const sources = sourceHash();
  if (builtFrom() === sources) return;
  console.log("Building the web app …");
  // Made aside and moved: a server that runs serves one build or the other, and of two who build at once each is whole.
  const made = mkdtempSync(join(root, "node_modules/.web-"));
  try {
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const code = await runToEnd(
      process.execPath,
      [vite, "build", "--logLevel", "warn", "--outDir", made, "--emptyOutDir"],
      { cwd: web },
    );
    if (code !== 0)
      throw new Error(
        `The web app could not be built (vite ended with code ${code}); what it said is above.`,
      );
    writeFileSync(join(made, stampName), sources);
    // Made for this user alone, but anybody may serve it.
    chmodSync(made, 0o755);
    replace(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function builtFrom(): string | undefined {
  const stamp = join(dist, stampName);
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
}

function replace(made: string): void {
  const old = `${made}.old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(made, dist);
  rmSync(old, { recursive: true, force: true });
}

function sourceHash(): string {
  const files = globSync("{src,public}/**/*.*", { cwd: web });
  files.push("index.html", "vite.config.ts", "package.json", "../../package-lock.json");
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(web, file)));
  return hash.digest("hex");
}
