/** Formulas with patterns: RE2's, in linear time; JavaScript's own can take years over thirty characters. */
import { RE2JS } from "re2js";
import { checkTextLength, spend, spendText } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { textOf } from "./formulas-any.ts";
import { shortened } from "./moments.ts";

type Row = Readonly<Record<string, unknown>>;

const onText = formulasOn("Patterns", "text");

const patterns = new Map<string, RE2JS>();
const maxPatterns = 200;
/** What matching one character costs, beside what everything costs. */
const unitsPerCharacter = 4;
/** What compiling one step of a pattern costs. */
const unitsPerStep = 30;
/** A pattern's most steps: its characters, as often as the greatest count in it says. */
const maxSteps = 50_000;

function compiled(pattern: string, text: string): RE2JS {
  spend(text.length * unitsPerCharacter);
  const known = patterns.get(pattern);
  if (known) return known;
  // RE2 writes out what is counted: (long){1000} takes a thousand times the memory.
  const counts = Array.from(pattern.slice(0, maxSteps).matchAll(/\{(?:\d+,)?(\d+)/g), ([, count]) =>
    Number(count),
  );
  const steps = pattern.length * Math.max(1, ...counts);
  if (steps > maxSteps) throw new Error(`“${shortened(pattern)}” is too large a pattern`);
  spend(steps * unitsPerStep);
  try {
    const made = RE2JS.compile(pattern);
    if (patterns.size >= maxPatterns) patterns.clear();
    patterns.set(pattern, made);
    return made;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`“${shortened(pattern)}” is not a pattern: ${shortened(reason)}`, { cause: error });
  }
}

const matches = (text: string, pattern: string): boolean => compiled(pattern, text).test(text);

/** Each match: its groups where the pattern has some, else the whole. */
function scan(text: string, pattern: string): unknown[] {
  const matcher = compiled(pattern, text).matcher(text);
  const found: unknown[] = [];
  while (matcher.find()) {
    spend(1);
    const groups = matcher.groupCount();
    found.push(
      groups === 0
        ? matcher.group()
        : Array.from({ length: groups }, (_, index) => matcher.group(index + 1) ?? null),
    );
  }
  return found;
}

/** Ruby writes groups as \1 in the replacement; `$` means itself. */
function substitute(text: string, pattern: string, to: string | Row, all: boolean): string {
  const matcher = compiled(pattern, text).matcher(text);
  const pieces: string[] = [];
  let at = 0;
  let length = 0;
  while (matcher.find()) {
    const piece = typeof to === "string" ? written(to, matcher) : valueFor(matcher.group() ?? "", to);
    length += matcher.start() - at + piece.length;
    checkTextLength(length);
    pieces.push(text.slice(at, matcher.start()), piece);
    at = matcher.end();
    if (!all) break;
  }
  return pieces.join("") + text.slice(at);
}

/** What an object has for what was found; as in Ruby, nothing where it has not. */
function valueFor(found: string, to: Row): string {
  spend(1);
  return Object.hasOwn(to, found) ? textOf(to[found]) : "";
}

function written(to: string, matcher: ReturnType<RE2JS["matcher"]>): string {
  let grown = to.length;
  spendText(to.length);
  return to.replace(/\\(\d|\\)/g, (_, group: string) => {
    if (group === "\\") return "\\";
    const found = Number(group) > matcher.groupCount() ? "" : (matcher.group(Number(group)) ?? "");
    checkTextLength((grown += found.length));
    return found;
  });
}

/** Formulas with patterns. */
export const patternFormulas = [
  onText(
    "matches",
    "(pattern: text): truth",
    "Whether a pattern is found in it; patterns are RE2's.",
    [["'Onboarding 7'.matches('^Onboarding [0-9]+$')", true]],
    matches,
  ),
  onText(
    "match",
    "(pattern: text): truth",
    "The same as matches.",
    [["'Jean Marie'.match('Jean')", true]],
    matches,
  ),
  onText(
    "gsub_pattern",
    "(pattern: text, to: text): text",
    "With everything that a pattern finds replaced; \\1 is its first group.",
    [
      ["'a1b22'.gsub_pattern('[0-9]+', '#')", "a#b#"],
      ["'Doe, Jane'.gsub_pattern('(\\\\w+), (\\\\w+)', '\\\\2 \\\\1')", "Jane Doe"],
    ],
    (text: string, pattern: string, to: string) => substitute(text, pattern, to, true),
  ),
  onText(
    "gsub_pattern",
    "(pattern: text, to: object): text",
    "With everything that a pattern finds replaced by what the object has for it.",
    [["'Awesome'.gsub_pattern('[Ae]', {'A': 'E', 'e': 'a'})", "Ewasoma"]],
    (text: string, pattern: string, to: Row) => substitute(text, pattern, to, true),
  ),
  onText(
    "sub_pattern",
    "(pattern: text, to: text): text",
    "With the first thing that a pattern finds replaced.",
    [["'a1b22'.sub_pattern('[0-9]+', '#')", "a#b22"]],
    (text: string, pattern: string, to: string) => substitute(text, pattern, to, false),
  ),
  onText(
    "sub_pattern",
    "(pattern: text, to: object): text",
    "With the first thing that a pattern finds replaced by what the object has for it.",
    [["'Awesome'.sub_pattern('[Ae]', {'A': 'E', 'e': 'a'})", "Ewesome"]],
    (text: string, pattern: string, to: Row) => substitute(text, pattern, to, false),
  ),
  onText(
    "scan",
    "(pattern: text): list",
    "All that a pattern finds; lists of its groups where it has some.",
    [
      ["'a1b22'.scan('[0-9]+')", ["1", "22"]],
      [
        "'a=1 b=2'.scan('(\\\\w)=(\\\\d)')",
        [
          ["a", "1"],
          ["b", "2"],
        ],
      ],
    ],
    scan,
  ),
  onText(
    "split_pattern",
    "(pattern: text): list",
    "Its parts: cut where a pattern is found.",
    [["'a, b;c'.split_pattern('[,;] ?')", ["a", "b", "c"]]],
    (text: string, pattern: string) => compiled(pattern, text).split(text),
  ),
];
