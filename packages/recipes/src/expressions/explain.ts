/** Why an evaluation failed, in words that say what to change. */
import { isTooDeep } from "@greenroom/connector-kit";
import { type ASTNode, EvaluationError } from "@marcbachmann/cel-js";
import { nearest, suggest } from "../did-you-mean.ts";
import { functionNames, insideScope, outsideText, parse } from "./environment.ts";
import { ExpressionError } from "./expression-error.ts";

type Scope = Readonly<Record<string, unknown>>;

/** The error for people of whatever an evaluation threw. */
export function explain(error: unknown, text: string, path: string, scope: Scope): ExpressionError {
  const failed = (message: string, hint?: string) => new ExpressionError(path, text, message, hint);
  if (!(error instanceof EvaluationError)) {
    if (isTooDeep(error)) return failed("The expression or its data is nested too deeply.");
    // A formula's own sentence.
    return failed(`${error instanceof Error ? error.message : String(error)}.`);
  }
  const node = error.node;
  if (node?.op === "id" && (error.code === "unknown_variable" || error.code === "unsupported_type")) {
    const name = outsideText(node.args);
    if (Object.hasOwn(scope, name)) return failed(`“${name}” is of a kind that expressions cannot read.`);
    return failed(`There is no “${name}” here.`, suggest(name, Object.keys(scope)));
  }
  if (node?.op === "." && error.code === "no_such_key") {
    const [container, key] = node.args;
    return failed(...missingField(textOf(container, text), key, valueOf(container, text, scope)));
  }
  const summary = outsideText(error.summary || error.message.split("\n")[0] || "The expression failed");
  if (node?.op === "rcall" && error.code === "no_matching_overload") {
    const receiver = textOf(node.args[1], text);
    const found = valueOf(node.args[1], text, scope);
    const called = outsideText(`${node.args[0]}(`).slice(0, -1);
    if (found?.value === null) {
      return failed(
        `${receiver} is null, so ${called}() cannot be called on it.`,
        `Ask first: ${receiver} != null ? … : …`,
      );
    }
    const missing = node.args[2].find((argument) => valueOf(argument, text, scope)?.value === null);
    if (missing) {
      const source = textOf(missing, text);
      return failed(
        `${source} is null, so it cannot be given to ${called}().`,
        `Give a default: ${source}.or_else(…)`,
      );
    }
  }
  if (error.code === "no_such_overload" && node && isBinary(node)) {
    const missing = node.args.find((side) => valueOf(side, text, scope)?.value === null);
    const source = missing && textOf(missing, text);
    if (source !== undefined)
      return failed(
        `${source} is null, so ${node.op} cannot be done with it.`,
        `Ask first: ${source} != null ? … : …`,
      );
  }
  if (node?.op === "+" && error.code === "no_such_overload") {
    return failed(`${plain(summary)}.`, bothText);
  }
  return failed(`${plain(summary)}.`, functionHint(summary));
}

/** For a call that nothing answers to: the function that was probably meant. */
export function functionHint(summary: string): string | undefined {
  const [, receiver, called] = /overload for '([\w<>., ]+\.)?(\w+)\(/.exec(summary) ?? [];
  if (called === undefined) return undefined;
  if (functionNames.includes(called)) {
    if (receiver === undefined) return `Write it after the value: value.${called}().`;
    return `“${called}” does not take these types. A value that may be null can be asked first: x != null.`;
  }
  const near = nearest(called, functionNames);
  return near && `Did you mean “${near}”?`;
}

/** What to do about what the type check refuses; `place` is the text that it points at. */
export function checkHint(summary: string, place: string): string | undefined {
  if (summary.startsWith("Cannot index type")) return formulaHint(place);
  return /^no such overload: string \+|\+ string$/.test(summary) ? bothText : functionHint(summary);
}

const bothText = "Make both text, with to_s(), or write a template: “{{ … }} {{ … }}”.";

type BinaryNode = Extract<ASTNode, { op: "+" | "-" | "*" | "/" | "%" | "<" | "<=" | ">" | ">=" }>;

const isBinary = (node: ASTNode): node is BinaryNode =>
  ["+", "-", "*", "/", "%", "<", "<=", ">", ">="].includes(node.op);

function missingField(
  source: string,
  key: string,
  found: { readonly value: unknown } | undefined,
): [string, string?] {
  // What a macro binds is known only while it runs.
  if (!found) return [`${source} has no “${key}”.`, `Ask first: has(${source}.${key}) ? … : …`];
  const { value } = found;
  if (value === null)
    return [`${source} is null, so it has no “${key}”.`, `Ask first: ${source} != null ? … : …`];
  if (Array.isArray(value))
    return [`${source} has no “${key}”. It is a list.`, `Take one of its items: ${source}.first().${key}`];
  if (typeof value !== "object") {
    return [
      `${source} has no “${key}”. It is ${typeof value === "string" ? "text" : `a ${typeof value}`}.`,
      formulaHint(key),
    ];
  }
  return [`${source} has no “${key}”.`, suggest(key, Object.keys(value))];
}

/** `topic.upcase` where `topic.upcase()` was meant. */
function formulaHint(key: string): string | undefined {
  return functionNames.includes(key) ? `A formula is written with brackets: ${key}().` : undefined;
}

function textOf(node: ASTNode, text: string): string {
  return text.slice(node.range.start, node.range.end);
}

function valueOf(node: ASTNode, text: string, scope: Scope): { readonly value: unknown } | undefined {
  try {
    return { value: parse(textOf(node, text))(insideScope(scope)) as unknown };
  } catch {
    // Only for the hint's sake: the error itself is being told already.
    return undefined;
  }
}

/** The library's text without its notation for what is known only while it runs. */
export function plain(summary: string): string {
  return summary
    .replaceAll(/dyn<(\w+)>/g, "$1")
    .replace(/^Cannot index type '(\w+)'/, "A $1 has no fields")
    .replace(/^no such overload: (.*)$/, "These types do not go together: $1")
    .replace(/^found no matching overload for '(?:dyn\.)?(.*)'$/, "There is no function $1");
}
