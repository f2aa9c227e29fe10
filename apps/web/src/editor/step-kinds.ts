/** Steps as the editor knows them: their kinds, branches and fields. */
import { type IconBolt, IconChefHat, IconGitBranch } from "@tabler/icons-react";
import { stepKinds } from "./step-kind-list.ts";

/** A step as data: whatever the text says. */
export type StepData = Readonly<Record<string, unknown>>;

/** Where a value stands in the recipe, such as `["steps", 2, "then", 0]`. */
export type Path = readonly (string | number)[];

/** A list of steps inside a step. */
export interface Branch {
  readonly label: string;
  /** Where its list is, from the step. */
  readonly path: Path;
  /** The condition at its head, from the step. */
  readonly condition?: Path;
  /** Whether it can be taken out, and what goes with it. */
  readonly removes?: Path;
}

/** A field of a step's form. */
export interface StepField {
  readonly path: Path;
  readonly label: string;
  readonly hint: string;
  readonly type:
    | "text"
    | "template"
    | "expression"
    | "condition"
    | "name"
    | "number"
    | "boolean"
    | "choice"
    | "object"
    | "wait";
  readonly required?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

/** A kind of step. */
export interface StepKindInfo {
  /** The key that tells it. */
  readonly key: string;
  readonly label: string;
  readonly summary: string;
  readonly icon: typeof IconBolt;
  readonly colour: string;
  /** A new one. */
  readonly template: StepData;
  readonly fields: readonly StepField[];
  title(step: StepData): string;
  /** The expression that decides, for kinds that have one. */
  detail?(step: StepData): string;
  branches(step: StepData): readonly Branch[];
  /** Branches that can be added. */
  readonly more?: readonly {
    readonly label: string;
    add(step: StepData): { path: Path; value: unknown } | undefined;
  }[];
}

const unknownKind: StepKindInfo = {
  ...{
    key: "",
    label: "Step",
    summary: "A step of a kind that this page does not know",
    icon: IconGitBranch,
  },
  ...{ colour: "gray", template: {}, fields: [], branches: () => [] },
  title: () => "Unknown step",
};

/** The icon of triggers. */
export const TriggerIcon = IconChefHat;

/** The kind of a step, told by the key it has. */
export function kindOf(step: StepData): StepKindInfo {
  return stepKinds.find(({ key }) => key in step) ?? unknownKind;
}
