/** Formulas on anything: what is there, and as what. */
import { timeNow } from "./current-time.ts";
import { formulasOn } from "./formula.ts";
import { CalendarDate, dateTimeOf, presentIn, toIso } from "./moments.ts";
import { misplacedSkip, Skipped, skipped } from "./skipped.ts";
import { toJson } from "./to-json.ts";

const onAny = formulasOn("Anything", "any");
const functions = formulasOn("Times", undefined);
const choices = formulasOn("Anything", undefined);

const isBlank = (value: unknown): boolean =>
  value == null ||
  value === false ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && value.constructor === Object && Object.keys(value).length === 0);

const yes: ReadonlySet<unknown> = new Set(["true", "t", "yes", "y", "on", "1"]);

const isTrue = (value: unknown): boolean =>
  value === true ||
  value === 1 ||
  value === 1n ||
  (typeof value === "string" && yes.has(value.trim().toLowerCase()));

/** A value as text: what `to_s`, `join` and templates write. */
export function textOf(value: unknown): string {
  if (value == null) return "";
  if (value instanceof Date) return toIso(value);
  if (value instanceof Skipped) throw new Error(misplacedSkip);
  const plain = toJson(value);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

/** Formulas on anything, and the two functions of the present. */
export const anyFormulas = [
  onAny(
    "present",
    "(): truth",
    "Whether there is something: not null, false, empty or only spaces.",
    [
      ["' a '.present()", true],
      ["null.present()", false],
    ],
    (value: unknown) => !isBlank(value),
  ),
  onAny(
    "blank",
    "(): truth",
    "Whether there is nothing: null, false, empty or only spaces.",
    [
      ["'  '.blank()", true],
      ["[].blank()", true],
      ["0.blank()", false],
    ],
    isBlank,
  ),
  onAny(
    "presence",
    "(): any",
    "The value, or null where it is blank.",
    [
      ["''.presence()", null],
      ["'x'.presence()", "x"],
    ],
    (value: unknown) => (isBlank(value) ? null : value),
  ),
  onAny(
    "or_else",
    "(otherwise: any): any",
    "The value, or the other one where it is blank.",
    [
      ["''.or_else('none')", "none"],
      ["'x'.or_else('none')", "x"],
    ],
    (value: unknown, otherwise: unknown) => (isBlank(value) ? otherwise : value),
  ),
  onAny(
    "is_true",
    "(): truth",
    "Whether it means true: true, 1, or a text such as yes, on, 1.",
    [
      ["'Yes'.is_true()", true],
      ["0.is_true()", false],
    ],
    isTrue,
  ),
  onAny(
    "is_not_true",
    "(): truth",
    "Whether it does not mean true.",
    [
      ["null.is_not_true()", true],
      ["true.is_not_true()", false],
    ],
    (value: unknown) => !isTrue(value),
  ),
  onAny(
    "to_s",
    "(): text",
    "The value as text; null is empty.",
    [
      ["1.5.to_s()", "1.5"],
      ["null.to_s()", ""],
    ],
    textOf,
  ),
  onAny(
    "to_json",
    "(): text",
    "The value as JSON.",
    [["{'a': [1, null]}.to_json()", '{"a":[1,null]}']],
    (value: unknown) => JSON.stringify(toJson(value)),
  ),
  choices(
    "skip",
    "(): any",
    "Leaves out the field of an input, or of an object, whose whole value it is.",
    [
      ["{'name': 'Ada', 'phone': ''.present() ? '' : skip()}", { name: "Ada" }],
      ["['a', ''].map(x, x.or_else(skip()))", ["a"]],
    ],
    () => skipped,
  ),
  functions(
    "now",
    "(): time",
    "The present time; it is the same when a job is replayed.",
    [["now()", "2026-03-29T10:30:00Z"]],
    timeNow,
  ),
  functions(
    "now",
    "(zone: text): time",
    "The present time, read in a time zone.",
    [["now('Europe/Paris')", "2026-03-29T12:30:00+02:00"]],
    presentIn,
  ),
  functions(
    "today",
    "(zone?: text): time",
    "The present day, in UTC or in a time zone.",
    [
      ["today()", "2026-03-29"],
      ["today('Pacific/Auckland')", "2026-03-29"],
    ],
    (zone?: string) => {
      const day = dateTimeOf(timeNow(), zone).toISODate();
      return new CalendarDate(`${day}T00:00:00Z`);
    },
  ),
];
