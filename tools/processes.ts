/** Child processes for scripts and tests: started, waited for, and ended by pid. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:net";
import { isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** The repository. */
export const root = join(import.meta.dirname, "..");

/** A process of ours. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What it wrote to standard error last. */
  errors(): string;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end and waits; kills it when it does not. */
  stop(): Promise<void>;
}

const stopWithinMs = 30_000;
const keptErrors = 8_000;
const endWithParent = pathToFileURL(join(import.meta.dirname, "end-with-parent.ts")).href;

/** Starts a TypeScript file under this Node; it ends when we do. The end of its standard error is kept, all of it written to `logFile` if there is one. */
export function start(
  name: string,
  script: string,
  env: Readonly<Record<string, string | undefined>>,
  logFile?: string,
): Running {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--import", endWithParent, isAbsolute(script) ? script : join(root, script)],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
      // Its own group: Ctrl-C is for the parent, which ends it in order.
      detached: true,
    },
  );
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-keptErrors);
    if (logFile !== undefined) appendWhereRoom(logFile, text);
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: 1, signal: null }));
  });
  return {
    name,
    pid: child.pid ?? 0,
    ended,
    errors: () => errors,
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A disk that is full costs lines of the log, and ends nothing. */
function appendWhereRoom(logFile: string, text: string): void {
  try {
    appendFileSync(logFile, text);
  } catch {
    // There is nowhere to say so.
  }
}

/** Waits until the address answers 200. @throws when the process ends first, with what it said, or after `withinMs` */
export async function ready(running: Running, url: string, withinMs = 60_000): Promise<void> {
  let over: { code: number | null } | undefined;
  void running.ended.then((end) => (over = end));
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (over) throw new Error(lastSentence(running) || `The ${running.name} ended with code ${over.code}.`);
    if (await answers(url)) return;
    await sleep(25);
  }
  throw new Error(`The ${running.name} did not answer at ${url} within ${withinMs / 1000} seconds.`);
}

/** What a process said last that is not a log line. */
export function lastSentence(running: Running): string {
  const lines = running
    .errors()
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("{"));
  return lines.at(-1) ?? "";
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

/** Whether nobody listens on that port. What is no port is left to the program that is given it. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (!Number.isInteger(port) || port <= 0 || port > 65_535) return resolve(true);
    const server = createServer();
    server.once("error", (error) => resolve(!("code" in error && error.code === "EADDRINUSE")));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Runs a program to its end, with what it says and asks on our terminal. A signal that ends us ends it too. @returns its exit code */
export async function runToEnd(
  program: string,
  args: readonly string[],
  { cwd = root }: { cwd?: string } = {},
): Promise<number> {
  const child = spawn(program, args, {
    cwd,
    stdio: "inherit",
    shell: process.platform === "win32" && !program.endsWith(".exe"),
  });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  // Ctrl-C reaches it by itself; we stay to say how it ended.
  process.on("SIGINT", ignore).on("SIGTERM", pass).on("SIGHUP", pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", pass).off("SIGHUP", pass);
  }
}

function ignore(): void {
  // Node's own answer to Ctrl-C would end us at once.
}

/** The path of a program that npm installed. */
export function installed(name: string): string {
  return join(root, "node_modules/.bin", name);
}
