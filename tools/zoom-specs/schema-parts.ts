/** Zoom's schemas as code is made of them. */

/** A JSON Schema, as far as code is made of it. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly items?: Schema;
  readonly enum?: unknown[];
  readonly allOf?: Schema[];
  readonly oneOf?: Schema[];
  readonly anyOf?: Schema[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

/** Inputs with more fields than this in one part are taken as they are: settings, mostly. */
export const MOST_FIELDS = 120;
/** What is nested deeper is taken as it is. */
export const DEEPEST = 5;

/** The name of a field in code. */
export const key = (name: string): string => (/^[a-zA-Z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** Alternatives and parts as one object; a field that only some have may be left out. */
export function merged(schema: Schema): Schema {
  const { allOf = [], oneOf = [], anyOf = [], ...own } = schema;
  const parts = [...allOf, ...oneOf, ...anyOf].map(merged);
  if (parts.length === 0) return schema;
  const whole = parts.reduce(together, own);
  return { ...whole, required: [...(own.required ?? []), ...allOf.flatMap((part) => part.required ?? [])] };
}

/** What either of two descriptions of one thing allows. */
function together(one: Schema, other: Schema): Schema {
  const [a, b] = [merged(one), merged(other)];
  const type = a.type ?? b.type;
  const properties = { ...a.properties };
  for (const [name, schema] of Object.entries(b.properties ?? {})) {
    const known = properties[name];
    properties[name] = known && typeof known === "object" ? together(known, schema) : schema;
  }
  const items = a.items && b.items ? together(a.items, b.items) : (a.items ?? b.items);
  // Where only one lists values, the other allows any.
  const values = a.enum && b.enum ? [...new Set([...a.enum, ...b.enum])] : undefined;
  return {
    ...(type && { type }),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(items && { items }),
    ...(values && { enum: values }),
    required: (a.required ?? []).filter((name) => b.required?.includes(name)),
  };
}
