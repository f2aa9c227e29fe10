/** The programs of Greenroom as processes of this one. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CliFailure } from "./failure.ts";

/** A program under way. */
export interface OwnProcess {
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number>;
  /** What it said last that is no line of a log. */
  lastSentence(): string;
  /** The end of all it said. */
  said(): string;
  stop(): Promise<void>;
}

const keptErrors = 8_000;
const stopWithinMs = 30_000;

/** The file that a program of ours begins with, in the repository and in the package alike. */
export function programFile(packageName: string, file: string): string {
  const index = fileURLToPath(import.meta.resolve(packageName));
  return join(dirname(index), file + (index.endsWith(".ts") ? ".ts" : ".js"));
}

/** A disk that is full costs lines of the log, and ends nothing. */
function appendWhereRoom(logFile: string, text: string): void {
  try {
    appendFileSync(logFile, text, { mode: 0o600 });
  } catch {
    // There is nowhere to say so.
  }
}

/** Starts a program; with `logFile`, what it says goes there, else to our standard error. */
export function startProgram(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  { logFile, args = [] }: { readonly logFile?: string | undefined; readonly args?: readonly string[] } = {},
): OwnProcess {
  const child: ChildProcess = spawn(process.execPath, [file, ...args], {
    env: env,
    stdio: ["ignore", "ignore", logFile === undefined ? "inherit" : "pipe"],
    // Its own group: Ctrl-C is for us, who end it in order.
    detached: true,
  });
  let errors = "";
  if (logFile !== undefined) {
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-keptErrors);
      appendWhereRoom(logFile, text);
    });
  }
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1));
    child.once("error", () => resolve(1));
  });
  // What we started ends with us, however we end.
  const endIt = () => void child.kill("SIGTERM");
  process.once("exit", endIt);
  void ended.then(() => process.removeListener("exit", endIt));
  return {
    ended,
    lastSentence: () =>
      errors.split("\n").findLast((line) => line.trim() !== "" && !line.startsWith("{")) ?? "",
    said: () => errors,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Waits until the address answers 200. @throws {CliFailure} when the process ends first */
export async function whenReady(running: OwnProcess, url: string, what: string): Promise<void> {
  let code: number | undefined;
  void running.ended.then((ended) => (code = ended));
  for (let tries = 0; tries < 2_400; tries += 1) {
    if (code !== undefined)
      throw new CliFailure(running.lastSentence() || `${what} ended with code ${code}.`);
    if (await answers(url)) return;
    await sleep(25);
  }
  await running.stop();
  throw new CliFailure(`${what} did not answer at ${url} within a minute.`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
