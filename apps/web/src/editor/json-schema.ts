/** JSON Schemas as forms and data trees read them: references followed, alternatives boiled down to one shape. */

/** A JSON Schema, as far as forms look at it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** The shapes that forms have a control for. */
export type Shape =
  | { readonly kind: "text"; readonly long: boolean; readonly format: string | undefined }
  | {
      readonly kind: "number";
      readonly whole: boolean;
      readonly min: number | undefined;
      readonly max: number | undefined;
    }
  | { readonly kind: "flag" }
  | {
      readonly kind: "choice";
      readonly options: readonly { readonly value: string | number | boolean; readonly label: string }[];
    }
  | { readonly kind: "texts"; readonly numbers: boolean }
  | { readonly kind: "list"; readonly item: JsonSchema }
  | {
      readonly kind: "object";
      readonly properties: Readonly<Record<string, JsonSchema>>;
      readonly required: ReadonlySet<string>;
    }
  | { readonly kind: "record" }
  | { readonly kind: "any" };

/** A schema with its reference followed and `null` left out. */
export function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) {
    const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1];
    const found = name === undefined ? undefined : root.$defs?.[decodeURIComponent(name)];
    return found ? resolved(found, root) : {};
  }
  const alternatives = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== "null");
  const [only] = alternatives ?? [];
  if (alternatives?.length === 1 && only) return { ...resolved(only, root), ...described(schema) };
  if (schema.allOf?.length === 1 && schema.allOf[0])
    return { ...resolved(schema.allOf[0], root), ...described(schema) };
  return schema;
}

function described({ title, description }: JsonSchema): JsonSchema {
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

const scalar = (schema: JsonSchema, root: JsonSchema) => {
  const { type } = resolved(schema, root);
  return type === "string" || type === "integer" || type === "number";
};

/** The shape of a schema. */
export function shapeOf(given: JsonSchema, root: JsonSchema): Shape {
  const schema = resolved(given, root);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) {
    const list = alternatives.map((one) => resolved(one, root)).find(({ type }) => type === "array");
    // “One, or several” is several.
    if (list?.items && alternatives.every((one) => scalar(one, root) || resolved(one, root).type === "array"))
      return shapeOf(list, root);
    if (alternatives.every((one) => scalar(one, root)))
      return { kind: "text", long: false, format: undefined };
    const object = alternatives.map((one) => resolved(one, root)).find(({ properties }) => properties);
    if (object && alternatives.length === 1) return shapeOf(object, root);
    return { kind: "any" };
  }
  if (schema.const !== undefined) return choice([schema.const], schema);
  if (schema.enum) return choice(schema.enum, schema);
  const type = Array.isArray(schema.type)
    ? (schema.type as string[]).find((one) => one !== "null")
    : schema.type;
  if (type === "boolean") return { kind: "flag" };
  if (type === "integer" || type === "number")
    return { kind: "number", whole: type === "integer", min: schema.minimum, max: safe(schema.maximum) };
  if (type === "array") {
    const item = schema.items ?? {};
    const { kind } = shapeOf(item, root);
    if (kind === "text" || kind === "choice") return { kind: "texts", numbers: false };
    if (kind === "number") return { kind: "texts", numbers: true };
    return { kind: "list", item };
  }
  if (type === "object" || schema.properties) {
    const properties = schema.properties ?? {};
    if (Object.keys(properties).length === 0) return { kind: "record" };
    return { kind: "object", properties, required: new Set(schema.required ?? []) };
  }
  if (type === "string") {
    const long =
      (schema.maxLength ?? 0) > 300 || /body|message|agenda|text|content|html/i.test(schema.title ?? "");
    return { kind: "text", long, format: schema.format };
  }
  return { kind: "any" };
}

const safe = (value: number | undefined) =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

/** A choice; `1 instant, 2 scheduled` in the description names its numbers. */
function choice(values: readonly unknown[], { description = "" }: JsonSchema): Shape {
  const named = new Map(
    [...description.matchAll(/(?:^|[,:;.]\s*)(-?\d+)\s*(?:[:=-]\s*)?([^,;.\d][^,;.]*)/g)].map(
      ([, number, name]) => [number, name?.trim()],
    ),
  );
  return {
    kind: "choice",
    options: values
      .filter((value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      .map((value) => {
        const name = named.get(String(value));
        return { value, label: name ? `${humanise(name)} (${value})` : humanise(String(value)) };
      }),
  };
}

/** `start_time` as people read it: Start time. */
export function humanise(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim();
  const plain = words
    .split(" ")
    .map((word) =>
      /^(?:id|url|pmi|sso|api|html|json|sms|dnis|uuid)$/i.test(word)
        ? word.toUpperCase()
        : word.toLowerCase(),
    )
    .join(" ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** What a schema's values are, in one word. */
export function typeWord(schema: JsonSchema, root: JsonSchema): string {
  const shape = shapeOf(schema, root);
  const words: Readonly<Record<Shape["kind"], string>> = {
    ...{ text: "text", number: "number", flag: "yes or no", choice: "choice", texts: "list", list: "list" },
    ...{ object: "object", record: "object", any: "any" },
  };
  if (shape.kind === "text" && shape.format === "date-time") return "time";
  return words[shape.kind];
}
