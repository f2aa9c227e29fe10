/** Where CEL is stricter than people's data: what may be missing can be asked for, and a choice may give two kinds of values. */
import { type ASTNode, EvaluationError, TypeError as CheckError } from "@marcbachmann/cel-js";
import { childrenOf } from "./bounds.ts";

/** Formulas that say what there is, or what stands for it: a field that is not there is null to them. */
const asking: ReadonlySet<string> = new Set([
  ...["present", "blank", "presence", "or_else"],
  ...["is_true", "is_not_true", "to_s"],
]);

/** Whether a formula takes a field that is not there for null. */
export const asksFor = (formula: string): boolean => asking.has(formula);

type Step = (...context: never[]) => unknown;

/** What the library's nodes have beside their published types; the version is pinned, and tests hold it to this. */
interface Hooked {
  readonly meta: { readonly evaluate: Step; readonly check: Step };
  setMeta(key: "evaluate" | "check", step: Step): void;
}

/** Relaxes a parsed expression, and what is inside. */
export function relax(node: ASTNode): void {
  if (node.op === "rcall" && asking.has(node.args[0])) missingIsNull(node.args[1]);
  if (node.op === "==" || node.op === "!=") {
    const [left, right] = node.args;
    if (isNull(right)) missingIsNull(left);
    if (isNull(left)) missingIsNull(right);
  }
  if (node.op === "?:") mayDiffer(node);
  for (const child of childrenOf(node)) relax(child);
}

const isNull = (node: ASTNode): boolean => node.op === "value" && node.args === null;

/** A path whose fields may be missing. */
function missingIsNull(node: ASTNode): void {
  if (node.op !== "." && node.op !== "[]") return;
  const hooked = hookedOf(node);
  const { evaluate } = hooked.meta;
  hooked.setMeta("evaluate", (...context) => {
    try {
      return evaluate(...context);
    } catch (error) {
      if (error instanceof EvaluationError && error.code === "no_such_key") return null;
      throw error;
    }
  });
}

/** `x > 1 ? "many" : null`: what it gives is known when it runs. */
function mayDiffer(node: ASTNode): void {
  const hooked = hookedOf(node);
  const { check } = hooked.meta;
  hooked.setMeta("check", (...context) => {
    try {
      return check(...context);
    } catch (error) {
      const [checker] = context as unknown as readonly [{ readonly dynType: unknown }];
      if (error instanceof CheckError && error.code === "incompatible_ternary_branches")
        return checker.dynType;
      throw error;
    }
  });
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published types leave these out
const hookedOf = (node: ASTNode): Hooked => node as ASTNode & Hooked;
