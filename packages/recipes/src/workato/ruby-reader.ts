/** The characters of a formula: what a parser without a lexer needs, since Ruby's `/`, `?` and `:` mean different things. */
import { Untranslatable } from "./ruby.ts";

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  s: " ",
  e: "\u001B",
  "0": "\0",
};

/** Reads a formula from left to right. */
export class RubyReader {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  /** @throws {Untranslatable} */
  fail(what: string): never {
    const rest = this.text.slice(this.at, this.at + 20);
    throw new Untranslatable(`${what}${rest === "" ? " at its end" : ` at “${rest}”`}`);
  }

  skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  /** Whether it goes on with this, which is then behind. */
  takes(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** The same for a pattern (sticky); its match. */
  takesPattern(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (!found) return undefined;
    this.at += found[0].length;
    return found;
  }

  looksAt(pattern: RegExp): boolean {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.at;
    return sticky.test(this.text);
  }

  expect(text: string): void {
    this.skipSpace();
    if (!this.takes(text)) this.fail(`“${text}” is missing`);
  }

  /** What stands between single quotes; the first is behind already. */
  singleQuoted(): string {
    let result = "";
    for (;;) {
      const character = this.text[this.at++];
      if (character === undefined) this.fail("A text has no end");
      if (character === "'") return result;
      const next = this.text[this.at];
      if (character === "\\" && (next === "'" || next === "\\")) {
        result += next;
        this.at += 1;
      } else result += character;
    }
  }

  /** What stands between double quotes, cut at `#{`: texts, and what `inside` makes of the formulas in it. */
  doubleQuoted<T>(inside: () => T): (string | T)[] {
    const parts: (string | T)[] = [];
    let text = "";
    for (;;) {
      const character = this.text[this.at++];
      if (character === undefined) this.fail("A text has no end");
      if (character === '"') return [...parts, text];
      if (character === "#" && this.takes("{")) {
        parts.push(text, inside());
        text = "";
      } else if (character === "\\") text += this.#escaped();
      else text += character;
    }
  }

  #escaped(): string {
    const unicode = this.takesPattern(/u\{?([0-9a-fA-F]{1,6})\}?/);
    if (unicode) {
      const code = Number.parseInt(unicode[1] ?? "", 16);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : this.fail("There is no such character");
    }
    const character = this.text[this.at++] ?? this.fail("A text has no end");
    return Object.hasOwn(escapes, character) ? (escapes[character] ?? "") : character;
  }

  /** A pattern; its first `/` is behind already. */
  pattern(): { source: string; flags: string } {
    let source = "";
    for (;;) {
      const character = this.text[this.at++];
      if (character === undefined) this.fail("A pattern has no end");
      if (character === "/") return { source, flags: this.takesPattern(/[a-z]*/)?.[0] ?? "" };
      const next = this.text[this.at] ?? "";
      if (character === "\\") {
        source += next === "/" ? "/" : `\\${next}`;
        this.at += 1;
      } else source += character;
    }
  }
}
