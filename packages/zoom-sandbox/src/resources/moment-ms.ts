import { invalidField } from "../sandbox.ts";
import { isDay } from "../operations/is-day.ts";

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** The moment that a query names. @throws {ZoomError} 400/300 when it is none */
export function momentMs(field: string, text: string): number {
  const ms = Date.parse(text);
  const [day] = DAY.exec(text) ?? [];
  // Years beyond four digits cannot be written as Zoom writes times.
  if (Math.abs(ms) < 253_402_300_800_000 && (day === undefined || isDay(day))) return ms;
  throw invalidField(field);
}
