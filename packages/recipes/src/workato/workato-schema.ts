/** Workato's schemas of fields, such as a callable recipe's parameters, as JSON Schema and back. */
import { filled, type Json, listOf, objectOf, textOf } from "./workato-json.ts";

const types: Readonly<Record<string, Json>> = {
  ...{
    string: { type: "string" },
    integer: { type: "integer" },
    number: { type: "number" },
    boolean: { type: "boolean" },
  },
  date: { type: "string", format: "date" },
  ...{
    date_time: { type: "string", format: "date-time" },
    timestamp: { type: "string", format: "date-time" },
  },
};
const maxDepth = 20;

/** The JSON Schema of a list of fields, which Workato keeps as a text; undefined where there are none. */
export function jsonSchemaOf(text: unknown): Json | undefined {
  if (typeof text !== "string" || text.trim() === "") return undefined;
  try {
    const fields = JSON.parse(text) as unknown;
    return Array.isArray(fields) && fields.length > 0 ? objectSchema(fields, 0) : undefined;
  } catch {
    return undefined;
  }
}

function objectSchema(fields: readonly unknown[], depth: number): Json {
  const list = fields.map(objectOf).filter(({ name }) => textOf(name) !== "");
  const required = list.filter(({ optional }) => optional === false).map(({ name }) => textOf(name));
  return filled({
    type: "object",
    properties: Object.fromEntries(list.map((field) => [textOf(field.name), fieldSchema(field, depth + 1)])),
    required: required.length > 0 ? required : undefined,
  });
}

function fieldSchema(field: Json, depth: number): Json {
  const about = filled({
    title: textOf(field.label) || undefined,
    description: textOf(field.hint) || undefined,
  });
  if (depth > maxDepth) return about;
  const properties = listOf(field.properties);
  if (field.type === "array") {
    const items =
      field.of === "object" || properties.length > 0
        ? objectSchema(properties, depth)
        : (types[textOf(field.of)] ?? {});
    return { type: "array", items, ...about };
  }
  if (field.type === "object") return { ...objectSchema(properties, depth), ...about };
  return { ...types[textOf(field.type)], ...about };
}

/** The list of fields of a JSON Schema, as Workato keeps it. */
export function workatoFieldsOf(schema: unknown, depth = 0): Json[] {
  const { properties, required } = objectOf(schema);
  if (depth > maxDepth) return [];
  return Object.entries(objectOf(properties)).map(([name, inner]) => {
    const { type, format, title, description, items } = objectOf(inner);
    const isObjects = type === "array" && objectOf(items).type === "object";
    return filled({
      name,
      label: textOf(title) || undefined,
      type: format === "date" ? "date" : format === "date-time" ? "date_time" : textOf(type) || "string",
      of: type === "array" ? textOf(objectOf(items).type) || "string" : undefined,
      properties:
        type === "object"
          ? workatoFieldsOf(inner, depth + 1)
          : isObjects
            ? workatoFieldsOf(items, depth + 1)
            : undefined,
      hint: textOf(description) || undefined,
      optional: !listOf(required).includes(name),
    });
  });
}
