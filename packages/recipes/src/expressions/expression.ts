/** CEL expressions: compiled once, evaluated in about a microsecond, with errors that name what is there instead. */
import { type ASTNode, ParseError, type ParseResult } from "@marcbachmann/cel-js";
import { childrenOf, onOneAccount } from "./bounds.ts";
import { currentTime, setCurrentTime } from "./current-time.ts";
import { insideScope, outsideText, parse } from "./environment.ts";
import { checkHint, explain, plain } from "./explain.ts";
import { ExpressionError } from "./expression-error.ts";
import { misplacedSkip, Skipped } from "./skipped.ts";
import { toJson } from "./to-json.ts";

/** The variables of an expression, by name. */
export type Scope = Readonly<Record<string, unknown>> & { readonly [currentTime]?: Date };

/** A compiled expression. */
export interface Expression {
  readonly text: string;
  /** The variables it reads, without those that its own macros bind. */
  readonly variables: ReadonlySet<string>;
  /** What it surely gives, in CEL's words (`bool`, `int`, `list<string>` …); `dyn` where that depends on data. */
  readonly type: string;
  /** @throws {ExpressionError} */
  evaluate(scope: Scope): unknown;
  /** The same for a field's whole value, which `skip()` leaves out. @throws {ExpressionError} */
  evaluateOrSkip(scope: Scope): unknown;
}

const maxLength = 10_000;
const macros = new Set(["map", "filter", "all", "exists", "exists_one"]);

/** Compiles an expression that stands at `path` in the recipe. @throws {ExpressionError} */
export function compileExpression(text: string, path: string): Expression {
  if (text.length > maxLength) {
    throw new ExpressionError(
      path,
      `${text.slice(0, 60)}…`,
      `The expression is longer than ${maxLength} characters.`,
    );
  }
  const parsed = parseAt(text, path);
  const checked = parsed.check();
  if (!checked.valid) {
    const summary = outsideText(checked.error?.summary ?? checked.error?.message ?? "The types do not fit");
    throw new ExpressionError(
      path,
      text,
      `${plain(summary)}${positionOf(checked.error)}.`,
      checkHint(summary, text.slice(checked.error?.range?.start, checked.error?.range?.end)),
    );
  }
  const variables = new Set<string>();
  collectVariables(parsed.ast, new Set(), variables);
  const usesLoop = variables.has("loop");
  const expression: Expression = {
    text,
    variables,
    type: checked.type ?? "dyn",
    evaluate(scope) {
      const value = expression.evaluateOrSkip(scope);
      if (value instanceof Skipped) throw new ExpressionError(path, text, `${misplacedSkip}.`);
      return value;
    },
    evaluateOrSkip(scope) {
      setCurrentTime(scope[currentTime] ?? eventTime(scope));
      try {
        return onOneAccount(() => toJson(parsed(usesLoop ? insideScope(scope) : scope)));
      } catch (error) {
        throw explain(error, text, path, scope);
      }
    },
  };
  return expression;
}

/** Before a job runs, as in a trigger's condition, it is the event's time. */
function eventTime({ event }: Scope): Date | undefined {
  const at: unknown =
    typeof event === "object" && event !== null ? Reflect.get(event, "occurredAt") : undefined;
  return at instanceof Date ? at : undefined;
}

function parseAt(text: string, path: string): ParseResult {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const summary = outsideText(error.summary).replace("Unexpected token: EOF", "it ends too early");
    throw new ExpressionError(path, text, `Not a valid expression: ${summary}${positionOf(error)}.`);
  }
}

function positionOf(error: { readonly range?: { readonly start: number } } | undefined): string {
  return error?.range ? `, at character ${error.range.start + 1}` : "";
}

function collectVariables(node: ASTNode, bound: ReadonlySet<string>, found: Set<string>): void {
  if (node.op === "id") {
    if (!bound.has(node.args)) found.add(outsideText(node.args));
    return;
  }
  if (node.op === "rcall") {
    const [name, receiver, args] = node.args;
    const [variable, ...rest] = args;
    // `cel.bind(name, value, expression)`: only the last sees the name.
    const isBind = name === "bind" && receiver.op === "id" && receiver.args === "cel";
    if (variable?.op === "id" && (isBind || macros.has(name))) {
      const inner = new Set(bound).add(variable.args);
      if (!isBind) collectVariables(receiver, bound, found);
      for (const [index, argument] of rest.entries()) {
        collectVariables(argument, isBind && index === 0 ? bound : inner, found);
      }
      return;
    }
  }
  for (const child of childrenOf(node)) collectVariables(child, bound, found);
}
