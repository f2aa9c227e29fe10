/** What the answers of the API are made with. */
import type { z } from "zod";

/** What a schema shows. */
export type Shown<Schema extends z.ZodType> = z.output<Schema>;

/** A moment as the API writes it. */
export const text = (at: Date) => at.toISOString();

/** Leaves out what is null or undefined. */
export function some<T extends Record<string, unknown>>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as never;
}
