/** Our conditions as Workato's: a list of comparisons joined by and, or by or. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { parse } from "../expressions/environment.ts";
import { celToRuby, pathOf, type PillOf } from "./cel-to-ruby.ts";
import { writePill } from "./datapill.ts";
import type { Json } from "./workato-json.ts";

type Binary = Extract<ASTNode, { op: "==" | "!=" | "<" | ">" }>;
type Formula = Extract<ASTNode, { op: "rcall" }>;

const tests: Readonly<Record<string, string>> = {
  ...{ include: "contains", contains: "contains", starts_with: "starts_with", startsWith: "starts_with" },
  ...{ ends_with: "ends_with", endsWith: "ends_with" },
};
const unary: ReadonlySet<string> = new Set(["present", "blank", "is_true", "is_not_true"]);
const opposites: Readonly<Record<string, string>> = {
  ...{ present: "blank", blank: "present", is_true: "is_not_true", is_not_true: "is_true" },
};
const relations: Readonly<Record<string, string>> = {
  ...{ "==": "equals_to", "!=": "not_equals_to", ">": "greater_than", "<": "less_than" },
};

/** A condition. `tell` hears of what Workato's form cannot say. @throws {Untranslatable} */
export function exportCondition(
  condition: string | boolean,
  pillOf: PillOf,
  uuidOf: (index: number) => string,
  tell: (message: string, hint?: string) => void,
): Json {
  const node = parse(String(condition)).ast;
  const isAny = node.op === "||";
  const parts = flattened(node, isAny ? "||" : "&&");
  const conditions = parts.map((part, index) => {
    const said = comparison(part, pillOf);
    if (said) return { ...said, uuid: uuidOf(index) };
    tell(
      "Workato compares datapills only; the condition became a formula on the right side.",
      "Look at it in its editor.",
    );
    return { operand: "equals_to", lhs: "true", rhs: `=${celToRuby(part, pillOf)}`, uuid: uuidOf(index) };
  });
  return { type: "compound", operand: isAny ? "or" : "and", conditions };
}

function flattened(node: ASTNode, op: "&&" | "||"): ASTNode[] {
  if (node.op !== op) return [node];
  const [left, right] = node.args;
  return [...flattened(left, op), ...flattened(right, op)];
}

function comparison(node: ASTNode, pillOf: PillOf): Json | undefined {
  if (node.op === "!_") {
    const said = comparison(node.args, pillOf);
    const operand = String(said?.operand);
    return (
      said && {
        ...said,
        operand: opposites[operand] ?? (operand.startsWith("not_") ? operand.slice(4) : `not_${operand}`),
      }
    );
  }
  const path = pathOf(node);
  if (path) return { operand: "is_true", lhs: pillText(node, pillOf), rhs: "" };
  if (node.op === "rcall") return formulaTest(node, pillOf);
  return isRelation(node) ? related(node, pillOf) : undefined;
}

const isRelation = (node: ASTNode): node is Binary => ["==", "!=", "<", ">"].includes(node.op);

function formulaTest({ args: [name, on, args] }: Formula, pillOf: PillOf): Json | undefined {
  const left = pillText(plainSide(on), pillOf);
  if (left === undefined) return undefined;
  if (unary.has(name)) return { operand: name, lhs: left, rhs: "" };
  const operand = Object.hasOwn(tests, name) ? tests[name] : undefined;
  const right = args[0] && rightText(args[0], pillOf);
  return operand === undefined || right === undefined || args.length > 1
    ? undefined
    : { operand, lhs: left, rhs: right };
}

function related({ op, args: [left, right] }: Binary, pillOf: PillOf): Json | undefined {
  const isNull = right.op === "value" && right.args === null;
  const lhs = pillText(plainSide(left), pillOf);
  if (lhs === undefined) return undefined;
  if (isNull)
    return op === "==" || op === "!="
      ? { operand: op === "==" ? "blank" : "present", lhs, rhs: "" }
      : undefined;
  const rhs = rightText(right, pillOf);
  return rhs === undefined ? undefined : { operand: relations[op], lhs, rhs };
}

/** Without what makes text or numbers of it: Workato compares so by itself. */
function plainSide(node: ASTNode): ASTNode {
  return node.op === "rcall" &&
    ["to_s", "to_f", "to_time"].includes(node.args[0]) &&
    node.args[2].length === 0
    ? node.args[1]
    : node;
}

function pillText(node: ASTNode, pillOf: PillOf): string | undefined {
  const path = pathOf(node);
  return path && `#{${writePill(pillOf(path.root, path.path))}}`;
}

function rightText(node: ASTNode, pillOf: PillOf): string | undefined {
  const plain = plainSide(node);
  if (plain.op === "value") return plain.args === null ? undefined : String(plain.args);
  return pillText(plain, pillOf) ?? `=${celToRuby(plain, pillOf)}`;
}
