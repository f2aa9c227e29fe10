import { branchesOf, type Catalogue } from "./catalogue.ts";
import type { StepKind } from "./command.ts";
import type { Recipe } from "./recipe-schema.ts";
import { stepKeys } from "./step-schema.ts";
import type { Step } from "./step-types.ts";

/** A step as a page shows it. */
export interface OutlineStep {
  readonly id: string | undefined;
  /** The paths of its commands in a job, with `n` for an iteration's number: `2.then.0`, `1[n].0`. */
  readonly path: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly use: string | undefined;
  /** The connection that its action uses. */
  readonly connection: string | undefined;
  readonly comment: string | undefined;
  /** It is left out of jobs. */
  readonly disabled: boolean;
  readonly branches: readonly { readonly name: string; readonly steps: readonly OutlineStep[] }[];
}

/** A recipe's steps as a tree to look at. */
export function stepsOutline(recipe: Recipe, catalogue: Catalogue): readonly OutlineStep[] {
  return outlines(recipe, recipe.steps, "", catalogue);
}

function outlines(
  recipe: Recipe,
  steps: readonly Step[],
  above: string,
  catalogue: Catalogue,
): readonly OutlineStep[] {
  return steps.map((step, index) =>
    outline(recipe, step, above === "" ? `${index}` : `${above}.${index}`, catalogue),
  );
}

function outline(recipe: Recipe, step: Step, path: string, catalogue: Catalogue): OutlineStep {
  return {
    id: step.id,
    path,
    kind: kindOf(step),
    title: titleOf(step, catalogue),
    use: "use" in step ? step.use : undefined,
    connection: "use" in step ? catalogue.connectionOf(recipe, step) : undefined,
    comment: step.comment,
    disabled: step.disabled ?? false,
    branches: branchesOf(step).map(({ name, path: inside, steps }) => ({
      name,
      steps: outlines(recipe, steps, `${path}${inside}`, catalogue),
    })),
  };
}

/** Its kind, as a job's history names it. */
export function kindOf(step: Step): StepKind {
  const key = stepKeys.find((each) => each in step) ?? "use";
  return key === "use" ? "action" : key;
}

/** What people read of a step. */
export function titleOf(step: Step, catalogue: Catalogue): string {
  return step.name ?? usualTitle(step, catalogue);
}

function usualTitle(step: Step, catalogue: Catalogue): string {
  if ("use" in step) return catalogue.action(step.use)?.title ?? step.use;
  if ("if" in step) return `If ${String(step.if)}`;
  if ("forEach" in step) {
    const each = step.batch === undefined ? `each ${step.as}` : `each ${step.batch} as ${step.as}`;
    return `For ${each} in ${step.forEach}`;
  }
  if ("while" in step) return `While ${String(step.while)}`;
  if ("parallel" in step) return `${step.parallel.length} branches at once`;
  if ("try" in step) return step.retry ? `Try up to ${step.retry.times + 1} times` : "Try";
  if ("call" in step) return `Call ${step.call}`;
  if ("set" in step) return `Set ${Object.keys(step.set).join(", ")}`;
  if ("append" in step) return `Add to ${Object.keys(step.append).join(", ")}`;
  if ("wait" in step) return waitTitle(step.wait, catalogue);
  if ("stop" in step) return `Stop as ${step.stop.as}`;
  return "Return";
}

function waitTitle(wait: Extract<Step, { wait: unknown }>["wait"], catalogue: Catalogue): string {
  if (typeof wait === "string") return `Wait ${wait}`;
  if ("until" in wait) return `Wait until ${wait.until}`;
  return `Wait for ${catalogue.trigger(wait.event.use)?.title ?? wait.event.use}`;
}
