/**
 * What an expression may cost. The parser bounds its text; this bounds its evaluation, since macros can be nested
 * (`a.map(x, a.map(y, …))`) and lists and texts doubled (`a.map(x, x + x)`).
 */
import type { ASTNode } from "@marcbachmann/cel-js";

/**
 * What all expressions of a step's input may cost together. A unit is about a tenth of a microsecond, so this is some
 * 150 ms, for everything else in this process waits meanwhile; a usual expression over a thousand rows takes ten thousand.
 */
const maxUnits = 1_500_000;
/** The longest text that a formula or `+` may make, in characters. */
export const maxTextLength = 5_000_000;
/** The longest list that a formula or `+` may make. */
export const maxListLength = 100_000;
/** Characters that are only copied or compared, for the price of one step. */
const charactersPerUnit = 64;
/** Characters that a formula works on, one by one, for the price of one step. */
const charactersPerFormulaUnit = 8;
/** Characters made or read for the price of one step: a list of long texts must fit into memory. */
const charactersMadePerUnit = 16;

/** Beyond so many keys JavaScript keeps an object in another form, which is slow to go through. */
const manyKeys = 1_000;
/** What one key of such an object costs to come by; of a small one, a fraction. */
const unitsPerLooseKey = 2;
/** What one key of such an object costs to make. */
const unitsPerMadeKey = 5;
/** Keys of a small object for the price of one step. */
const keysPerUnit = 4;

// Evaluation is synchronous and never re-entered, so one count serves all.
let unitsLeft = maxUnits;

let accountIsOpen = false;

/** Evaluates on one account, which those that are evaluated inside of it share: all that a step's input asks for together. */
export function onOneAccount<T>(body: () => T): T {
  if (accountIsOpen) return body();
  unitsLeft = maxUnits;
  accountIsOpen = true;
  try {
    return body();
  } finally {
    accountIsOpen = false;
  }
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

/** Takes what it costs a formula to go through a text or bytes. */
export function spendFormula(length: number): void {
  spend(1 + Math.floor(length / charactersPerFormulaUnit));
}

/** Takes what going through so many keys of an object costs. */
export function spendKeys(count: number): void {
  spend(count > manyKeys ? count * unitsPerLooseKey : count / keysPerUnit);
}

/** Takes what making an object with so many keys costs. */
export function spendMaking(count: number): void {
  spend(count > manyKeys ? count * unitsPerMadeKey : count / keysPerUnit);
}

const keyCounts = new WeakMap<object, number>();

/** How many keys a plain object has, 0 of anything else; counted once, as the counting is what costs. */
export function keyCountOf(value: unknown): number {
  if (typeof value !== "object" || value?.constructor !== Object) return 0;
  const known = keyCounts.get(value);
  if (known !== undefined) return known;
  const count = Object.keys(value).length;
  keyCounts.set(value, count);
  return count;
}

/** Gives the value back. @throws when it is longer than expressions may make. */
export function bounded<T>(value: T): T {
  if (typeof value === "string") {
    checkTextLength(value.length);
    spend(Math.floor(value.length / charactersMadePerUnit));
  } else if (Array.isArray(value)) checkListLength(value.length);
  return value;
}

/** For formulas that know how long their list will be before they make it. */
export function checkListLength(length: number): void {
  if (length > maxListLength)
    throw new Error(`The expression makes a list of more than ${maxListLength} items`);
}

/** For formulas that know how long their text will be before they make it. */
export function checkTextLength(length: number): void {
  if (length > maxTextLength)
    throw new Error(`The expression makes a text of more than ${maxTextLength} characters`);
}

type Handle = (...values: unknown[]) => unknown;

/** What the library's nodes have beside their published types; the version is pinned, and tests hold it to this. */
interface Hooked {
  /** What the type check finds to work on the values of the node's arguments. */
  handle?: Handle;
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
  const pay = payments[node.op];
  if (pay) payWhenHandled(hooked, pay);
  return cost;
}

/** Operators and the library's own functions read what they are given whole, in one step: they pay for it. */
const payments: Readonly<Record<string, (left: unknown, right: unknown) => void>> = {
  ...Object.fromEntries(["==", "!=", "<", "<=", ">", ">="].map((op) => [op, payForComparison])),
  in: (item, among) => {
    spendKeys(keyCountOf(among));
    if (Array.isArray(among)) spend(among.length * (typeof item === "object" ? weightOf(item) : 1));
  },
  "+": (left, right) => {
    for (const side of [left, right]) if (Array.isArray(side)) spend(side.length);
  },
  call: payForReading,
  rcall: payForReading,
};

function payWhenHandled(node: Hooked, pay: (left: unknown, right: unknown) => void): void {
  let handle: Handle | undefined;
  Object.defineProperty(node, "handle", {
    set: (found: Handle) => {
      handle = (left, right, ...rest) => {
        pay(left, right);
        return found(left, right, ...rest);
      };
    },
    get: () => handle,
  });
}

function payForComparison(left: unknown, right: unknown): void {
  spendKeys(keyCountOf(left) + keyCountOf(right));
  if (typeof left === "string" && typeof right === "string") spendText(Math.min(left.length, right.length));
  else if (typeof left === "object" && typeof right === "object" && left !== null && right !== null)
    spend(weightOf(left));
}

function payForReading(values: unknown): void {
  for (const value of Array.isArray(values) ? values : []) {
    if (typeof value === "string") spend(Math.floor(value.length / charactersMadePerUnit));
    // To find out which function fits, the library goes through all keys of an object.
    else spendKeys(keyCountOf(value));
  }
}

/** How many values are in a value, each as often as it stands there; counting costs as much. */
function weightOf(value: unknown): number {
  spend(1);
  if (typeof value === "string") spendText(value.length);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weightOf(item), 1);
  if (typeof value !== "object" || value === null || value.constructor !== Object) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + weightOf(item), 1);
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
