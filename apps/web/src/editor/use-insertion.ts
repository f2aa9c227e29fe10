import type { EditorView } from "@codemirror/view";
import { useCallback, useRef } from "react";
import { hole } from "./templates.ts";

type Kind = "template" | "expression";

/** Puts what is chosen from the data where somebody was writing. */
export function useInsertion(onInserted: () => void) {
  const written = useRef<{ readonly view: EditorView; readonly kind: Kind }>(null);
  const takeFocus = useCallback((view: EditorView, kind: Kind) => {
    written.current = { view, kind };
  }, []);
  const insert = (expression: string) => {
    const target = written.current;
    if (!target?.view.dom.isConnected) return;
    const { view, kind } = target;
    // What lies over the form gives the focus back as it goes.
    onInserted();
    view.focus();
    view.dispatch(view.state.replaceSelection(kind === "template" ? hole(expression) : expression));
  };
  return { takeFocus, insert };
}
