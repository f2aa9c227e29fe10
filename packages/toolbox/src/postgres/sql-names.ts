import { z } from "zod";

const name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[^\0]+$/);

/** A table, by its name or its schema's and its own. */
export const tableName = z
  .string()
  .regex(
    /^[^.\0]{1,63}(?:\.[^.\0]{1,63})?$/,
    "must be a table's name, or its schema's and its own with a dot between",
  )
  .describe("Such as registrants, or crm.registrants");

/** A column's name. */
export const columnName = name;

/** A name as SQL takes it, whatever is in it. */
export function quoted(identifier: string): string {
  return identifier.split(".").map(quotedPart).join(".");
}

/** A column's name as SQL takes it; dots in it are its own. */
export function quotedPart(part: string): string {
  return `"${part.replaceAll('"', '""')}"`;
}
