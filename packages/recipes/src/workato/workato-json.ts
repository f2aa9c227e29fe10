/** Workato's recipe as data of which nothing is sure. */

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** The object, or one without keys. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : "";
}

/** An object's keys and values without some. */
export function without(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => !keys.includes(key) && value !== undefined),
  );
}

/** The fields with values only. */
export function filled(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Letters and digits in small letters, in the singular: for comparing what people named. */
export function plainWord(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "")
    .replace(/s$/, "");
}

/** `get_object` and `Get object` as `getObject`. */
export function camelCase(text: string): string {
  const words = text.split(/[^a-zA-Z0-9]+/).filter((word) => word !== "");
  return words
    .map(
      (word, index) =>
        (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1),
    )
    .join("");
}

/** `get_object` as `get-object`. */
export function kebabCase(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "unknown"
  );
}

const firstKeys = ["provider", "name", "as", "uuid"];

/** What is kept of a step, its keys in one order: the same file, whatever order they came in. */
export function inOrder(json: Json): Json {
  const rank = (key: string): number => {
    const at = firstKeys.indexOf(key);
    return at < 0 ? firstKeys.length : at;
  };
  const entries = Object.entries(json).toSorted(
    ([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : Number(a > b)),
  );
  return Object.fromEntries(entries);
}
