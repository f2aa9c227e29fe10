import { isScalar, parseDocument } from "yaml";

/** The text of a sound recipe with another name, and all else as it was: comments, order, quotes. */
export function renameRecipe(source: string, name: string): string {
  const node = parseDocument(source).get("name", true);
  const [start, end] = (isScalar(node) && node.range) || [];
  if (start === undefined || end === undefined) throw new Error("the recipe has no name to replace");
  // A block text ends with its line.
  const rest = source.slice(end);
  const between = /^[\r\n]/.test(rest) || source[end - 1] !== "\n" ? "" : "\n";
  return `${source.slice(0, start)}${JSON.stringify(name)}${between}${rest}`;
}
