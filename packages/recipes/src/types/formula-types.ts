/** Formulas on lists whose result has the type of the list's items: what the library calls dyn. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { any, either, listOf, nothing, type ValueType, waysOf } from "./value-type.ts";

const ofItems = new Set([
  "where",
  "uniq",
  "uniqBy",
  "compact",
  "reverse",
  "sort",
  "sort_by",
  "slice",
  "exclude",
]);
const ofOneItem = new Set(["first", "last", "at"]);

/** The type that a formula gives where more is known of it than its signature says. */
export function refinedResult(
  name: string,
  on: ValueType,
  args: readonly ASTNode[],
  types: readonly ValueType[],
): ValueType | undefined {
  const items = waysOf(on).flatMap((way) => (way.kind === "list" ? [way.of] : []));
  if (name === "presence") return either(on, nothing);
  if (name === "or_else") return either(...waysOf(on).filter(({ kind }) => kind !== "null"), types[0] ?? any);
  if (items.length === 0 || items.length < waysOf(on).filter(({ kind }) => kind !== "null").length)
    return undefined;
  const item = either(...items);
  if (ofItems.has(name)) return listOf(item);
  // With a number they give that many.
  if (ofOneItem.has(name)) return name === "at" || args.length === 0 ? either(item, nothing) : listOf(item);
  if (name === "pluck" && args.length === 1) return listOf(fieldOf(item, args[0]));
  return undefined;
}

function fieldOf(item: ValueType, name: ASTNode | undefined): ValueType {
  if (name?.op !== "value" || typeof name.args !== "string") return any;
  const key = name.args;
  return either(
    nothing,
    ...waysOf(item).map((way) => (way.kind === "object" ? (way.field(key) ?? way.rest ?? nothing) : any)),
  );
}
