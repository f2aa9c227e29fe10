/**
 * TypeScript's types of what actions take and give, written out: made from the schemas by inference they would take the
 * compiler a minute, and editors would show their machinery.
 */
import { DEEPEST, key, merged, MOST_FIELDS, type Schema } from "./schema-parts.ts";

const anything = "Record<string, unknown>";

/** The type of an input's field. */
export function inputType(given: Schema, depth: number): string {
  const schema = merged(given);
  const { type, items, properties } = schema;
  if (properties && Object.keys(properties).length > 0) {
    const entries = Object.entries(properties).filter(([, one]) => typeof one === "object");
    if (depth >= DEEPEST || entries.length > MOST_FIELDS) return anything;
    const fields = entries.map(([name, one]) =>
      fieldType(name, inputType(one, depth + 1), schema.required?.includes(name) === true),
    );
    return `{ ${fields.join("; ")} }`;
  }
  if (type === "array" || items) return `readonly ${listed(items ? inputType(items, depth + 1) : "unknown")}`;
  if (type === "object") return anything;
  if (type === "boolean") return "boolean";
  const literals =
    schema.enum?.filter((one) => ["string", "number"].includes(typeof one) && one !== "") ?? [];
  if (literals.length > 0 && literals.length === schema.enum?.length)
    return literals.map((one) => JSON.stringify(one)).join(" | ");
  return scalarType(type) ?? "unknown";
}

/** A field of an input: it may be left out unless it is needed. */
export function fieldType(name: string, type: string, needed: boolean): string {
  return needed ? `${key(name)}: ${type}` : `${key(name)}?: ${type} | undefined`;
}

/** The type of an object in an answer; it may hold more than is known. */
export function answerType(schema: Schema, depth: number): string {
  const entries = Object.entries(schema.properties ?? {}).filter(([, one]) => typeof one === "object");
  if (depth >= DEEPEST || entries.length === 0) return anything;
  const fields = entries.map(([name, one]) => `${key(name)}?: ${valueType(one, depth + 1)}`);
  return `{ [field: string]: unknown; ${fields.join("; ")} }`;
}

/** Everything may be missing, or null. */
function valueType(given: Schema, depth: number): string {
  const schema = merged(given);
  const nullish = (type: string) => `${type} | null | undefined`;
  if (schema.properties || schema.type === "object") {
    const type = answerType(schema, depth);
    return type === anything ? "unknown" : nullish(type);
  }
  if (schema.type === "array" || schema.items) {
    const items = schema.items ? merged(schema.items) : {};
    return nullish(listed(items.properties ? answerType(items, depth) : "unknown"));
  }
  const scalar = scalarType(schema.type);
  return scalar === undefined ? "unknown" : nullish(scalar);
}

function scalarType(type: string | undefined): string | undefined {
  if (type === "integer" || type === "number") return "number";
  return type === "string" || type === "boolean" ? type : undefined;
}

const listed = (item: string): string => (/^[\w]+$/.test(item) ? `${item}[]` : `(${item})[]`);
