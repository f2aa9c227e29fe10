import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf, tooltips } from "@codemirror/view";
import { Group, Input } from "@mantine/core";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useLatest } from "../ui/use-latest.ts";
import { celColours, celCompletion, inputTheme } from "./cel-editing.ts";
import { type FormContext, useFormContext } from "./editor-context.ts";
import { pills, redrawPills } from "./pills.ts";
import { atSettling } from "./settle-edits.ts";
import type { Hole } from "./templates.ts";

const settleMs = 300;

/** What every one-value editor is given. */
export interface TextEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean | undefined;
  readonly placeholder?: string | undefined;
  readonly multiline?: boolean | undefined;
}

/** A CodeMirror that looks and behaves as an input; what is typed is passed on when it settles, or the field is left. */
export function CodeInput({
  label,
  value,
  onChange,
  describedBy,
  invalid,
  placeholder = "",
  multiline = false,
  kind,
  viewRef,
  onOpen,
  buttons,
  focusFirst = false,
}: TextEditorProps & {
  readonly kind: "template" | "expression";
  readonly viewRef: RefObject<EditorView | null>;
  /** A pill was pressed. */
  readonly onOpen?: (hole: Hole) => void;
  readonly buttons: ReactNode;
  readonly focusFirst?: boolean;
}) {
  const form = useFormContext();
  const host = useRef<HTMLDivElement>(null);
  const latest = useLatest({ onChange, onOpen, form });
  const [attributes] = useState(() => new Compartment());
  /** What was passed on last: what comes back of it is not news. */
  const sent = useRef(value);
  const [made] = useState({ kind, multiline, focusFirst });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = (editor: EditorView) => {
      clearTimeout(timer);
      const text = editor.state.doc.toString();
      if (text === sent.current) return;
      sent.current = text;
      latest.current.onChange(text);
    };
    const formNow = () => latest.current.form;
    const open = (hole: Hole) => latest.current.onOpen?.(hole);
    const editor = new EditorView({
      parent: host.current ?? document.body,
      state: EditorState.create({
        doc: sent.current,
        extensions: [
          inputTheme,
          attributes.of([]),
          made.multiline ? EditorView.lineWrapping : oneLine,
          made.kind === "template" ? templateEditing(formNow, open) : [celColours, celCompletion(formNow)],
          autocompletion(),
          keymap.of(completionKeymap),
          tooltips({ position: "fixed", parent: document.body }),
          EditorView.updateListener.of(({ docChanged, view, focusChanged }) => {
            if (focusChanged && view.hasFocus) formNow().takeFocus(view, made.kind);
            if (docChanged) {
              clearTimeout(timer);
              timer = setTimeout(() => send(view), settleMs);
            }
            if (focusChanged && !view.hasFocus) send(view);
          }),
        ],
      }),
    });
    viewRef.current = editor;
    if (made.focusFirst) editor.focus();
    const forget = atSettling(() => send(editor));
    return () => {
      forget();
      send(editor);
      editor.destroy();
    };
  }, [attributes, latest, made, viewRef]);

  useEffect(() => {
    viewRef.current?.dispatch({
      effects: attributes.reconfigure([
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-multiline": String(multiline),
          tabindex: "0",
          ...(describedBy && { "aria-describedby": describedBy }),
          ...(invalid && { "aria-invalid": "true" }),
        }),
        EditorView.editable.of(!form.readOnly),
        EditorState.readOnly.of(form.readOnly),
        placeholderOf(placeholder),
      ]),
    });
  }, [viewRef, attributes, label, multiline, describedBy, invalid, placeholder, form.readOnly]);

  useEffect(() => {
    const editor = viewRef.current;
    if (!editor || value === sent.current) return;
    sent.current = value;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value, viewRef]);

  const { sources } = form;
  useEffect(() => {
    const editor = viewRef.current;
    if (!editor || kind !== "template" || sources.length === 0) return;
    editor.dispatch({ effects: redrawPills.of(null) });
  }, [sources, kind, viewRef]);

  return (
    <Input component="div" error={invalid} multiline pointer={false} classNames={{ input: "code-input" }}>
      <Group gap={0} wrap="nowrap" align="flex-start">
        <div ref={host} className={kind === "expression" ? "code-input-host mono" : "code-input-host"} />
        {!form.readOnly && (
          <Group gap={2} wrap="nowrap" p={4}>
            {buttons}
          </Group>
        )}
      </Group>
    </Input>
  );
}

/** Pills, and completion inside of braces. */
function templateEditing(form: () => FormContext, open: (hole: Hole) => void): Extension {
  return [
    pills(() => form().sources, open),
    celCompletion(form, ({ state, pos }) => {
      const before = state.sliceDoc(0, pos);
      return before.lastIndexOf("{{") > before.lastIndexOf("}}");
    }),
  ];
}

/** Enter does nothing; pasted lines are joined. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replaceAll(/\s*\n\s*/g, " ");
  const { startState } = transaction;
  if (text.trimEnd() === startState.doc.toString().trimEnd()) return [];
  return [
    {
      changes: { from: 0, to: startState.doc.length, insert: text },
      selection: { anchor: text.length },
    },
  ];
});
