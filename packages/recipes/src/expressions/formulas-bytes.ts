/** Formulas on the bytes that a text has in UTF-8. */
import { checkListLength } from "./bounds.ts";
import { formulasOn } from "./formula.ts";

const onText = formulasOn("Text", "text");

/** As Ruby's byteslice: from the end where the place is negative; null beyond it. */
function byteslice(text: string, at: number, length = 1): string | null {
  const bytes = Buffer.from(text);
  const start = at < 0 ? bytes.length + at : at;
  if (start < 0 || start > bytes.length || length < 0) return null;
  return bytes.subarray(start, start + length).toString();
}

/** Formulas on a text's bytes. */
export const byteFormulas = [
  onText(
    "bytes",
    "(): list",
    "Its bytes in UTF-8, as numbers.",
    [["'é'.bytes()", [195, 169]]],
    (text: string) => {
      const bytes = Buffer.from(text);
      checkListLength(bytes.length);
      return Array.from(bytes, BigInt);
    },
  ),
  onText(
    "bytesize",
    "(): whole",
    "How many bytes it has in UTF-8.",
    [["'é'.bytesize()", 2]],
    (text: string) => Buffer.byteLength(text),
  ),
  onText(
    "byteslice",
    "(at: whole, length?: whole): any",
    "The text in a part of its bytes in UTF-8.",
    [["'abé'.byteslice(1, 3)", "bé"]],
    byteslice,
  ),
];
