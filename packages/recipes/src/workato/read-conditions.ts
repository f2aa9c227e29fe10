/** Workato's conditions as CEL. They compare as text, where nothing is an empty text. */
import { bindings, called, type Cel, quoted, value, within } from "./cel-text.ts";
import { compiling, textToCel } from "./read-value.ts";
import { Untranslatable } from "./ruby.ts";
import { asTruth, type FormulaContext } from "./ruby-to-cel.ts";
import { parseRuby } from "./parse-ruby.ts";
import { type Json, listOf, objectOf, textOf } from "./workato-json.ts";

type Operand = (left: Cel, right: Json, context: FormulaContext) => Cel;

const asText = (cel: Cel): Cel => called(cel, "to_s");
const not = (cel: Cel): Cel => ({ text: `!${within(cel, bindings.sign)}`, binding: bindings.sign });
const relation = (left: Cel, op: string, right: Cel): Cel => ({
  text: `${within(left, bindings.sum)} ${op} ${within(right, bindings.sum)}`,
  binding: bindings.relation,
});

/** The right side as text. */
function rightText(right: Json, context: FormulaContext): Cel {
  const text = textOf(right.rhs);
  if (isPlain(text)) return value(quoted(text));
  return asText(textToCel(text, context));
}

const isPlain = (text: string): boolean => !text.startsWith("=") && !text.includes("#{");

const textTest =
  (formula: string): Operand =>
  (left, right, context) =>
    called(asText(left), formula, [rightText(right, context).text]);

const compared =
  (op: string): Operand =>
  (left, right, context) => {
    const text = textOf(right.rhs);
    if (isPlain(text) && text.trim() !== "" && Number.isFinite(Number(text)))
      return relation(called(left, "to_f"), op, value(String(Number(text))));
    if (isPlain(text) && /^\d{4}-\d{2}-\d{2}/.test(text))
      return relation(called(left, "to_time"), op, called(value(quoted(text)), "to_time"));
    return relation(left, op, isPlain(text) ? value(quoted(text)) : textToCel(text, context));
  };

const operands: Readonly<Record<string, Operand>> = {
  contains: textTest("include"),
  starts_with: textTest("starts_with"),
  ends_with: textTest("ends_with"),
  equals_to: (left, right, context) => relation(asText(left), "==", rightText(right, context)),
  greater_than: compared(">"),
  less_than: compared("<"),
  is_true: (left) => called(left, "is_true"),
  is_not_true: (left) => called(left, "is_not_true"),
  present: (left) => called(left, "present"),
  blank: (left) => called(left, "blank"),
};

/** The names that other texts of Workato use for the same. */
const synonyms: Readonly<Record<string, string>> = {
  ...{ equals: "equals_to", eq: "equals_to", not_equals: "not_equals_to", not_eq: "not_equals_to" },
  ...{ gt: "greater_than", lt: "less_than", is_present: "present", not_present: "blank", is_blank: "blank" },
};

/** A compound condition. @throws {Untranslatable} */
export function readConditions(input: unknown, context: FormulaContext): string {
  return compiling(compoundOf(input, context));
}

function compoundOf(input: unknown, context: FormulaContext): string {
  const compound = objectOf(input);
  const conditions = listOf(compound.conditions).map((each) => condition(objectOf(each), context));
  if (conditions.length === 0) throw new Untranslatable("It has no conditions");
  const [only] = conditions;
  if (conditions.length === 1 && only) return only.text;
  const any = compound.operand === "or";
  return conditions.map((each) => within(each, any ? bindings.or : bindings.and)).join(any ? " || " : " && ");
}

function condition(each: Json, context: FormulaContext): Cel {
  if (each.type === "compound" || Array.isArray(each.conditions)) {
    return { text: compoundOf(each, context), binding: bindings.or };
  }
  const given = textOf(each.operand);
  const name = Object.hasOwn(synonyms, given) ? (synonyms[given] ?? given) : given;
  // How a condition that is a formula is written, since its left side must not be one.
  if (name === "equals_to" && each.lhs === "true" && textOf(each.rhs).startsWith("=")) {
    return asTruth(parseRuby(textOf(each.rhs).slice(1)), context);
  }
  const isNegated = name.startsWith("not_");
  const operand = operands[isNegated ? name.slice("not_".length) : name];
  if (!operand) throw new Untranslatable(`There is no condition “${given}”`);
  const cel = operand(textToCel(textOf(each.lhs), context), each, context);
  return isNegated ? not(cel) : cel;
}
