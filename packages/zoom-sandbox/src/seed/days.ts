/** Days and times of made-up history; plain arithmetic, or a year of it would take most of the start. */
import { IANAZone } from "luxon";

/** A day in milliseconds. */
export const DAY_MS = 86_400_000;

/** 1 is Monday. */
export const isoWeekday = (dayMs: number): number => ((Math.floor(dayMs / DAY_MS) + 3) % 7) + 1;

/** The moment of a time of day, such as 09:30, in a zone. */
export function localTime(dayMs: number, at: string, timezone: string): number {
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  const wallMs = dayMs + (hour * 60 + minute) * 60_000;
  return wallMs - offsetMinutes(timezone, wallMs) * 60_000;
}

const WEEK_MS = 7 * DAY_MS;
/** By zone and week: its offset in minutes where it is the same all week. */
const steady = new Map<string, number | undefined>();

function offsetMinutes(timezone: string, atMs: number): number {
  const week = Math.floor(atMs / WEEK_MS);
  const key = `${timezone}/${week}`;
  if (!steady.has(key)) {
    const zone = IANAZone.create(timezone);
    const [begins, ends] = [zone.offset(week * WEEK_MS), zone.offset((week + 1) * WEEK_MS)];
    steady.set(key, begins === ends ? begins : undefined);
  }
  return steady.get(key) ?? IANAZone.create(timezone).offset(atMs);
}
