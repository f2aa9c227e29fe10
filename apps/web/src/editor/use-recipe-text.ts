import { useCallback, useReducer } from "react";
import { settleEdits } from "./settle-edits.ts";

interface State {
  readonly text: string;
  readonly past: readonly string[];
  readonly future: readonly string[];
  /** What was changed last: changes of the same field soon after each other are undone together. */
  readonly merge: { readonly key: string; readonly at: number } | undefined;
}

type Act =
  | {
      readonly type: "edit";
      readonly change: (text: string) => string;
      readonly key: string | undefined;
      readonly at: number;
    }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "load"; readonly text: string };

const mostUndone = 200;
const mergeMs = 1_500;

function reduce(state: State, act: Act): State {
  const { text, past, future, merge } = state;
  if (act.type === "load") return { text: act.text, past: [], future: [], merge: undefined };
  if (act.type === "undo") {
    const before = past.at(-1);
    if (before === undefined) return state;
    return { text: before, past: past.slice(0, -1), future: [text, ...future], merge: undefined };
  }
  if (act.type === "redo") {
    const [after, ...rest] = future;
    if (after === undefined) return state;
    return { text: after, past: [...past, text], future: rest, merge: undefined };
  }
  const next = act.change(text);
  if (next === text) return state;
  const same = act.key !== undefined && merge?.key === act.key && act.at - merge.at < mergeMs;
  return {
    ...{ text: next, future: [], past: same ? past : [...past.slice(-mostUndone), text] },
    merge: act.key === undefined ? undefined : { key: act.key, at: act.at },
  };
}

/** A recipe's text as it is edited, with undo and redo. */
export interface RecipeText {
  readonly text: string;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Changes of one `key` soon after each other are undone together. */
  edit(change: (text: string) => string, key?: string): void;
  undo(): void;
  redo(): void;
  /** Begins anew with a text. */
  load(text: string): void;
}

/** Keeps a text and its history. */
export function useRecipeText(initial: string): RecipeText {
  const [{ text, past, future }, dispatch] = useReducer(reduce, {
    text: initial,
    past: [],
    future: [],
    merge: undefined,
  });
  const edit = useCallback(
    (change: (text: string) => string, key?: string) =>
      dispatch({ type: "edit", change, key, at: Date.now() }),
    [],
  );
  const undo = useCallback(() => {
    settleEdits();
    dispatch({ type: "undo" });
  }, []);
  const redo = useCallback(() => dispatch({ type: "redo" }), []);
  const load = useCallback((loaded: string) => dispatch({ type: "load", text: loaded }), []);
  return { text, canUndo: past.length > 0, canRedo: future.length > 0, edit, undo, redo, load };
}
