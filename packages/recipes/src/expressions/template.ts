/** Templates: text with `{{ expressions }}`. One that is a single hole keeps its value's type. */
import { onOneAccount } from "./bounds.ts";
import { type Expression, compileExpression, type Scope } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";
import { SecretText } from "../secret-text.ts";
import { endOfLiteral } from "./literals.ts";
import { misplacedSkip, Skipped } from "./skipped.ts";

/** A compiled input: a function of the scope. */
export interface CompiledValue {
  readonly variables: ReadonlySet<string>;
  /** @throws {ExpressionError} */
  evaluate(scope: Scope): unknown;
}

/** Whether a text holds an expression. */
export function isTemplate(text: string): boolean {
  return text.includes("{{");
}

/** Compiles any JSON value; the strings in it may be templates. @throws {ExpressionError} */
export function compileValue(value: unknown, path: string): CompiledValue {
  const { variables, evaluate } = compilePart(value, path);
  return {
    variables,
    evaluate(scope) {
      const given = onOneAccount(() => evaluate(scope));
      if (!isThere(given)) throw new ExpressionError(path, String(value), `${misplacedSkip}.`);
      return given;
    },
  };
}

const isThere = (value: unknown): boolean => !(value instanceof Skipped);

function compilePart(value: unknown, path: string): CompiledValue {
  if (typeof value === "string") return isTemplate(value) ? compileTemplate(value, path) : constant(value);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compilePart(item, `${path}[${index}]`));
    return {
      variables: union(items),
      evaluate: (scope) => items.map((item) => item.evaluate(scope)).filter(isThere),
    };
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, compilePart(item, `${path}.${key}`)] as const,
    );
    return {
      variables: union(entries.map(([, item]) => item)),
      evaluate: (scope) =>
        Object.fromEntries(
          entries
            .map(([key, item]) => [key, item.evaluate(scope)] as const)
            .filter(([, each]) => isThere(each)),
        ),
    };
  }
  return constant(value);
}

function compileTemplate(text: string, path: string): CompiledValue {
  const parts = templateParts(text, path).map((part) =>
    part.hole ? compileExpression(part.text.trim(), path) : part.text,
  );
  const holes = parts.filter((part): part is Expression => typeof part !== "string");
  const [only] = parts;
  // A template of one hole keeps its value's type.
  const evaluate =
    parts.length === 1 && only !== undefined && typeof only !== "string"
      ? (scope: Scope) => only.evaluateOrSkip(scope)
      : (scope: Scope) =>
          joined(parts.map((part) => (typeof part === "string" ? part : asText(part, scope, path))));
  return { variables: union(holes), evaluate };
}

function joined(texts: readonly (string | SecretText)[]): string | SecretText {
  return texts.some((text) => typeof text !== "string") ? SecretText.join(texts) : texts.join("");
}

function asText(expression: Expression, scope: Scope, path: string): string | SecretText {
  const value = expression.evaluate(scope);
  if (value == null) {
    throw new ExpressionError(
      path,
      expression.text,
      "It is null, which has no text.",
      `Give a default: ${expression.text} != null ? ${expression.text} : ""`,
    );
  }
  return typeof value === "string" || value instanceof SecretText ? value : JSON.stringify(value);
}

/** Splits at `{{` and `}}`; those inside an expression's quotes do not count. */
export function templateParts(text: string, path: string): { hole: boolean; text: string }[] {
  const parts: { hole: boolean; text: string }[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open < 0) break;
    if (open > at) parts.push({ hole: false, text: text.slice(at, open) });
    const close = closing(text, open + 2);
    if (close === undefined)
      throw new ExpressionError(path, text, "A {{ has no }}.", "Close the expression with }}.");
    const inner = text.slice(open + 2, close);
    if (inner.trim() === "")
      throw new ExpressionError(path, text, "The expression between {{ and }} is empty.");
    parts.push({ hole: true, text: inner });
    at = close + 2;
  }
  if (at < text.length) parts.push({ hole: false, text: text.slice(at) });
  return parts;
}

function closing(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const end = endOfLiteral(text, at);
    if (end !== undefined) {
      at = end;
      continue;
    }
    const character = text[at];
    if (character === "{") depth += 1;
    else if (character === "}" && depth > 0) depth -= 1;
    else if (character === "}" && text[at + 1] === "}") return at;
    at += 1;
  }
  return undefined;
}

function constant(value: unknown): CompiledValue {
  return { variables: new Set(), evaluate: () => value };
}

function union(parts: readonly { readonly variables: ReadonlySet<string> }[]): ReadonlySet<string> {
  return new Set(parts.flatMap(({ variables }) => [...variables]));
}
