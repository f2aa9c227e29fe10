/** What is known of a value before there is one. */

/** A kind of value that has no parts. */
export type PlainKind =
  | "text"
  | "number"
  | "whole"
  | "truth"
  | "null"
  | "time"
  | "period"
  | "bytes"
  | "secret";

/** The type of a value. `any` is: nothing is known, so nothing is said. */
export type ValueType =
  | { readonly kind: "any" }
  | PlainType
  | { readonly kind: "list"; readonly of: ValueType }
  | ObjectType
  | { readonly kind: "either"; readonly of: readonly ValueType[] };

/** A type without parts. */
export interface PlainType {
  readonly kind: PlainKind;
  /** Its schema says so, but numbers and texts may stand for each other in what the service really sends. */
  readonly loose?: boolean | undefined;
}

/** An object with known fields. */
export interface ObjectType {
  readonly kind: "object";
  readonly names: readonly string[];
  /** The type of a known field. */
  field(name: string): ValueType | undefined;
  /** The type of every other field; undefined where there can be none. */
  readonly rest: ValueType | undefined;
}

/** Nothing is known. */
export const any: ValueType = { kind: "any" };
/** Text. */
export const text: ValueType = { kind: "text" };
/** A number of JSON's. */
export const number: ValueType = { kind: "number" };
/** A whole number of CEL's. */
export const whole: ValueType = { kind: "whole" };
/** True or false. */
export const truth: ValueType = { kind: "truth" };
/** Null. */
export const nothing: ValueType = { kind: "null" };
/** A time of CEL's; JSON has them as text. */
export const time: ValueType = { kind: "time" };
/** A secret's reference. */
export const secret: ValueType = { kind: "secret" };

/** A list. */
export function listOf(of: ValueType): ValueType {
  return { kind: "list", of };
}

/** An object of the given fields, and of no others unless `rest` says so. */
export function objectOf(fields: Readonly<Record<string, ValueType>>, rest?: ValueType): ObjectType {
  const known = new Map(Object.entries(fields));
  return { kind: "object", names: [...known.keys()], field: (name) => known.get(name), rest };
}

/** One of several types. */
export function either(...types: readonly ValueType[]): ValueType {
  const flat = types.flatMap((type) => (type.kind === "either" ? type.of : [type]));
  if (flat.length === 0 || flat.some(({ kind }) => kind === "any")) return any;
  const plain = new Map(flat.filter(isPlain).map((type) => [type.kind, type] as const));
  const lists = flat.flatMap((type) => (type.kind === "list" ? [type.of] : []));
  const objects = new Set(flat.filter((type) => type.kind === "object"));
  const all = [...plain.values(), ...(lists.length > 0 ? [listOf(either(...lists))] : []), ...objects];
  const [only] = all;
  return all.length === 1 && only ? only : { kind: "either", of: all };
}

/** The types that it may be; of `either`, each. */
export function waysOf(type: ValueType): readonly ValueType[] {
  return type.kind === "either" ? type.of : [type];
}

/** Whether it may be another kind of plain value than its schema says. */
export function isLoose(type: ValueType): boolean {
  return waysOf(type).some((way) => "loose" in way && way.loose === true);
}

function isPlain(type: ValueType): type is PlainType {
  return !["any", "list", "object", "either"].includes(type.kind);
}

const words: Readonly<Record<PlainKind, string>> = {
  ...{ text: "text", number: "a number", whole: "a number", truth: "true or false", null: "null" },
  ...{ time: "a time", period: "a length of time", bytes: "bytes", secret: "a secret" },
};

/** A type in a sentence: `a number`, `text or null`. */
export function inWords(type: ValueType): string {
  const named = waysOf(type).map((way) => {
    if (way.kind === "list") return "a list";
    if (way.kind === "object") return "an object";
    return way.kind === "any" || way.kind === "either" ? "anything" : words[way.kind];
  });
  // Null last: the rest is what it is meant to be.
  const all = [...new Set(named)];
  return [...all.filter((word) => word !== "null"), ...all.filter((word) => word === "null")].join(" or ");
}
