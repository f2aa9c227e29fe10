/**
 * The formulas that people of Workato know, as CEL functions on their receiver.
 * They are pure and total: what has no answer gives null, as Ruby's nil.
 */
import type { Environment } from "@marcbachmann/cel-js";
import { registerListFormulas } from "./formulas-lists.ts";
import { registerTextFormulas } from "./formulas-text.ts";
import { registerTimeFormulas } from "./formulas-times.ts";
import { toIso, toJson } from "./to-json.ts";

/** Registers one formula by its CEL signature; the handler's parameters follow from it. */
export type Register = (signature: string, handler: (...args: never[]) => unknown) => void;

/** The library's own functions that ours stand in for, by the name that the parsed expression calls instead. */
export const replacedFunctions: Readonly<Record<string, string>> = { join: "join_", matches: "matches_" };

const isBlank = (value: unknown): boolean =>
  value == null ||
  value === false ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && value.constructor === Object && Object.keys(value).length === 0);

/** A value as text: what `to_s`, `join` and templates write. */
export function textOf(value: unknown): string {
  if (value == null) return "";
  if (value instanceof Date) return toIso(value);
  const plain = toJson(value);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

/** Adds the formulas to an environment. */
export function registerFormulas(env: Environment): Environment {
  const on: Register = (signature, handler) => env.registerFunction(signature, handler, { async: false });
  registerTextFormulas(on);
  registerListFormulas(on);
  registerTimeFormulas(on);

  on("dyn.present(): bool", (value: unknown) => !isBlank(value));
  on("dyn.blank(): bool", isBlank);
  on("dyn.presence(): dyn", (value: unknown) => (isBlank(value) ? null : value));
  on("dyn.to_s(): string", textOf);
  on("dyn.to_json(): string", (value: unknown) => JSON.stringify(toJson(value)));
  on("map.length(): int", (map: object) => BigInt(Object.keys(map).length));

  on("int.to_i(): int", (value: bigint) => value);
  on("double.to_i(): int", (value: number) => BigInt(Math.trunc(value)));
  on("int.to_f(): double", Number);
  on("double.to_f(): double", (value: number) => value);
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
    env.registerOperator(`double ${operator} int: double`, either);
    env.registerOperator(`int ${operator} double: double`, either);
    if (operator === "%") env.registerOperator("double % double", either);
  }
  return env;
}
