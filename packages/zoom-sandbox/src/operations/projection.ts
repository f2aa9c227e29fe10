/** Cuts values to the fields that a generated shape names. */

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
  /** Keeps of a value what the node names, at every depth: rows may hold more than Zoom shows. */
  readonly project: (at: number, value: unknown) => unknown;
  /** The properties of a node and of its parts and alternatives. */
  readonly propertiesOf: (at: number) => readonly (readonly [name: string, node: number])[];
}

/** True for an object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Makes the projection onto a table of nodes. */
export function createProjection(nodes: readonly Node[]): Projection {
  const known = new Map<number, readonly (readonly [string, number])[]>();

  function propertiesOf(at: number): readonly (readonly [string, number])[] {
    const before = known.get(at);
    if (before) return before;
    const node = nodes[at] ?? {};
    const found = new Map<string, number>(Object.entries(node.properties ?? {}));
    for (const part of node.of ?? []) {
      for (const [name, child] of propertiesOf(part)) if (!found.has(name)) found.set(name, child);
    }
    // A few schemas require a field that they do not name: it is kept as it is.
    for (const name of node.required ?? []) if (found.size > 0 && !found.has(name)) found.set(name, -1);
    const properties = [...found];
    known.set(at, properties);
    return properties;
  }

  /** The node of a list's items, which may stand in one of the alternatives. */
  function itemsOf(at: number): number | undefined {
    const node = nodes[at] ?? {};
    return node.items ?? node.of?.map(itemsOf).find((items) => items !== undefined);
  }

  function project(at: number, value: unknown): unknown {
    if (Array.isArray(value)) {
      const items = itemsOf(at);
      return items === undefined ? value : value.map((item) => project(items, item));
    }
    if (!isRecord(value)) return value;
    const properties = propertiesOf(at);
    // A name such as `$changed_field_name` stands for any.
    if (properties.length === 0 || properties[0]?.[0].startsWith("$")) return value;
    const shown: Record<string, unknown> = {};
    for (const [name, child] of properties) {
      const held = value[name];
      if (held !== undefined) shown[name] = typeof held === "object" ? project(child, held) : held;
    }
    return shown;
  }

  return { project, propertiesOf };
}
