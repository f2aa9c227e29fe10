/** CEL expressions: compiled once, evaluated in about a microsecond, with errors that name what is there instead. */
import { type ASTNode, Environment, EvaluationError, ParseError } from "@marcbachmann/cel-js";
import { nearest, suggest } from "../did-you-mean.ts";
import { ExpressionError } from "./expression-error.ts";
import { registerFormulas, registerNumbers } from "./formulas.ts";

/** The variables of an expression, by name. */
export type Scope = Readonly<Record<string, unknown>>;

/** A compiled expression. */
export interface Expression {
  readonly text: string;
  /** The variables it reads, without those that its own macros bind. */
  readonly variables: ReadonlySet<string>;
  /** @throws {ExpressionError} */
  evaluate(scope: Scope): unknown;
}

const maxLength = 10_000;
const macros = new Set(["map", "filter", "all", "exists", "exists_one"]);

const environment = registerNumbers(
  registerFormulas(
    new Environment({
      unlistedVariablesAreDyn: true,
      homogeneousAggregateLiterals: false,
      limits: { maxAstNodes: 2_000, maxDepth: 50, maxListElements: 1_000, maxMapEntries: 1_000, maxCallArguments: 16 },
    }),
  ),
);

/** Compiles an expression that stands at `path` in the recipe. @throws {ExpressionError} */
export function compileExpression(text: string, path: string): Expression {
  if (text.length > maxLength) throw new ExpressionError(path, `${text.slice(0, 60)}…`, `The expression is longer than ${maxLength} characters.`);
  let parsed: ReturnType<typeof environment.parse>;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    if (error instanceof ParseError) throw new ExpressionError(path, text, `Not a valid expression: ${error.summary}.`);
    throw error;
  }
  const checked = parsed.check();
  if (!checked.valid) {
    const problem = checked.error;
    throw new ExpressionError(path, text, `${problem?.summary ?? problem?.message ?? "The types do not fit"}.`, functionHint(problem?.summary));
  }
  const variables = new Set<string>();
  collectVariables(parsed.ast, new Set(), variables);
  return {
    text,
    variables,
    evaluate(scope) {
      try {
        return toJson(parsed(scope));
      } catch (error) {
        throw explain(error, text, path, scope);
      }
    },
  };
}

function explain(error: unknown, text: string, path: string, scope: Scope): ExpressionError {
  if (!(error instanceof EvaluationError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new ExpressionError(path, text, `${reason}.`);
  }
  const node = error.node as ASTNode | undefined;
  if (error.code === "no_such_key" && node?.op === ".") {
    const [container, key] = node.args;
    const source = text.slice(container.range.start, container.range.end);
    const value = quietly(() => environment.parse(source)(scope));
    if (value == null) return new ExpressionError(path, text, `${source} is null, so it has no “${key}”.`, `Ask first: ${source} != null ? … : …`);
    const keys = typeof value === "object" ? Object.keys(value) : [];
    const kind = typeof value === "object" ? "" : ` It is ${typeof value === "string" ? "text" : `a ${typeof value}`}.`;
    return new ExpressionError(path, text, `${source} has no “${key}”.${kind}`, suggest(key, keys));
  }
  if (error.code === "unknown_variable" && node?.op === "id") {
    return new ExpressionError(path, text, `There is no “${node.args}” here.`, suggest(node.args, Object.keys(scope)));
  }
  const summary = error.summary || error.message.split("\n")[0] || "The expression failed";
  return new ExpressionError(path, text, `${summary}.`, functionHint(summary));
}

/** For a call that nothing answers to: the function that was probably meant. */
function functionHint(summary: string | undefined): string | undefined {
  const called = /'(?:[\w<>.]+\.)?(\w+)\(/.exec(summary ?? "")?.[1];
  if (called === undefined || !summary?.includes("overload")) return undefined;
  const names = [...new Set(environment.getDefinitions().functions.map(({ name }) => name))];
  if (names.includes(called)) return `“${called}” does not take these types. A value that may be null can be asked first: x != null.`;
  const near = nearest(called, names);
  return near && `Did you mean “${near}”?`;
}

function quietly(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch {
    // Only for the hint's sake: the error itself is being told already.
    return undefined;
  }
}

function collectVariables(node: ASTNode, bound: ReadonlySet<string>, found: Set<string>): void {
  if (node.op === "id") {
    if (!bound.has(node.args)) found.add(node.args);
    return;
  }
  if (node.op === "rcall" && macros.has(node.args[0])) {
    const [, receiver, [variable, ...rest]] = node.args;
    collectVariables(receiver, bound, found);
    const inner = variable?.op === "id" ? new Set(bound).add(variable.args) : bound;
    for (const argument of rest) collectVariables(argument, inner, found);
    return;
  }
  if (node.op === "value") return;
  for (const child of nodesIn(node.args)) collectVariables(child, bound, found);
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === "object" && args !== null && "op" in args ? [args as ASTNode] : [];
}

/** CEL's values as JSON's: whole numbers as numbers, times as ISO 8601 to the second, as web APIs take them. */
export function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, "Z");
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value.constructor === Object) {
    for (const inner of Object.values(value)) {
      if (typeof inner === "bigint" || (typeof inner === "object" && inner !== null)) {
        return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]));
      }
    }
    return value;
  }
  // A duration: the text that `duration()` takes.
  if ("seconds" in value) return `${String(value.seconds)}s`;
  return String(value);
}
