/** Times to text and back by patterns. @see https://man7.org/linux/man-pages/man3/strftime.3.html */
import { DateTime, Settings } from "luxon";
import { spend } from "./bounds.ts";
import { timeNow } from "./current-time.ts";
import { CalendarDate, dateTimeOf, shortened } from "./moments.ts";
import { ianaZone } from "./rails-zones.ts";

/** strftime's directives in Luxon's tokens. */
const tokens: Readonly<Record<string, string>> = {
  ...{ Y: "yyyy", y: "yy", m: "MM", d: "dd", e: "d", B: "MMMM", b: "MMM", h: "MMM", A: "cccc", a: "ccc" },
  ...{ j: "ooo", H: "HH", k: "H", I: "hh", l: "h", M: "mm", S: "ss", p: "a", s: "X", z: "ZZZ" },
  // The short name that people of that zone use, where English has one: EST, GMT+9.
  ...{ Z: "ZZZZ", u: "c", G: "kkkk", V: "WW" },
};
/** Those that stand for several others. */
const composed: Readonly<Record<string, string>> = {
  ...{ F: "%Y-%m-%d", T: "%H:%M:%S", X: "%H:%M:%S", R: "%H:%M", D: "%m/%d/%y", x: "%m/%d/%y" },
  ...{ r: "%I:%M:%S %p", c: "%a %b %e %H:%M:%S %Y", v: "%e-%^b-%Y", n: "\n", t: "\t" },
};
/** Those that C fills up with a space. */
const withSpace = new Set(["e", "k", "l"]);
/** What writing one directive costs. */
const unitsPerDirective = 50;
/** What reading a text by a pattern costs. */
const unitsPerReading = 300;
/** What making the parser of a pattern costs. */
const unitsPerParser = 2_000;

/** The time written as the pattern says; unknown directives stay as they are. */
export function strftime(time: Date | string, format: string, zone?: string): string {
  return written(dateTimeOf(time, zone), format);
}

function written(at: DateTime, format: string): string {
  return format.replace(
    /%([-0^_]?)(\d{0,2})(:?)([A-Za-z%])/g,
    (whole, flag: string, width: string, colon: string, directive: string) => {
      spend(unitsPerDirective);
      if (directive === "%") return "%";
      if (directive === "L" || directive === "N")
        return fraction(at, Number(width) || (directive === "L" ? 3 : 9));
      const text = directiveText(at, directive, colon !== "");
      if (text === undefined) return whole;
      const bare = flag === "-" || flag === "_" ? text.replace(/^[0 ]+(?=\S)/, "") : text;
      const cased = flag === "^" ? bare.toUpperCase() : bare;
      const fill = flag === "_" || (flag !== "0" && /\D/.test(text)) ? " " : "0";
      return cased.padStart(Number(width) || (flag === "_" ? text.length : 0), fill);
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
  if (Object.hasOwn(composed, directive)) return written(at, composed[directive] ?? "");
  if (!Object.hasOwn(tokens, directive)) return undefined;
  const text = at.toFormat(tokens[directive] ?? "");
  return withSpace.has(directive) ? text.padStart(2) : text;
}

/** Parts of a second: so many digits of it. */
const fraction = (at: DateTime, digits: number): string =>
  String(at.millisecond).padStart(3, "0").padEnd(digits, "0").slice(0, digits);

/** The longest text that is read as a time, and the longest pattern for it. */
const longest = 200;

/** Reads a time written by a pattern: strptime's (`%d/%m/%Y`), or letters (`DD/MM/YYYY HH:mm`). */
export function parseByFormat(text: string, format: string, zone = "UTC"): DateTime<true> {
  const refused = new Error(`“${shortened(text)}” is not a time written as ${shortened(format)}`);
  if (text.length > longest || format.length > longest) throw refused;
  spend(unitsPerReading);
  const names = fieldsOf(format);
  const fields = names.map(([first]) => first);
  // Luxon makes a regular expression of it, which must not have many ways to read the same digits.
  const twice = fields.find((field, index) => /[a-z]/i.test(field ?? "") && fields.indexOf(field) !== index);
  if (twice !== undefined)
    throw new Error(`The pattern ${shortened(format)} asks twice for the same part of a time`);
  const hasYear = fields.includes("y") || fields.includes("k");
  const parser = parserOf(names.join(""));
  const read = (part: string, inZone: string) =>
    atTime(hasYear ? new Date(0) : timeNow(), () =>
      DateTime.fromFormatParser(part, parser, { zone: inZone, locale }),
    );
  const whole = read(text.trim(), ianaZone(zone));
  if (whole.isValid) return whole;
  // More may stand behind it, as at Workato: a time behind the day, an offset behind the time.
  const begun = beginningOf(names.join(""), text.trim());
  const [, offset] = /([+-]\d\d:?\d\d|Z)$/.exec(begun.rest) ?? [];
  const begins = /^[\s.,T+-]/.test(begun.rest) ? read(begun.text, zoneOf(offset) ?? ianaZone(zone)) : whole;
  if (begins.isValid) return begins;
  throw refused;
}

const locale = "en-US";
type FormatParser = ReturnType<typeof DateTime.buildFormatParser>;
const parsers = new Map<string, FormatParser>();
const maxParsers = 200;

/** Luxon makes a regular expression for each pattern: once. */
function parserOf(pattern: string): FormatParser {
  const known = parsers.get(pattern);
  if (known) return known;
  spend(unitsPerParser);
  if (parsers.size >= maxParsers) parsers.clear();
  const made = DateTime.buildFormatParser(pattern, { locale });
  parsers.set(pattern, made);
  return made;
}

/** As much of a text as is written by the pattern, and the rest. */
function beginningOf(pattern: string, text: string): { readonly text: string; readonly rest: string } {
  const { regex } = DateTime.fromFormatExplain(text, pattern, { locale });
  const source = regex === undefined ? undefined : new RegExp(regex).source.replace(/\$$/, "");
  const [found = ""] = (source !== undefined && new RegExp(source, "i").exec(text)) || [];
  return { text: found, rest: found === "" ? "" : text.slice(found.length) };
}

const zoneOf = (offset: string | undefined): string | undefined =>
  offset === undefined ? undefined : offset === "Z" ? "UTC" : `UTC${offset}`;

/** Luxon takes what a pattern leaves out, such as the year, from its clock: it must be the job's, the same in every replay. */
function atTime<T>(time: Date, body: () => T): T {
  const { now } = Settings;
  try {
    Settings.now = () => time.getTime();
    return body();
  } finally {
    Settings.now = now;
  }
}

/** The pattern in Luxon's tokens, one field or literal each. */
function fieldsOf(format: string): string[] {
  if (format.includes("%")) {
    return Array.from(format.matchAll(/%[-0_]?(:?[A-Za-z%])|[^%]+|%/g), ([whole, directive]) =>
      directive === undefined ? [literal(whole)] : ofDirective(directive),
    ).flat();
  }
  return Array.from(format.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g), ([run, letter]) => {
    if (letter === undefined) return literal(run);
    const field = /[YDA]/.test(letter) ? run.toLowerCase() : run;
    return /[yMdHhmsSaZzcEo]/.test(field) ? field : literal(run);
  });
}

function ofDirective(directive: string): string[] {
  if (directive === "%") return [literal("%")];
  if (directive === ":z") return ["ZZ"];
  if (directive === "Z") return ["z"];
  if (directive === "L" || directive === "N") return ["S"];
  if (Object.hasOwn(composed, directive)) return fieldsOf(composed[directive] ?? "");
  // One digit is as good as two: 1/2/2026.
  const token = Object.hasOwn(tokens, directive)
    ? tokens[directive]?.replace(/^([MdHhms])\1$/, "$1")
    : undefined;
  return [token ?? literal(`%${directive}`)];
}

/** As itself: in Luxon's quotes, and its quote twice. */
const literal = (text: string): string =>
  text
    .split("'")
    .map((part) => (part === "" || /^\s+$/.test(part) ? part : `'${part}'`))
    .join("''");

/** The day alone. */
export function dayOf(at: DateTime): CalendarDate {
  return new CalendarDate(`${at.toISODate() ?? ""}T00:00:00Z`);
}
