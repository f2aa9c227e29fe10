/** The rules of types that no schema says. */
import { distance } from "fastest-levenshtein";
import { any, nothing, number, text, truth, type ValueType, waysOf, whole } from "./value-type.ts";

/** The type of a literal. */
export function typeOfLiteral(value: unknown): ValueType {
  if (typeof value === "string") return text;
  if (typeof value === "bigint") return whole;
  if (typeof value === "number") return number;
  if (typeof value === "boolean") return truth;
  return value === null ? nothing : any;
}

/** Whether an operator compares for being equal. */
export function isEquality(operator: string): boolean {
  return operator === "==" || operator === "!=";
}

/** Whether two values can be equal: of one kind, where numbers are one kind and null is equal or not to everything. */
export function comparable([left = any, right = any]: readonly ValueType[]): boolean {
  const kinds = (type: ValueType) => waysOf(type).map(({ kind }) => (kind === "whole" ? "number" : kind));
  const [lefts, rights] = [kinds(left), kinds(right)];
  return (
    [lefts, rights].some((side) => side.includes("any") || side.every((kind) => kind === "null")) ||
    lefts.some((kind) => kind !== "null" && rights.includes(kind))
  );
}

/** Whether one name surely is a misspelling of the other. */
export function isSlip(name: string, known: string): boolean {
  const plain = (each: string) => each.toLowerCase().replaceAll("_", "");
  if (plain(name) === plain(known)) return true;
  const longest = Math.max(name.length, known.length);
  if (longest <= 3) return false;
  const away = distance(name, known);
  // Two letters in each other's place are one slip.
  const swapped =
    away === 2 && Array.from(name).toSorted().join("") === Array.from(known).toSorted().join("");
  return swapped || away <= (longest < 8 ? 1 : 2);
}

/** The names there are, in a sentence. */
export function listed(known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  return `There is ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}.`;
}
