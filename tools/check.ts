/** `npm run check`: the one gate. With `--no-tests`, all but the tests. */
import { styleText } from "node:util";
import { buildDocs } from "./build-docs.ts";
import { buildWeb } from "./build-web.ts";
import { installed, runToEnd } from "./processes.ts";

interface Gate {
  readonly name: string;
  readonly run: () => Promise<number>;
  readonly mend: string;
}

const gates: readonly Gate[] = [
  gate("generated files are fresh", [process.execPath, "tools/gen.ts", "--check"], "with npm run gen"),
  gate("format", [installed("biome"), "format", "."], "with npm run fix"),
  gate("lint", [installed("oxlint"), "--type-aware", "--quiet"], "with npm run fix, and the rest by hand"),
  gate("types", [installed("tsc"), "-p", "."], "by hand"),
  gate("types of the web app", [installed("tsc"), "-p", "apps/web"], "by hand"),
  gate("dead code", [installed("knip"), "--no-progress"], "by deleting it, or its export"),
  { name: "build of the web app", run: () => built(buildWeb), mend: "by hand" },
  { name: "build of the guide, and its links", run: () => built(buildDocs), mend: "by hand" },
  process.argv.includes("--no-tests")
    ? gate(
        "architecture",
        [installed("vitest"), "run", "tools/architecture.test.ts"],
        "by hand; ARCHITECTURE.md says why",
      )
    : gate("tests", [process.execPath, "tools/test.ts"], "by hand"),
];

const failed: Gate[] = [];
for (const one of gates) {
  const begun = performance.now();
  const passed = (await one.run()) === 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${passed ? styleText("green", "✓") : styleText("red", "✗")} ${one.name} (${seconds} s)`);
  if (!passed) failed.push(one);
}
console.log(
  failed.length === 0
    ? `All ${gates.length} gates passed.`
    : `${failed.length} of ${gates.length} gates failed:`,
);
for (const { name, mend } of failed) console.log(styleText("red", `  ${name}: mend it ${mend}`));
process.exitCode = failed.length === 0 ? 0 : 1;

function gate(name: string, [program, ...args]: readonly [string, ...string[]], mend: string): Gate {
  return { name, run: () => runToEnd(program, args), mend };
}

async function built(build: () => Promise<void>): Promise<number> {
  try {
    await build();
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}
