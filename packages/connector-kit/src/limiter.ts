import { abortableSleep } from "./abortable-sleep.ts";
import { ConnectorError } from "./connector-error.ts";

/** Holds requests back while a service wants none. */
export interface Limiter {
  /** Resolves when a request may be sent. @throws {ConnectorError} `rate-limited` when that is too long to wait in silence. */
  ready(signal?: AbortSignal): Promise<void>;
  /** The service asked for none before then. */
  defer(until: Date): void;
}

/** The longest a request is held back in silence; a longer wait is the engine's, where people see it. */
const longestHoldMs = 2_000;
/** What is refused for longer is a day's quota of one operation or person, and must not stop all the others. */
const longestSharedMs = 60_000;

/** Makes a limiter that all clients of one account share, so that one refusal holds back all of them. */
export function createLimiter({
  now,
  sleep = abortableSleep,
}: {
  now: () => Date;
  sleep?: typeof abortableSleep;
}): Limiter {
  let notBeforeMs = 0;
  return {
    async ready(signal) {
      const waitMs = notBeforeMs - now().getTime();
      if (waitMs <= 0) return;
      if (waitMs <= longestHoldMs) return await sleep(waitMs, signal);
      const retryAt = new Date(notBeforeMs);
      throw new ConnectorError(
        "rate-limited",
        "held-back",
        `The service wants no requests before ${retryAt.toISOString()}.`,
        {
          retryAt,
        },
      );
    },
    defer(until) {
      if (until.getTime() - now().getTime() <= longestSharedMs)
        notBeforeMs = Math.max(notBeforeMs, until.getTime());
    },
  };
}
