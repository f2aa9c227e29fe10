/**
 * Tables of facts about Zoom's API, derived from `../shared/zoom-specs` where that folder is: paths, scopes, rate
 * labels, the names and types of fields. No sentence of Zoom's is kept.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where Zoom's descriptions are; tests and generation skip what needs them where they are absent. */
export const zoomSpecsDirectory = join(import.meta.dirname, "../../../shared/zoom-specs");

/** True where Zoom's descriptions are at hand. */
export function haveZoomSpecs(): boolean {
  return existsSync(join(zoomSpecsDirectory, "endpoint-index.tsv"));
}

/** The rows of one of the indexes, by column name. */
export function rowsOf(file: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(join(zoomSpecsDirectory, file), "utf8").trimEnd().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}

/** A list of the indexes as words. */
export const words = (cell = ""): string => cell.split(",").filter(Boolean).join(" ");

/** `product → tag → [[method, path, operationId, rate label, classic scopes, granular scopes]]`, one row a line. */
export function operationsTable(): string {
  const products = new Map<string, Map<string, string[]>>();
  for (const row of rowsOf("endpoint-index.tsv")) {
    const { product = "", tag = "", method = "", path = "", operationId = "", rate_label = "" } = row;
    const label = /^[LMHR]/i.exec(rate_label)?.[0].toUpperCase() ?? "";
    const cells = [
      method,
      path,
      operationId,
      label,
      words(row["classic_scopes"]),
      words(row["granular_scopes"]),
    ];
    const tags = products.get(product) ?? products.set(product, new Map()).get(product);
    const rows = tags?.get(tag) ?? tags?.set(tag, []).get(tag);
    rows?.push(JSON.stringify(cells));
  }
  return `{${[...products]
    .map(
      ([product, tags]) =>
        `\n${JSON.stringify(product)}: {${[...tags]
          .map(([tag, rows]) => `\n ${JSON.stringify(tag)}: [\n  ${rows.join(",\n  ")}]`)
          .join(",")}}`,
    )
    .join(",")}\n}\n`;
}

interface WebhookSpec {
  readonly webhooks: Record<string, object>;
}

/** `product → [[event, classic scopes, granular scopes]]`, one row a line. The index holds no scopes: the files say them. */
export function eventsTable(): string {
  const described = new Map<string, string>();
  for (const file of readdirSync(join(zoomSpecsDirectory, "webhooks"))) {
    const text = readFileSync(join(zoomSpecsDirectory, "webhooks", file), "utf8");
    const { webhooks } = JSON.parse(text) as WebhookSpec;
    for (const [event, description] of Object.entries(webhooks)) {
      described.set(event, JSON.stringify(description));
    }
  }
  const scopesAfter = (event: string, label: RegExp): string => {
    const list = label.exec(described.get(event) ?? "")?.[1] ?? "";
    return [...list.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope).join(" ");
  };
  const products = Map.groupBy(rowsOf("webhook-index.tsv"), ({ product = "" }) => product);
  return `{${[...products]
    .map(([product, rows]) => {
      const cells = rows.map(({ event = "" }) =>
        JSON.stringify([
          event,
          scopesAfter(event, /\*\*\[Scopes\][^`]{0,200}?((?:`[^`]+`[,\s]*)+)/),
          scopesAfter(event, /\*\*\[Granular Scopes\][^`]{0,200}?((?:`[^`]+`[,\s]*)+)/),
        ]),
      );
      return `\n${JSON.stringify(product)}: [\n  ${cells.join(",\n  ")}]`;
    })
    .join(",")}\n}\n`;
}

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: string[];
  readonly items?: JsonSchema;
  readonly enum?: unknown[];
  readonly allOf?: JsonSchema[];
  readonly oneOf?: JsonSchema[];
  readonly anyOf?: JsonSchema[];
  readonly [more: string]: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

interface SpecOperation {
  readonly parameters?: Parameter[];
  readonly requestBody?: { readonly content?: Record<string, Content> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: JsonSchema }> }>;
}

interface Spec {
  readonly paths: Record<string, Record<string, SpecOperation | Parameter[]>>;
}

/** One description of a product, as Zoom publishes it. */
export function readSpec(product: string): Spec {
  return JSON.parse(readFileSync(join(zoomSpecsDirectory, `endpoints/${product}.json`), "utf8")) as Spec;
}

/** The products whose descriptions are at hand. */
export function describedProducts(): string[] {
  return readdirSync(join(zoomSpecsDirectory, "endpoints"))
    .map((name) => name.replace(/\.json$/, ""))
    .toSorted();
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** Every operation of a description with its own and its path's parameters. */
export function* operationsOf(
  spec: Spec,
): Generator<{ name: string; operation: SpecOperation; parameters: Parameter[] }> {
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined || Array.isArray(operation)) continue;
      const shared = Array.isArray(item["parameters"]) ? item["parameters"] : [];
      yield {
        name: `${method.toUpperCase()} ${path}`,
        operation,
        parameters: [...shared, ...(operation.parameters ?? [])],
      };
    }
  }
}

let scopesByOperation: Map<string, string[]> | undefined;

/** The scopes of an operation, of which one suffices: granular ones before classic, those of one person first. */
export function scopesOf(operation: string): string[] {
  scopesByOperation ??= new Map(
    rowsOf("endpoint-index.tsv").map(({ method, path, granular_scopes = "", classic_scopes = "" }) => {
      const reach = (scope: string): number =>
        scope.endsWith(":master") ? 2 : scope.endsWith(":admin") ? 1 : 0;
      const ordered = (cell: string): string[] =>
        cell
          .split(",")
          .filter(Boolean)
          .toSorted((a, b) => reach(a) - reach(b));
      return [`${method} ${path}`, [...ordered(granular_scopes), ...ordered(classic_scopes)]];
    }),
  );
  return scopesByOperation.get(operation) ?? [];
}

let codesByOperation: Map<string, Set<string>> | undefined;

/** The refusals that Zoom documents for an operation, as `status/code`. */
export function refusalsOf(operation: string): string[] {
  if (!codesByOperation) {
    codesByOperation = new Map();
    for (const { method, path, http: status, code } of rowsOf("error-index.tsv")) {
      const name = `${method} ${path}`;
      const codes = codesByOperation.get(name) ?? new Set();
      codesByOperation.set(name, codes.add(`${status}/${code}`));
    }
  }
  return [...(codesByOperation.get(operation) ?? [])].filter((code) => !code.startsWith("429/")).toSorted();
}

/** The JSON body's schema of the documented success. */
export function answerOf(operation: SpecOperation): { statuses: number[]; schema: JsonSchema | undefined } {
  const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  const schema = successes.map(([, { content }]) => content?.["application/json"]?.schema).find(Boolean);
  return { statuses: successes.map(([status]) => Number(status)), schema };
}

/** Numbers schemas without their prose; equal ones are one, and properties and items point at numbers. */
function numbering(): {
  readonly number: (schema: JsonSchema | undefined) => number;
  readonly nodes: string[];
} {
  const nodes: string[] = [];
  const numbers = new Map<string, number>();

  function number(schema: JsonSchema | undefined): number {
    const node: Record<string, unknown> = {};
    const { type, properties, required, items, allOf, oneOf, anyOf } = schema ?? {};
    if (type !== undefined) node["type"] = type;
    const alternatives = allOf ?? oneOf ?? anyOf;
    if (alternatives) {
      node["of"] = alternatives.map(number);
      if (allOf) node["all"] = true;
    }
    if (properties) {
      node["properties"] = Object.fromEntries(
        Object.entries(properties)
          .filter(([, value]) => typeof value === "object")
          .map(([key, value]) => [key, number(value)]),
      );
    }
    if (required && required.length > 0) node["required"] = required;
    if (items) node["items"] = number(items);
    for (const key of keptKeywords) if (schema?.[key] !== undefined) node[key] = schema[key];
    const text = JSON.stringify(node);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, nodes.length);
    return nodes.push(text) - 1;
  }

  return { number, nodes };
}

const keptKeywords = [
  ...["enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format", "default"],
];

interface Content {
  readonly schema?: JsonSchema;
  readonly examples?: Record<string, { readonly value?: unknown }>;
}

function exampleOf(content: Content | undefined): Record<string, unknown> {
  const value = content?.examples?.["json-example"]?.value;
  return typeof value === "string" ? (JSON.parse(value) as Record<string, unknown>) : {};
}

/** A schema with what only its example shows: a few schemas know less than the example beside them. */
function withExample(schema: JsonSchema, example: unknown): JsonSchema {
  if (typeof example !== "object" || example === null || Array.isArray(example) || !schema.properties)
    return schema;
  const properties = { ...schema.properties };
  for (const [name, value] of Object.entries(example)) {
    const known = properties[name];
    properties[name] = known === undefined ? {} : withExample(known, value);
  }
  return { ...schema, properties };
}

/** The payload of each described event. */
export function eventPayloads(): Map<string, JsonSchema> {
  const payloads = new Map<string, JsonSchema>();
  for (const file of readdirSync(join(zoomSpecsDirectory, "webhooks"))) {
    const { webhooks } = JSON.parse(readFileSync(join(zoomSpecsDirectory, "webhooks", file), "utf8")) as {
      webhooks: Record<string, { post?: SpecOperation }>;
    };
    for (const [event, { post }] of Object.entries(webhooks)) {
      const content = post?.requestBody?.content?.["application/json"];
      const payload = content?.schema?.properties?.["payload"];
      if (payload) payloads.set(event, withExample(payload, exampleOf(content)["payload"]));
    }
  }
  return payloads;
}

/** The names in the object of events that only the index knows. */
export function indexedObjectFields(event: string): string[] {
  const row = rowsOf("webhook-index.tsv").find((one) => one["event"] === event);
  if (!row) throw new Error(`${event} is none of Zoom's events.`);
  return (row["object_fields"] ?? "").split(",").filter(Boolean);
}

/** `{nodes, events}`: the payload of each described event. */
export function eventShapesTable(): string {
  const { nodes, events } = eventShapes();
  return `{"nodes": [\n${nodes.join(",\n")}],\n"events": {\n${events.join(",\n")}}}\n`;
}

/** The same, and of the events that only the index knows the names in their object. */
export function eventPayloadsTable(): string {
  const { nodes, events } = eventShapes();
  const described = eventPayloads();
  const fields = rowsOf("webhook-index.tsv")
    .filter(({ event = "" }) => !described.has(event))
    .map(({ event, object_fields: names = "" }) => `${JSON.stringify(event)}: ${JSON.stringify(names)}`);
  return `{"nodes": [\n${nodes.join(",\n")}],\n"events": {\n${events.join(",\n")}},\n"fields": {\n${fields.join(",\n")}}}\n`;
}

function eventShapes(): { readonly nodes: readonly string[]; readonly events: readonly string[] } {
  const { number, nodes } = numbering();
  const events = [...eventPayloads()].map(
    ([event, payload]) => `${JSON.stringify(event)}: ${number(payload)}`,
  );
  return { nodes, events };
}

/**
 * `{nodes, operations}`: what each described operation takes and answers. A node is a schema without its prose, and
 * equal nodes are one; a property's or item's value is the number of its node.
 */
export function shapesTable(): string {
  const { number, nodes } = numbering();
  const operations: string[] = [];

  for (const product of describedProducts()) {
    for (const { name, operation, parameters } of operationsOf(readSpec(product))) {
      const query = parameters
        .filter((parameter) => parameter.in === "query")
        .map((parameter) => [parameter.name, number(parameter.schema), parameter.required === true ? 1 : 0]);
      const content = operation.requestBody?.content ?? {};
      const type = Object.keys(content)[0];
      const { statuses, schema } = answerOf(operation);
      const row = {
        ...(query.length > 0 && { query }),
        ...(type !== undefined && { body: number(content[type]?.schema) }),
        ...(type !== undefined && !type.includes("json") && { type }),
        statuses,
        ...(schema && { answer: number(schema) }),
      };
      operations.push(`${JSON.stringify(name)}: ${JSON.stringify(row)}`);
    }
  }
  return `{"nodes": [\n${nodes.join(",\n")}],\n"operations": {\n${operations.join(",\n")}}}\n`;
}
