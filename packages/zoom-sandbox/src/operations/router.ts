/** Finds what stands behind a path such as `/users/{userId}/meetings`: a fixed part goes before a `{name}`. */
export interface Router<Value> {
  readonly add: (method: string, path: string, value: Value) => void;
  readonly find: (method: string, path: string) => Found<Value> | undefined;
}

/** What was found, with the values of the path's names as they were written. */
interface Found<Value> {
  readonly value: Value;
  readonly params: Record<string, string>;
}

interface Leaf<Value> {
  readonly value: Value;
  /** Of the parts of the path, which are names: `[place, name]`. */
  readonly names: readonly (readonly [number, string])[];
}

interface Branch<Value> {
  readonly fixed: Map<string, Branch<Value>>;
  named: Branch<Value> | undefined;
  readonly leaves: Map<string, Leaf<Value>>;
}

/** Makes one: a tree, because Zoom's 1,786 patterns cost a general router a part of every start. */
export function createRouter<Value>(): Router<Value> {
  const branch = (): Branch<Value> => ({ fixed: new Map(), named: undefined, leaves: new Map() });
  const root = branch();

  function look(
    from: Branch<Value>,
    parts: readonly string[],
    at: number,
    method: string,
  ): Leaf<Value> | undefined {
    const part = parts[at];
    if (part === undefined) return from.leaves.get(method);
    const fixed = from.fixed.get(part);
    return (
      (fixed && look(fixed, parts, at + 1, method)) ||
      (from.named && part !== "" ? look(from.named, parts, at + 1, method) : undefined)
    );
  }

  return {
    add: (method, path, value) => {
      const names: [number, string][] = [];
      let at = root;
      for (const [place, part] of partsOf(path).entries()) {
        if (part.startsWith("{")) {
          names.push([place, part.slice(1, -1)]);
          at = at.named ??= branch();
        } else {
          const next = at.fixed.get(part) ?? branch();
          at.fixed.set(part, next);
          at = next;
        }
      }
      at.leaves.set(method, { value, names });
    },
    find: (method, path) => {
      const parts = partsOf(path);
      const leaf = look(root, parts, 0, method);
      if (leaf === undefined) return undefined;
      const params: Record<string, string> = {};
      for (const [place, name] of leaf.names) params[name] = parts[place] ?? "";
      return { value: leaf.value, params };
    },
  };
}

/** A slash at the end says nothing. */
function partsOf(path: string): string[] {
  return (path.endsWith("/") ? path.slice(1, -1) : path.slice(1)).split("/");
}
