#!/usr/bin/env node
/** The process of the command `greenroom`. This is one of the places that catch. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./program.ts";
import { Terminal } from "./terminal.ts";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
  version: string;
};
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
    terminal,
    env: process.env,
    stop: stop.signal,
  });
} catch (error) {
  console.error(error);
  console.error("\nThis is a mistake in Greenroom itself. Please report it with what stands above.");
  process.exitCode = 70;
}
