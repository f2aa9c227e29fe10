import { closest, distance } from "fastest-levenshtein";

/** The known name that a misspelt one was probably meant to be; undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const found = closest(name, [...known]);
  return distance(name.toLowerCase(), found.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3))
    ? found
    : undefined;
}

/** A hint with the nearest name, or with the names there are. */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const found = nearest(name, known);
  if (found !== undefined) return `Did you mean “${found}”?`;
  if (known.length === 0) return undefined;
  return `There is ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}.`;
}
