/** One Greenroom a data directory: a file that names the process which uses it. */
import { spawnSync } from "node:child_process";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../start-error.ts";

const attempts = 10;

/** Takes the lock; gives who has it a moment to end. @throws {StartError} when it does not */
export async function waitForLock(path: string, home: string, patienceMs: number): Promise<() => void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return lockHome(path, home);
    } catch (error) {
      if (!(error instanceof StartError) || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** Takes the lock, or says who has it. What a dead process left behind counts for nothing. @returns what releases it */
export function lockHome(path: string, home: string): () => void {
  // Written whole and then linked: nobody reads a half-written lock.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${beginOf(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (linked(draft, path)) return () => rmSync(path, { force: true });
      const holder = read(path);
      if (holder === undefined) continue;
      const pid = Number.parseInt(holder, 10);
      if (pid > 0 && holder === `${pid} ${beginOf(pid)}\n`) {
        throw new StartError(
          `Another Greenroom (process ${pid}) uses the data directory ${home}. Stop it, or set GREENROOM_HOME to another directory.`,
        );
      }
      removeStale(path, holder);
    }
    throw new StartError(
      `The lock ${path} could not be taken. Stop every Greenroom that uses ${home}, delete that file and start again.`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return false;
  }
}

/** Moved aside, looked at again, then deleted: the slower of two must not delete the new lock of the faster. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    // Somebody else did it.
    return;
  }
  if (read(aside) !== stale) linked(aside, path);
  rmSync(aside, { force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** When that process began, in the system's own terms; a number is given to another process later. Empty for none. */
function beginOf(pid: number): string {
  if (process.platform === "linux") {
    const stat = read(`/proc/${pid}/stat`) ?? "";
    // The name, in parentheses, may hold spaces.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? "" : (rest[18] ?? "");
  }
  if (process.platform === "win32") return isThere(pid) ? "running" : "";
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
