/** What to do after an attempt failed: decided by the error's kind and the action's effect, and by nothing else. */
import { ConnectorError } from "@greenroom/connector-kit";

/** The next move. */
export type Decision =
  | { readonly do: "fail" }
  /** `counted` attempts are limited; waiting for a rate limit costs none. */
  | { readonly do: "wait"; readonly ms: number; readonly counted: boolean }
  /** The service may have done it: look before doing it again. */
  | { readonly do: "look-up" };

const maxAttempts = 5;
const baseDelayMs = 1_000;
const maxDelayMs = 60_000;

/** Decides after the `attempt`-th counted try (from 1). `random` is in [0, 1). */
export function decide(
  error: unknown,
  { attempt, idempotent, now, random }: { attempt: number; idempotent: boolean; now: Date; random: number },
): Decision {
  if (!(error instanceof ConnectorError)) return { do: "fail" };
  switch (error.kind) {
    case "rate-limited":
      return {
        do: "wait",
        ms: Math.max(msUntil(error.retryAt, now) ?? backOffMs(attempt, random), 100),
        counted: false,
      };
    case "unavailable":
      if (attempt >= maxAttempts) return { do: "fail" };
      return { do: "wait", ms: msUntil(error.retryAt, now) ?? backOffMs(attempt, random), counted: true };
    case "outcome-unknown":
      if (attempt >= maxAttempts) return { do: "fail" };
      if (!idempotent) return { do: "look-up" };
      return { do: "wait", ms: backOffMs(attempt, random), counted: true };
    default:
      return { do: "fail" };
  }
}

function msUntil(at: Date | undefined, now: Date): number | undefined {
  return at && Math.max(0, at.getTime() - now.getTime());
}

/** Exponential, with full jitter: a thousand jobs that failed together do not come back together. */
function backOffMs(attempt: number, random: number): number {
  return Math.round(Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)) * (0.5 + random / 2));
}
