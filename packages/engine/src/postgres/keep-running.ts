/** Starts PostgreSQL again when it ends by itself: killed for its memory, or given up over a full disk. */
import { setTimeout as sleep } from "node:timers/promises";
import { processExists } from "../process-exists.ts";
import type { Postmaster } from "./postmaster.ts";

const looksEveryMs = 500;
const longestWaitMs = 5_000;

/** A PostgreSQL that is kept running. */
export interface KeptRunning {
  /** The process that runs, or ran last. */
  readonly pid: number;
  /** Leaves it as it is; resolves when nothing starts it any more. */
  release(): Promise<void>;
}

/** Looks now and then whether it still runs, and else calls `startAgain` until that succeeds. */
export function keepRunning(
  first: Postmaster,
  {
    startAgain,
    log,
  }: {
    readonly startAgain: (signal: AbortSignal) => Promise<Postmaster>;
    readonly log: (message: string) => void;
  },
): KeptRunning {
  let { pid } = first;
  let starting: Promise<void> | undefined;
  const released = new AbortController();
  const { signal } = released;

  async function revive(): Promise<void> {
    log("PostgreSQL ended by itself; starting it again");
    for (let waitMs = looksEveryMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      try {
        ({ pid } = await startAgain(signal));
        return log("PostgreSQL runs again");
      } catch (error) {
        if (signal.aborted) return;
        log(`${error instanceof Error ? error.message : String(error)} It is tried again.`);
      }
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const timer = setInterval(() => {
    if (starting || processExists(pid)) return;
    starting = revive().finally(() => (starting = undefined));
  }, looksEveryMs).unref();

  return {
    get pid() {
      return pid;
    },
    async release() {
      clearInterval(timer);
      released.abort();
      await starting;
    },
  };
}
