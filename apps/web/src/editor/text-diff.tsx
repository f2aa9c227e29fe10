import { yaml } from "@codemirror/lang-yaml";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { Card, useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { oneDark } from "@codemirror/theme-one-dark";
import { useEffect, useRef } from "react";
import { darkYaml } from "./dark-yaml.ts";

/** What changed from one text to another: beside each other where there is room. */
export default function TextDiff({
  before,
  after,
  label,
}: {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme("light") === "dark";
  const roomy = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  useEffect(() => {
    const parent = host.current;
    if (!parent) return undefined;
    const shared = [
      yaml(),
      lineNumbers(),
      EditorView.lineWrapping,
      EditorView.editable.of(false),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      ...(dark ? [darkYaml, oneDark] : []),
    ];
    const collapseUnchanged = { margin: 3, minSize: 6 };
    if (roomy) {
      const view = new MergeView({
        a: { doc: before, extensions: shared },
        b: { doc: after, extensions: shared },
        parent,
        collapseUnchanged,
      });
      return () => view.destroy();
    }
    const view = new EditorView({
      parent,
      doc: after,
      extensions: [
        ...shared,
        unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged }),
      ],
    });
    return () => view.destroy();
  }, [before, after, label, dark, roomy]);
  return (
    <Card withBorder padding={0}>
      <div ref={host} className="text-diff" />
    </Card>
  );
}
