import { invalidField } from "../sandbox.ts";

/** The moment that a query names. @throws {ZoomError} 400/300 when it is none */
export function momentMs(field: string, text: string): number {
  const ms = Date.parse(text);
  // Years beyond four digits cannot be written as Zoom writes times.
  if (Math.abs(ms) < 253_402_300_800_000) return ms;
  throw invalidField(field);
}
