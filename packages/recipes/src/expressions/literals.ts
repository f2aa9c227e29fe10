/** CEL's text literals, as far as one must know them to find what is not text. */

/**
 * Where the text literal that begins at `at` ends; undefined when none begins there. Open ones end with the text.
 * A prefix (`r`, `b`) makes no difference: the library takes a backslash and what follows together in all of them.
 */
export function endOfLiteral(text: string, at: number): number | undefined {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return undefined;
  const closing = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let index = at + closing.length; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text.startsWith(closing, index)) return index + closing.length;
  }
  return text.length;
}

/** The text with all that stands outside its literals and comments changed. */
export function mapOutsideLiterals(text: string, change: (code: string) => string): string {
  let result = "";
  let code = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfLiteral(text, at) ?? endOfComment(text, at);
    if (end === undefined) at += 1;
    else {
      result += change(text.slice(code, at)) + text.slice(at, end);
      at = code = end;
    }
  }
  return result + change(text.slice(code));
}

function endOfComment(text: string, at: number): number | undefined {
  if (!text.startsWith("//", at)) return undefined;
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
