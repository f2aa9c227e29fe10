/** The days that a report or dashboard is asked for: at most a month, and not too long ago. */
import type { Call } from "../../call.ts";
import { invalidField, type Sandbox, zoomError } from "../../sandbox.ts";
import { isDay } from "../../operations/is-day.ts";
import { momentMs } from "../moment-ms.ts";

/** Days as Zoom writes them, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 31;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Reads `from` and `to`; without them it is the last day, or another that begins so many days from now.
 * @throws {ZoomError} 400/300
 */
export function periodOf({ clock }: Pick<Sandbox, "clock">, call: Call, beginsInDays = -1): Period {
  const usualMs = clock.nowMs() + beginsInDays * DAY_MS;
  const from = (call.query("from") ?? dayOf(usualMs)).slice(0, 10);
  const to = (call.query("to") ?? dayOf(usualMs + DAY_MS)).slice(0, 10);
  const wrong = [from, to].findIndex((day) => !isDay(day));
  if (wrong !== -1) throw invalidField(wrong === 0 ? "from" : "to");
  // Zoom: at most a month between the two.
  if (Date.parse(to) - Date.parse(from) > LONGEST_DAYS * DAY_MS || from > to) throw invalidField("to");
  return { from, to };
}

/** What a query's `from` and `to` mean as times, where they are given. */
export interface Times {
  readonly from?: string;
  readonly to?: string;
  readonly within: (time: string) => boolean;
}

/** Reads `from` and `to` as times; a day stands for its beginning or its end. @throws {ZoomError} 400/300 */
export function timesOf(call: Call): Times {
  const read = (field: "from" | "to", dayEnd: string): string | undefined => {
    const given = call.query(field);
    if (!given) return undefined;
    const ms = momentMs(field, DAY.test(given) ? `${given}${dayEnd}` : given);
    return `${new Date(ms).toISOString().slice(0, 19)}Z`;
  };
  const [from, to] = [read("from", "T00:00:00Z"), read("to", "T23:59:59Z")];
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    within: (time) => (from === undefined || time >= from) && (to === undefined || time <= to),
  };
}

/** True when a time falls on one of the days. */
export function within({ from, to }: Period, time: string): boolean {
  const day = time.slice(0, 10);
  return day >= from && day <= to;
}

/** The group that a report is asked for, if any. @throws {ZoomError} 403/12703 when there is no such group */
export function groupOf({ table }: Pick<Sandbox, "table">, call: Call): string | undefined {
  const group = call.query("group_id");
  if (!group || table("groups").has(group)) return group;
  throw zoomError(403, 12703, `No permission for the group: ${group}.`);
}

/** Every day of the period. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += DAY_MS) days.push(dayOf(ms));
  return days;
}
