/**
 * Zoom's rate limits: per account and label, by plan, on the virtual clock; and the daily quotas of single people.
 *
 * @see https://developers.zoom.us/docs/api/rate-limits/
 */
import type { Clock } from "./clock.ts";
import type { Plan } from "./options.ts";
import type { Operation } from "./operations/operations.ts";
import type { Account, RateLabel } from "./sandbox.ts";
import { ZoomError } from "./sandbox.ts";

/** Zoom's text when a day's budget is used up. */
export const DAILY_LIMIT =
  "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.";

/** Zoom's text when too much is asked in a second. */
export const TOO_OFTEN = "You have reached the maximum per-second rate limit for this API. Try again later.";

/** How many calls, in how many milliseconds. */
interface Rate {
  readonly calls: number;
  readonly perMs: number;
}

interface Limits {
  readonly rate: Readonly<Record<RateLabel, Rate>>;
  /** Calls a UTC day, by the labels that share the budget. */
  readonly daily: readonly { readonly labels: readonly RateLabel[]; readonly calls: number }[];
}

const SECOND = 1_000;
const MINUTE = 60_000;

const limits = (
  light: number,
  medium: number,
  heavy: number,
  intensiveAMinute: number,
  daily: Limits["daily"],
): Limits => ({
  rate: {
    Light: { calls: light, perMs: SECOND },
    Medium: { calls: medium, perMs: SECOND },
    Heavy: { calls: heavy, perMs: SECOND },
    "Resource-intensive": { calls: intensiveAMinute, perMs: MINUTE },
  },
  daily,
});
const together = (calls: number): Limits["daily"] => [{ labels: ["Heavy", "Resource-intensive"], calls }];

// Zoom: zoom-api.md 3.5.
const GENERAL: Readonly<Record<Plan, Limits>> = {
  free: limits(4, 2, 1, 10, [
    { labels: ["Light"], calls: 6_000 },
    { labels: ["Medium"], calls: 2_000 },
    { labels: ["Heavy"], calls: 1_000 },
    { labels: ["Resource-intensive"], calls: 30_000 },
  ]),
  pro: limits(30, 20, 10, 10, together(30_000)),
  business: limits(80, 60, 40, 20, together(60_000)),
};
// Zoom: Contact Center has the same numbers as Phone, counted by themselves.
const PHONE: Readonly<Record<Plan, Limits>> = {
  free: limits(20, 10, 5, 5, together(15_000)),
  pro: limits(20, 10, 5, 5, together(15_000)),
  business: limits(40, 20, 10, 10, together(30_000)),
};

/** Counts calls. */
export interface RateLimits {
  /** Counts one call of the account. @throws {ZoomError} 429 with the headers Zoom sends */
  readonly count: (operation: Operation) => void;
  /** Counts one use of something a UTC day allows only `max` times. @throws {ZoomError} 429 with `message` */
  readonly daily: (quota: string, key: string, max: number, message: string) => void;
  /** How many calls the account may make now, by plan. */
  readonly plan: () => Plan;
  readonly reset: () => void;
}

interface Window {
  start: number;
  calls: number;
}

/** Makes the counters of the one account. With `off` nothing is refused. */
export function createRateLimits(parts: {
  readonly clock: Clock;
  readonly account: Account;
  readonly off: () => boolean;
  /** How many times the plan's limits are allowed. */
  readonly factor: () => number;
}): RateLimits {
  const { clock, account, off, factor } = parts;
  const windows = new Map<string, Window>();
  const quotas = new Map<string, number>();
  let day = "";

  /** Whether one more call fits; counts it when it does. */
  function take(key: string, nowMs: number, { calls, perMs }: Rate): boolean {
    const start = nowMs - (nowMs % perMs);
    let window = windows.get(key);
    if (window === undefined) windows.set(key, (window = { start, calls: 0 }));
    if (window.start !== start) Object.assign(window, { start, calls: 0 });
    if (window.calls >= calls * factor()) return false;
    window.calls += 1;
    return true;
  }

  function today(): string {
    const now = clock.now().toISOString().slice(0, 10);
    if (now !== day) {
      day = now;
      quotas.clear();
    }
    return day;
  }

  return {
    count: ({ label, product }) => {
      if (off()) return;
      const nowMs = clock.nowMs();
      const apart = product === "phone" || product === "contact-center";
      const family = apart ? product : "all";
      const { rate, daily } = (apart ? PHONE : GENERAL)[account.plan];
      if (!take(`${family}/${label}`, nowMs, rate[label])) throw refusal("QPS", rate[label].calls, TOO_OFTEN);
      const budget = daily.find(({ labels }) => labels.includes(label));
      if (
        budget &&
        !take(`${family}/${budget.labels.join("+")}/day`, nowMs, { calls: budget.calls, perMs: 86_400_000 })
      ) {
        throw dailyRefusal(budget.calls, DAILY_LIMIT, nowMs);
      }
    },
    daily: (quota, key, max, message) => {
      if (off()) return;
      const name = `${today()}/${quota}/${key}`;
      const used = quotas.get(name) ?? 0;
      if (used >= max * factor()) throw dailyRefusal(max, message, clock.nowMs());
      quotas.set(name, used + 1);
    },
    plan: () => account.plan,
    reset: () => {
      windows.clear();
      quotas.clear();
    },
  };
}

function refusal(type: string, limit: number, message: string, more: Record<string, string> = {}): ZoomError {
  const headers = {
    "x-ratelimit-type": type,
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": "0",
  };
  return new ZoomError(429, 429, message, { headers: { ...headers, ...more } });
}

// Zoom: on daily limits Retry-After is a date and time, not seconds (zoom-api.md 3.5).
function dailyRefusal(limit: number, message: string, nowMs: number): ZoomError {
  return refusal("Daily-limit", limit, message, { "retry-after": nextDay(nowMs) });
}

function nextDay(nowMs: number): string {
  return `${new Date(nowMs - (nowMs % 86_400_000) + 86_400_000).toISOString().slice(0, 19)}Z`;
}
