/** Builds the web app when its sources are newer than what is built. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./processes.ts";

const web = join(root, "apps/web");
const stamp = join(web, "dist/.built-from");

/** Builds it, and says so; does nothing when it is fresh. */
export async function buildWeb(): Promise<void> {
  const sources = sourceHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return;
  console.log("Building the web app …");
  execFileSync(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], { cwd: web, stdio: "inherit" });
  writeFileSync(stamp, sources);
}

function sourceHash(): string {
  const files = [
    ...globSync("{src,public}/**/*.*", { cwd: web }).map((file) => join(web, file)),
    ...["index.html", "vite.config.ts", "package.json"].map((file) => join(web, file)),
    join(root, "package-lock.json"),
  ];
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
