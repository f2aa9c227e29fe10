/** From text to a recipe: YAML or JSON, with the line of every problem. */
import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { nearest, suggest } from "./did-you-mean.ts";
import { pathText, type Problem } from "./problem.ts";
import { type Recipe, recipeSchema, stepKinds } from "./recipe-schema.ts";

/** Where a path stands in the text. */
export type Locate = (path: readonly PropertyKey[]) => { line: number; column: number } | undefined;

/** What parsing came to; `recipe` is there when its shape is right. */
export interface ParsedRecipe {
  readonly recipe: Recipe | undefined;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

const maxLength = 1_000_000;
/** Enough for honest anchors; far below what an alias bomb needs. */
const maxAliasCount = 100;
const maxNesting = 100;

/** Parses a recipe's text. It never throws: whatever is wrong is a problem with a place. */
export function parseRecipe(source: string): ParsedRecipe {
  const nowhere: Locate = () => undefined;
  const refused = (problem: Omit<Problem, "severity" | "path">): ParsedRecipe => ({
    recipe: undefined,
    problems: [{ path: "", severity: "error", ...problem }],
    locate: nowhere,
  });
  if (source.length > maxLength) return refused({ message: `The recipe is longer than ${maxLength} characters.` });
  if (deepestIndent(source) > maxNesting) return refused({ message: `The recipe is nested deeper than ${maxNesting} levels.` });

  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, uniqueKeys: true, prettyErrors: false });
  const syntax = document.errors.map((error): Problem => {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return { path: "", line, column: col, message: `Not valid YAML: ${error.message}.`, severity: "error" };
  });
  if (syntax.length > 0) return { recipe: undefined, problems: syntax, locate: nowhere };

  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused({ message: `The recipe's aliases cannot be followed: ${reason}.`, hint: "Write the repeated part out." });
  }
  if (hasCycle(data)) {
    return refused({ message: "The recipe holds a cycle: an alias that contains itself.", hint: "Write the repeated part out." });
  }
  const locate = locator(document, lineCounter);
  const parsed = recipeSchema.safeParse(data);
  if (parsed.success) return { recipe: parsed.data, problems: [], locate };
  const problems = parsed.error.issues.flatMap((issue) => shapeProblems(issue, [], data, locate));
  return { recipe: undefined, problems, locate };
}

/** The problems of one Zod issue. Of a step's four shapes, only the one it was meant to have speaks. */
function shapeProblems(issue: z.core.$ZodIssue, parent: readonly PropertyKey[], root: unknown, locate: Locate): Problem[] {
  const path = [...parent, ...issue.path];
  const at = (message: string, rest: Partial<Problem> = {}, place = path): Problem => ({
    ...{ path: pathText(place), message, severity: "error", ...locate(place) },
    ...rest,
  });
  const value = valueAt(root, path);

  if (issue.code === "invalid_union" && issue.errors.length === stepKinds.length) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [at("A step must be an object.", { expected: `one with ${stepKinds.join(", ")}` })];
    }
    const kind = stepKinds.findIndex((key) => key in value);
    if (kind < 0) {
      const key = Object.keys(value).map((given) => nearest(given, stepKinds)).find((found) => found !== undefined);
      return [
        at("This step has no kind.", {
          expected: `one of the keys ${stepKinds.join(", ")}`,
          hint: key && `Did you mean “${key}”?`,
        }),
      ];
    }
    return (issue.errors[kind] ?? []).flatMap((inner) => shapeProblems(inner, path, root, locate));
  }
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(value, path);
    return issue.keys.map((key) => at(`There is no field “${key}” here.`, { hint: suggest(key, known) }, [...path, key]));
  }
  if (issue.code === "invalid_type" && value === undefined) {
    return [at(`“${String(path.at(-1))}” is missing.`, { expected: issue.expected })];
  }
  if (issue.code === "invalid_type") return [at(`Expected ${issue.expected}.`, { expected: issue.expected })];
  return [at(capital(issue.message))];
}

function knownKeys(value: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(recipeSchema.shape);
  if (path.length === 1 && path[0] === "trigger") return Object.keys(recipeSchema.shape.trigger.shape);
  if (path.at(-1) === "stop") return ["as", "reason"];
  if (path.at(-2) === "elsif") return ["if", "then"];
  const keys = { use: ["id", "name", "use", "connection", "input"], if: ["id", "if", "then", "elsif", "else"] };
  const more = { forEach: ["id", "forEach", "as", "steps"], stop: ["id", "stop"] };
  const kind = stepKinds.find((key) => typeof value === "object" && value !== null && key in value);
  return kind ? { ...keys, ...more }[kind] : [];
}

function locator(document: Document, lineCounter: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(document.contents, path.slice(0, length));
      if (offset !== undefined) {
        const { line, col } = lineCounter.linePos(offset);
        return { line, column: col };
      }
    }
    return undefined;
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

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
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
    const [indent = ""] = /^[ \t-]*/.exec(line) ?? [];
    deepest = Math.max(deepest, indent.length / 2);
  }
  return deepest;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");
}
