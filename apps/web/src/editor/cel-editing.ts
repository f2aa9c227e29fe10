/** Expressions in CodeMirror: colours, completion and looks. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type DataNode, sampleText } from "./data-nodes.ts";

/** A formula, as completion and help show it. */
export interface FormulaInfo {
  readonly name: string;
  readonly group: string;
  /** The kind of value it is called on; null for a function of its own. */
  readonly on: string | null;
  /** Such as `slice(start, length?)`. */
  readonly call: string;
  readonly result: string;
  readonly doc: string;
  readonly examples: readonly { readonly expression: string; readonly result: unknown }[];
}

const words = new Set(["true", "false", "null", "in"]);

/** CEL's colours. */
const celLanguage = StreamLanguage.define({
  name: "cel",
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^"(?:[^"\\]|\\.)*"?|^'(?:[^'\\]|\\.)*'?/)) return "string";
    if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
    if (stream.match(/^[a-zA-Z_]\w*/)) {
      const word = stream.current();
      if (words.has(word)) return "keyword";
      return stream.peek() === "(" ? "function" : "variableName";
    }
    stream.next();
    return "operator";
  },
  tokenTable: { function: tags.function(tags.variableName) },
});

const colours = HighlightStyle.define([
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.keyword, color: "var(--code-keyword)" },
  { tag: tags.function(tags.variableName), color: "var(--code-function)" },
]);

/** The colours of expressions. */
export const celColours: Extension = [celLanguage, syntaxHighlighting(colours)];

/** What editors of one value look like: a Mantine input. */
export const inputTheme: Extension = EditorView.theme({
  "&": {
    fontSize: "var(--mantine-font-size-sm)",
    backgroundColor: "transparent",
    color: "var(--mantine-color-text)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit" },
  ".cm-content": { fontFamily: "inherit", padding: "7px 0", caretColor: "var(--mantine-color-text)" },
  ".cm-line": { padding: "0 10px", lineHeight: "20px" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-tooltip": {
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
    border: "1px solid var(--mantine-color-default-border)",
    borderRadius: "var(--mantine-radius-md)",
    boxShadow: "var(--mantine-shadow-md)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", lineHeight: "20px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--mantine-primary-color-light)",
    color: "var(--mantine-color-text)",
  },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--mantine-color-dimmed)", marginLeft: "1em" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 10px", maxWidth: "320px" },
});

/** What can be completed: the nodes of the data and the formulas. */
export interface CompletionData {
  readonly nodes: readonly DataNode[];
  readonly formulas: readonly FormulaInfo[];
}

/** Completes data and formulas where an expression stands. `within` says where that is; by default everywhere. */
export function celCompletion(
  data: () => CompletionData,
  within: (context: CompletionContext) => boolean = () => true,
): Extension {
  return autocompletion({
    icons: false,
    override: [(context) => (within(context) ? complete(context, data()) : null)],
  });
}

function complete(context: CompletionContext, { nodes, formulas }: CompletionData): CompletionResult | null {
  const typed = context.matchBefore(/[\w.[\]"]*/);
  const text = typed?.text ?? "";
  const dot = text.lastIndexOf(".");
  if (text === "" && !context.explicit) return null;
  if (dot < 0) {
    return {
      from: typed?.from ?? context.pos,
      options: [
        ...nodes.map((one) => dataCompletion(one, one.name)),
        ...formulas.filter(({ on }) => !on).map(formulaCompletion),
      ],
      validFor: /^\w*$/,
    };
  }
  const found = find(nodes, text.slice(0, dot));
  const before = context.state.sliceDoc(0, (typed?.from ?? 0) + dot);
  const called = /[\w)\]"']$/.test(before) || found !== undefined;
  return {
    from: (typed?.from ?? 0) + dot + 1,
    options: [
      ...(found?.children ?? [])
        .filter(({ path }) => !path.endsWith("]"))
        .map((one) => dataCompletion(one, one.name)),
      ...(called
        ? formulas.filter((one) => one.on !== null && fits(one.on, found?.type)).map(formulaCompletion)
        : []),
    ],
    validFor: /^\w*$/,
  };
}

function find(nodes: readonly DataNode[], path: string): DataNode | undefined {
  for (const one of nodes) {
    if (one.path === path) return one;
    if (path.startsWith(`${one.path}.`) || path.startsWith(`${one.path}[`)) return find(one.children, path);
  }
  return undefined;
}

/** Whether a formula on this kind of value can be called on data of that type. */
function fits(on: string, type: string | undefined): boolean {
  if (type === undefined || type === "any" || on === "any") return true;
  const kinds: Readonly<Record<string, readonly string[]>> = {
    text: ["text", "time", "instant", "data"],
    time: ["text", "time", "instant"],
    number: ["number", "whole"],
    list: ["list"],
    object: ["object"],
    "yes or no": ["truth"],
    choice: ["text", "number", "whole"],
  };
  return kinds[type]?.includes(on) ?? true;
}

function dataCompletion(one: DataNode, apply: string): Completion {
  const sample = sampleText(one.sample);
  return {
    label: apply,
    detail: sample ?? one.type,
    info: `${one.label} · ${one.type}`,
    type: "variable",
    boost: 50,
  };
}

function formulaCompletion(formula: FormulaInfo): Completion {
  const { name, call, result, doc, examples } = formula;
  const [example] = examples;
  return {
    ...{ label: name, displayLabel: call, detail: result, type: "function" },
    info: () => {
      const box = document.createElement("div");
      box.textContent = doc;
      if (example) {
        const line = document.createElement("code");
        line.textContent = `${example.expression} → ${JSON.stringify(example.result)}`;
        line.style.display = "block";
        line.style.marginTop = "6px";
        box.append(line);
      }
      return box;
    },
    apply: (view, _, from, to) => {
      const takes = !call.endsWith("()");
      view.dispatch({
        changes: { from, to, insert: `${name}()` },
        selection: { anchor: from + name.length + (takes ? 1 : 2) },
      });
    },
  };
}
