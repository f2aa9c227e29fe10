/** What the forms of the editor share: the recipe, changes of it, the data at hand, the problems. */
import type { EditorView } from "@codemirror/view";
import { createContext, use } from "react";
import type { RecipeProblem } from "../api.ts";
import type { FormulaInfo } from "./cel-editing.ts";
import type { DataNode } from "./data-nodes.ts";
import type { DataSource } from "./data-sources.ts";
import type { Path } from "./step-kinds.ts";

/** Shared by the fields of one form. */
export interface FormContext {
  /** Whether it may be changed. */
  readonly readOnly: boolean;
  /** Sets a value of the recipe; undefined takes it out. */
  setValue(path: Path, value: unknown): void;
  readonly problems: readonly RecipeProblem[];
  /** The data that this form's expressions can use. */
  readonly sources: readonly DataSource[];
  readonly nodes: readonly DataNode[];
  readonly formulas: readonly FormulaInfo[];
  /** The connection that lists to choose from are read through, by its name. */
  readonly connection: string | undefined;
  /** Which list fills a field, by the field's name. */
  readonly picks: Readonly<Record<string, string>>;
  /** The editor that was written in last takes what is chosen from the data. */
  takeFocus(view: EditorView, kind: "template" | "expression"): void;
  /** Shows the data to choose from. */
  openData(): void;
}

/** The context of the form. */
export const FormContextValue = createContext<FormContext | undefined>(undefined);

/** The form that a field is in. */
export function useFormContext(): FormContext {
  const context = use(FormContextValue);
  if (!context) throw new Error("a field is outside of a form");
  return context;
}
