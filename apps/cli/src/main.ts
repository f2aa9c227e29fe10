#!/usr/bin/env node
/** The process of the command `greenroom`. This is one of the places that catch. */
import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Node keeps what it has compiled: every further command begins in half the time.
enableCompileCache();
const [{ runCommand }, { Terminal }] = await Promise.all([import("./program.ts"), import("./terminal.ts")]);

const manifest = readFileSync(join(import.meta.dirname, "../package.json"), "utf8");
const { version } = JSON.parse(manifest) as { version: string };
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // The second time it ends at once.
  process.on(signal, () => (stop.signal.aborted ? process.exit(130) : stop.abort()));
}
// A reader that has enough (`| head`) is no failure.
process.stdout.on("error", () => process.exit(0));

const terminal = new Terminal(process.stdout, process.stderr);
try {
  process.exitCode = await runCommand(process.argv.slice(2), version, {
    ...{ terminal, env: process.env, stop: stop.signal },
  });
} catch (error) {
  console.error(error);
  console.error("\nThis is a mistake in Greenroom itself. Please report it with what stands above.");
  process.exitCode = 70;
}
