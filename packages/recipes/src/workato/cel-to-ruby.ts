/** Expressions as Workato's formulas. What those cannot say is refused. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { outsideText } from "../expressions/environment.ts";
import { formulas } from "../expressions/formulas.ts";
import { allowedFormulas } from "./allowed-formulas.ts";
import { type Pill, type PillPart, writePill } from "./datapill.ts";
import { Untranslatable } from "./ruby.ts";

/** The datapill of a name's data. @throws {Untranslatable} */
export type PillOf = (root: string, path: readonly PillPart[]) => Pill;

const questions: ReadonlySet<string> = new Set(
  formulas.filter(({ result }) => result === "truth").map(({ name }) => name),
);

const renamed: Readonly<Record<string, string>> = {
  ...{
    contains: "include",
    startsWith: "starts_with",
    endsWith: "ends_with",
    size: "length",
    replace: "gsub",
    matches: "match",
  },
  ...{ trim: "strip", lowerAscii: "downcase", upperAscii: "upcase" },
};
const withPattern: Readonly<Record<string, string>> = {
  ...{ gsub_pattern: "gsub", sub_pattern: "sub", split_pattern: "split", scan: "scan", match: "match?" },
};
const functions: Readonly<Record<string, string>> = {
  string: "to_s",
  int: "to_i",
  double: "to_f",
  size: "length",
};

/** A formula; brackets stand wherever there is an operator, which is always right. @throws {Untranslatable} */
export function celToRuby(node: ASTNode, pillOf: PillOf): string {
  const path = pathOf(node);
  if (path) return writePill(pillOf(path.root, path.path));
  const inner = (each: ASTNode): string => celToRuby(each, pillOf);
  switch (node.op) {
    case "value":
      return literal(node.args);
    case "list":
      return `[${node.args.map(inner).join(", ")}]`;
    case "map":
      return `{ ${node.args.map(([key, value]) => `${inner(key)} => ${inner(value)}`).join(", ")} }`;
    case "[]":
      return `${inner(node.args[0])}[${inner(node.args[1])}]`;
    case ".":
      return `${inner(node.args[0])}[${rubyText(node.args[1])}]`;
    case "?:":
      return `(${inner(node.args[0])} ? ${inner(node.args[1])} : ${inner(node.args[2])})`;
    case "!_":
      return `!(${inner(node.args)})`;
    case "-_":
      return `-(${inner(node.args)})`;
    case "in":
      return `${inner(node.args[1])}.include?(${inner(node.args[0])})`;
    case "call":
      return free(node.args[0], node.args[1], inner);
    case "rcall":
      return formulaOn(node.args, inner);
    case "/": {
      const days = differenceIn(node.args[0]);
      if (days && node.args[1].op === "value" && Number(node.args[1].args) === 86_400) return inner(days);
      return `(${inner(node.args[0])} / ${inner(node.args[1])})`;
    }
    case "&&":
    case "||":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "+":
    case "-":
    case "*":
    case "%":
      return `(${inner(node.args[0])} ${node.op} ${inner(node.args[1])})`;
    default:
      throw new Untranslatable(`Workato's formulas have nothing like ${node.op}`);
  }
}

/** `(a - b).in_seconds()`: there the difference of two times is a number itself. */
function differenceIn(node: ASTNode): ASTNode | undefined {
  if (node.op !== "rcall" || node.args[0] !== "in_seconds") return undefined;
  return node.args[1].op === "-" ? node.args[1] : undefined;
}

/** The name and the fields that an expression is, where it is nothing else. */
export function pathOf(
  node: ASTNode,
): { readonly root: string; readonly path: readonly PillPart[] } | undefined {
  if (node.op === "id") return { root: outsideText(node.args), path: [] };
  if (node.op === ".") {
    const inner = pathOf(node.args[0]);
    return inner && { root: inner.root, path: [...inner.path, node.args[1]] };
  }
  if (node.op === "[]") {
    const [on, at] = node.args;
    const inner = pathOf(on);
    return inner && at.op === "value" && typeof at.args === "string"
      ? { root: inner.root, path: [...inner.path, at.args] }
      : undefined;
  }
  // `trigger.get("object.topic")` is a path whose fields may be missing.
  if (node.op === "rcall" && node.args[0] === "get") {
    const [, on, [path, ...rest]] = node.args;
    const inner = pathOf(on);
    if (inner && rest.length === 0 && path?.op === "value" && typeof path.args === "string")
      return { root: inner.root, path: [...inner.path, ...path.args.split(".")] };
  }
  return undefined;
}

function literal(value: unknown): string {
  if (value === null) return "nil";
  if (typeof value === "string") return rubyText(value);
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint")
    return String(value);
  throw new Untranslatable("Workato's formulas have no such literal");
}

/** A text as Ruby writes it. */
export function rubyText(text: string): string {
  if (!/[\n\r\t]/.test(text)) return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  return JSON.stringify(text).replaceAll("#{", "\\#{");
}

function free(name: string, args: readonly ASTNode[], inner: (node: ASTNode) => string): string {
  const [first] = args;
  if (name === "skip") return "skip";
  if (name === "now" || name === "today") {
    if (first?.op === "value" && first.args === "America/Los_Angeles") return name;
    const now = `now.in_time_zone(${first ? inner(first) : rubyText("UTC")})`;
    return name === "now" ? now : `${now}.to_date`;
  }
  if (name === "has" && first) return `${inner(first)}.present?`;
  const formula = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (formula !== undefined && first) return `${inner(first)}.${formula}`;
  throw new Untranslatable(`Workato has no function ${name}`);
}

function formulaOn(
  [insideName, on, args]: readonly [string, ASTNode, readonly ASTNode[]],
  inner: (node: ASTNode) => string,
): string {
  const outside = insideName.replace(/^(join|matches)_$/, "$1");
  const name = Object.hasOwn(renamed, outside) ? (renamed[outside] ?? outside) : outside;
  const receiver = inner(on);
  if (name === "in_seconds" && on.op === "-") return receiver;
  const [first, ...rest] = args;
  if (name === "or_else" && first) return `(${receiver}.presence || ${inner(first)})`;
  const pattern = Object.hasOwn(withPattern, name) ? withPattern[name] : undefined;
  if (pattern !== undefined) {
    if (first?.op !== "value" || typeof first.args !== "string")
      throw new Untranslatable(`${outside} needs a pattern that is written out`);
    return `${receiver}.${pattern}(${[patternText(first.args), ...rest.map(inner)].join(", ")})`;
  }
  // Bytes are what Workato's hashes give, and ours give hexadecimal.
  if (name === "decode_hex" && on.op === "rcall" && /^(sha1|sha256|sha512|hmac_)/.test(on.args[0]))
    return hashOf(on.args, inner);
  if (name === "from_now" || name === "ago") {
    const period = `${receiver}.${name}`;
    if (first?.op === "value" && first.args === "America/Los_Angeles") return period;
    return `${period}.in_time_zone(${first ? inner(first) : rubyText("UTC")})`;
  }
  if (name === "at" && first) return `${receiver}[${inner(first)}]`;
  if (!allowedFormulas.has(name)) throw new Untranslatable(`Workato has no formula ${outside}`);
  const written = questions.has(name) ? `${name}?` : name;
  const given = args.map((each) => (name === "to_date" ? `format: ${inner(each)}` : argument(each, inner)));
  return `${receiver}.${written}${given.length > 0 ? `(${given.join(", ")})` : ""}`;
}

function hashOf(
  [name, on, args]: readonly [string, ASTNode, readonly ASTNode[]],
  inner: (node: ASTNode) => string,
): string {
  const there = name === "sha256" ? "encode_sha256" : name;
  return `${inner(on)}.${there}${args.length > 0 ? `(${args.map(inner).join(", ")})` : ""}`;
}

/** Options are named arguments in Ruby. */
function argument(node: ASTNode, inner: (node: ASTNode) => string): string {
  if (node.op !== "map") return inner(node);
  return node.args.map(([key, value]) => `${inner(key)} => ${inner(value)}`).join(", ");
}

function patternText(pattern: string): string {
  const [, flags = "", source = pattern] = /^\(\?([is]+)\)(.*)$/s.exec(pattern) ?? [];
  return `/${source.replaceAll("/", "\\/")}/${flags.replace("s", "m")}`;
}
