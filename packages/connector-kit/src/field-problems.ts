import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import type { FieldProblem } from "./connector-error.ts";

/** The problems of a Zod error by field, in words; with the schema it was refused by, misspelt fields get a suggestion. */
export function fieldProblems(error: z.ZodError, schema?: z.ZodType): readonly FieldProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, schema));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType | undefined): FieldProblem[] {
  const field = z.core.toDotPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = schema ? fieldsAt(schema, issue.path) : [];
    return issue.keys.map((key) => ({
      field: field === "" ? key : `${field}.${key}`,
      message: `is not a field here${suggestion(key, known)}`,
    }));
  }
  if (issue.code === "invalid_union" && issue.message === "Invalid input") {
    const firsts = issue.errors.flatMap((branch) => branch.slice(0, 1));
    // Where one way takes this kind of value, and not this one, the others say nothing.
    const near = firsts.filter(({ code, path }) => code !== "invalid_type" || path.length > 0);
    const ways = new Set((near.length > 0 ? near : firsts).map(({ message }) => plainMessage(message)));
    if (ways.size > 0) return [{ field, message: [...ways].join(", or ") }];
  }
  return [{ field, message: plainMessage(issue.message) }];
}

function suggestion(key: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const near = closest(key, [...known]);
  return distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(key.length / 3))
    ? ` (did you mean “${near}”?)`
    : ` (there is ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""})`;
}

/** The names of the fields that the object at `path` may have. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: readonly z.core.JSONSchema.BaseSchema[] = [
    z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
  ];
  for (const key of path) {
    here = here.flatMap(branches).flatMap(({ properties, items, additionalProperties }) => {
      const next = typeof key === "number" ? items : (properties?.[String(key)] ?? additionalProperties);
      return typeof next === "object" && !Array.isArray(next) ? [next] : [];
    });
  }
  return here.flatMap(branches).flatMap(({ properties }) => Object.keys(properties ?? {}));
}

function branches(schema: z.core.JSONSchema.BaseSchema): readonly z.core.JSONSchema.BaseSchema[] {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...alternatives.flatMap((alternative) => branches(alternative))];
}

/** Zod begins “Invalid input: …”; after “field: ” that reads better without. */
function plainMessage(message: string): string {
  if (message.endsWith(", received undefined")) return "is required";
  if (message.endsWith("expected number, received NaN")) return "must be a number";
  if (message === "Invalid UUID") return "must be an id, such as 01a22396-3b66-770c-86ab-ca376e6c1f27";
  if (message === "Invalid ISO datetime") return "must be a time, such as 2026-01-31T09:30:00Z";
  const choices = /^Invalid option: expected one of (.*)$/.exec(message)?.[1];
  if (choices !== undefined) return `must be one of ${choices.replaceAll('"', "").replaceAll("|", ", ")}`;
  const plain = message.replace(/^Invalid (?:input|option|string): /, "");
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}
