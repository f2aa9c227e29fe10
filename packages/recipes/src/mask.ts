/** What stands in the place of data that the history must not show. */
export const masked = "•••";

/** Makes the function that hides the fields that a recipe's `mask` names; `*` is every item or field. */
export function maskOf(paths: readonly string[]): (name: string, data: unknown) => unknown {
  const byName = Map.groupBy(
    paths.map((path) => path.split(".")),
    ([name = ""]) => name,
  );
  return (name, data) =>
    (byName.get(name) ?? []).reduce<unknown>((value, [, ...keys]) => hide(value, keys), data);
}

function hide(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value == null ? value : masked;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      key === "*" || key === String(index) ? hide(item, rest) : item,
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      key === "*" || key === name ? hide(inner, rest) : inner,
    ]),
  );
}
