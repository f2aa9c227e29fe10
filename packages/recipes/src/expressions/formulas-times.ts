import type { Duration } from "@marcbachmann/cel-js/evaluator";
import { DateTime } from "luxon";
import type { Register } from "./formulas.ts";
import { toIso } from "./to-json.ts";

/** strftime's directives in Luxon's tokens. @see https://man7.org/linux/man-pages/man3/strftime.3.html */
const directives: Readonly<Record<string, string>> = {
  Y: "yyyy",
  y: "yy",
  m: "MM",
  d: "dd",
  e: "d",
  H: "HH",
  I: "hh",
  l: "h",
  M: "mm",
  S: "ss",
  L: "SSS",
  p: "a",
  B: "MMMM",
  b: "MMM",
  A: "cccc",
  a: "ccc",
  j: "ooo",
  Z: "z",
  z: "ZZZ",
  s: "X",
  F: "yyyy-MM-dd",
  T: "HH:mm:ss",
};

function strftime(time: Date, format: string, zone = "UTC"): string {
  const at = DateTime.fromJSDate(time, { zone }).setLocale("en-US");
  if (!at.isValid) throw new Error(`“${zone}” is not a time zone; use an IANA name such as Europe/Paris`);
  return format.replace(/%([A-Za-z%])/g, (whole, directive: string) => {
    if (directive === "%") return "%";
    const token = Object.hasOwn(directives, directive) ? directives[directive] : undefined;
    return token === undefined ? whole : at.toFormat(token);
  });
}

function toTime(text: string): Date {
  const at = DateTime.fromISO(text, { zone: "UTC" });
  if (!at.isValid) throw new Error(`“${text}” is not a time; use ISO 8601, such as 2026-01-31T09:30:00Z`);
  return at.toJSDate();
}

function plus(time: Date, by: Duration, sign: 1 | -1 = 1): Date {
  const at = new Date(time.getTime() + sign * by.valueOf());
  if (Number.isNaN(at.getTime())) throw new Error("The time is too far away");
  return at;
}

/** Formulas on times; text that is a time in ISO 8601 is taken as one, since that is how JSON has them. */
export function registerTimeFormulas(on: Register): void {
  const time = "google.protobuf.Timestamp";
  const span = "google.protobuf.Duration";
  on(`string.to_time(): ${time}`, toTime);
  on("string.toIso(): string", (text: string) => toIso(toTime(text)));
  on(`${time}.toIso(): string`, toIso);
  on("string.strftime(string): string", (text: string, format: string) => strftime(toTime(text), format));
  on("string.strftime(string, string): string", (text: string, format: string, zone: string) =>
    strftime(toTime(text), format, zone),
  );
  on(`${time}.strftime(string): string`, (at: Date, format: string) => strftime(at, format));
  on(`${time}.strftime(string, string): string`, strftime);
  on(`string.plus(${span}): ${time}`, (text: string, by: Duration) => plus(toTime(text), by));
  on(`${time}.plus(${span}): ${time}`, (at: Date, by: Duration) => plus(at, by));
  on(`string.minus(${span}): ${time}`, (text: string, by: Duration) => plus(toTime(text), by, -1));
  on(`${time}.minus(${span}): ${time}`, (at: Date, by: Duration) => plus(at, by, -1));
}
