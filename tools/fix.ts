/** `npm run fix`: writes what can be written by a machine: generated files, format, lint fixes. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./processes.ts";

const bin = (name: string) => join(root, "node_modules/.bin", name);
const commands: readonly (readonly string[])[] = [
  [process.execPath, "tools/gen.ts"],
  [bin("oxlint"), "--fix", "--quiet"],
  [bin("biome"), "format", "--write", "."],
];
for (const [program = "", ...args] of commands) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
