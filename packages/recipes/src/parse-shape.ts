/** From text to data of a given shape: YAML or JSON, with the line of every problem. */
import type { JsonSchema } from "@greenroom/connector-kit";
import type { z } from "zod";
import { suggest } from "./did-you-mean.ts";
import { fieldsOf, formsAt } from "./forms.ts";
import { pathText, type Problem, valueAt } from "./problem.ts";
import { type Locate, maxProblems, readYaml, sentence } from "./read-yaml.ts";

/** A shape that texts may have. */
export interface Shape<T> {
  /** What it is called, such as recipe. */
  readonly name: string;
  readonly expected: string;
  readonly schema: z.ZodType<T>;
  /** The same as JSON Schema: for hints. */
  readonly form: () => JsonSchema;
}

/** What parsing came to; `data` is there when its shape is right. */
export interface ParsedShape<T> {
  readonly data: T | undefined;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

/** Parses a text. It never throws: whatever is wrong is a problem with a place. */
export function parseShape<T>(source: string, { name, expected, schema, form }: Shape<T>): ParsedShape<T> {
  const read = readYaml(source);
  if ("problems" in read) return { data: undefined, problems: read.problems, locate: () => undefined };
  const { data, locate } = read;
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    const message = `This is not a ${name}.`;
    const problem: Problem = { path: "", message, expected, severity: "error", ...locate([]) };
    return { data: undefined, problems: [problem], locate };
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return { data: parsed.data, problems: [], locate };
  const problems = parsed.error.issues
    .slice(0, maxProblems)
    .flatMap((issue) => shapeProblems(issue, [], { root: data, locate, form }))
    .slice(0, maxProblems);
  return { data: undefined, problems, locate };
}

interface Read {
  readonly root: unknown;
  readonly locate: Locate;
  readonly form: () => JsonSchema;
}

/** The problems of one Zod issue. Of the ways to write a value, the one that fits best speaks. */
function shapeProblems(issue: z.core.$ZodIssue, parent: readonly PropertyKey[], read: Read): Problem[] {
  const { root, locate, form } = read;
  const path = [...parent, ...issue.path];
  const at = (message: string, rest: Partial<Problem> = {}, place = path): Problem => ({
    path: pathText(place),
    message,
    severity: "error",
    ...locate(place),
    ...rest,
  });
  const inside = (issues: readonly z.core.$ZodIssue[]) =>
    issues.flatMap((inner) => shapeProblems(inner, path, read));
  const value = valueAt(root, path);

  if (issue.code === "invalid_union") {
    // The way of writing it that fits best speaks: the others do not even have its type.
    const fitting = issue.errors
      .filter((issues) => !issues.some((inner) => inner.path.length === 0 && inner.code === "invalid_type"))
      .toSorted((a, b) => a.length - b.length)[0];
    if (fitting) return inside(fitting);
    const kinds = issue.errors.flatMap((issues) =>
      issues.flatMap((inner) => (inner.code === "invalid_type" ? [inner.expected] : [])),
    );
    const expected = [...new Set(kinds)].join(" or ");
    if (value === undefined) return [at(`“${String(path.at(-1))}” is missing.`, { expected })];
    return [at(`Expected ${expected}.`, { expected })];
  }
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(form(), value, path);
    return issue.keys
      .slice(0, maxProblems)
      .map((key) => at(`There is no field “${key}” here.`, { hint: suggest(key, known) }, [...path, key]));
  }
  if (issue.code === "custom" && issue.params) return [at(issue.message, issue.params)];
  if (issue.code === "invalid_key") return inside(issue.issues);
  if (issue.code === "invalid_type" && value === undefined) {
    return [at(`“${String(path.at(-1))}” is missing.`, { expected: issue.expected })];
  }
  if (issue.code === "invalid_type") return [at(`Expected ${issue.expected}.`, { expected: issue.expected })];
  return [at(sentence(issue.message))];
}

function knownKeys(form: JsonSchema, value: unknown, path: readonly PropertyKey[]): readonly string[] {
  return fieldsOf(formsAt(form, path), typeof value === "object" && value !== null ? Object.keys(value) : []);
}
