/** A recipe's text and changes of it. The text is the truth: comments and order survive a change made in the form. */
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import type { Path, StepData } from "./step-kinds.ts";
import { isRecord, record } from "./record.ts";

/** A recipe as data, as far as its text can be read. */
export interface RecipeData {
  readonly name: string;
  readonly description: string | undefined;
  readonly trigger: StepData;
  readonly steps: readonly StepData[];
  readonly whole: StepData;
}

/** What reading a text came to. */
export type ReadText =
  | { readonly recipe: RecipeData }
  | { readonly error: string; readonly line: number | undefined };

let last: { readonly text: string; readonly document: Document } | undefined;

/** The document of a text; the newest is kept, for parsing is what takes time. */
function documentOf(text: string): Document {
  if (last?.text === text) return last.document;
  const document = parseDocument(text, { uniqueKeys: false });
  last = { text, document };
  return document;
}

/** Reads a text. */
export function readText(text: string): ReadText {
  const { errors } = documentOf(text);
  const [first] = errors;
  if (first)
    return { error: first.message.split("\n")[0] ?? "It is not YAML.", line: first.linePos?.[0].line };
  let whole: unknown;
  try {
    whole = documentOf(text).toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), line: undefined };
  }
  if (whole !== null && whole !== undefined && !isRecord(whole))
    return { error: "A recipe is an object with name, trigger and steps.", line: 1 };
  const data = record(whole);
  const { name, description, trigger, steps } = data;
  return {
    recipe: {
      name: typeof name === "string" ? name : "",
      description: typeof description === "string" ? description : undefined,
      trigger: record(trigger),
      steps: Array.isArray(steps) ? steps.filter(isRecord) : [],
      whole: data,
    },
  };
}

/** Changes the document of a text and gives the new text. */
function changed(text: string, change: (document: Document) => void): string {
  const document = documentOf(text);
  change(document);
  const next = document.toString({ lineWidth: 110 });
  last = { text: next, document };
  return next;
}

/** Sets a value; undefined takes it out, and what is empty without it. */
export function setValue(text: string, path: Path, value: unknown): string {
  return changed(text, (document) => {
    if (value === undefined) return remove(document, path);
    const existing = document.getIn(path, true);
    // A scalar keeps its comment and its quotes.
    if (isScalar(existing) && !isCollectionValue(value)) {
      existing.value = value;
      if (typeof value === "string") delete existing.source;
      return;
    }
    const isNew = !document.hasIn(path.slice(0, 1));
    ensureParents(document, path);
    document.setIn(path, document.createNode(value));
    if (isNew) putBeforeSteps(document);
  });
}

/** What is said of the recipe as a whole is read before its steps. */
function putBeforeSteps({ contents }: Document): void {
  if (!isMap(contents)) return;
  const { items } = contents;
  const steps = items.findIndex(({ key }) => isScalar(key) && key.value === "steps");
  const added = items.at(-1);
  if (steps === -1 || !added || steps === items.length - 1) return;
  items.pop();
  items.splice(steps, 0, added);
}

const isCollectionValue = (value: unknown): boolean => typeof value === "object" && value !== null;

/** A parent that is `null` in the text (`steps:`), or not there, becomes a collection. */
function ensureParents(document: Document, path: Path): void {
  for (let length = 1; length < path.length; length += 1) {
    const above = path.slice(0, length);
    if (!isCollection(document.getIn(above, true))) {
      document.setIn(above, document.createNode(typeof path[length] === "number" ? [] : {}));
    }
  }
}

function remove(document: Document, path: Path): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const above = path.slice(0, -1);
  const parent = document.getIn(above, true);
  // An empty `input: {}` says nothing; an empty list of steps does.
  if (above.length > 0 && typeof above.at(-1) === "string" && isMap(parent) && parent.items.length === 0)
    remove(document, above);
}

/** Puts a step into a list. */
export function insertStep(text: string, list: Path, index: number, step: StepData): string {
  return changed(text, (document) => insertNode(document, list, index, document.createNode(step) as Node));
}

function insertNode(document: Document, list: Path, index: number, node: Node): void {
  let steps = document.getIn(list, true);
  if (!isSeq(steps)) {
    ensureParents(document, list);
    document.setIn(list, document.createNode([]));
    steps = document.getIn(list, true);
  }
  if (!isSeq(steps)) return;
  // An empty list is written [ ], and would keep all in one line.
  if (steps.items.length === 0) steps.flow = false;
  steps.items.splice(index, 0, node);
}

/** Takes a step out. */
export function removeStep(text: string, path: Path): string {
  return changed(text, (document) => {
    const steps = document.getIn(path.slice(0, -1), true);
    const index = path.at(-1);
    if (isSeq(steps) && typeof index === "number") steps.items.splice(index, 1);
  });
}

/** Whether a path is inside another, or the same. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, index) => path[index] === key);
}

/** Moves a step to a place in a list; both as they are before. Gives the new text and the step's new path. */
export function moveStep(
  text: string,
  from: Path,
  list: Path,
  index: number,
): { readonly text: string; readonly path: Path } | undefined {
  if (isWithin(list, from)) return undefined;
  const fromList = from.slice(0, -1);
  const fromIndex = Number(from.at(-1));
  const same = fromList.length === list.length && isWithin(list, fromList);
  const toIndex = same && fromIndex < index ? index - 1 : index;
  if (same && toIndex === fromIndex) return undefined;
  // Taking it out moves the steps after it up, and with them a list that is inside one of them.
  const toList = list.map((key, at) =>
    at === fromList.length && isWithin(list, fromList) && typeof key === "number" && key > fromIndex
      ? key - 1
      : key,
  );
  const next = changed(text, (document) => {
    const source = document.getIn(fromList, true);
    if (!isSeq(source)) return;
    const [node] = source.items.splice(fromIndex, 1);
    if (isNode(node)) insertNode(document, toList, toIndex, node);
  });
  return { text: next, path: [...toList, toIndex] };
}

/** Puts a copy of a step below it, with ids of its own. */
export function duplicateStep(text: string, path: Path): string {
  return changed(text, (document) => {
    const steps = document.getIn(path.slice(0, -1), true);
    const index = Number(path.at(-1));
    const node = document.getIn(path, true);
    if (!isSeq(steps) || !isNode(node)) return;
    const copy = node.clone() as Node;
    renameIds(copy, idsOf(document));
    steps.items.splice(index + 1, 0, copy);
  });
}

function idsOf(document: Document): Set<string> {
  const ids = new Set<string>();
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && (key.value === "id" || key.value === "as") && isScalar(value))
        ids.add(String(value.value));
    },
  });
  return ids;
}

/** Gives every id in a step a new name, also where the step itself refers to it. */
function renameIds(node: Node, taken: Set<string>): void {
  const renamed = new Map<string, string>();
  visit(node, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "id" || !isScalar(value)) return;
      const fresh = freeId(String(value.value), taken);
      renamed.set(String(value.value), fresh);
      value.value = fresh;
    },
  });
  if (renamed.size === 0) return;
  const names = new RegExp(String.raw`(?<![\w.])(?:${[...renamed.keys()].join("|")})(?=[.[\s)}])`, "g");
  visit(node, {
    Scalar(_, scalar) {
      if (typeof scalar.value === "string" && scalar.value.includes("{{"))
        scalar.value = scalar.value.replace(/\{\{.*?\}\}/gs, (hole) =>
          hole.replace(names, (name) => renamed.get(name) ?? name),
        );
    },
  });
}

/** A name that nothing has yet: `meeting`, else `meeting2`. */
export function freeId(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/\d+$/, "") || "step";
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${base}${number}`;
  taken.add(name);
  return name;
}

/** The names that steps and items have in a text. */
export function namesIn(text: string): Set<string> {
  return idsOf(documentOf(text));
}

/** A path as problems name it: `steps[0].then[1].input.topic`. */
export function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
}

/** The reverse. */
export function pathOf(text: string): Path {
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key ?? "") : Number(index),
  );
}

/** The value at a path. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    data,
  );
}
