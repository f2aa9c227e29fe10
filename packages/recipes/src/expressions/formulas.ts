/**
 * The formulas that people of Workato know, as CEL functions on their receiver.
 * They are pure and total: what has no answer gives null, as Ruby's nil.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { DateTime } from "luxon";

type Row = Readonly<Record<string, unknown>>;

const isBlank = (value: unknown): boolean =>
  value == null ||
  value === false ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && value.constructor === Object && Object.keys(value).length === 0);

const keyOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner)) ?? "null";
const fieldOf = (row: unknown, field: string): unknown => (row as Row | null | undefined)?.[field] ?? null;
const parameterize = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

function distinct(list: readonly unknown[], by: (item: unknown) => unknown): unknown[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = keyOf(by(item));
    return seen.has(key) ? false : seen.add(key);
  });
}

/** strftime's directives in Luxon's tokens. @see https://man7.org/linux/man-pages/man3/strftime.3.html */
const directives: Readonly<Record<string, string>> = {
  ...{ Y: "yyyy", y: "yy", m: "MM", d: "dd", e: "d", H: "HH", I: "hh", l: "h", M: "mm", S: "ss", L: "SSS", p: "a" },
  ...{ B: "MMMM", b: "MMM", A: "cccc", a: "ccc", j: "ooo", Z: "z", z: "ZZZ", s: "X", F: "yyyy-MM-dd", T: "HH:mm:ss" },
};

function strftime(time: Date, format: string, zone: string): string {
  const at = DateTime.fromJSDate(time, { zone }).setLocale("en-US");
  if (!at.isValid) throw new Error(`“${zone}” is not a time zone; use an IANA name such as Europe/Paris`);
  return format.replace(/%([A-Za-z%])/g, (whole, directive: string) => {
    if (directive === "%") return "%";
    const token = directives[directive];
    return token ? at.toFormat(token) : whole;
  });
}

function toTime(value: unknown): Date {
  const at = value instanceof Date ? value : new Date(String(value));
  if (Number.isNaN(at.getTime())) throw new Error(`“${String(value)}” is not a time; use ISO 8601, such as 2026-01-31T09:30:00Z`);
  return at;
}

/** Adds the formulas to an environment. */
export function registerFormulas(env: Environment): Environment {
  const on = (signature: string, handler: (...args: never[]) => unknown) => env.registerFunction(signature, handler);

  on("string.upcase(): string", (text: string) => text.toUpperCase());
  on("string.downcase(): string", (text: string) => text.toLowerCase());
  on("string.capitalize(): string", (text: string) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase());
  on("string.strip(): string", (text: string) => text.trim());
  on("string.parameterize(): string", parameterize);
  on("string.gsub(string, string): string", (text: string, from: string, to: string) => text.replaceAll(from, () => to));
  on("string.to_i(): int", (text: string) => BigInt(/^\s*[+-]?\d+/.exec(text)?.[0].trim() ?? 0));
  on("string.to_f(): double", (text: string) => Number.parseFloat(text) || 0);
  on("string.to_time(): google.protobuf.Timestamp", toTime);
  on("string.strftime(string): string", (time: string, format: string) => strftime(toTime(time), format, "UTC"));
  on("string.strftime(string, string): string", (time: string, format: string, zone: string) => strftime(toTime(time), format, zone));
  on("google.protobuf.Timestamp.strftime(string): string", (time: Date, format: string) => strftime(time, format, "UTC"));
  on("google.protobuf.Timestamp.strftime(string, string): string", strftime);

  on("dyn.present(): bool", (value: unknown) => !isBlank(value));
  on("dyn.blank(): bool", isBlank);
  on("dyn.presence(): dyn", (value: unknown) => (isBlank(value) ? null : value));
  on("dyn.to_s(): string", (value: unknown) => (value == null ? "" : value instanceof Date ? value.toISOString() : String(value)));
  on("dyn.to_json(): string", keyOf);

  on("list.first(): dyn", (list: unknown[]) => list[0] ?? null);
  on("list.last(): dyn", (list: unknown[]) => list.at(-1) ?? null);
  on("list.pluck(string): list", (list: unknown[], field: string) => list.map((row) => fieldOf(row, field)));
  on("list.where(string, dyn): list", (list: unknown[], field: string, value: unknown) =>
    list.filter((row) => keyOf(fieldOf(row, field)) === keyOf(value)),
  );
  on("list.uniq(): list", (list: unknown[]) => distinct(list, (item) => item));
  on("list.uniqBy(string): list", (list: unknown[], field: string) => distinct(list, (row) => fieldOf(row, field)));
  on("list.compact(): list", (list: unknown[]) => list.filter((item) => item != null));
  on("list.flatten(): list", (list: unknown[]) => list.flat());
  on("list.reverse(): list", (list: unknown[]) => list.toReversed());
  return env;
}

/** Numbers in JSON have one kind; CEL has two, and would refuse to add them. */
export function registerNumbers(env: Environment): Environment {
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "%": (a, b) => a % b,
  };
  for (const [operator, apply] of Object.entries(operators)) {
    const either = (a: unknown, b: unknown) => apply(Number(a), Number(b));
    env.registerOperator(`double ${operator} int`, either);
    env.registerOperator(`int ${operator} double`, either);
    if (operator === "%") env.registerOperator("double % double", either);
  }
  return env;
}
