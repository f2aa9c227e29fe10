import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Keeps a snapshot in a file: written whole, shortly after a change and at the end. */
export interface StateFile<State> {
  readonly read: () => State | undefined;
  readonly changed: () => void;
  readonly close: () => void;
}

const PAUSE_MS = 200;
/** A big state is written more rarely, so that writing never takes more than a twentieth of the time. */
const WORK_TO_WRITE = 20;
/** A disk may be full, and have room again later. */
const RETRY_MS = 2_000;

/** Makes the keeper of a state file; without a path nothing is kept. */
export function createStateFile<State>(path: string | undefined, snapshot: () => State): StateFile<State> {
  let waiting: NodeJS.Timeout | undefined;
  let lastWriteMs = 0;
  let isToldOf = false;

  /** What cannot be written now is written later: the sandbox goes on meanwhile. */
  function writeOrWait(): void {
    try {
      write();
      isToldOf = false;
    } catch (error) {
      if (existsSync(`${path}.part`)) rmSync(`${path}.part`);
      if (!isToldOf)
        console.error(`The state could not be written to ${path}, and is tried again: ${String(error)}`);
      isToldOf = true;
      waiting = setTimeout(writeOrWait, RETRY_MS);
    }
  }

  function write(): void {
    clearTimeout(waiting);
    waiting = undefined;
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    const startMs = performance.now();
    const part = `${path}.part`;
    // Client secrets and tokens are inside.
    writeFileSync(part, JSON.stringify(snapshot()), { mode: 0o600 });
    renameSync(part, path);
    lastWriteMs = performance.now() - startMs;
  }

  return {
    read: () => {
      if (path === undefined || !existsSync(path)) return undefined;
      try {
        // Only this program writes the file.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return JSON.parse(readFileSync(path, "utf8")) as State;
      } catch (cause) {
        throw new Error(`The state file ${path} cannot be read; move it away to start afresh.`, { cause });
      }
    },
    changed: () => {
      if (path !== undefined)
        waiting ??= setTimeout(writeOrWait, Math.max(PAUSE_MS, lastWriteMs * WORK_TO_WRITE));
    },
    close: () => {
      if (path !== undefined) write();
    },
  };
}
