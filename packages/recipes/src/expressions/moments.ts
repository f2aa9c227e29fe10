/**
 * Times as expressions know them, beside CEL's own timestamp: one that keeps its time zone, and a calendar's day.
 * CEL goes by `constructor` alone: both say that they are a `Date`, so its own functions and operators take them too.
 */
import { DateTime, Duration as Period } from "luxon";
import { spend } from "./bounds.ts";
import { timeNow } from "./current-time.ts";
import { ianaZone, railsZones } from "./rails-zones.ts";

/** A time that is read in a time zone, as `in_time_zone` gives it. */
export class ZonedTime extends Date {
  declare readonly zone: string;

  constructor(at: number, zone: string) {
    super(at);
    Object.defineProperty(this, "zone", { value: zone });
  }
}

/** A day without a time, as `today` and `to_date` give it; the time inside is its midnight in UTC. */
export class CalendarDate extends Date {}

for (const kind of [ZonedTime, CalendarDate])
  Object.defineProperty(kind.prototype, "constructor", { value: Date });

export { Period };

/** A time as web APIs take it: to the second; in UTC, or with the offset of its zone; a day without one. */
export function toIso(time: Date): string {
  if (time instanceof CalendarDate) return time.toISOString().slice(0, 10);
  if (time instanceof ZonedTime) {
    return dateTimeOf(time).toISO({ suppressMilliseconds: true, includeOffset: true }) ?? "";
  }
  return `${time.toISOString().slice(0, -5)}Z`;
}

/** What reading a text as a time costs. */
const unitsPerReading = 120;
/** What Luxon's view of a time costs. */
const unitsPerView = 20;
/** The same in a time zone, whose offset at that time must be found. */
const unitsPerZone = 100;

const dayOnly = /^\d{4}-\d{2}-\d{2}$/;

/** What a formula on times was called on as a time; text must be ISO 8601, as JSON has it, and keeps the offset in it. */
export function momentOf(value: Date | string): Date {
  if (value instanceof Date) return value;
  if (dayOnly.test(value)) {
    const day = DateTime.fromISO(value, { zone: "UTC" });
    if (day.isValid) return new CalendarDate(day.toMillis());
  }
  spend(unitsPerReading);
  // Luxon would read “12” as noon of the real clock's day.
  const isoText = /^\d{4}-(?:\d{2}|W\d)/.test(value.trim()) ? value.trim() : "";
  const written = asIso(isoText);
  const at = DateTime.fromISO(written, { zone: "UTC", setZone: true });
  if (!at.isValid)
    throw new Error(`“${shortened(value)}” is not a time; use ISO 8601, such as 2026-01-31T09:30:00Z`);
  // Its hour is the one that is written, as in Ruby.
  return at.offset === 0 ? at.toJSDate() : new ZonedTime(at.toMillis(), at.zoneName);
}

/** Times as Ruby and many databases write them: 2026-01-31 09:30:00 +0100, 2026-01-31 09:30:00 UTC. */
const asIso = (text: string): string =>
  text
    .replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, "$1T")
    .replace(/(?<=:[\d.]+) (?=[+-]\d)/, "")
    .replace(/(?<=:[\d.]+) ?UTC$/, "Z")
    .replace(/T(\d{1,2}):(\d\d(?::\d\d)?) ?([ap])m$/i, (whole, hour: string, rest: string, half: string) =>
      Number(hour) > 12
        ? whole
        : `T${String((Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0)).padStart(2, "0")}:${rest}`,
    );

/** Luxon's view of a time, in the zone given, else its own, else UTC. */
export function dateTimeOf(value: Date | string, zone?: string): DateTime<true> {
  const time = momentOf(value);
  const inZone = zone === undefined ? (time instanceof ZonedTime ? time.zone : "UTC") : ianaZone(zone);
  spend(inZone === "UTC" ? unitsPerView : unitsPerZone);
  // Luxon remembers every name that it is asked for.
  if (inZone.length > longestZone) throw noZone(inZone);
  const at = DateTime.fromMillis(time.getTime(), { zone: inZone }).setLocale("en-US");
  if (at.isValid) return at;
  if (Number.isNaN(time.getTime())) throw new Error("The time is too far away");
  throw noZone(inZone);
}

/** Whether a name is one of a time zone, IANA's, Rails's or an offset such as UTC+2. */
export const isZone = (name: string): boolean =>
  name.length <= longestZone && DateTime.fromMillis(0, { zone: ianaZone(name) }).isValid;

let names: readonly string[] | undefined;

/** The names of all time zones. */
export const zoneNames = (): readonly string[] =>
  (names ??= [...Intl.supportedValuesOf("timeZone"), ...railsZones]);

const longestZone = 60;

const noZone = (zone: string): Error =>
  new Error(`“${shortened(zone)}” is not a time zone; use an IANA name such as Europe/Paris`);

/** A changed time in the kind of the one it came from: a day stays a day, a zone is kept. */
export function inKindOf(value: Date | string, at: DateTime): Date {
  const time = momentOf(value);
  const millis = at.toMillis();
  if (!Number.isFinite(millis)) throw new Error("The time is too far away");
  if (time instanceof ZonedTime) return new ZonedTime(millis, time.zone);
  if (time instanceof CalendarDate && millis % 86_400_000 === 0) return new CalendarDate(millis);
  return new Date(millis);
}

/** A time some calendar units later; a day's clock time stays the same when its zone changes to summer time. */
export function later(value: Date | string, by: Period, sign: 1 | -1 = 1): Date {
  const at = dateTimeOf(value);
  return inKindOf(value, sign === 1 ? at.plus(by) : at.minus(by));
}

/** The present time, in a time zone where one is given. */
export function presentIn(zone?: string): Date {
  const now = timeNow();
  return zone === undefined ? now : new ZonedTime(now.getTime(), dateTimeOf(now, zone).zoneName);
}

/** A long text's beginning, for messages. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
