/** Values checked by the JSON Schemas that recipes declare their parameters and results with. */
import { fieldProblems } from "@greenroom/connector-kit";
import { z } from "zod";

const made = new WeakMap<object, z.ZodType>();

/** A JSON Schema as a schema that checks, with its defaults filled in. @throws when it is none. */
export function schemaOfJson(json: Readonly<Record<string, unknown>>): z.ZodType {
  const known = made.get(json);
  if (known) return known;
  const schema = z.fromJSONSchema(json);
  made.set(json, schema);
  return schema;
}

/** What is wrong with a value, by field. */
export function problemsOfValue(
  error: z.ZodError,
  schema: z.ZodType,
): readonly { readonly field: string; readonly message: string }[] {
  return fieldProblems(error, schema);
}

/** What holds values, not schemas. */
const values: ReadonlySet<string> = new Set(["default", "const", "enum", "examples"]);
const strict = new WeakMap<object, Readonly<Record<string, unknown>>>();

/**
 * A declared schema as its readers mean it: of an object whose fields are listed, those are all there are, unless it
 * says otherwise. For lint alone: what comes while jobs run may have more.
 */
export function asListed(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = strict.get(json);
  if (known) return known;
  const inside = Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, values.has(key) ? value : listedInside(value)]),
  );
  const closes = json["properties"] !== undefined && json["additionalProperties"] === undefined;
  const listed = closes ? { ...inside, additionalProperties: false } : inside;
  strict.set(json, listed);
  return listed;
}

function listedInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listedInside);
  return typeof value === "object" && value !== null ? asListed({ ...value }) : value;
}
