/** The value at a path with dots, such as `data.items` or `links.0.href`; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  let here = value;
  for (const part of path === "" ? [] : path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}
