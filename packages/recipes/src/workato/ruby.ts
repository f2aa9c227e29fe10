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
