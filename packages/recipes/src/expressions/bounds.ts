/**
 * What an expression may cost. The parser bounds its text; this bounds its evaluation, since macros can be nested
 * (`a.map(x, a.map(y, …))`) and lists and texts doubled (`a.map(x, x + x)`).
 */
import type { ASTNode } from "@marcbachmann/cel-js";

/** About half a second's work; an ordinary expression over a thousand rows takes some ten thousand units. */
const maxUnits = 5_000_000;
/** The longest text that a formula or `+` may make, in characters. */
export const maxTextLength = 5_000_000;
const maxListLength = 100_000;
/** Characters copied for the price of one step. */
const charactersPerUnit = 64;

// Evaluation is synchronous and never re-entered, so one count serves all.
let unitsLeft = maxUnits;

/** Begins the account of one evaluation. */
export function resetBudget(): void {
  unitsLeft = maxUnits;
}

/** Takes from the evaluation's account; true, so that it can stand in a condition. @throws when it is used up. */
export function spend(units: number): true {
  unitsLeft -= units;
  if (unitsLeft < 0)
    throw new Error("The expression takes too many steps; work on a shorter list, or in several steps");
  return true;
}

/** Takes what copying a text costs. */
export function spendText(length: number): void {
  spend(1 + Math.floor(length / charactersPerUnit));
}

/** Gives the value back. @throws when it is longer than expressions may make. */
export function bounded<T>(value: T): T {
  if (typeof value === "string") checkTextLength(value.length);
  else if (Array.isArray(value) && value.length > maxListLength) {
    throw new Error(`The expression makes a list of more than ${maxListLength} items`);
  }
  return value;
}

/** For formulas that know how long their text will be before they make it. */
export function checkTextLength(length: number): void {
  if (length > maxTextLength)
    throw new Error(`The expression makes a text of more than ${maxTextLength} characters`);
}

/** What the library's nodes have beside their published types; the version is pinned, and tests hold it to this. */
interface Hooked {
  readonly meta: {
    readonly evaluate: (...context: unknown[]) => unknown;
    readonly alternate?: {
      readonly op: string;
      readonly args: { condition?: (accumulated: unknown) => boolean };
    };
  };
  setMeta(key: "evaluate", evaluate: (...context: unknown[]) => unknown): void;
}

/** Makes a parsed expression pay for its loops and refuse to grow without end. Gives its number of nodes. */
export function boundEvaluation(node: ASTNode): number {
  const cost = 1 + childrenOf(node).reduce((sum, child) => sum + boundEvaluation(child), 0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published types leave these out
  const hooked = node as ASTNode & Hooked;
  const { meta } = hooked;
  const loop = meta.alternate?.op === "comprehension" ? meta.alternate.args : undefined;
  if (loop) {
    const { condition } = loop;
    loop.condition = (accumulated) => spend(cost) && (condition?.(accumulated) ?? true);
  } else if (node.op === "+" || node.op === "rcall" || node.op === "call") {
    const { evaluate } = meta;
    hooked.setMeta("evaluate", (...context) => bounded(evaluate(...context)));
  }
  return cost;
}

/** The nodes inside a node, as written. */
export function childrenOf(node: ASTNode): ASTNode[] {
  // An argument is a name, a node, or a list of arguments.
  return node.op === "value" || node.op === "id" ? [] : nodesIn(node.args);
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value;
}
