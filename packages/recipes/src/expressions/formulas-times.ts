/** Formulas on times, days and periods; text that is a time in ISO 8601 is taken as one, since that is how JSON has them. */
import { Duration as Span } from "@marcbachmann/cel-js/evaluator";
import type { DateTime, DateTimeUnit } from "luxon";
import { type Formula, formulasOn } from "./formula.ts";
import { dateTimeOf, inKindOf, later, momentOf, Period, presentIn, toIso, ZonedTime } from "./moments.ts";
import { dayOf, parseByFormat, strftime } from "./strftime.ts";

type Time = Date | string;

const onTime = formulasOn("Times", "time");
const onText = formulasOn("Times", "text");
const onNumber = formulasOn("Periods", "number");
const onPeriod = formulasOn("Periods", "period");

/** A period or CEL's own duration as a period. */
export function periodOf(by: Period | Span): Period {
  return by instanceof Span ? Period.fromMillis(by.valueOf()) : by;
}

const units = ["second", "minute", "hour", "day", "week", "month", "year"] as const;

const example: Readonly<Record<(typeof units)[number], Formula["examples"]>> = {
  second: [["90.seconds()", "PT90S"]],
  minute: [["now() + 15.minutes()", "2026-03-29T10:45:00Z"]],
  hour: [["'2026-03-01T09:00:00Z' + 36.hours()", "2026-03-02T21:00:00Z"]],
  day: [["today() - 3.days()", "2026-03-26"]],
  week: [["2.weeks().from_now()", "2026-04-12T10:30:00Z"]],
  month: [["'2026-01-31' + 1.month()", "2026-02-28"]],
  year: [["1.year().ago()", "2025-03-29T10:30:00Z"]],
};

/** `3.days()` and `1.day()` alike. */
const periods = units.flatMap((unit) =>
  [unit, `${unit}s`].map((name) =>
    onNumber(
      name,
      "(): period",
      `So many ${unit}s, to add to a time or take from it.`,
      example[unit],
      (count: bigint | number) => Period.fromObject({ [`${unit}s`]: Number(count) }),
    ),
  ),
);

const parts: readonly (readonly [string, string, unknown, (at: DateTime) => number])[] = [
  ["year", "Its year.", 2026, ({ year }) => year],
  ["month", "Its month, 1 to 12.", 3, ({ month }) => month],
  ["day", "Its day of the month.", 29, ({ day }) => day],
  ["hour", "Its hour, 0 to 23.", 10, ({ hour }) => hour],
  ["minute", "Its minute.", 30, ({ minute }) => minute],
  ["second", "Its second.", 0, ({ second }) => second],
  ["wday", "Its day of the week; Sunday is 0.", 0, ({ weekday }) => weekday % 7],
  ["yday", "Its day of the year; the first of January is 1.", 88, ({ ordinal }) => ordinal],
  ["yweek", "Its week of the year, as ISO 8601 counts.", 13, ({ weekNumber }) => weekNumber],
];

const boundary = (name: string, doc: string, result: string, unit: DateTimeUnit, end = false) =>
  onTime(name, "(): time", doc, [[`now().${name}()`, result]], (time: Time) => {
    const at = dateTimeOf(time);
    return inKindOf(
      time,
      end ? at.endOf(unit).startOf(time instanceof Date && isDay(time) ? "day" : "second") : at.startOf(unit),
    );
  });

const isDay = (time: Date): boolean => toIso(time).length === "2026-01-31".length;

/** Formulas on times and periods. */
export const timeFormulas = [
  ...parts.map(([name, doc, result, of]) =>
    onTime(name, "(): whole", doc, [[`now().${name}()`, result]], (time: Time) => of(dateTimeOf(time))),
  ),
  boundary("beginning_of_hour", "Its hour's first second.", "2026-03-29T10:00:00Z", "hour"),
  boundary("beginning_of_day", "Its day's first second, in its time zone.", "2026-03-29T00:00:00Z", "day"),
  boundary("beginning_of_week", "Its week's beginning, which is Monday.", "2026-03-23T00:00:00Z", "week"),
  boundary("beginning_of_month", "Its month's beginning.", "2026-03-01T00:00:00Z", "month"),
  boundary("beginning_of_quarter", "Its quarter's beginning.", "2026-01-01T00:00:00Z", "quarter"),
  boundary("beginning_of_year", "Its year's beginning.", "2026-01-01T00:00:00Z", "year"),
  boundary("end_of_day", "Its day's last second.", "2026-03-29T23:59:59Z", "day", true),
  boundary("end_of_week", "Its week's last second, on Sunday.", "2026-03-29T23:59:59Z", "week", true),
  boundary("end_of_month", "Its month's last second.", "2026-03-31T23:59:59Z", "month", true),
  boundary("end_of_quarter", "Its quarter's last second.", "2026-03-31T23:59:59Z", "quarter", true),
  boundary("end_of_year", "Its year's last second.", "2026-12-31T23:59:59Z", "year", true),
  onTime(
    "strftime",
    "(format: text, zone?: text): text",
    "Written as a pattern says, with strftime's directives: %Y-%m-%d %H:%M, %A, %-d, %z and so on.",
    [
      ["now().strftime('%A %-d %B, %H:%M')", "Sunday 29 March, 10:30"],
      ["now().strftime('%H:%M %z', 'America/New_York')", "06:30 -0400"],
    ],
    strftime,
  ),
  onTime(
    "in_time_zone",
    "(zone: text): time",
    "The same time read in a time zone, by IANA's name or Rails's; days and hours are that zone's from there on.",
    [
      ["now().in_time_zone('Asia/Tokyo')", "2026-03-29T19:30:00+09:00"],
      ["now().in_time_zone('Asia/Tokyo').hour()", 19],
      ["now().in_time_zone('Eastern Time (US & Canada)')", "2026-03-29T06:30:00-04:00"],
    ],
    (time: Time, zone: string) => new ZonedTime(momentOf(time).getTime(), dateTimeOf(time, zone).zoneName),
  ),
  onTime(
    "dst",
    "(zone?: text): truth",
    "Whether summer time holds, in its time zone or the one given.",
    [["now().dst('Europe/Paris')", true]],
    (time: Time, zone?: string) => dateTimeOf(time, zone).isInDST,
  ),
  onTime(
    "to_date",
    "(): time",
    "Its day alone, in its time zone.",
    [["'2026-03-29T23:30:00-02:00'.to_date()", "2026-03-29"]],
    (time: Time) => dayOf(dateTimeOf(time)),
  ),
  onText(
    "to_date",
    "(format: text): time",
    "The day written in it by a pattern, whatever stands behind it: DD/MM/YYYY, or %d/%m/%Y.",
    [["'28-01-2020 10:30 pm'.to_date('DD-MM-YYYY')", "2020-01-28"]],
    (text: string, format: string) => dayOf(parseByFormat(text, format)),
  ),
  onTime(
    "to_time",
    "(): time",
    "As a time; a day becomes its midnight in UTC.",
    [["'2026-03-29'.to_time()", "2026-03-29T00:00:00Z"]],
    (time: Time) => new Date(momentOf(time).getTime()),
  ),
  onText(
    "to_time",
    "(format: text, zone?: text): time",
    "The time written in it by a pattern, in UTC or the zone given.",
    [["'28/01/2020 9:15'.to_time('%d/%m/%Y %k:%M', 'Europe/Paris')", "2020-01-28T08:15:00Z"]],
    (text: string, format: string, zone?: string) => parseByFormat(text, format, zone).toJSDate(),
  ),
  onTime(
    "toIso",
    "(): text",
    "As ISO 8601 writes it.",
    [["now().toIso()", "2026-03-29T10:30:00Z"]],
    (time: Time) => toIso(momentOf(time)),
  ),
  onTime(
    "to_epoch",
    "(): whole",
    "Seconds since 1970.",
    [["now().to_epoch()", 1_774_780_200]],
    (time: Time) => Math.floor(momentOf(time).getTime() / 1000),
  ),
  formulasOn("Times", "instant")(
    "to_i",
    "(): whole",
    "Seconds since 1970; of a time that is text, use to_epoch.",
    [["now().to_i()", 1_774_780_200]],
    (time: Date) => Math.floor(time.getTime() / 1000),
  ),
  onTime(
    "plus",
    "(by: period): time",
    "A period later; the same as +.",
    [["now().plus(1.day())", "2026-03-30T10:30:00Z"]],
    (time: Time, by: Period | Span) => later(time, periodOf(by)),
  ),
  onTime(
    "minus",
    "(by: period): time",
    "A period earlier; the same as -.",
    [["now().minus(duration('90m'))", "2026-03-29T09:00:00Z"]],
    (time: Time, by: Period | Span) => later(time, periodOf(by), -1),
  ),
  ...periods,
  onPeriod(
    "from_now",
    "(zone?: text): time",
    "So much after the present time, in UTC or in a time zone.",
    [
      ["3.days().from_now()", "2026-04-01T10:30:00Z"],
      ["3.days().from_now('America/New_York')", "2026-04-01T06:30:00-04:00"],
    ],
    (by: Period | Span, zone?: string) => later(presentIn(zone), periodOf(by)),
  ),
  onPeriod(
    "ago",
    "(zone?: text): time",
    "So much before the present time, in UTC or in a time zone.",
    [["2.hours().ago()", "2026-03-29T08:30:00Z"]],
    (by: Period | Span, zone?: string) => later(presentIn(zone), periodOf(by), -1),
  ),
  onPeriod(
    "in_seconds",
    "(): whole",
    "How many seconds it lasts; a month is taken as 30 days, a year as 365.",
    [["2.hours().in_seconds()", 7200]],
    (by: Period | Span) => Math.round(periodOf(by).toMillis() / 1000),
  ),
];
