/** Where the holes of a template are. */

/** A hole: `{{ … }}` from and to these places. */
export interface Hole {
  readonly from: number;
  readonly to: number;
  readonly expression: string;
}

/** The closed holes of a text; braces inside an expression's quotes do not count. */
export function holesOf(text: string): readonly Hole[] {
  const holes: Hole[] = [];
  for (let at = text.indexOf("{{"); at >= 0; ) {
    const end = closing(text, at + 2);
    if (end === undefined) break;
    holes.push({ from: at, to: end + 2, expression: text.slice(at + 2, end).trim() });
    at = text.indexOf("{{", end + 2);
  }
  return holes;
}

function closing(text: string, from: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote !== undefined) {
      if (character === "\\") at += 1;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "{") depth += 1;
    else if (character === "}" && depth > 0) depth -= 1;
    else if (character === "}" && text[at + 1] === "}") return at;
  }
  return undefined;
}

/** Whether a value is, or holds, an expression. */
export function isTemplate(value: unknown): value is string {
  return typeof value === "string" && value.includes("{{");
}

/** An expression as a hole. */
export function hole(expression: string): string {
  return `{{ ${expression.trim()} }}`;
}
