/** CEL as text, with brackets where they are needed. */

/** A piece of CEL and how strongly its outermost operator binds. */
export interface Cel {
  readonly text: string;
  readonly binding: number;
}

/** How strongly each kind of CEL binds. */
export const bindings = {
  choice: 1,
  or: 2,
  and: 3,
  relation: 4,
  sum: 5,
  product: 6,
  sign: 7,
  value: 8,
} as const;

/** A piece that needs no brackets. */
export const value = (text: string): Cel => ({ text, binding: bindings.value });

/** The text, in brackets where it binds less. */
export function within({ text, binding }: Cel, needed: number): string {
  return binding < needed ? `(${text})` : text;
}

/** A text as a CEL literal. */
export const quoted = (text: string): string => JSON.stringify(text.toWellFormed());

/** A value of JSON as a CEL literal. */
export function literalOf(data: unknown): string {
  if (typeof data === "string") return quoted(data);
  if (Array.isArray(data)) return `[${data.map(literalOf).join(", ")}]`;
  if (typeof data === "object" && data !== null) {
    return `{${Object.entries(data)
      .map(([key, inner]) => `${quoted(key)}: ${literalOf(inner)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(data) ?? "null";
}

/** The words that cannot stand after a dot. */
const keywords: ReadonlySet<string> = new Set(["true", "false", "null", "in"]);

/** A field of something, in the shortest way to write it. */
export function fieldText(on: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name) ? `${on}.${name}` : `${on}[${quoted(name)}]`;
}

/** A formula called on something. */
export function called(on: Cel, name: string, args: readonly string[] = []): Cel {
  return value(`${within(on, bindings.value)}.${name}(${args.join(", ")})`);
}
