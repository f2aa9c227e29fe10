/**
 * Notices that this process stood still: it was stopped, its machine slept, or something kept it from running. Others may
 * have taken it for dead meanwhile, so what it was about to send must not be sent.
 */
import { ConnectorError } from "@greenroom/connector-kit";

const tickMs = 250;
/** Well before others take a process for dead. */
const pausedAfterMs = 4_000;

/** The watch. */
export interface PauseWatch {
  /** To be called right before something is sent. @throws {ConnectorError} when the process has just stood still */
  mustBeAwake(): void;
  stop(): void;
}

/** Starts it; `onPause` is called before anything else that asks goes on. */
export function watchPauses(onPause: () => void): PauseWatch {
  let tickedAtMs = performance.now();
  function look(): boolean {
    const now = performance.now();
    const paused = now - tickedAtMs > pausedAfterMs;
    tickedAtMs = now;
    if (paused) onPause();
    return paused;
  }
  const timer = setInterval(look, tickMs);
  timer.unref();
  return {
    mustBeAwake() {
      if (look()) throw new ConnectorError("unavailable", "paused", "This process stood still for a while.");
    },
    stop: () => clearInterval(timer),
  };
}
