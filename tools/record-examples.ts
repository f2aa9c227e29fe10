/**
 * `node tools/record-examples.ts [action …]`: makes the examples of the reference of what the connector's tests do at the
 * sandbox, or of those actions alone, and keeps those that run by themselves in `packages/zoom/examples.gen.json`. To be run
 * when actions or their tests change.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zoom } from "@greenroom/zoom";
import type { Recorded } from "../packages/zoom/src/connected-sandbox.test-kit.ts";
import { installed, root, runToEnd } from "./processes.ts";
import { byHand } from "./zoom-examples/by-hand.ts";
import type { Example } from "./zoom-examples/example.ts";
import { exampleFrom } from "./zoom-examples/from-tape.ts";
import { runExample } from "./zoom-examples/run-example.ts";

const file = join(root, "packages/zoom/examples.gen.json");
const wanted = process.argv.slice(2);
const examples: Record<string, Example> =
  wanted.length === 0 ? {} : (JSON.parse(readFileSync(file, "utf8")) as Record<string, Example>);
const ids = (wanted.length === 0 ? Object.keys(zoom.actions) : wanted).toSorted();
const isRead = (id: string) => zoom.actions[id]?.effect === "read";
const tapes = ids.every((id) => byHand.has(id)) ? [] : await recorded();

for (const id of ids) {
  const found = tapes.flatMap((tape) =>
    tape.flatMap((entry, index) => {
      if (entry.do !== "run" || entry.id !== id) return [];
      const ways = [false, true].map((whole) => exampleFrom(tape, index, { isRead, whole }));
      return ways.filter((example) => example !== undefined);
    }),
  );
  // What is written by hand, or else the shortest that runs.
  const shortest = found.toSorted((a, b) => lengthOf(a) - lengthOf(b)).slice(0, 8);
  for (const example of [byHand.get(id), ...shortest]) {
    if (!example) continue;
    const problems = await runExample(example).catch((error: unknown) => [String(error)]);
    if (problems.length === 0) {
      examples[id] = example;
      break;
    }
    console.log(`${id}: ${problems.join("; ")}`);
  }
}
const sorted = Object.fromEntries(Object.entries(examples).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(sorted, null, 1)}\n`);
console.log(
  `${Object.keys(examples).length} of ${Object.keys(zoom.actions).length} actions have an example that runs.`,
);

function lengthOf({ steps, around }: Example): number {
  return steps.length + around.length / 100;
}

/** What each of the connector's tests did. */
async function recorded(): Promise<readonly (readonly Recorded[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-tapes-"));
  process.env["GREENROOM_RECORD"] = folder;
  await runToEnd(installed("vitest"), ["run", "packages/zoom/src", "--reporter=dot"]);
  delete process.env["GREENROOM_RECORD"];
  const all = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Recorded[],
  );
  rmSync(folder, { recursive: true, force: true });
  return all;
}
