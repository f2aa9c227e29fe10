/** Pills: the holes of a template drawn as one piece each, in CodeMirror. */
import {
  type EditorState,
  type Extension,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, WidgetType } from "@codemirror/view";
import type { DataSource } from "./data-sources.ts";
import { pillLabel } from "./data-nodes.ts";
import { type Hole, holesOf } from "./templates.ts";

/** Draws the pills anew: what the data is called is known by now. */
export const redrawPills = StateEffect.define();

class PillWidget extends WidgetType {
  readonly expression: string;
  readonly source: string;
  readonly label: string;
  readonly known: boolean;

  constructor(expression: string, sources: readonly DataSource[]) {
    super();
    this.expression = expression;
    const label = pillLabel(expression, sources);
    this.source = label?.source ?? "";
    this.label = label ? label.field : expression;
    this.known = label !== undefined;
  }

  override eq(other: PillWidget): boolean {
    return other.expression === this.expression && other.source === this.source && other.label === this.label;
  }

  override toDOM(): HTMLElement {
    const pill = document.createElement("span");
    pill.className = this.known ? "pill" : "pill pill-formula";
    pill.title = `${this.expression}\nClick to change it`;
    const source = document.createElement("span");
    source.className = "pill-source";
    source.textContent = this.known ? this.source : "ƒ";
    const label = document.createElement("span");
    label.className = "pill-label";
    label.textContent = this.label;
    pill.append(source, ...(this.label === "" ? [] : [label]));
    return pill;
  }

  override ignoreEvent(event: Event): boolean {
    return event.type !== "mousedown";
  }
}

function decorate(state: EditorState, sources: () => readonly DataSource[]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, expression } of holesOf(state.doc.toString()))
    builder.add(from, to, Decoration.replace({ widget: new PillWidget(expression, sources()) }));
  return builder.finish();
}

/** Draws the pills; `open` is called with one that is clicked, or entered with F2. */
export function pills(sources: () => readonly DataSource[], open: (hole: Hole) => void): Extension {
  const field = StateField.define<DecorationSet>({
    create: (state) => decorate(state, sources),
    update: (value, { docChanged, effects, state }) =>
      docChanged || effects.some((effect) => effect.is(redrawPills)) ? decorate(state, sources) : value,
    provide: (self) => [
      EditorView.decorations.from(self),
      EditorView.atomicRanges.of((view) => view.state.field(self, false) ?? Decoration.none),
    ],
  });
  return [
    field,
    EditorView.domEventHandlers({
      mousedown(event, view) {
        const pill = event.target instanceof Element ? event.target.closest(".pill") : null;
        if (!pill) return false;
        const at = view.posAtDOM(pill);
        const hole = holesOf(view.state.doc.toString()).find(({ from, to }) => from <= at && at < to);
        if (!hole) return false;
        event.preventDefault();
        open(hole);
        return true;
      },
    }),
    keymap.of([
      {
        key: "F2",
        run(view) {
          const { head } = view.state.selection.main;
          const hole = holesOf(view.state.doc.toString()).find(({ from, to }) => from <= head && head <= to);
          if (hole) open(hole);
          return hole !== undefined;
        },
      },
    ]),
  ];
}
