/** `npm run check`: the one gate. With `--no-tests`, all but the tests. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { styleText } from "node:util";
import { root } from "./processes.ts";

interface Gate {
  readonly name: string;
  readonly command: readonly string[];
  readonly mend: string;
  readonly cwd?: string;
}

const bin = (name: string) => join(root, "node_modules/.bin", name);
const gates: readonly Gate[] = [
  { name: "generated files are fresh", command: [process.execPath, "tools/gen.ts", "--check"], mend: "npm run gen" },
  { name: "format", command: [bin("biome"), "format", "."], mend: "npm run fix" },
  { name: "lint", command: [bin("oxlint"), "--type-aware", "--quiet"], mend: "npm run fix, then by hand" },
  { name: "types", command: [bin("tsc"), "-p", "."], mend: "by hand" },
  { name: "types of the web app", command: [bin("tsc"), "-p", "apps/web"], mend: "by hand" },
  { name: "dead code", command: [bin("knip"), "--no-progress"], mend: "delete it" },
  ...(process.argv.includes("--no-tests") ? [] : [{ name: "tests", command: [process.execPath, "tools/test.ts"], mend: "by hand" }]),
];

const failed: Gate[] = [];
for (const gate of gates) {
  const [program = "", ...args] = gate.command;
  const begun = performance.now();
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${status === 0 ? styleText("green", "✓") : styleText("red", "✗")} ${gate.name} (${seconds} s)`);
  if (status !== 0) failed.push(gate);
}
for (const { name, mend } of failed) console.log(styleText("red", `${name}: mend with ${mend}`));
process.exitCode = failed.length === 0 ? 0 : 1;
