import { abortableSleep } from "./abortable-sleep.ts";
import type { CallOptions, ClientResponse } from "./client.ts";
import { ConnectorError } from "./connector-error.ts";

/** A request as limits see it. */
export interface LimitedRequest {
  readonly method: string;
  readonly path: string;
  readonly call: CallOptions;
}

/** Holds requests back while a service wants none. */
export interface Limiter {
  /** Resolves when the request may be sent. @throws {ConnectorError} `rate-limited` when that is too long to wait in silence. */
  ready(request: LimitedRequest, signal?: AbortSignal): Promise<void>;
  /** Learns from an answer; gives when to come back, where it knows better than the refusal itself. */
  answered(
    request: LimitedRequest,
    answer: ClientResponse,
    refused: { readonly retryAt: Date | undefined; readonly waitMs: number } | undefined,
  ): Promise<Date | undefined>;
}

/** The longest a request is held back in silence; a longer wait is the engine's, where people see it. */
export const longestHoldMs = 2_000;
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
    async ready(_, signal) {
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
    async answered(_, __, refused) {
      if (!refused) return undefined;
      const untilMs = refused.retryAt?.getTime() ?? now().getTime() + refused.waitMs;
      if (untilMs - now().getTime() <= longestSharedMs) notBeforeMs = Math.max(notBeforeMs, untilMs);
      return undefined;
    },
  };
}
