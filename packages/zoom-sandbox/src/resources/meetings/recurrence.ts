import { DateTime } from "luxon";
import type { Occurrence } from "./meeting-rows.ts";

/** How a meeting repeats, in Zoom's words. */
export interface Recurrence {
  /** 1 daily, 2 weekly, 3 monthly. */
  readonly type: number;
  readonly repeat_interval?: number;
  /** Comma list; 1 is Sunday. */
  readonly weekly_days?: string;
  readonly monthly_day?: number;
  /** 1 to 4, -1 the last. */
  readonly monthly_week?: number;
  readonly monthly_week_day?: number;
  readonly end_times?: number;
  readonly end_date_time?: string;
}

const mostOccurrences = 60;
/** Ten years of days: an end that never comes must not loop for ever. */
const mostDays = 3_660;

/** The occurrences of a recurring meeting, in its zone; their id is the start in epoch milliseconds. */
export function occurrencesOf(
  recurrence: Recurrence,
  startTime: string,
  timezone: string,
  duration: number,
): Occurrence[] {
  const start = DateTime.fromISO(startTime, { zone: timezone });
  const count = recurrence.end_date_time ? mostOccurrences : (recurrence.end_times ?? 1) || mostOccurrences;
  const end = recurrence.end_date_time ? DateTime.fromISO(recurrence.end_date_time) : undefined;
  const found: Occurrence[] = [];
  for (let days = 0; days < mostDays && found.length < Math.min(count, mostOccurrences); days += 1) {
    const day = start.plus({ days });
    if (end && day > end) break;
    if (!falls(recurrence, start, day)) continue;
    const start_time = day.toUTC().toISO({ suppressMilliseconds: true }) ?? startTime;
    found.push({ occurrence_id: String(day.toMillis()), start_time, duration, status: "available" });
  }
  return found;
}

function falls(recurrence: Recurrence, start: DateTime, day: DateTime): boolean {
  const every = recurrence.repeat_interval ?? 1;
  // Zoom: 1 is Sunday; Luxon: 7 is Sunday.
  const weekday = (day.weekday % 7) + 1;
  if (recurrence.type === 1)
    return Math.round(day.startOf("day").diff(start.startOf("day"), "days").days) % every === 0;
  if (recurrence.type === 2) {
    const sunday = (at: DateTime) => at.startOf("day").minus({ days: at.weekday % 7 });
    const weeks = Math.round(sunday(day).diff(sunday(start), "weeks").weeks);
    const days = recurrence.weekly_days?.split(",").map(Number) ?? [(start.weekday % 7) + 1];
    return weeks % every === 0 && days.includes(weekday);
  }
  const months = (day.year - start.year) * 12 + day.month - start.month;
  if (months % every !== 0) return false;
  if (recurrence.monthly_week !== undefined) {
    if (weekday !== (recurrence.monthly_week_day ?? 1)) return false;
    const week = Math.ceil(day.day / 7);
    return recurrence.monthly_week === -1
      ? day.plus({ days: 7 }).month !== day.month
      : week === recurrence.monthly_week;
  }
  return day.day === (recurrence.monthly_day ?? start.day);
}
