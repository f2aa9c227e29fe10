/** Zoom's rate limits, as tables. @see https://developers.zoom.us/docs/api/rate-limits/ */
import type { Lane } from "@greenroom/connector-kit";
import type { RateLabel } from "../facts/operations.ts";

/** What an account has paid for, as far as limits go. */
export type Plan = "free" | "pro" | "business";
/** Zoom Phone and Contact Center have limits of their own. */
export type Family = "general" | "phone";

const secondMs = 1_000;
const minuteMs = 60_000;

/** Light, Medium, Heavy a second, Resource-intensive a minute. */
const rates: Readonly<Record<Family, Readonly<Record<Plan, readonly [number, number, number, number]>>>> = {
  general: { free: [4, 2, 1, 10], pro: [30, 20, 10, 10], business: [80, 60, 40, 20] },
  phone: { free: [20, 10, 5, 5], pro: [20, 10, 5, 5], business: [40, 20, 10, 10] },
};
const labels: readonly RateLabel[] = ["Light", "Medium", "Heavy", "Resource-intensive"];

const together = (most: number) => [{ labels: ["Heavy", "Resource-intensive"] as const, most }];

/** Calls a UTC day, by the labels that share them. */
const daily: Readonly<
  Record<
    Family,
    Readonly<Record<Plan, readonly { readonly labels: readonly RateLabel[]; readonly most: number }[]>>
  >
> = {
  general: {
    free: [
      { labels: ["Light"], most: 6_000 },
      { labels: ["Medium"], most: 2_000 },
      { labels: ["Heavy"], most: 1_000 },
      { labels: ["Resource-intensive"], most: 30_000 },
    ],
    pro: together(30_000),
    business: together(60_000),
  },
  phone: { free: together(15_000), pro: together(15_000), business: together(30_000) },
};

/** Zoom: creating and updating meetings and webinars, for one host in one UTC day. */
export const changesADay = 100;
/** Zoom: adding one registrant to one meeting or webinar in one UTC day. */
export const registrationsADay = 3;

/** Spans are taken longer than Zoom's: a turn may be used 50 ms late, and as much is for what is late on its way there. */
const span = 1.1;

/** Of a lane this share is kept for what people wait for. */
const kept = 0.1;

/** The rate of a label. */
export function rateOf(plan: Plan, family: Family, label: RateLabel): number {
  return rates[family][plan][labels.indexOf(label)] ?? 1;
}

/** The plan whose limit for a label this is; the greatest that is no greater where none is the same. */
export function planWith(family: Family, label: RateLabel, limit: number): Plan {
  const fits = (["business", "pro", "free"] as const).find((plan) => rateOf(plan, family, label) <= limit);
  return fits ?? "free";
}

/** The lanes of a label: the one for all, and the one that is kept. */
export function lanesOf(
  plan: Plan,
  family: Family,
  label: RateLabel,
): { readonly all: Lane; readonly kept: Lane | undefined } {
  const calls = rateOf(plan, family, label);
  const perMs = Math.round((label === "Resource-intensive" ? minuteMs : secondMs) * span);
  const aside = Math.floor(calls * kept);
  const key = `${family}/${label}`;
  return {
    all: { key, calls: calls - aside, perMs },
    kept: aside === 0 ? undefined : { key: `${key}/kept`, calls: aside, perMs },
  };
}

/** The daily budget that a label counts in. */
export function dailyBudget(
  plan: Plan,
  family: Family,
  label: RateLabel,
): { readonly key: string; readonly most: number } | undefined {
  const budget = daily[family][plan].find((one) => one.labels.includes(label));
  return budget && { key: `${family}/${budget.labels.join("+")}`, most: budget.most };
}
