/** `npm run fix`: writes what can be written by a machine: generated files, lint fixes, format. */
import { installed, runToEnd } from "./processes.ts";

const commands: readonly (readonly [program: string, ...args: string[]])[] = [
  [process.execPath, "tools/gen.ts"],
  [installed("oxlint"), "--type-aware", "--fix", "--quiet"],
  [installed("biome"), "format", "--write", "."],
];
for (const [program, ...args] of commands) {
  if ((await runToEnd(program, args)) !== 0) process.exitCode = 1;
}
