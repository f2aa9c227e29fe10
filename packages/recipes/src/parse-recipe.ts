/** From text to a recipe: YAML or JSON, with the line of every problem. */
import type { JsonSchema } from "@greenroom/connector-kit";
import { z } from "zod";
import { nearest, suggest } from "./did-you-mean.ts";
import { formsAt } from "./forms.ts";
import { pathText, type Problem, valueAt } from "./problem.ts";
import { type Locate, maxProblems, readYaml, sentence } from "./read-yaml.ts";
import { type Recipe, recipeSchema } from "./recipe-schema.ts";
import { stepKeys } from "./step-schema.ts";

/** What parsing came to; `recipe` is there when its shape is right. */
export interface ParsedRecipe {
  readonly recipe: Recipe | undefined;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

/** Parses a recipe's text. It never throws: whatever is wrong is a problem with a place. */
export function parseRecipe(source: string): ParsedRecipe {
  const read = readYaml(source);
  if ("problems" in read) return { recipe: undefined, problems: read.problems, locate: () => undefined };
  const { data, locate } = read;
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    const expected = "an object with name, trigger and steps";
    const problem: Problem = {
      path: "",
      message: "This is not a recipe.",
      expected,
      severity: "error",
      ...locate([]),
    };
    return { recipe: undefined, problems: [problem], locate };
  }
  const parsed = recipeSchema.safeParse(data);
  if (parsed.success) return { recipe: parsed.data, problems: [], locate };
  const problems = parsed.error.issues
    .slice(0, maxProblems)
    .flatMap((issue) => shapeProblems(issue, [], data, locate))
    .slice(0, maxProblems);
  return { recipe: undefined, problems, locate };
}

/** The problems of one Zod issue. Of a step's shapes, only the one it was meant to have speaks. */
function shapeProblems(
  issue: z.core.$ZodIssue,
  parent: readonly PropertyKey[],
  root: unknown,
  locate: Locate,
): Problem[] {
  const path = [...parent, ...issue.path];
  const at = (message: string, rest: Partial<Problem> = {}, place = path): Problem => ({
    path: pathText(place),
    message,
    severity: "error",
    ...locate(place),
    ...rest,
  });
  const inside = (issues: readonly z.core.$ZodIssue[]) =>
    issues.flatMap((inner) => shapeProblems(inner, path, root, locate));
  const value = valueAt(root, path);

  if (issue.code === "invalid_union" && issue.errors.length === stepKeys.length) {
    const kind = isObject(value) ? stepKeys.findIndex((key) => key in value) : -1;
    if (kind >= 0) return inside(issue.errors[kind] ?? []);
    if (!isObject(value))
      return [at("A step must be an object.", { expected: `one with ${stepKeys.join(", ")}` })];
    const key = Object.keys(value)
      .map((given) => nearest(given, stepKeys))
      .find((found) => found !== undefined);
    return [
      at("This step has no kind.", {
        expected: `one of the keys ${stepKeys.join(", ")}`,
        hint: key && `Did you mean “${key}”?`,
      }),
    ];
  }
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
    const known = knownKeys(value, path);
    return issue.keys
      .slice(0, maxProblems)
      .map((key) => at(`There is no field “${key}” here.`, { hint: suggest(key, known) }, [...path, key]));
  }
  if (issue.code === "invalid_key") return inside(issue.issues);
  if (issue.code === "invalid_type" && value === undefined) {
    return [at(`“${String(path.at(-1))}” is missing.`, { expected: issue.expected })];
  }
  if (issue.code === "invalid_type") return [at(`Expected ${issue.expected}.`, { expected: issue.expected })];
  return [at(sentence(issue.message))];
}

let form: JsonSchema | undefined;

function knownKeys(value: unknown, path: readonly PropertyKey[]): readonly string[] {
  form ??= z.toJSONSchema(recipeSchema, { io: "input" });
  const kind = stepKeys.find((key) => isObject(value) && key in value);
  const names = formsAt(form, path).map(({ properties }) => Object.keys(properties ?? {}));
  // Of a step's shapes, the one with its kind.
  const meant = kind === undefined ? [] : names.filter((keys) => keys.includes(kind));
  return [...new Set((meant.length > 0 ? meant : names).flat())];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
