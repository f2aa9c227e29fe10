/**
 * Notices that this process stood still: it was stopped, its machine slept, or something kept it from running. Others may
 * have taken it for dead meanwhile, so what it was about to send must not be sent.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { ConnectorError } from "@greenroom/connector-kit";

const tickMs = 250;
/** Well before others take a process for dead. */
const pausedAfterMs = 4_000;
/** Where undici says that the first byte of a request is about to be written, Node's own `fetch` included. */
const sending = "undici:client:sendHeaders";

/** The watch. */
export interface PauseWatch {
  /** To be called right before something is sent. @throws {ConnectorError} when the process has just stood still */
  mustBeAwake(): void;
  stop(): void;
}

/**
 * Starts it; `onPause` is called before anything else that asks goes on. What `fetch` was given before the pause and has
 * not begun to send by then, for it had to connect first, is never sent.
 */
export function watchPauses(onPause: () => void, afterMs = pausedAfterMs): PauseWatch {
  let tickedAtMs = performance.now();
  function look(): boolean {
    const now = performance.now();
    const paused = now - tickedAtMs > afterMs;
    tickedAtMs = now;
    if (paused) onPause();
    return paused;
  }
  const timer = setInterval(look, tickMs);
  timer.unref();
  const beforeSending = (message: unknown) => {
    if (!look()) return;
    const { socket } = message as { readonly socket: Socket };
    // A job's own request was aborted by that, and undici knows which one it was.
    if (!socket.destroyed) socket.destroy();
  };
  subscribe(sending, beforeSending);
  return {
    mustBeAwake() {
      if (look()) throw new ConnectorError("unavailable", "paused", "This process stood still for a while.");
    },
    stop() {
      clearInterval(timer);
      unsubscribe(sending, beforeSending);
    },
  };
}
