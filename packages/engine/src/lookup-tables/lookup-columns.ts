/** The columns of lookup tables: their types in PostgreSQL, and what may stand in a cell. */
import { ConnectorError, type FieldProblem } from "@greenroom/connector-kit";
import type { LookupColumn, LookupColumnType } from "../database/data-tables.ts";

/** What may stand in a cell. */
export type LookupValue = string | number | boolean | null;

/** PostgreSQL allows 1,600; a row's references to values stored aside must fit into one page. */
export const maxColumns = 300;
/** Longer texts belong into files. */
const maxTextLength = 100_000;

/** The types in PostgreSQL. */
export const sqlTypes: Readonly<Record<LookupColumnType, string>> = {
  text: "text",
  number: "double precision",
  boolean: "boolean",
};

/** Refuses columns that are too many, or have two of a name. */
export function refuseColumns(names: readonly string[]): void {
  if (names.length > maxColumns) throw refused("columns", `must be at most ${maxColumns}`);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw refused("columns", `has “${double}” twice`);
}

/** Refuses a file's column names that no table can have. */
export function refuseNames(names: readonly string[]): void {
  for (const name of names) {
    if (name === "" || name.length > 100 || /\p{Cc}/u.test(name)) {
      throw refused("csv", `its first line has “${short(name)}”, which cannot be a column's name`);
    }
  }
}

/** A row by column ids, from one by names. @throws {ConnectorError} that names every field that does not fit */
export function cellsOf(
  columns: readonly LookupColumn[],
  row: Readonly<Record<string, unknown>>,
): Readonly<Record<string, LookupValue>> {
  const fields: FieldProblem[] = [];
  const cells: Record<string, LookupValue> = {};
  for (const [name, value] of Object.entries(row)) {
    const column = columns.find((one) => one.name === name);
    const problem = column ? misfit(column.type, value) : unknownColumn(columns);
    if (problem !== undefined) fields.push({ field: name, message: problem });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `misfit` found it to be one
    else if (column) cells[column.id] = (value ?? null) as LookupValue;
  }
  if (fields.length === 0) return cells;
  const message = `${fields.map(({ field, message: what }) => `${field}: ${what}`).join("; ")}.`;
  throw new ConnectorError("invalid-input", "invalid-input", message, { fields });
}

/** A CSV's text as a cell, or why it is none. */
export function cellOfText(
  type: LookupColumnType,
  text: string,
): { value: LookupValue } | { problem: string } {
  if (text === "") return { value: null };
  if (type === "number") {
    const value = Number(text.trim());
    return Number.isFinite(value) ? { value } : { problem: `“${short(text)}” is no number` };
  }
  if (type === "boolean") {
    const word = text.trim().toLowerCase();
    return word === "true" || word === "false"
      ? { value: word === "true" }
      : { problem: `“${short(text)}” is neither true nor false` };
  }
  const problem = misfit(type, text);
  return problem === undefined ? { value: text } : { problem };
}

function misfit(type: LookupColumnType, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (type === "text") {
    if (typeof value !== "string") return `must be text, but is ${kindOf(value)}`;
    if (value.length > maxTextLength) return `must have at most ${maxTextLength} characters`;
    return value.includes("\0") ? "must not hold the character NUL" : undefined;
  }
  if (type === "number")
    return typeof value === "number" && Number.isFinite(value)
      ? undefined
      : `must be a number, but is ${kindOf(value)}`;
  return typeof value === "boolean" ? undefined : `must be true or false, but is ${kindOf(value)}`;
}

function unknownColumn(columns: readonly LookupColumn[]): string {
  const names = columns.slice(0, 20).map(({ name }) => name);
  return `is no column of this table; it has ${names.join(", ")}${columns.length > names.length ? " …" : ""}`;
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return "text";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value;
}

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

function refused(field: string, message: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-input", `${field}: ${message}.`, {
    fields: [{ field, message }],
  });
}
