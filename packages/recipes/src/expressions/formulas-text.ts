/** Formulas on text. Ruby's, as people of Workato know them; characters are Unicode's, not UTF-16's halves. */
import anyAscii from "any-ascii";
import { checkTextLength, spend } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { stripTags } from "./strip-tags.ts";

const onText = formulasOn("Text", "text");

/** What those cost that take each character apart, and look something up for it. */
const unitsPerCharacter = { parameterize: 4, titleize: 1, transliterate: 1, scrub: 1, words: 1 } as const;

const parameterize = (text: string): string => {
  spend(text.length * unitsPerCharacter.parameterize);
  return anyAscii(text)
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "");
};

/** Every occurrence, as written: no patterns, and `$` means itself. */
function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return text;
  const growth = to.length - from.length;
  if (growth > 0) checkTextLength(text.length + (text.split(from).length - 1) * growth);
  return text.replaceAll(from, () => to);
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();

const titleize = (text: string): string => {
  spend(text.length * unitsPerCharacter.titleize);
  return text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .filter((word) => word !== "")
    .map(capitalize)
    .join(" ");
};

/** A part of a list of characters, as Ruby's slice: from the end where the place is negative; null beyond it. */
export function partOf<T>(whole: readonly T[], at: number, length: number): readonly T[] | null {
  const start = at < 0 ? whole.length + at : at;
  return start < 0 || start > whole.length || length < 0 ? null : whole.slice(start, start + length);
}

function slice(text: string, at: number, length = 1): string | null {
  return partOf(Array.from(text), at, length)?.join("") ?? null;
}

function padding(text: string, width: number, fill = " "): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0 || fill === "") return "";
  checkTextLength(width * 2);
  return Array.from(fill.repeat(Math.ceil(missing / Array.from(fill).length)))
    .slice(0, missing)
    .join("");
}

/** Ruby's: as much of a number as the text begins with, else 0. */
const toWhole = (text: string): bigint =>
  BigInt(/^\s*([+-]?\d{1,18})/.exec(text.replaceAll("_", ""))?.[1] ?? 0);

/** 1st, 2nd, 3rd, 4th, 11th. */
export function ordinalize(value: bigint | number | string): string {
  const number = typeof value === "string" ? toWhole(value) : BigInt(Math.trunc(Number(value)));
  const rest = Number((number < 0n ? -number : number) % 100n);
  const suffix = rest >= 11 && rest <= 13 ? "th" : (["th", "st", "nd", "rd"][rest % 10] ?? "th");
  return `${number}${suffix}`;
}

/** Formulas on text. */
export const textFormulas = [
  onText("upcase", "(): text", "In capitals.", [["'Zoë'.upcase()", "ZOË"]], (text: string) =>
    text.toUpperCase(),
  ),
  onText("downcase", "(): text", "In small letters.", [["'Zoë'.downcase()", "zoë"]], (text: string) =>
    text.toLowerCase(),
  ),
  onText(
    "capitalize",
    "(): text",
    "With a capital first, all else small.",
    [["'heLLO you'.capitalize()", "Hello you"]],
    capitalize,
  ),
  onText(
    "titleize",
    "(): text",
    "Each word with a capital.",
    [["'weekly_sales meeting'.titleize()", "Weekly Sales Meeting"]],
    titleize,
  ),
  onText("strip", "(): text", "Without spaces at both ends.", [["'  a b '.strip()", "a b"]], (text: string) =>
    text.trim(),
  ),
  onText(
    "lstrip",
    "(): text",
    "Without spaces at its beginning.",
    [["'  a '.lstrip()", "a "]],
    (text: string) => text.trimStart(),
  ),
  onText("rstrip", "(): text", "Without spaces at its end.", [["' a  '.rstrip()", " a"]], (text: string) =>
    text.trimEnd(),
  ),
  onText(
    "scrub",
    "(replacement?: text): text",
    "With broken characters replaced.",
    [["'whole'.scrub('?')", "whole"]],
    (text: string, by = "\uFFFD") => {
      spend(text.length * unitsPerCharacter.scrub);
      return Array.from(text, (each) => (each.isWellFormed() ? each : by)).join("");
    },
  ),
  onText(
    "strip_tags",
    "(): text",
    "Without HTML tags and comments.",
    [["'<p>Hi <b>you</b></p>'.strip_tags()", "Hi you"]],
    stripTags,
  ),
  onText(
    "ljust",
    "(width: whole, fill?: text): text",
    "Filled up at its end to a width.",
    [["'ab'.ljust(4, '.')", "ab.."]],
    (text: string, width: number, fill?: string) => text + padding(text, width, fill),
  ),
  onText(
    "rjust",
    "(width: whole, fill?: text): text",
    "Filled up at its beginning to a width.",
    [["'7'.rjust(3, '0')", "007"]],
    (text: string, width: number, fill?: string) => padding(text, width, fill) + text,
  ),
  onText("reverse", "(): text", "Backwards.", [["'abc'.reverse()", "cba"]], (text: string) =>
    Array.from(text).toReversed().join(""),
  ),
  onText(
    "gsub",
    "(from: text, to: text): text",
    "With every occurrence of a text replaced; gsub_pattern takes a pattern.",
    [["'a.b.c'.gsub('.', '-')", "a-b-c"]],
    replaceAll,
  ),
  onText(
    "sub",
    "(from: text, to: text): text",
    "With the first occurrence of a text replaced.",
    [["'a.b.c'.sub('.', '-')", "a-b.c"]],
    (text: string, from: string, to: string) => text.replace(from, () => to),
  ),
  onText(
    "replace",
    "(from: text, to: text): text",
    "The same as gsub.",
    [["'aa'.replace('a', 'b')", "bb"]],
    replaceAll,
  ),
  onText(
    "length",
    "(): whole",
    "How many characters it has.",
    [["'héllo'.length()", 5]],
    (text: string) => Array.from(text).length,
  ),
  onText(
    "slice",
    "(at: whole, length?: whole): any",
    "The characters from a place on, one if no length is given; a negative place counts from the end; null beyond it.",
    [
      ["'Jean Marie'.slice(0, 4)", "Jean"],
      ["'abc'.slice(-1)", "c"],
      ["'abc'.slice(9)", null],
    ],
    slice,
  ),
  onText(
    "at",
    "(place: whole): any",
    "The character at a place, as slice; null beyond it.",
    [["'abc'.at(-1)", "c"]],
    (text: string, place: number) => slice(text, place) || null,
  ),
  onText(
    "first",
    "(count?: whole): text",
    "Its first characters, one if no count is given.",
    [["'abc'.first(2)", "ab"]],
    (text: string, count = 1) => Array.from(text).slice(0, Math.max(count, 0)).join(""),
  ),
  onText(
    "last",
    "(count?: whole): text",
    "Its last characters, one if no count is given.",
    [["'abc'.last(2)", "bc"]],
    (text: string, count = 1) => (count > 0 ? Array.from(text).slice(-count).join("") : ""),
  ),
  onText(
    "index",
    "(part: text): any",
    "Where a part begins, counted from 0; null where it is not in it.",
    [
      ["'hello'.index('l')", 2],
      ["'hello'.index('x')", null],
    ],
    (text: string, part: string) => {
      const at = text.indexOf(part);
      return at < 0 ? null : BigInt(Array.from(text.slice(0, at)).length);
    },
  ),
  onText(
    "include",
    "(part: text): truth",
    "Whether a part is in it.",
    [["'partner account'.include('partner')", true]],
    (text: string, part: string) => text.includes(part),
  ),
  onText(
    "exclude",
    "(part: text): truth",
    "Whether a part is not in it.",
    [["'partner account'.exclude('partner')", false]],
    (text: string, part: string) => !text.includes(part),
  ),
  onText(
    "starts_with",
    "(...part: text): truth",
    "Whether it begins with one of the texts.",
    [["'Weekly sync'.starts_with('Daily', 'Weekly')", true]],
    (text: string, ...parts: string[]) => parts.some((part) => text.startsWith(part)),
  ),
  onText(
    "ends_with",
    "(...part: text): truth",
    "Whether it ends with one of the texts.",
    [["'notes.pdf'.ends_with('.pdf')", true]],
    (text: string, ...parts: string[]) => parts.some((part) => text.endsWith(part)),
  ),
  onText(
    "split",
    "(): list",
    "Its words: cut at spaces.",
    [["' a  b '.split()", ["a", "b"]]],
    (text: string) => {
      spend(text.length * unitsPerCharacter.words);
      return text.split(/\s+/).filter((word) => word !== "");
    },
  ),
  onText(
    "concat",
    "(...more: text): text",
    "With other texts after it.",
    [["'a'.concat('b', 'c')", "abc"]],
    (text: string, ...more: string[]) => text + more.join(""),
  ),
  onText(
    "quote",
    "(): text",
    "With every ' doubled, for SQL and its kin.",
    [['"Paula\'s".quote()', "Paula''s"]],
    (text: string) => text.replaceAll("'", "''"),
  ),
  onText(
    "transliterate",
    "(): text",
    "In ASCII letters that sound alike.",
    [["'Chloé Ørsted'.transliterate()", "Chloe Orsted"]],
    (text: string) => {
      spend(text.length * unitsPerCharacter.transliterate);
      return anyAscii(text);
    },
  ),
  onText(
    "parameterize",
    "(): text",
    "In small ASCII letters and digits joined by -, for file names and addresses.",
    [["'Q1: Plan & Réview'.parameterize()", "q1-plan-review"]],
    parameterize,
  ),
  onText(
    "to_i",
    "(): whole",
    "The whole number it begins with, else 0.",
    [
      ["'12 people'.to_i()", 12],
      ["'many'.to_i()", 0],
    ],
    toWhole,
  ),
  onText(
    "to_f",
    "(): number",
    "The number it begins with, else 0.",
    [["'7.5%'.to_f()", 7.5]],
    (text: string) => Number.parseFloat(text) || 0,
  ),
  onText("ordinalize", "(): text", "As English counts places.", [["'22'.ordinalize()", "22nd"]], ordinalize),
];
