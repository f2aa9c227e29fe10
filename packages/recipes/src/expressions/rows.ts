/** Objects as rows: their fields, by name or by a path of names joined by dots. */
import { spendMaking } from "./bounds.ts";
import { textOf } from "./formulas-any.ts";

/** -1, 0 or 1; null last, numbers by size, all else as text. */
export function compare(a: unknown, b: unknown): number {
  if (a == null || b == null) return a == null ? (b == null ? 0 : 1) : -1;
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [textOf(a), textOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A whole number or one of JSON. */
export const isNumber = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

/** What stands at a field, or at a path of them; null where nothing does. */
export function fieldOf(row: unknown, field: string | readonly unknown[]): unknown {
  if (typeof field !== "string")
    return field.reduce<unknown>((value, each) => fieldOf(value, String(each)), row);
  if (typeof row !== "object" || row === null) return null;
  if (Object.hasOwn(row, field)) return Reflect.get(row, field) ?? null;
  const dot = field.indexOf(".");
  return dot < 0 ? null : fieldOf(fieldOf(row, field.slice(0, dot)), field.slice(dot + 1));
}

/** An object without some fields. */
export function without(row: unknown, fields: readonly string[]): unknown {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return row;
  spendMaking(Object.keys(row).length);
  return Object.fromEntries(Object.entries(row).filter(([key]) => !fields.includes(key)));
}
