import type { EditorView } from "@codemirror/view";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconBraces, IconMathFunction } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { CodeInput, type TextEditorProps } from "./code-input.tsx";
import { useFormContext } from "./editor-context.ts";
import { FormulaModal } from "./formula-modal.tsx";
import { type Hole, hole, holesOf } from "./templates.ts";

/** Text with pills of data in it. */
export function TemplateInput(props: TextEditorProps) {
  const form = useFormContext();
  /** The hole whose formula is being written; an empty one is new. */
  const [open, setOpen] = useState<Hole>();
  const view = useRef<EditorView>(null);
  const replace = (expression: string) => {
    const editor = view.current;
    if (!editor || !open) return;
    const insert = expression.trim() === "" ? "" : hole(expression);
    editor.dispatch({
      changes: { from: open.from, to: open.to, insert },
      selection: { anchor: open.from + insert.length },
    });
    setOpen(undefined);
    editor.focus();
  };
  const openFormula = () => {
    const { selection, doc } = view.current?.state ?? {};
    const head = selection?.main.head ?? 0;
    const holes = holesOf(doc?.toString() ?? "");
    const only = holes.length === 1 && holes[0]?.to === doc?.length ? holes[0] : undefined;
    const here = holes.find(({ from, to }) => from < head && head <= to);
    setOpen(here ?? only ?? { from: head, to: head, expression: "" });
  };
  return (
    <>
      <CodeInput
        {...props}
        kind="template"
        viewRef={view}
        onOpen={setOpen}
        buttons={
          <>
            <DataButton
              label={props.label}
              onClick={() => {
                if (view.current) form.takeFocus(view.current, "template");
                form.openData();
              }}
            />
            <Tooltip label="Write a formula">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Write a formula in ${props.label}`}
                onClick={openFormula}
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
          expression={open.expression}
          onClose={() => setOpen(undefined)}
          onDone={replace}
        />
      )}
    </>
  );
}

/** One expression, with completion. */
export function ExpressionInput(props: TextEditorProps & { readonly focusFirst?: boolean }) {
  const form = useFormContext();
  const view = useRef<EditorView>(null);
  return (
    <CodeInput
      {...props}
      multiline
      kind="expression"
      viewRef={view}
      buttons={
        <DataButton
          label={props.label}
          onClick={() => {
            if (view.current) form.takeFocus(view.current, "expression");
            form.openData();
          }}
        />
      }
    />
  );
}

function DataButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Tooltip label="Insert data">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`Insert data into ${label}`}
        onClick={onClick}
      >
        <IconBraces size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
