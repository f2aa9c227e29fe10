import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf, tooltips } from "@codemirror/view";
import { ActionIcon, Group, Input, Tooltip } from "@mantine/core";
import { IconBraces, IconMathFunction } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState } from "react";
import { celColours, celCompletion, inputTheme } from "./cel-editing.ts";
import { useFormContext } from "./editor-context.ts";
import { FormulaModal } from "./formula-modal.tsx";
import { pills } from "./pills.ts";
import { atSettling } from "./settle-edits.ts";
import { type Hole, hole, holesOf } from "./templates.ts";

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

/** Text with pills of data in it. */
export function TemplateInput(props: TextEditorProps) {
  const form = useFormContext();
  const [open, setOpen] = useState<Hole | "new">();
  const view = useRef<EditorView>(null);
  const latest = useRef(form);
  latest.current = form;
  const insertAt = useRef(0);
  const [extension] = useState<Extension>(() => [
    pills(() => latest.current.sources, setOpen),
    celCompletion(
      () => latest.current,
      ({ state, pos }) => state.sliceDoc(0, pos).lastIndexOf("{{") > state.sliceDoc(0, pos).lastIndexOf("}}"),
    ),
  ]);
  const replace = (expression: string) => {
    const editor = view.current;
    if (!editor) return;
    const current = open === "new" || !open ? { from: insertAt.current, to: insertAt.current } : open;
    editor.dispatch({
      changes: { from: current.from, to: current.to, insert: expression.trim() === "" ? "" : hole(expression) },
    });
    setOpen(undefined);
    editor.focus();
  };
  return (
    <>
      <CodeInput
        {...props}
        kind="template"
        viewRef={view}
        extension={extension}
        redraw={form.sources}
        buttons={
          <>
            <Tooltip label="Insert data">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Insert data into ${props.label}`}
                onClick={() => {
                  if (view.current) form.takeFocus(view.current, "template");
                  form.openData();
                }}
              >
                <IconBraces size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Write a formula">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Write a formula in ${props.label}`}
                onClick={() => {
                  const editor = view.current;
                  const head = editor?.state.selection.main.head ?? 0;
                  insertAt.current = head;
                  const holes = holesOf(editor?.state.doc.toString() ?? "");
                  const only = holes.length === 1 && holes[0]?.to === editor?.state.doc.length ? holes[0] : undefined;
                  setOpen(holes.find(({ from, to }) => from < head && head <= to) ?? only ?? "new");
                }}
              >
                <IconMathFunction size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        }
      />
      {open && (
        <FormulaModal
          label={props.label}
          expression={open === "new" ? "" : open.expression}
          onClose={() => setOpen(undefined)}
          onDone={replace}
        />
      )}
    </>
  );
}

/** One expression, with completion. */
export function ExpressionInput(props: TextEditorProps & { readonly autoFocus?: boolean }) {
  const form = useFormContext();
  const view = useRef<EditorView>(null);
  const latest = useRef(form);
  latest.current = form;
  const [extension] = useState<Extension>(() => [celColours, celCompletion(() => latest.current)]);
  return (
    <CodeInput
      {...props}
      multiline
      kind="expression"
      viewRef={view}
      extension={extension}
      buttons={
        <Tooltip label="Insert data">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`Insert data into ${props.label}`}
            onClick={() => {
              if (view.current) form.takeFocus(view.current, "expression");
              form.openData();
            }}
          >
            <IconBraces size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      }
    />
  );
}

/** A CodeMirror that looks and behaves as an input; what is typed is passed on when it settles, or the field is left. */
function CodeInput({
  label,
  value,
  onChange,
  describedBy,
  invalid,
  placeholder = "",
  multiline = false,
  kind,
  viewRef,
  extension,
  redraw,
  buttons,
  autoFocus = false,
}: TextEditorProps & {
  readonly kind: "template" | "expression";
  readonly viewRef: React.RefObject<EditorView | null>;
  readonly extension: Extension;
  /** Draws the pills anew when it changes. */
  readonly redraw?: unknown;
  readonly buttons: React.ReactNode;
  readonly autoFocus?: boolean;
}) {
  const form = useFormContext();
  const host = useRef<HTMLDivElement>(null);
  const id = useId();
  const latest = useRef({ onChange, form, kind });
  latest.current = { onChange, form, kind };
  const [attributes] = useState(() => new Compartment());
  /** What was passed on last: what comes back of it is not news. */
  const sent = useRef(value);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = (editor: EditorView) => {
      clearTimeout(timer);
      const text = editor.state.doc.toString();
      if (text === sent.current) return;
      sent.current = text;
      latest.current.onChange(text);
    };
    const editor = new EditorView({
      parent: host.current ?? document.body,
      state: EditorState.create({
        doc: sent.current,
        extensions: [
          inputTheme,
          attributes.of([]),
          ...(multiline ? [EditorView.lineWrapping] : [oneLine]),
          extension,
          autocompletion(),
          keymap.of(completionKeymap),
          tooltips({ position: "fixed", parent: document.body }),
          EditorView.updateListener.of(({ docChanged, view, focusChanged }) => {
            if (focusChanged && view.hasFocus) latest.current.form.takeFocus(view, latest.current.kind);
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
    if (autoFocus) editor.focus();
    const forget = atSettling(() => send(editor));
    return () => {
      forget();
      send(editor);
      editor.destroy();
    };
    // The editor is made once; what changes reaches it through refs and compartments.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);

  useEffect(() => {
    viewRef.current?.dispatch({
      effects: attributes.reconfigure([
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-multiline": String(multiline),
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

  useEffect(() => {
    const editor = viewRef.current;
    // The same text again: the pills are drawn with the names that are known by now.
    if (editor && redraw) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: editor.state.doc.toString() } });
  }, [redraw, viewRef]);

  return (
    <Input component="div" error={invalid} multiline pointer={false} className="code-input" id={id}>
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

/** Enter does nothing; pasted lines are joined. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replaceAll(/\s*\n\s*/g, " ");
  const { startState } = transaction;
  if (text.trimEnd() === startState.doc.toString().trimEnd()) return [];
  return [{ changes: { from: 0, to: startState.doc.length, insert: text }, selection: { anchor: text.length } }];
});
