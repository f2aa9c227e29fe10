/** `npm test`: all tests, and one plain line at the end that says how many. Arguments go to vitest. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWeb } from "./build-web.ts";
import { root } from "./processes.ts";

await buildWeb();
const folder = mkdtempSync(join(tmpdir(), "greenroom-test-"));
const report = join(folder, "report.json");
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
const counts = countsIn(report);
rmSync(folder, { recursive: true, force: true });
console.log(counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : "The tests did not run to their end.");
process.exitCode = status === 0 && counts && counts.failed === 0 && counts.passed > 0 ? 0 : 1;

function countsIn(path: string): { passed: number; failed: number; skipped: number } | undefined {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(path, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch {
    return undefined;
  }
}
