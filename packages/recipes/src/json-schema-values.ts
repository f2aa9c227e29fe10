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
