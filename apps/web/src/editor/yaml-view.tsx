import { yaml } from "@codemirror/lang-yaml";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { Card, Text, useComputedColorScheme } from "@mantine/core";
import CodeMirror, { type ReactCodeMirrorRef } from "@uiw/react-codemirror";
import { useEffect, useRef } from "react";
import type { RecipeProblem } from "../api.ts";
import { darkYaml } from "./dark-yaml.ts";

const extensions = [
  yaml(),
  lintGutter(),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ "aria-label": "Recipe in YAML", tabindex: "0" }),
];

const inDark = [...extensions, darkYaml];

/** Undo is the recipe’s, whichever view it was changed in. */
const historyElsewhere = { history: false, historyKeymap: false };

/** The recipe's text, with what is wrong marked at its lines. */
export default function YamlView({
  value,
  onChange,
  problems,
  jumpTo,
  readOnly = false,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problems: readonly RecipeProblem[];
  /** The line to show. */
  readonly jumpTo?: number | undefined;
  readonly readOnly?: boolean;
}) {
  const dark = useComputedColorScheme("light") === "dark";
  const editor = useRef<ReactCodeMirrorRef>(null);
  useEffect(() => {
    const view = editor.current?.view;
    if (!view) return;
    const { doc } = view.state;
    const diagnostics = problems.flatMap(({ line, column = 1, message, hint, severity }) => {
      if (line === undefined || line > doc.lines) return [];
      const { from, to } = doc.line(line);
      return [
        {
          from: Math.min(from + column - 1, to),
          to,
          severity,
          message: [message, hint].filter(Boolean).join(" "),
        },
      ];
    });
    view.dispatch(setDiagnostics(view.state, diagnostics));
    // The text is another one: its marks are set anew.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [problems, value]);
  useEffect(() => {
    const view = editor.current?.view;
    if (!view || jumpTo === undefined || jumpTo > view.state.doc.lines) return;
    const { from } = view.state.doc.line(jumpTo);
    view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    view.focus();
  }, [jumpTo]);
  return (
    <>
      <Card withBorder padding={0}>
        <CodeMirror
          ref={editor}
          value={value}
          onChange={onChange}
          readOnly={readOnly}
          extensions={dark ? inDark : extensions}
          theme={dark ? "dark" : "light"}
          basicSetup={historyElsewhere}
          minHeight="320px"
          maxHeight="calc(100dvh - 260px)"
        />
      </Card>
      <Text size="xs" c="dimmed" mt={4}>
        The same recipe as under Steps; either can be changed. Tab indents; press Escape, then Tab, to leave
        the text.
      </Text>
    </>
  );
}
