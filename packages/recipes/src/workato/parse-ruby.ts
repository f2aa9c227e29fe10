/** A small Pratt parser for Workato's formulas. */
// A choice has a `then`; nobody awaits it.
/* oxlint-disable unicorn/no-thenable */
import { readDottedPill, readPill } from "./datapill.ts";
import { type Ruby, Untranslatable } from "./ruby.ts";
import { RubyReader } from "./ruby-reader.ts";

const maxLength = 20_000;
const maxDepth = 60;

/** Binary operators, each with how strongly it binds. */
const operators: readonly (readonly [text: string, binding: number])[] = [
  ...(["===", "<=>", "<<", ">>", "**="] as const).map((text) => [text, 0] as const),
  ["**", 12],
  ["||", 4],
  ["&&", 5],
  ["==", 6],
  ["!=", 6],
  ["=~", 6],
  ["!~", 6],
  ["<=", 7],
  [">=", 7],
  ["<", 7],
  [">", 7],
  ["+", 9],
  ["-", 9],
  ["*", 10],
  ["/", 10],
  ["%", 10],
];
const choiceBinding = 2;
const rangeBinding = 3;
const unaryBinding = 11;

/** Parses a whole formula. @throws {Untranslatable} */
export function parseRuby(text: string): Ruby {
  if (text.length > maxLength) throw new Untranslatable(`It is longer than ${maxLength} characters`);
  const parser = new Parser(new RubyReader(text));
  const formula = parser.expression();
  parser.reader.skipSpace();
  return parser.reader.at === text.length ? formula : parser.reader.fail("This cannot be read");
}

/** Parses the formula of a `#{…}`, from behind its opening to behind its end. @throws {Untranslatable} */
export function parseInterpolation(text: string, at: number): { formula: Ruby; end: number } {
  const parser = new Parser(new RubyReader(text, at));
  const formula = parser.expression();
  parser.reader.expect("}");
  return { formula, end: parser.reader.at };
}

class Parser {
  readonly reader: RubyReader;
  #depth = 0;

  constructor(reader: RubyReader) {
    this.reader = reader;
  }

  expression(binding = 0): Ruby {
    if (++this.#depth > maxDepth) this.reader.fail(`It is nested deeper than ${maxDepth} levels`);
    let left = this.#word("not")
      ? ({ type: "unary", op: "!", of: this.expression(1) } as const)
      : this.#unary();
    for (let next = this.#continued(left, binding); next; next = this.#continued(left, binding)) left = next;
    this.#depth -= 1;
    return left;
  }

  #word(word: string): boolean {
    this.reader.skipSpace();
    return this.reader.takesPattern(new RegExp(`${word}\\b`)) !== undefined;
  }

  #continued(left: Ruby, binding: number): Ruby | undefined {
    const { reader } = this;
    reader.skipSpace();
    if (binding < 1) {
      for (const [word, op] of [
        ["and", "&&"],
        ["or", "||"],
      ] as const) {
        if (reader.looksAt(new RegExp(`${word}\\b`))) {
          this.#word(word);
          return { type: "binary", op, left, right: this.expression(1) };
        }
      }
    }
    if (binding < choiceBinding && reader.takes("?")) {
      const then = this.expression(choiceBinding - 1);
      reader.expect(":");
      return { type: "choice", if: left, then, else: this.expression(choiceBinding - 1) };
    }
    if (binding < rangeBinding && reader.looksAt(/\.\.\.?/)) {
      const exclusive = reader.takesPattern(/\.\.\.?/)?.[0] === "...";
      reader.skipSpace();
      const to = reader.looksAt(/[\])]|$/) ? undefined : this.expression(rangeBinding);
      return { type: "range", from: left, to, exclusive };
    }
    const [op, strength] = operators.find(([text]) => reader.text.startsWith(text, reader.at)) ?? [];
    if (op === undefined || strength === undefined) return undefined;
    if (strength === 0) reader.fail(`The operator ${op} has no counterpart`);
    // `=>` and `=` are no operators of an expression.
    if (strength <= binding) return undefined;
    reader.takes(op);
    // A power's right side is taken first.
    return { type: "binary", op, left, right: this.expression(op === "**" ? strength - 1 : strength) };
  }

  #unary(): Ruby {
    const { reader } = this;
    reader.skipSpace();
    if (reader.takes("!")) return { type: "unary", op: "!", of: this.expression(unaryBinding) };
    // The sign belongs to the number: `-3.days` are three days ago.
    if (reader.looksAt(/-\d/)) {
      reader.takes("-");
      return this.#calls(negative(this.#primary()));
    }
    if (reader.takes("-")) return { type: "unary", op: "-", of: this.expression(unaryBinding) };
    return this.#calls(this.#primary());
  }

  /** What is called on a value, one after the other. */
  #calls(first: Ruby): Ruby {
    const { reader } = this;
    let value = first;
    for (;;) {
      const before = reader.at;
      reader.skipSpace();
      if (reader.looksAt(/\.\./)) {
        reader.at = before;
        return value;
      }
      if (reader.takes("&.") || reader.takes(".")) {
        reader.skipSpace();
        const name =
          reader.takesPattern(/[a-zA-Z_]\w*[?!]?(?!=)/)?.[0] ?? reader.fail("A formula's name is missing");
        value = { type: "call", on: value, name, args: reader.takes("(") ? this.#arguments() : [] };
        if (reader.looksAt(/\s*\{/)) reader.fail(`${name} with a block has no counterpart`);
      } else if (reader.takes("[")) {
        const at = this.expression();
        reader.skipSpace();
        const length = reader.takes(",") ? this.expression() : undefined;
        reader.expect("]");
        value = { type: "index", on: value, at, length };
      } else {
        reader.at = before;
        return value;
      }
    }
  }

  /** Arguments to the closing bracket; named ones become one hash, as in Ruby. */
  #arguments(): Ruby[] {
    const args: Ruby[] = [];
    const named: (readonly [Ruby, Ruby])[] = [];
    for (;;) {
      this.reader.skipSpace();
      if (this.reader.takes(")")) break;
      const entry = this.#entry();
      if (entry.length === 2) named.push(entry);
      else args.push(entry[0]);
      this.reader.skipSpace();
      if (!this.reader.takes(",") && !this.reader.looksAt(/\)/)) this.reader.fail("“)” is missing");
    }
    return named.length > 0 ? [...args, { type: "hash", entries: named }] : args;
  }

  /** A value, or a name and its value: `a: 1`, `"a": 1`, `"a" => 1`. */
  #entry(): readonly [Ruby] | readonly [Ruby, Ruby] {
    const { reader } = this;
    reader.skipSpace();
    const label = reader.takesPattern(/([a-zA-Z_]\w*):(?!:)/);
    if (label) return [{ type: "literal", value: label[1] ?? "" }, this.expression()];
    const key = this.expression();
    reader.skipSpace();
    if (reader.takes("=>")) return [key, this.expression()];
    if (key.type === "literal" && typeof key.value === "string" && reader.takes(":"))
      return [key, this.expression()];
    return [key];
  }

  #primary(): Ruby {
    const { reader } = this;
    const number = reader.takesPattern(/\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/);
    if (number)
      return {
        type: "literal",
        value: Number(number[0].replaceAll("_", "")),
        isFraction: /[.eE]/.test(number[0]),
      };
    if (reader.takes("'")) return { type: "literal", value: reader.singleQuoted() };
    if (reader.takes('"')) return this.#text();
    if (reader.takes("/")) return { type: "pattern", ...reader.pattern() };
    if (reader.takes("(")) {
      const inner = this.expression();
      reader.expect(")");
      return inner;
    }
    if (reader.takes("[")) return { type: "list", items: this.#items() };
    if (reader.takes("{")) return this.#hash();
    const symbol = reader.takesPattern(/:(?:([a-zA-Z_]\w*[?!]?)|"([^"\\]*)")/);
    if (symbol) return { type: "literal", value: symbol[1] ?? symbol[2] ?? "" };
    const name = reader.takesPattern(/[a-zA-Z_]\w*[?!]?(?!=(?!=))/)?.[0];
    return name === undefined ? reader.fail("A value is missing") : this.#named(name);
  }

  #text(): Ruby {
    const parts = this.reader.doubleQuoted(() => {
      const formula = this.expression();
      this.reader.expect("}");
      return formula;
    });
    const [only] = parts;
    if (parts.length === 1 && typeof only === "string") return { type: "literal", value: only };
    return { type: "text", parts: parts.filter((part) => part !== "") };
  }

  #items(): Ruby[] {
    const items: Ruby[] = [];
    for (;;) {
      this.reader.skipSpace();
      if (this.reader.takes("]")) return items;
      items.push(this.expression());
      this.reader.skipSpace();
      if (!this.reader.takes(",") && !this.reader.looksAt(/\]/)) this.reader.fail("“]” is missing");
    }
  }

  #hash(): Ruby {
    const entries: (readonly [Ruby, Ruby])[] = [];
    for (;;) {
      this.reader.skipSpace();
      if (this.reader.takes("}")) return { type: "hash", entries };
      const entry = this.#entry();
      if (entry.length !== 2) this.reader.fail("A key of a hash has no value");
      entries.push(entry);
      this.reader.skipSpace();
      if (!this.reader.takes(",") && !this.reader.looksAt(/\}/)) this.reader.fail("“}” is missing");
    }
  }

  #named(name: string): Ruby {
    if (name === "true" || name === "false") return { type: "literal", value: name === "true" };
    if (name === "nil" || name === "null") return { type: "literal", value: null };
    const args = this.reader.takes("(") ? this.#arguments() : undefined;
    if (name !== "_dp" && name !== "_") return { type: "call", on: undefined, name, args: args ?? [] };
    const [pill] = args ?? [];
    if (pill?.type !== "literal" || typeof pill.value !== "string")
      return this.reader.fail("A datapill is not a text");
    return { type: "pill", pill: name === "_dp" ? readPill(pill.value) : readDottedPill(pill.value) };
  }
}

function negative(number: Ruby): Ruby {
  return number.type === "literal" && typeof number.value === "number"
    ? { ...number, value: -number.value }
    : number;
}
