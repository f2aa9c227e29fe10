/** The part of Ruby that Workato's formulas are written in, as data. */
import type { Pill } from "./datapill.ts";

/** A formula, parsed. */
export type Ruby =
  | {
      readonly type: "literal";
      readonly value: string | number | boolean | null;
      /** A number written with a point: 7.0 / 2 is 3.5, but 7 / 2 is 3. */
      readonly isFraction?: boolean;
    }
  /** A text with `#{…}` in it. */
  | { readonly type: "text"; readonly parts: readonly (string | Ruby)[] }
  | { readonly type: "pattern"; readonly source: string; readonly flags: string }
  | { readonly type: "list"; readonly items: readonly Ruby[] }
  | { readonly type: "hash"; readonly entries: readonly (readonly [key: Ruby, value: Ruby])[] }
  | {
      readonly type: "range";
      readonly from: Ruby;
      readonly to: Ruby | undefined;
      readonly exclusive: boolean;
    }
  | { readonly type: "pill"; readonly pill: Pill }
  | {
      readonly type: "call";
      readonly on: Ruby | undefined;
      readonly name: string;
      readonly args: readonly Ruby[];
    }
  | { readonly type: "index"; readonly on: Ruby; readonly at: Ruby; readonly length: Ruby | undefined }
  | { readonly type: "unary"; readonly op: "-" | "!"; readonly of: Ruby }
  | { readonly type: "binary"; readonly op: string; readonly left: Ruby; readonly right: Ruby }
  | { readonly type: "choice"; readonly if: Ruby; readonly then: Ruby; readonly else: Ruby };

/** Why a formula, a datapill or a condition has no counterpart here. */
export class Untranslatable extends Error {
  override readonly name = "Untranslatable";
}

/** Whether a formula is a text that is written out. */
export const isText = (formula: Ruby): formula is Extract<Ruby, { type: "literal" }> & { value: string } =>
  formula.type === "literal" && typeof formula.value === "string";
/** Whether a formula is a number that is written out. */
export const isNumber = (formula: Ruby): boolean =>
  formula.type === "literal" && typeof formula.value === "number";
/** Whether a formula is the present time. */
export const isPresent = (formula: Ruby): boolean =>
  formula.type === "call" && formula.on === undefined && formula.name === "now";

/** A text as the pattern that finds it. */
export const inPattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Whether a formula surely gives a day or a time. */
export function timeKind(formula: Ruby): "day" | "time" | undefined {
  if (formula.type === "binary" && (formula.op === "+" || formula.op === "-")) return timeKind(formula.left);
  if (formula.type !== "call") return undefined;
  if (!formula.on) return { today: "day", now: "time" }[formula.name] as "day" | "time" | undefined;
  if (formula.name === "to_date") return "day";
  if (/^(to_time|in_time_zone|from_now|ago)$/.test(formula.name)) return "time";
  return /^(beginning|end)_of_/.test(formula.name) ? timeKind(formula.on) : undefined;
}

/** A pattern as RE2 writes it. @throws {Untranslatable} */
export function patternText({ source, flags }: { readonly source: string; readonly flags: string }): string {
  const here = flags.replace("m", "s");
  if (/[^is]/.test(here)) throw new Untranslatable(`The pattern's flags ${flags} have no counterpart`);
  return here === "" ? source : `(?${here})${source}`;
}

/** A number that is written out. @throws {Untranslatable} */
export function wholeOf(formula: Ruby): number {
  if (formula.type === "literal" && typeof formula.value === "number") return formula.value;
  throw new Untranslatable("A range with computed ends has no counterpart");
}
