/** The days that a report or dashboard is asked for: at most a month, and not too long ago. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";

/** Days as Zoom writes them, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 31;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Reads `from` and `to`; without them it is the last day. @throws {ZoomError} 400/300 */
export function periodOf({ clock }: Pick<Sandbox, "clock">, call: Call): Period {
  const nowMs = clock.now().getTime();
  const from = (call.query("from") ?? dayOf(nowMs - DAY_MS)).slice(0, 10);
  const to = (call.query("to") ?? dayOf(nowMs)).slice(0, 10);
  const wrong = [from, to].findIndex((day) => !DAY.test(day) || Number.isNaN(Date.parse(day)));
  if (wrong !== -1) throw invalid(wrong === 0 ? "from" : "to");
  // Zoom: at most a month between the two.
  if (Date.parse(to) - Date.parse(from) > LONGEST_DAYS * DAY_MS || from > to) throw invalid("to");
  return { from, to };
}

const invalid = (field: string) =>
  zoomError(400, 300, "Validation Failed.", [{ field, message: "Invalid field." }]);

/** True when a time falls on one of the days. */
export function within({ from, to }: Period, time: string): boolean {
  const day = time.slice(0, 10);
  return day >= from && day <= to;
}

/** Every day of the period. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += DAY_MS) days.push(dayOf(ms));
  return days;
}
