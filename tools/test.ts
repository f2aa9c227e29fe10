/** `npm test`: all tests, and one plain line at the end that says how many. Arguments go to vitest. */
import { accessSync, chmodSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { buildDocs } from "./build-docs.ts";
import { buildWeb } from "./build-web.ts";
import { root, runToEnd } from "./processes.ts";

/** What we read of vitest's report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
}

const folder = mkdtempSync(join(inMemory() ?? tmpdir(), "greenroom-test-"));
try {
  await buildWeb();
  await buildDocs();
  const file = join(folder, "report.json");
  // Databases, homes and browsers' profiles of tests are made and thrown away by the dozen.
  process.env["TMPDIR"] = folder;
  // PostgreSQL's own user passes through it, as through any such place.
  chmodSync(folder, 0o1777);
  // Tests start hundreds of processes of the same sources: compiled once, each begins a quarter sooner.
  process.env["NODE_COMPILE_CACHE"] ??= join(root, "node_modules/.cache/compiled");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await runToEnd(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)]);
  const { passed, failed, skipped } = countsIn(file);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = code === 0 && failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A file system in memory with much room, where there is one. */
function inMemory(): string | undefined {
  const place = "/dev/shm";
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(place);
    return Math.min(bavail * bsize, freemem()) > 8 * 2 ** 30 ? place : undefined;
  } catch {
    return undefined;
  }
}

function countsIn(file: string): { passed: number; failed: number; skipped: number } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error("The tests did not run to their end.", { cause });
  }
  const report: Report = JSON.parse(text);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report;
  // A file that could not be loaded holds no test that could fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
  };
}
