/** From text to plain data, YAML or JSON, with the place of every part; what could harm is refused. */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Problem } from "./problem.ts";

/** Where a path stands in the text. */
export type Locate = (path: readonly PropertyKey[]) => { line: number; column: number } | undefined;

/** What reading came to: data, or why there is none. */
export type ReadYaml =
  | { readonly data: unknown; readonly locate: Locate }
  | { readonly problems: readonly Problem[] };

/** A thousand steps of 500 characters. */
const maxLength = 500_000;
/** Enough for honest anchors; far below what an alias bomb needs. */
const maxAliasCount = 100;
const maxNesting = 100;
/** More than anyone corrects at once; each costs a search for its place. */
export const maxProblems = 100;
const tooDeep = `The recipe is nested deeper than ${maxNesting} levels.`;

/** Reads a text. It never throws: whatever is wrong is a problem with a line. */
export function readYaml(source: string): ReadYaml {
  const lineCounter = new LineCounter();
  const problem = (offset: number, message: string, hint?: string): Problem => {
    const { line, col } = lineCounter.linePos(offset);
    return { path: "", line: Math.max(line, 1), column: Math.max(col, 1), message, hint, severity: "error" };
  };
  const refused = (...args: Parameters<typeof problem>) => ({ problems: [problem(...args)] });

  if (source.length > maxLength) return refused(0, `The recipe is longer than ${maxLength} characters.`);
  if (deepestIndent(source) > maxNesting) return refused(0, tooDeep);
  let document: Document;
  try {
    // YAML 1.2's plain types only, whatever the text's own directives and tags ask for.
    document = parseDocument(source, {
      lineCounter,
      // The library compares every key with every other: too slow for a text full of keys. `syntaxProblems` does it.
      uniqueKeys: false,
      prettyErrors: false,
      schema: "core",
      resolveKnownTags: false,
    });
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return refused(0, tooDeep);
    throw error;
  }
  const problems = syntaxProblems(document, problem);
  if (problems.length > 0) return { problems: problems.slice(0, maxProblems) };
  const writeOut = "Write the repeated part out.";
  try {
    const data: unknown = document.toJS({ maxAliasCount });
    if (!hasCycle(data)) return { data, locate: locator(document, lineCounter) };
    return refused(
      firstAlias(document),
      "The recipe holds a cycle: an alias that contains itself.",
      writeOut,
    );
  } catch (error) {
    const reason = error instanceof Error ? sentence(error.message) : String(error);
    return refused(firstAlias(document), `The recipe's aliases cannot be followed: ${reason}`, writeOut);
  }
}

function syntaxProblems(
  document: Document,
  problem: (offset: number, message: string, hint?: string) => Problem,
): readonly Problem[] {
  const found = [
    ...document.errors
      .slice(0, maxProblems)
      .map(({ pos, message }) => problem(pos[0], `Not valid YAML: ${sentence(message)}`)),
    ...document.warnings
      .slice(0, maxProblems)
      .map(({ pos, message }) =>
        problem(
          pos[0],
          `Not valid here: ${sentence(message)}`,
          "Text that begins with ! is a tag in YAML: put the expression in quotes.",
        ),
      ),
  ];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (!seen.has(key.value)) seen.add(key.value);
        else
          found.push(
            problem(
              key.range?.[0] ?? 0,
              `Not valid YAML: “${String(key.value)}” is there twice.`,
              "Keep one of the two.",
            ),
          );
      }
    },
    Pair(_, { key }) {
      if (!isMap(key) && !isSeq(key)) return;
      const message = "A template must be in quotes: without them, {{ }} is an object in YAML.";
      found.push(problem(key.range?.[0] ?? 0, message, 'Write "{{ … }}".'));
    },
  });
  return found;
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias(_, { range }) {
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function locator(document: Document, lineCounter: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(document.contents, path.slice(0, length));
      if (offset !== undefined) {
        const { line, col } = lineCounter.linePos(offset);
        return { line: Math.max(line, 1), column: Math.max(col, 1) };
      }
    }
    return { line: 1, column: 1 };
  };
}

/** Where the key, or the item, that the path names begins. */
function offsetOf(start: unknown, path: readonly PropertyKey[]): number | undefined {
  let current = start;
  let offset = isNode(start) ? start.range?.[0] : undefined;
  for (const key of path) {
    if (isMap(current)) {
      const pair = current.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (!pair) return undefined;
      offset = isNode(pair.key) ? pair.key.range?.[0] : offset;
      current = pair.value;
    } else if (isSeq(current) && typeof key === "number") {
      current = current.items[key];
      offset = isNode(current) ? current.range?.[0] : undefined;
    } else return undefined;
  }
  return offset;
}

function hasCycle(value: unknown, above: ReadonlySet<object> = new Set()): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (above.has(value)) return true;
  const here = new Set(above).add(value);
  return Object.values(value).some((inner) => hasCycle(inner, here));
}

/** How deep the text can nest, at most: brackets, and block indentation. Keeps the parser's recursion short. */
function deepestIndent(source: string): number {
  let deepest = 0;
  let open = 0;
  for (const character of source) {
    if (character === "[" || character === "{") deepest = Math.max(deepest, ++open);
    else if ((character === "]" || character === "}") && open > 0) open -= 1;
  }
  for (const line of source.split("\n")) {
    const [indent = ""] = /^(?:[ \t]|[-?:](?=[ \t]))*/.exec(line) ?? [];
    if (line.trim() !== "") deepest = Math.max(deepest, indent.length / 2);
  }
  return deepest;
}

/** With a capital and one full stop. */
export function sentence(text: string): string {
  const [first = ""] = text.split("\n");
  return first.charAt(0).toUpperCase() + first.slice(1) + (/[.!?]$/.test(first) ? "" : ".");
}
