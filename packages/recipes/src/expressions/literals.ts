/** CEL's text literals, as far as one must know them to find what is not text. */

const literal = /(?<![A-Za-z0-9_])[rRbB]?(?:"""|'''|"|')/y;

/** Where the text literal that begins at `at` ends; undefined when none begins there. Open ones end with the text. */
export function endOfLiteral(text: string, at: number): number | undefined {
  literal.lastIndex = at;
  const [opening] = literal.exec(text) ?? [];
  if (opening === undefined) return undefined;
  const raw = /^[rR]/.test(opening);
  const quote = opening.replace(/^[rRbB]/, "");
  for (let index = at + opening.length; index < text.length; index += 1) {
    if (!raw && text[index] === "\\") index += 1;
    else if (text.startsWith(quote, index)) return index + quote.length;
  }
  return text.length;
}

/** The text with all that stands outside its literals changed. */
export function mapOutsideLiterals(text: string, change: (code: string) => string): string {
  let result = "";
  let code = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfLiteral(text, at);
    if (end === undefined) at += 1;
    else {
      result += change(text.slice(code, at)) + text.slice(at, end);
      at = code = end;
    }
  }
  return result + change(text.slice(code));
}
