import { checkTextLength } from "./bounds.ts";
import { type Register, textOf } from "./formulas.ts";
import { toJson } from "./to-json.ts";

/** Equal for equal values, whatever their key order in the source was read in. */
function keyOf(value: unknown): string {
  return typeof value === "string" ? `"${value}` : JSON.stringify(toJson(value));
}

function fieldOf(row: unknown, field: string): unknown {
  if (typeof row !== "object" || row === null || !Object.hasOwn(row, field)) return null;
  return Reflect.get(row, field) ?? null;
}

function distinct(list: readonly unknown[], by: (item: unknown) => unknown): unknown[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = keyOf(by(item));
    return seen.has(key) ? false : seen.add(key);
  });
}

function where(list: readonly unknown[], field: string, value: unknown): unknown[] {
  const wanted = keyOf(value);
  return list.filter((row) => keyOf(fieldOf(row, field)) === wanted);
}

function join(list: readonly unknown[], separator: string): string {
  const parts = list.map(textOf);
  checkTextLength(parts.reduce((sum, part) => sum + part.length, separator.length * parts.length));
  return parts.join(separator);
}

/** Formulas on lists. */
export function registerListFormulas(on: Register): void {
  on("list.first(): dyn", (list: unknown[]) => list[0] ?? null);
  on("list.last(): dyn", (list: unknown[]) => list.at(-1) ?? null);
  on("list.length(): int", (list: unknown[]) => BigInt(list.length));
  on("list.pluck(string): list", (list: unknown[], field: string) => list.map((row) => fieldOf(row, field)));
  on("list.where(string, dyn): list", where);
  on("list.uniq(): list", (list: unknown[]) => distinct(list, (item) => item));
  on("list.uniqBy(string): list", (list: unknown[], field: string) =>
    distinct(list, (row) => fieldOf(row, field)),
  );
  on("list.compact(): list", (list: unknown[]) => list.filter((item) => item != null));
  on("list.flatten(): list", (list: unknown[]) => list.flat());
  on("list.reverse(): list", (list: unknown[]) => list.toReversed());
  on("list.join_(): string", (list: unknown[]) => join(list, ""));
  on("list.join_(string): string", join);
}
