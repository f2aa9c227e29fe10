/** One thing wrong with a recipe, with its place. */
export interface Problem {
  /** Such as `steps[2].then[0].input.userId`. */
  readonly path: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
  readonly expected?: string | undefined;
  readonly hint?: string | undefined;
  readonly severity: "error" | "warning";
}

/** A path of keys and indexes as people write it. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
    "",
  );
}

/** What stands at a path of some data; undefined where nothing does. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}
