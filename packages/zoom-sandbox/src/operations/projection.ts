/** Writes values as JSON, cut to the fields that a generated shape names. */

/** A schema without its prose; properties and items are numbers of nodes. */
export interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, number>>;
  readonly required?: readonly string[];
  readonly items?: number;
  /** Alternatives; with `all`, parts. */
  readonly of?: readonly number[];
  readonly all?: boolean;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly format?: string;
  readonly default?: unknown;
}

/** Reads a table of nodes. */
export interface Projection {
  /** The JSON of what the node names of a value, at every depth: rows may hold more than Zoom shows. */
  readonly json: (at: number, value: unknown) => string;
  /** The properties of a node and of its parts and alternatives. */
  readonly propertiesOf: (at: number) => readonly (readonly [name: string, node: number])[];
}

/** True for an object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A property as it is written. */
interface Field {
  readonly name: string;
  /** Such as `"id":`. */
  readonly lead: string;
  readonly node: number;
}

/** Makes the projection onto a table of nodes. */
export function createProjection(nodes: readonly Node[]): Projection {
  const known = new Map<number, readonly Field[]>();

  function propertiesOf(at: number): (readonly [string, number])[] {
    const node = nodes[at] ?? {};
    const found = new Map<string, number>(Object.entries(node.properties ?? {}));
    for (const part of node.of ?? []) {
      for (const [name, child] of propertiesOf(part)) if (!found.has(name)) found.set(name, child);
    }
    // A few schemas require a field that they do not name: it is kept as it is.
    for (const name of node.required ?? []) if (found.size > 0 && !found.has(name)) found.set(name, -1);
    return [...found];
  }

  /** None where any field may be: a name such as `$changed_field_name` stands for any. */
  function fieldsOf(at: number): readonly Field[] {
    const before = known.get(at);
    if (before) return before;
    const fields = propertiesOf(at).map(([name, node]) => ({ name, lead: `${JSON.stringify(name)}:`, node }));
    const named = fields[0]?.name.startsWith("$") === true ? [] : fields;
    known.set(at, named);
    return named;
  }

  /** The node of a list's items, which may stand in one of the alternatives. */
  function itemsOf(at: number): number | undefined {
    const node = nodes[at] ?? {};
    return node.items ?? node.of?.map(itemsOf).find((items) => items !== undefined);
  }

  // Writing what is shown takes a third of the time that cutting an object and JSON.stringify take.
  function json(at: number, value: unknown): string {
    if (Array.isArray(value)) {
      const items = itemsOf(at);
      return items === undefined
        ? JSON.stringify(value)
        : `[${value.map((item) => json(items, item)).join(",")}]`;
    }
    if (!isRecord(value)) return scalarJson(value);
    const fields = fieldsOf(at);
    if (fields.length === 0) return JSON.stringify(value);
    let text = "{";
    for (const { name, lead, node } of fields) {
      const held = value[name];
      if (held === undefined) continue;
      if (text !== "{") text += ",";
      text += lead + (typeof held === "object" ? json(node, held) : scalarJson(held));
    }
    return `${text}}`;
  }

  return { json, propertiesOf };
}

/** All but what JSON escapes: quotes, backslashes, control characters and halves of characters. */
const NOT_PLAIN = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function scalarJson(value: unknown): string {
  if (typeof value === "string") return NOT_PLAIN.test(value) ? JSON.stringify(value) : `"${value}"`;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  return typeof value === "boolean" ? String(value) : "null";
}
