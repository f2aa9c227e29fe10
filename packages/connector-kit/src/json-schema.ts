import { z } from "zod";
import type { AnyAction } from "./action.ts";

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The form of an action's input, as recipes write it. */
export function inputJsonSchema(action: AnyAction): JsonSchema {
  const schema: z.ZodType = action.input;
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

/** The form of an action's output, as later steps see it. */
export function outputJsonSchema(action: AnyAction): JsonSchema {
  const schema: z.ZodType = action.output;
  return z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
}
