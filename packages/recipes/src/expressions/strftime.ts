/** Times to text and back by patterns. @see https://man7.org/linux/man-pages/man3/strftime.3.html */
import { DateTime } from "luxon";
import { CalendarDate, dateTimeOf, shortened } from "./moments.ts";

/** strftime's directives in Luxon's tokens. */
const directives: Readonly<Record<string, string>> = {
  ...{
    Y: "yyyy",
    y: "yy",
    m: "MM",
    d: "dd",
    e: "d",
    B: "MMMM",
    b: "MMM",
    h: "MMM",
    A: "cccc",
    a: "ccc",
    j: "ooo",
  },
  ...{
    H: "HH",
    k: "H",
    I: "hh",
    l: "h",
    M: "mm",
    S: "ss",
    L: "SSS",
    N: "SSS",
    p: "a",
    s: "X",
    Z: "z",
    z: "ZZZ",
  },
  ...{
    u: "c",
    G: "kkkk",
    V: "WW",
    F: "yyyy-MM-dd",
    T: "HH:mm:ss",
    X: "HH:mm:ss",
    R: "HH:mm",
    D: "MM/dd/yy",
    x: "MM/dd/yy",
  },
  ...{ c: "ccc MMM d HH:mm:ss yyyy", v: "d-MMM-yyyy" },
};

/** The time written as the pattern says; unknown directives stay as they are. */
export function strftime(time: Date | string, format: string, zone?: string): string {
  const at = dateTimeOf(time, zone);
  return format.replace(
    /%([-0^_]?)(:?)([A-Za-z%])/g,
    (whole, flag: string, colon: string, directive: string) => {
      if (directive === "%") return "%";
      const text = directiveText(at, directive, colon !== "");
      if (text === undefined) return whole;
      if (flag === "-") return text.replace(/^[0 ]+(?=\S)/, "");
      if (flag === "_") return text.replace(/^0+(?=\S)/, (zeros) => " ".repeat(zeros.length));
      return flag === "^" ? text.toUpperCase() : text;
    },
  );
}

function directiveText(at: DateTime, directive: string, colon: boolean): string | undefined {
  if (directive === "P") return at.toFormat("a").toLowerCase();
  if (directive === "z" && colon) return at.toFormat("ZZ");
  if (directive === "w") return String(at.weekday % 7);
  if (directive === "C") return String(Math.floor(at.year / 100));
  // Weeks that begin on Sunday and on Monday, from the year's first.
  if (directive === "U") return String(Math.floor((at.ordinal + 6 - (at.weekday % 7)) / 7)).padStart(2, "0");
  if (directive === "W") return String(Math.floor((at.ordinal + 7 - at.weekday) / 7)).padStart(2, "0");
  const token = Object.hasOwn(directives, directive) ? directives[directive] : undefined;
  return token === undefined ? undefined : at.toFormat(token);
}

/** Reads a time written by a pattern: strptime's (`%d/%m/%Y`), or letters (`DD/MM/YYYY HH:mm`). */
export function parseByFormat(text: string, format: string, zone = "UTC"): DateTime<true> {
  const tokens = format.includes("%")
    ? format.replace(/%-?([A-Za-z])/g, (whole, directive: string) => directives[directive] ?? whole)
    : format.replace(/Y+|D+/g, (letters) => letters.toLowerCase());
  const at = DateTime.fromFormat(text.trim(), tokens, { zone, locale: "en-US" });
  if (at.isValid) return at;
  throw new Error(`“${shortened(text)}” is not a time written as ${shortened(format)}`);
}

/** The day alone. */
export function dayOf(at: DateTime): CalendarDate {
  return new CalendarDate(`${at.toISODate() ?? ""}T00:00:00Z`);
}
