/** What operations take and answer, from a generated table: validation, projection to Zoom's fields, blank documents. */
import { readFileSync } from "node:fs";
import type { FieldError } from "../sandbox.ts";
import { isDay } from "./is-day.ts";
import { createProjection, isRecord, type Node, type Projection } from "./projection.ts";

/** What one operation takes and answers. */
export interface Shape {
  /** `[name, node, 1 when required]`. */
  readonly query?: readonly (readonly [name: string, node: number, required: number])[];
  readonly body?: number;
  /** The body's media type where it is not JSON. */
  readonly type?: string;
  /** The documented successes. */
  readonly statuses: readonly number[];
  readonly answer?: number;
}

interface Shapes extends Projection {
  readonly nodes: readonly Node[];
  readonly operations: Readonly<Record<string, Shape>>;
}

let loaded: Shapes | undefined;

// Read when the first call comes, and not imported: half a megabyte of JSON is a part of every start.
function shapes(): Shapes {
  if (loaded === undefined) {
    const table = JSON.parse(readFileSync(new URL("shapes.gen.json", import.meta.url), "utf8")) as Pick<
      Shapes,
      "nodes" | "operations"
    >;
    loaded = { ...table, ...createProjection(table.nodes) };
  }
  return loaded;
}

/** The JSON of what a shape names of an answer. */
export const json = (at: number, value: unknown): string => shapes().json(at, value);

/** The shape of an operation; undefined where Zoom's description is not at hand. */
export function shapeOf(operation: string): Shape | undefined {
  return shapes().operations[operation];
}

/** The greatest and the default `page_size` of a list. */
export function pageSizesOf(shape: Shape | undefined): { default: number; max: number } {
  const found = shape?.query?.find(([name]) => name === "page_size");
  const node = found ? shapes().nodes[found[1]] : undefined;
  return {
    default: typeof node?.default === "number" ? node.default : 30,
    max: node?.maximum ?? 300,
  };
}

/** `over` on top of `under`, at every depth; lists are replaced whole. Neither is changed. */
export function merge(
  under: Record<string, unknown>,
  over: Record<string, unknown>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isRecord(value) ? merge(isRecord(below) ? below : {}, value) : structuredClone(value);
  }
  return merged;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T|$)/;
const isMoment = (text: string): boolean =>
  DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10));

// Zoom: numbers and truth values in text are taken for what they say, and one field's refusal reads "Invalid field."
// (a usual reading of Zoom's Java service; [I]).
function scalar(node: Node, value: unknown): { ok: boolean; value: unknown } {
  const bad = { ok: false, value };
  let read = value;
  if (node.type === "integer" || node.type === "number") {
    if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) read = Number(value);
    if (typeof read !== "number" || (node.type === "integer" && !Number.isInteger(read))) return bad;
    if (read < (node.minimum ?? -Infinity) || read > (node.maximum ?? Infinity)) return bad;
  } else if (node.type === "boolean") {
    if (value === "true" || value === "false") read = value === "true";
    if (typeof read !== "boolean") return bad;
  } else if (node.type === "string") {
    if (typeof value === "number") read = String(value);
    if (typeof read !== "string") return bad;
    if (read.length > (node.maxLength ?? Infinity) || read.length < (node.minLength ?? 0)) return bad;
    if (node.format === "email" && read !== "" && !EMAIL.test(read)) return bad;
    if (node.format === "date" && read !== "" && !isDay(read)) return bad;
    if (node.format === "date-time" && read !== "" && !isMoment(read)) return bad;
  }
  const { enum: allowed } = node;
  const isOne = (text: string): boolean => allowed?.some((one) => String(one) === text) === true;
  // Zoom: weekly_days is described as one digit and taken as several with commas (zoom-api.md 4.2).
  const days = allowed?.every((one) => /^[1-7]$/.test(String(one))) === true && node.type === "string";
  if (allowed && !isOne(String(read)) && !(days && String(read).split(/,\s*/).every(isOne))) return bad;
  return { ok: true, value: read };
}

/** Checks a value against a node and keeps what the node knows. Zoom ignores unknown fields; so does this. */
function accept(at: number, value: unknown, path: string, errors: FieldError[]): unknown {
  const node = shapes().nodes[at] ?? {};
  if (node.of) return acceptParts(node, value, path, errors);
  if (node.properties) {
    if (!isRecord(value)) return refuse(path, errors);
    const kept: Record<string, unknown> = {};
    for (const [name, child] of Object.entries(node.properties)) {
      const given = value[name];
      if (given !== undefined && given !== null) kept[name] = accept(child, given, join(path, name), errors);
    }
    for (const name of node.required ?? []) {
      const given = value[name];
      if (given === undefined || given === null) {
        errors.push({ field: join(path, name), message: "This field is required." });
      }
    }
    return kept;
  }
  if (node.type === "array") {
    if (!Array.isArray(value)) return refuse(path, errors);
    // Zoom: how many there may be stands at some lists as their greatest number.
    const { maxItems = node.maximum ?? Infinity, minItems = 0 } = node;
    if (value.length > maxItems || value.length < minItems) refuse(path, errors);
    const { items } = node;
    if (items === undefined) return value;
    return value.map((item, index) => accept(items, item, `${path}[${index}]`, errors));
  }
  if (node.type === "object") return isRecord(value) ? value : refuse(path, errors);
  // Zoom: what is called `email` is checked as one, although its description names no format (code 300, live).
  const email = node.type === "string" && /(^|\.)email$/.test(path) && value !== "";
  const read = scalar(email ? { ...node, format: "email" } : node, value);
  return read.ok ? read.value : refuse(path, errors);
}

function acceptParts(node: Node, value: unknown, path: string, errors: FieldError[]): unknown {
  const tries = (node.of ?? []).map((part) => {
    const problems: FieldError[] = [];
    return { kept: accept(part, value, path, problems), problems };
  });
  const chosen = node.all === true ? tries : tries.filter(({ problems }) => problems.length === 0);
  if (node.all === true || chosen.length === 0) errors.push(...(tries[0]?.problems ?? []));
  const kept = chosen.map((one) => one.kept);
  if (kept.length === 0 || !kept.every(isRecord)) return kept[0] ?? value;
  return kept.reduce((merged, one) => merge(merged, one), {});
}

function refuse(path: string, errors: FieldError[]): undefined {
  errors.push({ field: path, message: "Invalid field." });
  return undefined;
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** Checks a body; answers what the operation knows of it, and every refused field. */
export function acceptBody(body: number, value: unknown): { value: unknown; errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  return { value: accept(body, value, "", errors), errors };
}

/** A whole document with every field at its default, else empty: what settings are before anybody sets them. */
export function blank(at: number): unknown {
  const { nodes, propertiesOf } = shapes();
  const node = nodes[at] ?? {};
  if (node.default !== undefined && (node.type !== "array" || Array.isArray(node.default)))
    return structuredClone(node.default);
  const properties = propertiesOf(at);
  if (properties.length > 0)
    return Object.fromEntries(
      properties
        // What may not be empty is absent until somebody sets it.
        .filter(([, child]) => nodes[child]?.default !== undefined || !((nodes[child]?.minLength ?? 0) > 0))
        .map(([name, child]) => [name, blank(child)]),
    );
  if (node.of?.[0] !== undefined) return blank(node.of[0]);
  // Zoom: a list's possible items stand at the list itself here and there.
  if (node.type === "array") return [];
  if (node.enum) return node.enum[0];
  if (node.type === "boolean") return false;
  if (node.type === "integer" || node.type === "number") return node.minimum ?? 0;
  if (node.type === "object") return {};
  return "";
}

/** The names of the fields of each alternative that an operation answers with. */
export function alternativesOf(operation: string): readonly (readonly string[])[] {
  const { nodes, propertiesOf } = shapes();
  const node = nodes[shapeOf(operation)?.answer ?? -1];
  return (node?.of ?? []).map((part) => propertiesOf(part).map(([name]) => name));
}
