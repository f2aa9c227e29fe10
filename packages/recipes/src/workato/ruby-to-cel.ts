/** Workato's formulas as CEL. What has no counterpart is refused, never guessed. */
import { formulas } from "../expressions/formulas.ts";
import { bindings, called, type Cel, quoted, value, within } from "./cel-text.ts";
import type { Pill } from "./datapill.ts";
import { type Ruby, Untranslatable } from "./ruby.ts";

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
    if (op === "||") return called(rubyToCel(left, context), "or_else", [other.text]);
    return {
      text: `${within(asTruth(left, context), bindings.or)} ? ${within(other, bindings.or)} : null`,
      binding: bindings.choice,
    };
  }
  const strength = strengths[op];
  if (strength === undefined) throw new Untranslatable(`The operator ${op} has no counterpart`);
  const sides = [within(rubyToCel(left, context), strength), within(rubyToCel(right, context), strength + 1)];
  return { text: sides.join(` ${op} `), binding: strength };
}

function free({ name, args }: Extract<Ruby, { type: "call" }>, context: FormulaContext): Cel {
  if (name === "now" || name === "today") return value(`${name}()`);
  if (name === "skip")
    throw new Untranslatable("A field cannot be left out by a condition; give null instead");
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
  const receiver = rubyToCel(on, context);
  const [first] = args;
  if (first?.type === "range" && name === "slice")
    return indexed({ type: "index", on, at: first, length: undefined }, context);
  if (first?.type === "pattern") {
    const here = withPattern[name];
    if (here === undefined) throw new Untranslatable(`${rubyName} with a pattern has no counterpart`);
    return called(receiver, here, [
      quoted(patternText(first)),
      ...args.slice(1).map((each) => rubyToCel(each, context).text),
    ]);
  }
  if (name === "scan" && first)
    throw new Untranslatable("scan with a text has no counterpart; use a pattern");
  if (!known.has(name)) throw new Untranslatable(`There is no formula ${rubyName} here`);
  // `.decode_hex().encode_hex()` would go there and back.
  if (name === "encode_hex" && receiver.text.endsWith(".decode_hex()"))
    return value(receiver.text.slice(0, -".decode_hex()".length));
  const result = called(receiver, name, argumentsOf(name, args, context));
  return binaryHashes.has(rubyName) ? called(result, "decode_hex") : result;
}

function argumentsOf(name: string, args: readonly Ruby[], context: FormulaContext): string[] {
  const [first] = args;
  // Ruby's named argument is ours by its place.
  if ((name === "to_date" || name === "to_time") && first?.type === "hash") {
    return first.entries.map(([, format]) => rubyToCel(format, context).text);
  }
  if (name === "in_time_zone" && args.length === 0) return [quoted("UTC")];
  return args.map((each) => rubyToCel(each, context).text);
}

function patternText({ source, flags }: { readonly source: string; readonly flags: string }): string {
  const here = flags.replace("m", "s");
  if (/[^is]/.test(here)) throw new Untranslatable(`The pattern's flags ${flags} have no counterpart`);
  return here === "" ? source : `(?${here})${source}`;
}

/** `[0]`, `[-1]`, `["key"]`, `[0..3]`, `[0, 4]`. */
function indexed({ on, at, length }: Extract<Ruby, { type: "index" }>, context: FormulaContext): Cel {
  const receiver = rubyToCel(on, context);
  if (length)
    return called(receiver, "slice", [rubyToCel(at, context).text, rubyToCel(length, context).text]);
  if (at.type === "range") {
    const from = wholeOf(at.from);
    const to = at.to && wholeOf(at.to);
    if (to !== undefined && to < 0) {
      // From behind to behind, the length is known without the text's.
      if (from >= 0)
        throw new Untranslatable("A range that begins at the front and ends from behind has no counterpart");
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
    return called(called(receiver, "slice", [String(at.value), "1"]), "first");
  }
  return value(`${within(receiver, bindings.value)}[${rubyToCel(at, context).text}]`);
}

function wholeOf(formula: Ruby): number {
  if (formula.type === "literal" && typeof formula.value === "number") return formula.value;
  throw new Untranslatable("A range with computed ends has no counterpart");
}
