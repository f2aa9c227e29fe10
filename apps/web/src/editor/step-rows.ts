/** A recipe's steps as the rows of a list, branches and all. */
import { pathText, type RecipeData } from "./recipe-text.ts";
import { type Branch, kindOf, type Path, type StepData, type StepKindInfo } from "./step-kinds.ts";

/** A row of the list. */
export type Row =
  | {
      readonly type: "step";
      readonly key: string;
      readonly path: Path;
      readonly depth: number;
      /** Such as 2.1. */
      readonly number: string;
      readonly step: StepData;
      readonly kind: StepKindInfo;
      /** Whether it or a step around it is left out. */
      readonly disabled: boolean;
    }
  | {
      readonly type: "branch";
      readonly key: string;
      readonly depth: number;
      readonly branch: Branch;
      readonly stepPath: Path;
      readonly condition: string | undefined;
    }
  | {
      /** The end of a list of steps: where one is added or dropped. */
      readonly type: "end";
      readonly key: string;
      readonly list: Path;
      readonly index: number;
      readonly depth: number;
      readonly empty: boolean;
    };

/** The rows of a recipe. */
export function rowsOf(recipe: RecipeData): readonly Row[] {
  const rows: Row[] = [];
  addList(rows, recipe.steps, ["steps"], 0, "", false);
  return rows;
}

function addList(
  rows: Row[],
  steps: readonly StepData[],
  list: Path,
  depth: number,
  above: string,
  disabledAbove: boolean,
): void {
  for (const [index, step] of steps.entries()) {
    const path = [...list, index];
    const number = `${above}${index + 1}`;
    const kind = kindOf(step);
    const disabled = disabledAbove || isDisabled(step);
    rows.push({ type: "step", key: pathText(path), path, depth, number, step, kind, disabled });
    const branches = kind.branches(step);
    for (const [place, branch] of branches.entries()) {
      const condition = branch.condition && textAt(step, branch.condition);
      const key = `${pathText([...path, ...branch.path])} head`;
      rows.push({ type: "branch", key, depth: depth + 1, branch, stepPath: path, condition });
      const letter = branches.length > 1 ? String.fromCharCode(97 + place) : "";
      addList(
        rows,
        stepsAt(step, branch.path),
        [...path, ...branch.path],
        depth + 1,
        `${number}${letter}.`,
        disabled,
      );
    }
  }
  const [index, empty] = [steps.length, steps.length === 0];
  rows.push({ type: "end", key: `${pathText(list)} end`, list, index, depth, empty });
}

/** Whether a step is left out when the recipe runs. */
export function isDisabled(step: StepData): boolean {
  return step["disabled"] === true;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

function textAt(step: StepData, path: Path): string {
  const value = at(step, path);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}

/** The steps of a branch. */
export function stepsAt(step: StepData, path: Path): readonly StepData[] {
  const value = at(step, path);
  return Array.isArray(value)
    ? value.filter(
        (item): item is StepData => typeof item === "object" && item !== null && !Array.isArray(item),
      )
    : [];
}
