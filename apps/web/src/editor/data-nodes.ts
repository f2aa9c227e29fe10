/** Data sources as the nodes of a tree, and what each is in an expression. */
import type { DataSource } from "./data-sources.ts";
import { humanise, type JsonSchema, resolved, typeWord } from "./json-schema.ts";
import { isRecord, plainText } from "./record.ts";

/** A node of the tree. */
export interface DataNode {
  /** The expression that reads it, such as `trigger.object.topic`. */
  readonly path: string;
  readonly label: string;
  /** The name as the data has it. */
  readonly name: string;
  readonly type: string;
  readonly sample: unknown;
  readonly children: readonly DataNode[];
}

const deepest = 7;

/** The nodes of the sources. */
export function dataNodes(sources: readonly DataSource[]): readonly DataNode[] {
  return sources.map(({ name, title, schema, sample }) => ({
    ...node(name, name, schema ?? {}, schema ?? {}, sample, 0),
    label: title,
  }));
}

function node(
  name: string,
  path: string,
  schema: JsonSchema,
  root: JsonSchema,
  sample: unknown,
  depth: number,
): DataNode {
  const known = resolved(schema, root);
  const children = depth < deepest ? childrenOf(path, known, root, sample, depth) : [];
  return {
    ...{ path, name, label: known.title ?? humanise(name), sample, children },
    type: sample !== undefined && typeWord(known, root) === "any" ? wordOf(sample) : typeWord(known, root),
  };
}

function childrenOf(
  path: string,
  schema: JsonSchema,
  root: JsonSchema,
  sample: unknown,
  depth: number,
): readonly DataNode[] {
  const list = listOf(schema, root);
  if (list || Array.isArray(sample)) {
    const first: unknown = Array.isArray(sample) ? sample[0] : undefined;
    const item = list?.items ?? {};
    const inner = node("first item", `${path}[0]`, item, root, first, depth + 1);
    return inner.children.length > 0 ? [{ ...inner, label: "First item" }] : [];
  }
  const declared = schema.properties ?? {};
  const found = isRecord(sample) ? sample : {};
  const names = [...new Set([...Object.keys(declared), ...Object.keys(found)])];
  return names.map((key) => node(key, memberOf(path, key), declared[key] ?? {}, root, found[key], depth + 1));
}

function listOf(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  if (schema.type === "array") return schema;
  return (schema.anyOf ?? []).map((one) => resolved(one, root)).find(({ type }) => type === "array");
}

/** `a.b`, or `a["b-c"]` where the key is no name. */
function memberOf(path: string, key: string): string {
  return /^[a-zA-Z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function wordOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "list";
  return (
    { string: "text", number: "number", boolean: "yes or no", object: "object" }[typeof value as "string"] ??
    "any"
  );
}

/** A sample in a few characters. */
export function sampleText(sample: unknown): string | undefined {
  if (sample === undefined) return undefined;
  if (Array.isArray(sample)) return sample.length === 1 ? "1 item" : `${sample.length} items`;
  if (isRecord(sample)) return undefined;
  const text = sample === null ? "null" : plainText(sample);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The nodes that hold all the words, with what is above them. */
export function searchNodes(nodes: readonly DataNode[], search: string): readonly DataNode[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return nodes;
  return nodes.flatMap((one) => {
    const text = `${one.label} ${one.path} ${sampleText(one.sample) ?? ""}`.toLowerCase();
    const children = searchNodes(one.children, search);
    if (words.every((word) => text.includes(word)))
      return [{ ...one, children: children.length > 0 ? children : one.children }];
    return children.length > 0 ? [{ ...one, children }] : [];
  });
}

/** What people call the data that a path reads: the source and the last field. */
export function pillLabel(
  path: string,
  sources: readonly DataSource[],
): { readonly source: string; readonly field: string } | undefined {
  if (!/^[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*|\[\d+\]|\["[^"]*"\])*$/.test(path)) return undefined;
  const [name = ""] = path.split(/[.[]/);
  const source = sources.find((one) => one.name === name);
  const keys = [...path.slice(name.length).matchAll(/\.(\w+)|\[(\d+)\]|\["([^"]*)"\]/g)].map(
    ([, member, index, key]) => member ?? key ?? `#${Number(index) + 1}`,
  );
  const shown = keys.filter((key, place) => !(place === 0 && key === "object" && keys.length > 1));
  return { source: source?.title ?? name, field: shown.map(humanise).join(" › ") };
}
