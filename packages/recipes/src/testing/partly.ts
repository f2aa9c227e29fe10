/** Where a value has not what is expected of it: undefined when it has; objects may have more. */
export function differenceFrom(expected: unknown, actual: unknown, path: string): Difference | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return { path, expected, actual };
    if (expected.length !== actual.length) {
      return { path: `${path}.length`, expected: expected.length, actual: actual.length };
    }
    return first(expected.map((item, index) => differenceFrom(item, actual[index], `${path}[${index}]`)));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual))
      return { path, expected, actual };
    return first(
      Object.entries(expected).map(([key, value]) =>
        differenceFrom(
          value,
          Object.hasOwn(actual, key) ? Reflect.get(actual, key) : undefined,
          `${path}.${key}`,
        ),
      ),
    );
  }
  return Object.is(expected, actual) ? undefined : { path, expected, actual };
}

/** A place where a value is another than was expected. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

function first(found: readonly (Difference | undefined)[]): Difference | undefined {
  return found.find((each) => each !== undefined);
}
