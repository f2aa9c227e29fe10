/** Types from schemas: of triggers' payloads, of actions' outputs, and of what recipes declare themselves. */
import type { JsonSchema } from "@greenroom/connector-kit";
import { z } from "zod";
import { isSchema, resolve } from "../forms.ts";
import {
  any,
  either,
  listOf,
  nothing,
  number,
  objectOf,
  text,
  truth,
  type ValueType,
  waysOf,
} from "./value-type.ts";

const outputs = new WeakMap<z.ZodType, ValueType>();
const payloads = new WeakMap<z.ZodType, ValueType>();
/** Set where a schema mends what it is given before it looks at it. */
const mends = "x-greenroom-mends";

/** The type of what a schema gives. */
export function typeOfOutput(schema: z.ZodType): ValueType {
  const type =
    outputs.get(schema) ?? typeOfJsonSchema(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }));
  outputs.set(schema, type);
  return type;
}

/** The type of an event's payload, which is kept as it came: what its schema would mend is as the service sent it. */
export function typeOfPayload(schema: z.ZodType): ValueType {
  const type =
    payloads.get(schema) ??
    typeOfJsonSchema(
      z.toJSONSchema(schema, {
        ...{ io: "output", unrepresentable: "any" },
        override({ zodSchema, jsonSchema }) {
          if (zodSchema instanceof z.ZodPipe && zodSchema.in instanceof z.ZodTransform)
            Object.assign(jsonSchema, { [mends]: true });
        },
      }),
    );
  payloads.set(schema, type);
  return type;
}

function loosened(type: ValueType): ValueType {
  return either(
    ...waysOf(type).map((way): ValueType => {
      if (way.kind === "list") return any;
      return way.kind === "object" || way.kind === "any" || way.kind === "either"
        ? way
        : { ...way, loose: true };
    }),
  );
}

const plain: Readonly<Record<string, ValueType>> = {
  ...{ string: text, number, integer: number, boolean: truth, null: nothing },
};

/** The type that a JSON Schema describes; whatever it leaves open is `any`. */
export function typeOfJsonSchema(schema: JsonSchema, root: JsonSchema = schema): ValueType {
  if (schema.$ref !== undefined) {
    const referred = resolve(schema.$ref, root);
    // Read on demand below objects' fields only, so a reference back to an object ends.
    return referred && referred !== schema && referred.$ref === undefined
      ? typeOfJsonSchema(referred, root)
      : any;
  }
  if (schema[mends] === true) return loosened(typeOfJsonSchema({ ...schema, [mends]: false }, root));
  if (schema.allOf !== undefined) return any;
  const ways = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (ways.length > 0)
    return either(...ways.map((way) => (isSchema(way) ? typeOfJsonSchema(way, root) : any)));
  if (schema.const !== undefined) return typeOfJson(schema.const);
  if (schema.enum !== undefined) return either(...schema.enum.map(typeOfJson));
  const kinds = [schema.type ?? []].flat();
  if (kinds.length === 0) return schema.properties ? objectType(schema, root) : any;
  return either(
    ...kinds.map((kind) => {
      if (kind === "object") return objectType(schema, root);
      if (kind === "array")
        return listOf(isSchema(schema.items) ? typeOfJsonSchema(schema.items, root) : any);
      return plain[kind] ?? any;
    }),
  );
}

function objectType(schema: JsonSchema, root: JsonSchema): ValueType {
  const properties = schema.properties ?? {};
  const more = schema.additionalProperties;
  const names = Object.keys(properties);
  // Of an object without a single known field nothing is known.
  if (names.length === 0 && !isSchema(more)) return objectOf({}, any);
  const fields = new Map<string, ValueType>();
  return {
    kind: "object",
    names,
    field(name) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property === undefined) return undefined;
      const type = fields.get(name) ?? (isSchema(property) ? typeOfJsonSchema(property, root) : any);
      fields.set(name, type);
      return type;
    },
    rest: more === false ? undefined : isSchema(more) ? typeOfJsonSchema(more, root) : any,
  };
}

/** The type of a value of JSON. */
export function typeOfJson(value: unknown): ValueType {
  if (value === null) return nothing;
  if (Array.isArray(value)) return listOf(value.length === 0 ? any : either(...value.map(typeOfJson)));
  if (typeof value === "string") return text;
  if (typeof value === "number") return number;
  if (typeof value === "boolean") return truth;
  if (typeof value !== "object") return any;
  return objectOf(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, typeOfJson(each)])));
}
