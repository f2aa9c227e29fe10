/** PostgreSQL's values as plain JSON. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  // bigint and numeric: numbers where JavaScript's hold them, text where not.
  20: exactNumber,
  1700: exactNumber,
  // Days and times without a zone are no moments: they stay what they are.
  1082: (text) => text,
  1114: (text) => text.replace(" ", "T"),
  1184: (text) => momentOf(text),
};

/** The parser of a type; undefined for those that the driver's own suits. */
export function parserOf(typeId: number): ((text: string) => unknown) | undefined {
  return parsers[typeId];
}

/** A row in JSON's own types: bytes in base64, moments as ISO 8601. */
export function plainRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object") {
    // An interval says itself how it is written.
    if ("toISO" in value && typeof value.toISO === "function") return String(value.toISO());
    if ("toPostgres" in value && typeof value.toPostgres === "function") return String(value.toPostgres());
  }
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function exactNumber(text: string): number | string {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  return Number.isFinite(number) && String(number) === text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")
    ? number
    : text;
}

function momentOf(text: string): string {
  const date = new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}
