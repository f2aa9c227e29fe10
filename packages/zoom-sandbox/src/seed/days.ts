/** Days and times of made-up history; plain arithmetic, or a year of it would take most of the start. */
import { IANAZone } from "luxon";

/** A day in milliseconds. */
export const DAY_MS = 86_400_000;

/** 1 is Monday. */
export const isoWeekday = (dayMs: number): number => ((Math.floor(dayMs / DAY_MS) + 3) % 7) + 1;

/** By time zone: `[moment, minutes ahead of UTC, moment, minutes, …, moment]`; each offset holds between the moments beside it. */
export type Offsets = Readonly<Record<string, readonly number[]>>;

/** The moment of a time of day, such as 09:30, in a zone. */
export type LocalTime = (dayMs: number, at: string, timezone: string) => number;

/** Makes it from known offsets: asking the machine for those of one zone takes as long as a month of meetings. */
export function createLocalTime(offsets: Offsets): LocalTime {
  return (dayMs, at, timezone) => {
    const [hour = 0, minute = 0] = at.split(":").map(Number);
    const wallMs = dayMs + (hour * 60 + minute) * 60_000;
    const ahead = offsetAt(offsets[timezone], wallMs) ?? IANAZone.create(timezone).offset(wallMs);
    return wallMs - ahead * 60_000;
  };
}

function offsetAt(known: readonly number[] = [], atMs: number): number | undefined {
  const after = known.findIndex((moment, index) => index % 2 === 0 && moment > atMs);
  return after < 2 ? undefined : known[after - 1];
}

/** The offsets of a zone between two years, hour by hour: for the table of the company that is there at first. */
export function offsetsOf(timezone: string, fromYear: number, toYear: number): number[] {
  const zone = IANAZone.create(timezone);
  const [fromMs, toMs] = [Date.UTC(fromYear), Date.UTC(toYear)];
  const found: number[] = [fromMs, zone.offset(fromMs)];
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
    if (zone.offset(dayMs + DAY_MS) === found.at(-1)) continue;
    let atMs = dayMs;
    while (zone.offset(atMs) === found.at(-1)) atMs += 3_600_000;
    found.push(atMs, zone.offset(atMs));
  }
  return [...found, toMs];
}
