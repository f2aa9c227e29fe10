/** Workato's inputs as ours: text with datapills, formulas, lists made of other lists. */
import { compileExpression } from "../expressions/expression.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { bindings, type Cel, fieldText, literalOf, quoted, value, within } from "./cel-text.ts";
import type { Pill } from "./datapill.ts";
import { parseInterpolation, parseRuby } from "./parse-ruby.ts";
import { type Ruby, Untranslatable } from "./ruby.ts";
import { type FormulaContext, joined, rubyToCel } from "./ruby-to-cel.ts";
import { type Json, objectOf } from "./workato-json.ts";

/** What a field that is left out has for a value. */
export const omitted: unique symbol = Symbol("left out");

/** A list whose items are gone through: in a loop, or where a list is made of it. */
export interface CurrentItem {
  readonly pill: Pill;
  /** The expression for its item. */
  readonly name: string;
}

/** What values refer to. */
export interface ValueContext extends FormulaContext {
  /** The same, with a list's items gone through. */
  inside(item: CurrentItem): ValueContext;
}

/** A text or formula of an input. @throws {Untranslatable} */
export function readText(text: string, context: FormulaContext): unknown {
  if (text.startsWith("=")) return readFormula(text.slice(1).trim(), context);
  const parts = partsOf(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string")
    return hole(rubyToCel(only, context).text);
  return partsToTemplate(parts, context);
}

function partsToTemplate(parts: readonly (string | Ruby)[], context: FormulaContext): string {
  return parts
    .map((part) =>
      // A pill without a value is no text there; here it would be an error.
      typeof part === "string" ? part.replaceAll("{{", '{{ "{{" }}') : hole(joined([part], context).text),
    )
    .join("");
}

/** `'a ' + x.to_s + 'b'` as its parts: what a template says shorter. */
function textsOf(formula: Ruby): (string | Ruby)[] | undefined {
  if (formula.type === "text") return [...formula.parts];
  if (formula.type !== "binary" || formula.op !== "+") return undefined;
  const parts = [formula.left, formula.right].map((side): (string | Ruby)[] | undefined => {
    if (side.type === "literal" && typeof side.value === "string") return [side.value];
    if (side.type === "call" && side.name === "to_s" && side.on && side.args.length === 0) return [side.on];
    return textsOf(side);
  });
  const [left, right] = parts;
  const all = left && right && [...left, ...right];
  return all?.some((part) => typeof part === "string") ? all : undefined;
}

const hole = (cel: string): string => `{{ ${compiling(cel)} }}`;

/** The expression, which compiles: what is translated must not be refused when it is saved. @throws {Untranslatable} */
export function compiling(cel: string): string {
  try {
    compileExpression(cel, "");
    return cel;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new Untranslatable(error.message.replace(/\.$/, ""));
  }
}

function readFormula(formula: string, context: FormulaContext): unknown {
  if (formula === "null" || formula === "nil") return null;
  if (formula === "skip" || formula === "") return omitted;
  const parts = textsOf(parseRuby(formula));
  if (parts) return partsToTemplate(parts, context);
  return hole(rubyToCel(parseRuby(formula), context).text);
}

/** Cuts a text at its `#{…}`. @throws {Untranslatable} */
export function partsOf(text: string): (string | Ruby)[] {
  const parts: (string | Ruby)[] = [];
  let at = 0;
  for (let open = text.indexOf("#{"); open >= 0; open = text.indexOf("#{", at)) {
    if (open > at) parts.push(text.slice(at, open));
    const { formula, end } = parseInterpolation(text, open + 2);
    parts.push(formula);
    at = end;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return parts;
}

/** A text or formula as an expression. @throws {Untranslatable} */
export function textToCel(text: string, context: FormulaContext): Cel {
  if (text.startsWith("=")) return rubyToCel(parseRuby(text.slice(1)), context);
  const parts = partsOf(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return rubyToCel(only, context);
  return joined(parts, context);
}

/** The pill that a text is, where it is nothing else. */
export function onlyPill(text: string): Pill | undefined {
  const formula = text.startsWith("=") ? parseRuby(text.slice(1)) : partsOf(text)[0];
  return typeof formula === "object" && formula.type === "pill" ? formula.pill : undefined;
}

/** A list made of another: an object for each of its items. @throws {Untranslatable} */
export function readListMapping(mapping: Json, context: ValueContext): string {
  return hole(listMappingToCel(mapping, context, 1).text);
}

function listMappingToCel(
  { ____source: source, ...fields }: Json,
  context: ValueContext,
  depth: number,
): Cel {
  if (depth > 20) throw new Untranslatable("Lists in lists are nested deeper than 20 levels");
  const pill = typeof source === "string" ? onlyPill(source) : undefined;
  if (typeof source !== "string" || !pill) throw new Untranslatable("____source is not a datapill");
  const name = depth === 1 ? "item" : `item${depth}`;
  const list = within(textToCel(source, context), bindings.value);
  const inside = context.inside({ pill, name });
  const entries = Object.entries(fields).map(
    ([key, field]) => `${quoted(key)}: ${valueToCel(field, inside, depth + 1).text}`,
  );
  return value(`${list}.map(${name}, {${entries.join(", ")}})`);
}

function valueToCel(data: unknown, context: ValueContext, depth: number): Cel {
  if (typeof data === "string") return data === "=null" ? value("null") : textToCel(data, context);
  if (Array.isArray(data))
    return value(`[${data.map((item) => valueToCel(item, context, depth + 1).text).join(", ")}]`);
  if (typeof data !== "object" || data === null) return value(literalOf(data));
  const object = objectOf(data);
  if ("____source" in object) return listMappingToCel(object, context, depth);
  const entries = Object.entries(object).map(
    ([key, field]) => `${quoted(key)}: ${valueToCel(field, context, depth + 1).text}`,
  );
  return value(`{${entries.join(", ")}}`);
}

/** The expression of a path below some data. @throws {Untranslatable} */
export function pathToCel(data: string, path: Pill["path"]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "string") return fieldText(text, part);
    if (part.special === "size") return `${text}.length()`;
    throw new Untranslatable("The current item of a list that is not gone through here");
  }, data);
}
