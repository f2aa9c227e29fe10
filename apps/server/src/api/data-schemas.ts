/** The shapes of properties and lookup tables. */
import { z } from "@hono/zod-openapi";
import { id, time } from "./schema-parts.ts";

/** What a property holds. */
export const propertyType = z.enum(["text", "number", "boolean", "secret"]);

/** A property; the value of a secret is left out. */
export const property = z
  .object({
    environment: z.string(),
    name: z.string(),
    type: propertyType,
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    description: z.string().optional(),
    updatedAt: time,
    updatedBy: z.string().optional(),
  })
  .openapi("Property");

/** What a column holds. */
export const columnType = z.enum(["text", "number", "boolean"]);
/** A column's name. */
export const columnName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "must not hold control characters");
const column = z.object({ id: z.string(), name: columnName, type: columnType });

/** A lookup table. */
export const lookupTable = z
  .object({
    id,
    name: z.string(),
    description: z.string().optional(),
    columns: z.array(column),
    rows: z.number().int(),
    createdAt: time,
    updatedAt: time,
  })
  .openapi("LookupTable");

/** What may stand in a cell. */
export const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A row, by its columns' names. */
export const lookupRow = z
  .object({ id: z.number().int(), values: z.record(z.string(), cell) })
  .openapi("LookupRow");
