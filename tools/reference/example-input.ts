/** An input that a person would write: what is required, with values that say what they are. */
import type { JsonSchema } from "@greenroom/connector-kit";
import { propertiesOf } from "./markdown.ts";

/** The required fields of an input's schema with examples of their values. */
export function exampleInput(schema: JsonSchema): Record<string, unknown> {
  const properties = propertiesOf(schema);
  return Object.fromEntries(
    (schema.required ?? []).map((name) => [name, exampleOf(name, properties[name] ?? {})]),
  );
}

function exampleOf(name: string, schema: JsonSchema): unknown {
  const { type, enum: values, items, minimum } = schema;
  const properties = propertiesOf(schema);
  if (values?.[0] !== undefined) return values[0];
  if (Object.keys(properties).length > 0) return exampleInput(schema);
  if (type === "array") return items ? [exampleOf(name, items as JsonSchema)] : [];
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return minimum ?? 1;
  if (/id$/i.test(name)) return "{{ trigger.object.id }}";
  return name.includes("email") ? "ada@northwind.example" : name;
}
