/** What is left of an account's limits, for people: by label and day, and of the hosts that are near theirs. */
import type { Connector, LimitLeft } from "@greenroom/connector-kit";
import { fieldOf } from "../auth/zoom-profile.ts";
import type { RateLabel } from "../facts/operations.ts";
import { isPlan, planOf } from "./zoom-limiter.ts";
import { changesADay, dailyBudget, lanesOf, type Plan } from "./zoom-limits.ts";

const labels: readonly RateLabel[] = ["Light", "Medium", "Heavy", "Resource-intensive"];
const planNames: Readonly<Record<Plan, string>> = { free: "Free", pro: "Pro", business: "Business" };
const mostHosts = 5;

/** Reads it from the turns and budgets that all workers share. */
export const zoomLimitsLeft: NonNullable<Connector["limitsLeft"]> = ({
  profile,
  store,
  accountId,
  states,
  nowMs,
}) => {
  const said = fieldOf(profile, "plan");
  const plan = planOf(store, accountId) ?? (isPlan(said) ? said : undefined);
  const limits: LimitLeft[] = [];
  if (plan) {
    for (const label of labels) {
      const { all, kept } = lanesOf(plan, "general", label);
      const lanes = kept ? [all, kept] : [all];
      const turns = lanes.flatMap(({ key }) => states.get(key)?.turns ?? []);
      limits.push({
        title: `${label} calls a ${label === "Resource-intensive" ? "minute" : "second"}`,
        most: lanes.reduce((sum, { calls }) => sum + calls, 0),
        used: turns.filter((at) => at > nowMs - all.perMs && at <= nowMs).length,
        waiting: turns.filter((at) => at > nowMs).length,
        until: undefined,
      });
    }
    const days = labels.flatMap((label) => dailyBudget(plan, "general", label) ?? []);
    // Some labels share one.
    for (const daily of new Map(days.map((one) => [one.key, one])).values()) {
      const state = states.get(`day/${daily.key}`);
      limits.push({
        title: `${(daily.key.split("/")[1] ?? "").replace("+", " and ")} calls a day`,
        ...{ most: daily.most, waiting: 0, ...usedOf(state, daily.most, nowMs) },
      });
    }
  }
  const hosts = [...states]
    .filter(([key, { endsAtMs }]) => key.startsWith("host ") && endsAtMs > nowMs)
    .toSorted(([, a], [, b]) => b.used - a.used)
    .slice(0, mostHosts);
  for (const [key, state] of hosts) {
    limits.push({
      title: `Meetings and webinars of the host ${key.slice("host ".length)} made or changed a day`,
      ...{ most: changesADay, waiting: 0, ...usedOf(state, changesADay, nowMs) },
    });
  }
  const basis = plan
    ? `As Zoom limits a ${planNames[plan]} account; all apps of the account share them, and only Greenroom’s calls are counted here.`
    : "The account’s plan is not known yet, so calls are not held back by rate. Say it in the OAuth app; else it is learnt when Zoom first refuses a call.";
  return { basis, limits };
};

/** What is used of a day, and when it begins anew. Zoom: days are UTC days. */
function usedOf(
  state: { readonly used: number; readonly endsAtMs: number } | undefined,
  most: number,
  nowMs: number,
): Pick<LimitLeft, "used" | "until"> {
  const dayMs = 86_400_000;
  if (!state || state.endsAtMs <= nowMs) return { used: 0, until: new Date(nowMs - (nowMs % dayMs) + dayMs) };
  return { used: Math.min(state.used, most), until: new Date(state.endsAtMs) };
}
