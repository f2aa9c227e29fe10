import { branchesOf, type Catalogue } from "./catalogue.ts";
import type { StepKind } from "./command.ts";
import { type Recipe, type Step, stepKinds } from "./recipe-schema.ts";

/** A step as a page shows it. */
export interface OutlineStep {
  readonly id: string | undefined;
  /** The paths of its commands in a job, with `n` for an iteration's number: `2.then.0`, `1[n].0`. */
  readonly path: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly use: string | undefined;
  readonly branches: readonly { readonly name: string; readonly steps: readonly OutlineStep[] }[];
}

/** A recipe's steps as a tree to look at. */
export function stepsOutline(recipe: Recipe, catalogue: Catalogue): readonly OutlineStep[] {
  return outlines(recipe.steps, "", catalogue);
}

function outlines(steps: readonly Step[], above: string, catalogue: Catalogue): readonly OutlineStep[] {
  return steps.map((step, index) =>
    outline(step, above === "" ? `${index}` : `${above}.${index}`, catalogue),
  );
}

function outline(step: Step, path: string, catalogue: Catalogue): OutlineStep {
  const kind = stepKinds.find((key) => key in step) ?? "use";
  return {
    id: step.id,
    path,
    kind: kind === "use" ? "action" : kind,
    title: titleOf(step, catalogue),
    use: "use" in step ? step.use : undefined,
    branches: branchesOf(step).map(({ place, path: inside, steps }) => ({
      name: "forEach" in step ? "each" : branchName(step, place),
      steps: outlines(steps, `${path}${inside}`, catalogue),
    })),
  };
}

/** What people read of a step. */
export function titleOf(step: Step, catalogue: Catalogue): string {
  if ("use" in step) return step.name ?? catalogue.action(step.use)?.title ?? step.use;
  if ("if" in step) return `If ${String(step.if)}`;
  if ("forEach" in step) return `For each ${step.as} in ${step.forEach}`;
  return `Stop as ${step.stop.as}`;
}

function branchName(step: Step, place: string): string {
  const index = /^elsif\[(\d+)\]/.exec(place)?.[1];
  if (index === undefined || !("if" in step)) return place;
  return `else if ${String(step.elsif?.[Number(index)]?.if)}`;
}
