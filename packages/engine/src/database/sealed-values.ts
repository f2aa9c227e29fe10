/**
 * Values that JSON columns keep sealed: what recipes mask, and what jobs are given by people and by other jobs. They are
 * opened as rows are read, wherever that is; who reads the database beside us finds nothing.
 */
import type { SecretBox } from "../secret-box.ts";

const prefix = "greenroom-sealed:";
const place = "job-data";

/** Seals values, and opens them in what the database gives. */
export interface SealedValues {
  /** A text that stands in the value's place. */
  seal(value: unknown): string;
  /** Parses JSON, and opens what is sealed in it. */
  parse(json: string): unknown;
}

/** Makes them. */
export function createSealedValues(box: SecretBox): SealedValues {
  function open(_: string, value: unknown): unknown {
    if (typeof value !== "string" || !value.startsWith(prefix)) return value;
    try {
      return JSON.parse(box.open(place, Buffer.from(value.slice(prefix.length), "base64")));
    } catch {
      // Not of our making: a service may send any text.
      return value;
    }
  }
  return {
    seal: (value) => prefix + box.seal(place, JSON.stringify(value ?? null)).toString("base64"),
    parse: (json) => (json.includes(prefix) ? JSON.parse(json, open) : JSON.parse(json)),
  };
}
