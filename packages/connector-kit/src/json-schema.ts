import { z } from "zod";
import type { AnyAction } from "./action.ts";

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The form of an action's input, as recipes write it. */
export function inputJsonSchema(action: AnyAction): JsonSchema {
  const schema: z.ZodType = action.input;
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

/** The form of an action's output, as later steps see it; for a few it follows from the step's input. */
export function outputJsonSchema(action: AnyAction, input?: unknown): JsonSchema {
  const known = input === undefined ? undefined : action.outputOf?.(input);
  if (known) return known;
  const schema: z.ZodType = action.output;
  return z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
}

/** What can be known from an example of a value; a field that is null in it may be anything. */
export function schemaOfSample(sample: unknown): JsonSchema {
  if (Array.isArray(sample)) {
    const items = sample.map(schemaOfSample).reduce(together, {});
    return { type: "array", items };
  }
  if (typeof sample === "object" && sample !== null) {
    const properties = Object.entries(sample).map(([name, value]) => [name, schemaOfSample(value)] as const);
    return { type: "object", properties: Object.fromEntries(properties) };
  }
  if (sample === null || sample === undefined) return {};
  return { type: typeof sample as "string" | "number" | "boolean" };
}

/** What either of two examples of one thing shows. */
function together(one: JsonSchema, other: JsonSchema): JsonSchema {
  if (Object.keys(one).length === 0) return other;
  if (Object.keys(other).length === 0) return one;
  if (one.type !== other.type) return {};
  if (one.type !== "object") return one;
  const [a, b] = [one.properties ?? {}, other.properties ?? {}] as Record<string, JsonSchema>[];
  const names = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return {
    type: "object",
    properties: Object.fromEntries(
      [...names].map((name) => [name, together(a?.[name] ?? {}, b?.[name] ?? {})]),
    ),
  };
}
