/** From text to a recipe: YAML or JSON, with the line of every problem. */
import type { z } from "zod";
import { nearest, suggest } from "./did-you-mean.ts";
import { pathText, type Problem, valueAt } from "./problem.ts";
import { type Locate, maxProblems, readYaml, sentence } from "./read-yaml.ts";
import { type Recipe, recipeSchema, stepKinds, stepShapes } from "./recipe-schema.ts";

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

/** The problems of one Zod issue. Of a step's four shapes, only the one it was meant to have speaks. */
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
  const value = valueAt(root, path);

  if (issue.code === "invalid_union" && issue.errors.length === stepKinds.length) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [at("A step must be an object.", { expected: `one with ${stepKinds.join(", ")}` })];
    }
    const kind = stepKinds.findIndex((key) => key in value);
    if (kind < 0) {
      const key = Object.keys(value)
        .map((given) => nearest(given, stepKinds))
        .find((found) => found !== undefined);
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
    return issue.keys
      .slice(0, maxProblems)
      .map((key) => at(`There is no field “${key}” here.`, { hint: suggest(key, known) }, [...path, key]));
  }
  if (issue.code === "invalid_type" && value === undefined) {
    return [at(`“${String(path.at(-1))}” is missing.`, { expected: issue.expected })];
  }
  if (issue.code === "invalid_type") return [at(`Expected ${issue.expected}.`, { expected: issue.expected })];
  return [at(sentence(issue.message))];
}

function knownKeys(value: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(recipeSchema.shape);
  if (path.length === 1 && path[0] === "trigger") return Object.keys(recipeSchema.shape.trigger.shape);
  if (path.at(-1) === "stop") return Object.keys(stepShapes.stop.shape.stop.shape);
  if (path.at(-2) === "elsif") return ["if", "then"];
  const kind = stepKinds.find((key) => typeof value === "object" && value !== null && key in value);
  return kind ? Object.keys(stepShapes[kind].shape) : [];
}
