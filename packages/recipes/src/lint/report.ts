import type { ParsedRecipe } from "../parse-recipe.ts";
import type { Problem } from "../problem.ts";
import { maxProblems } from "../read-yaml.ts";

/** The problems found so far. */
export interface Report {
  readonly problems: readonly Problem[];
  add(path: string, message: string, rest?: Partial<Problem>): void;
  /** Says nothing while `body` runs. */
  quietly(body: () => void): void;
}

/** Makes an empty report of a recipe. */
export function createReport(parsed: ParsedRecipe): Report {
  const problems: Problem[] = [];
  let quiet = false;
  return {
    problems,
    add(path, message, rest = {}) {
      if (quiet || problems.length >= maxProblems) return;
      problems.push({ path, message, severity: "error", ...parsed.locate(keysOf(path)), ...rest });
    },
    quietly(body) {
      quiet = true;
      body();
      quiet = false;
    },
  };
}

/** A problem's path as keys. */
export function keysOf(path: string): PropertyKey[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key ?? "") : Number(index),
  );
}
