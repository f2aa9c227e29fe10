import { abortableSleep } from "./http-client.ts";

/** Holds requests back while a service wants none. */
export interface Limiter {
  /** Resolves when a request may be sent. */
  ready(signal?: AbortSignal): Promise<void>;
  /** The service asked for none before then. */
  defer(until: Date): void;
}

/** The longest a request is held back in silence; beyond it the caller gets the service's refusal and waits visibly. */
const longestHoldMs = 2_000;

/** Makes a limiter that all clients of one account share, so that one refusal holds back all of them. */
export function createLimiter({ now, sleep = abortableSleep }: { now: () => Date; sleep?: typeof abortableSleep }): Limiter {
  let notBeforeMs = 0;
  return {
    async ready(signal) {
      const waitMs = notBeforeMs - now().getTime();
      if (waitMs > 0 && waitMs <= longestHoldMs) await sleep(waitMs, signal);
    },
    defer(until) {
      notBeforeMs = Math.max(notBeforeMs, until.getTime());
    },
  };
}
