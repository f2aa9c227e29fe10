import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { SecretText } from "../secret-text.ts";
import { spend, spendMaking, spendText } from "./bounds.ts";
import { Period, toIso } from "./moments.ts";
import { Skipped } from "./skipped.ts";

/** What copying one list or object costs. */
const copyUnits = 10;

/** CEL's values as JSON's: whole numbers as numbers, times as ISO 8601 to the second, as web APIs take them. */
export function toJson(value: unknown): unknown {
  if (typeof value === "string") {
    spendText(value.length);
    return value;
  }
  if (typeof value === "bigint") return fromWholeNumber(value);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new Error(`It gives ${value}, which is no number: something may have been divided by zero`);
  }
  if (typeof value !== "object" || value === null) return value;
  spend(copyUnits);
  if (Array.isArray(value)) {
    spend(value.length);
    return value.filter((item) => !(item instanceof Skipped)).map(toJson);
  }
  // Opened by nobody but the one who runs the action.
  if (value instanceof SecretText || value instanceof Skipped) return value;
  if (value instanceof Date) return toIso(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof UnsignedInt) return fromWholeNumber(BigInt(String(value)));
  if (value instanceof Duration) return `${String(value.seconds)}s`;
  if (value instanceof Period) return value.toISO();
  if (value.constructor === Object || value.constructor === undefined) {
    const entries = Object.entries(value).filter(([, each]) => !(each instanceof Skipped));
    spendMaking(entries.length);
    return Object.fromEntries(entries.map(([key, each]) => [key, toJson(each)]));
  }
  // CEL's remaining kinds, such as what type() gives, have a name of their own.
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Beyond 2^53 a number would silently become another one. */
function fromWholeNumber(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
