/** Workato's formulas as CEL. What has no counterpart is refused, never guessed. */
import { formulas } from "../expressions/formulas.ts";
import { ianaZone } from "../expressions/rails-zones.ts";
import { bindings, called, type Cel, fieldText, quoted, value, within } from "./cel-text.ts";
import type { Pill } from "./datapill.ts";
import {
  inPattern,
  isNumber,
  isPresent,
  isText,
  patternText,
  type Ruby,
  timeKind,
  Untranslatable,
  wholeOf,
} from "./ruby.ts";

/** What a formula refers to beyond itself. */
export interface FormulaContext {
  /** The CEL that a datapill stands for. @throws {Untranslatable} */
  refer(pill: Pill): string;
  /** The CEL of the row that `lookup` finds. @throws {Untranslatable} */
  lookup(table: string, where: string): string;
}

const known: ReadonlySet<string> = new Set(formulas.map(({ name }) => name));
const questions: ReadonlySet<string> = new Set(
  formulas.filter(({ result }) => result === "truth").map(({ name }) => name),
);

/** What Workato's clock shows: documented there with `now`, `today` and `in_time_zone`. */
const zoneThere = "America/Los_Angeles";

/** Those of a list that take one of its first items. */
const places: Readonly<Record<string, number>> = { second: 1, third: 2, fourth: 3, fifth: 4 };

/** Those with another name here. */
const renamed: Readonly<Record<string, string>> = {
  size: "length",
  to_str: "to_s",
  utc: "to_time",
  encode_sha256: "sha256",
  encode_sha512: "sha512",
  sha512_hexdigest: "sha512",
  iso8601: "toIso",
  sort_array: "sort",
};
/** Workato's give bytes where ours give hexadecimal. */
const binaryHashes: ReadonlySet<string> = new Set([
  ...["sha1", "sha256", "sha512", "encode_sha256", "encode_sha512"],
  ...["hmac_sha1", "hmac_sha256", "hmac_sha512"],
]);
/** Those that take a pattern here under another name. */
const withPattern: Readonly<Record<string, string>> = {
  gsub: "gsub_pattern",
  sub: "sub_pattern",
  scan: "scan",
  split: "split_pattern",
  match: "match",
  include: "match",
};

/** Translates formulas. */
export function rubyToCel(formula: Ruby, context: FormulaContext): Cel {
  const text = (inner: Ruby): string => rubyToCel(inner, context).text;
  switch (formula.type) {
    case "literal":
      return literal(formula.value, formula.isFraction);
    case "text":
      return joined(formula.parts, context);
    case "pattern":
      throw new Untranslatable("A pattern stands where a value is needed");
    case "list":
      return value(`[${formula.items.map(text).join(", ")}]`);
    case "hash":
      return value(`{${formula.entries.map(([key, inner]) => `${text(key)}: ${text(inner)}`).join(", ")}}`);
    case "range":
      throw new Untranslatable("A range stands where a value is needed");
    case "pill":
      return value(context.refer(formula.pill));
    case "index":
      return indexed(formula, context);
    case "call":
      return formula.on ? formulaOn(formula.on, formula.name, formula.args, context) : free(formula, context);
    case "unary": {
      if (formula.op === "!")
        return { text: `!${within(asTruth(formula.of, context), bindings.sign)}`, binding: bindings.sign };
      return { text: `-${within(rubyToCel(formula.of, context), bindings.value)}`, binding: bindings.sign };
    }
    case "binary":
      return binary(formula, context);
    case "choice": {
      const parts = [
        within(asTruth(formula.if, context), bindings.or),
        ...[formula.then, formula.else].map((part) => within(rubyToCel(part, context), bindings.or)),
      ];
      return { text: `${parts[0]} ? ${parts[1]} : ${parts[2]}`, binding: bindings.choice };
    }
  }
}

function literal(data: string | number | boolean | null, isFraction = false): Cel {
  if (typeof data === "string") return value(quoted(data));
  if (isFraction && Number.isInteger(data) && !String(data).includes("e")) {
    const text = `${data}.0`;
    return text.startsWith("-") ? { text, binding: bindings.sign } : value(text);
  }
  if (typeof data === "number" && data < 0) return { text: String(data), binding: bindings.sign };
  return value(String(data));
}

/** A text with formulas in it, which are nothing where they are nil. */
export function joined(parts: readonly (string | Ruby)[], context: FormulaContext): Cel {
  const pieces = parts.map((part) =>
    typeof part === "string" ? quoted(part) : called(rubyToCel(part, context), "to_s").text,
  );
  const [only = '""'] = pieces;
  return pieces.length <= 1 ? value(only) : { text: pieces.join(" + "), binding: bindings.sum };
}

/** A condition: Ruby takes anything but nil and false for true. */
export function asTruth(formula: Ruby, context: FormulaContext): Cel {
  const cel = rubyToCel(formula, context);
  return isTruth(formula) ? cel : called(cel, "present");
}

function isTruth(formula: Ruby): boolean {
  if (formula.type === "literal") return typeof formula.value === "boolean";
  if (formula.type === "unary") return formula.op === "!";
  if (formula.type === "call") return formula.on !== undefined && questions.has(plainName(formula.name));
  if (formula.type !== "binary") return false;
  if (formula.op === "&&" || formula.op === "||") return isTruth(formula.left) && isTruth(formula.right);
  return ["==", "!=", "<", ">", "<=", ">=", "=~", "!~"].includes(formula.op);
}

const strengths: Readonly<Record<string, number>> = {
  ...{
    "+": bindings.sum,
    "-": bindings.sum,
    "*": bindings.product,
    "/": bindings.product,
    "%": bindings.product,
  },
  ...{ "==": bindings.relation, "!=": bindings.relation, "<": bindings.relation, ">": bindings.relation },
  ...{ "<=": bindings.relation, ">=": bindings.relation },
};

function binary(formula: Extract<Ruby, { type: "binary" }>, context: FormulaContext): Cel {
  const { op, left, right } = formula;
  if (op === "=~" || op === "!~") {
    const found = formulaOn(left, "match", [right], context);
    return op === "=~" ? found : { text: `!${found.text}`, binding: bindings.sign };
  }
  if (op === "||" || op === "&&") {
    if (isTruth(left) && isTruth(right)) {
      const strength = op === "||" ? bindings.or : bindings.and;
      const sides = [left, right].map((side) => within(rubyToCel(side, context), strength));
      return { text: sides.join(` ${op} `), binding: strength };
    }
    const other = rubyToCel(right, context);
    if (op === "||") {
      // `x.presence || y` is what or_else says.
      const asked = left.type === "call" && left.name === "presence" && left.on ? left.on : left;
      return called(rubyToCel(asked, context), "or_else", [other.text]);
    }
    return {
      text: `${within(asTruth(left, context), bindings.or)} ? ${within(other, bindings.or)} : null`,
      binding: bindings.choice,
    };
  }
  const strength = strengths[op];
  const kinds = op === "-" ? [left, right].map(timeKind) : [];
  if (strength !== undefined && kinds[0] !== undefined && kinds[0] === kinds[1]) {
    // Days between days, seconds between times: numbers there.
    const [from = "", to = ""] = [left, right].map((side, index) =>
      within(rubyToCel(side, context), bindings.sum + index),
    );
    const seconds = called({ text: `${from} - ${to}`, binding: bindings.sum }, "in_seconds");
    return kinds[0] === "time" ? seconds : { text: `${seconds.text} / 86400`, binding: bindings.product };
  }
  if (strength === undefined) throw new Untranslatable(`The operator ${op} has no counterpart`);
  const sides = [within(rubyToCel(left, context), strength), within(rubyToCel(right, context), strength + 1)];
  return { text: sides.join(` ${op} `), binding: strength };
}

function free({ name, args }: Extract<Ruby, { type: "call" }>, context: FormulaContext): Cel {
  if (name === "now" || name === "today") return value(`${name}(${quoted(zoneThere)})`);
  if (name === "skip") return value("skip()");
  const [table, where] = args;
  if (name === "lookup" && table?.type === "literal" && where) {
    return value(context.lookup(String(table.value), rubyToCel(where, context).text));
  }
  throw new Untranslatable(`There is no function ${name}`);
}

const plainName = (name: string): string => {
  const bare = name.replace(/[?!]$/, "");
  return Object.hasOwn(renamed, bare) ? (renamed[bare] ?? bare) : bare;
};

function formulaOn(on: Ruby, rubyName: string, args: readonly Ruby[], context: FormulaContext): Cel {
  const name = plainName(rubyName);
  const [first] = args;
  const special = specialFormula(on, name, args, context);
  if (special) return special;
  const receiver = rubyToCel(on, context);
  if (first?.type === "pattern") {
    const here = withPattern[name];
    if (here === undefined) throw new Untranslatable(`${rubyName} with a pattern has no counterpart`);
    return called(receiver, here, [
      quoted(patternText(first)),
      ...args.slice(1).map((each) => rubyToCel(each, context).text),
    ]);
  }
  if (!known.has(name)) throw new Untranslatable(`There is no formula ${rubyName} here`);
  // `.decode_hex().encode_hex()` would go there and back.
  if (name === "encode_hex" && receiver.text.endsWith(".decode_hex()"))
    return value(receiver.text.slice(0, -".decode_hex()".length));
  const result = called(receiver, name, argumentsOf(name, args, context));
  return binaryHashes.has(rubyName) ? called(result, "decode_hex") : result;
}

/** Those that are said otherwise here. */
function specialFormula(
  on: Ruby,
  name: string,
  args: readonly Ruby[],
  context: FormulaContext,
): Cel | undefined {
  const [first] = args;
  const inText = (formula: Ruby): string => rubyToCel(formula, context).text;
  if (name === "slice" && (first?.type === "range" || first?.type === "pattern"))
    return indexed({ type: "index", on, at: first, length: args[1] }, context);
  // A text where a pattern is taken here, in the pattern's letters.
  if (first && isText(first) && (name === "scan" || (/^g?sub$/.test(name) && args[1]?.type === "hash")))
    return formulaOn(
      on,
      name,
      [{ type: "pattern", source: inPattern(first.value), flags: "" }, ...args.slice(1)],
      context,
    );
  if (Object.hasOwn(places, name) && args.length === 0 && !isNumber(on))
    return called(rubyToCel(on, context), "at", [String(places[name])]);
  if ((name === "from_now" || name === "ago") && args.length === 0)
    return called(rubyToCel(on, context), name, [quoted(zoneThere)]);
  if (name === "in_time_zone" && isPresent(on)) {
    const [zone = quoted(zoneThere)] = argumentsOf(name, args, context);
    return value(zone === quoted("UTC") ? "now()" : `now(${zone})`);
  }
  // `.where.not(a: 1)`
  if (name === "not" && on.type === "call" && on.name === "where" && on.on && first?.type === "hash") {
    const [entry, ...more] = first.entries;
    if (!entry || more.length > 0 || on.args.length > 0)
      throw new Untranslatable("where.not with several conditions has no counterpart");
    return called(rubyToCel(on.on, context), "where", [
      `{${inText(entry[0]).replace(/"$/, ' !="')}: ${inText(entry[1])}}`,
    ]);
  }
  return undefined;
}

function argumentsOf(name: string, args: readonly Ruby[], context: FormulaContext): string[] {
  const [first] = args;
  // Ruby's named argument is ours by its place.
  if ((name === "to_date" || name === "to_time") && first?.type === "hash") {
    return first.entries.map(([, format]) => rubyToCel(format, context).text);
  }
  if (name === "in_time_zone") {
    if (!first) return [quoted(zoneThere)];
    if (first.type === "literal" && first.value === null) return [quoted("UTC")];
    if (isText(first)) return [quoted(ianaZone(first.value))];
  }
  return args.map((each) => rubyToCel(each, context).text);
}

/** `[0]`, `[-1]`, `["key"]`, `[0..3]`, `[0, 4]`. */
function indexed({ on, at, length }: Extract<Ruby, { type: "index" }>, context: FormulaContext): Cel {
  const receiver = rubyToCel(on, context);
  if (at.type === "pattern") {
    // With groups, what is found there is a list of them here.
    if (length || /(?<!\\)\((?!\?)/.test(at.source))
      throw new Untranslatable("A part that a pattern's group finds has no counterpart");
    return called(called(receiver, "scan", [quoted(patternText(at))]), "first");
  }
  if (length)
    return called(receiver, "slice", [rubyToCel(at, context).text, rubyToCel(length, context).text]);
  if (at.type === "range") {
    const from = wholeOf(at.from);
    const to = at.to && wholeOf(at.to);
    if (to !== undefined && to < 0) {
      // From behind to behind, the length is known without the text's.
      if (from >= 0) {
        const less = from - to - 1 + (at.exclusive ? 1 : 0);
        const whole = called(receiver, "length").text;
        return called(receiver, "slice", [String(from), less === 0 ? whole : `${whole} - ${less}`]);
      }
      return called(receiver, "slice", [
        String(from),
        String(Math.max(to - from + (at.exclusive ? 0 : 1), 0)),
      ]);
    }
    const count = to === undefined ? 1_000_000 : Math.max(to - from + (at.exclusive ? 0 : 1), 0);
    return called(receiver, "slice", [String(from), String(count)]);
  }
  // A list's item or a text's character; beyond its end there is nil, which `[n]` is not here.
  if (at.type === "literal" && typeof at.value === "number") {
    if (at.value === 0) return called(receiver, "first");
    if (at.value === -1) return called(receiver, "last");
    return called(receiver, "at", [String(at.value)]);
  }
  const container = within(receiver, bindings.value);
  if (isText(at)) return value(fieldText(container, at.value));
  return value(`${container}[${rubyToCel(at, context).text}]`);
}
