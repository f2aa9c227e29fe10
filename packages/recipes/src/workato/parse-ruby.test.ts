import { describe, expect, it } from "vitest";
import { parseRuby } from "./parse-ruby.ts";
import type { Ruby } from "./ruby.ts";

/** Fully bracketed, to see what binds how. */
function shown(formula: Ruby): string {
  switch (formula.type) {
    case "literal":
      return JSON.stringify(formula.value);
    case "text":
      return `"${formula.parts.map((part) => (typeof part === "string" ? part : `#{${shown(part)}}`)).join("")}"`;
    case "pattern":
      return `/${formula.source}/${formula.flags}`;
    case "list":
      return `[${formula.items.map(shown).join(", ")}]`;
    case "hash":
      return `{${formula.entries.map(([key, value]) => `${shown(key)}: ${shown(value)}`).join(", ")}}`;
    case "range":
      return `(${shown(formula.from)}${formula.exclusive ? "..." : ".."}${formula.to ? shown(formula.to) : ""})`;
    case "pill":
      return `<${formula.pill.line}.${formula.pill.path.map((part) => (typeof part === "string" ? part : `@${part.special}`)).join(".")}>`;
    case "call":
      return `${formula.on ? `${shown(formula.on)}.` : ""}${formula.name}(${formula.args.map(shown).join(", ")})`;
    case "index":
      return `${shown(formula.on)}[${shown(formula.at)}${formula.length ? `, ${shown(formula.length)}` : ""}]`;
    case "unary":
      return `(${formula.op}${shown(formula.of)})`;
    case "binary":
      return `(${shown(formula.left)} ${formula.op} ${shown(formula.right)})`;
    case "choice":
      return `(${shown(formula.if)} ? ${shown(formula.then)} : ${shown(formula.else)})`;
  }
}

const topic = `_dp('{"pill_type":"output","provider":"zoom","line":"t1","path":["object",{"path_element_type":"current_item"},"topic"]}')`;

describe("a formula is read as Ruby reads it", () => {
  it.each([
    ["1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"],
    ["2 ** 3 ** 2", "(2 ** (3 ** 2))"],
    ["!a && b || c and d", "((((!a()) && b()) || c()) && d())"],
    ["a.present? ? b : c", "(a().present?() ? b() : c())"],
    ["a ? b : c ? d : e", "(a() ? b() : (c() ? d() : e()))"],
    ["-3.days.ago - -x", "(-3.days().ago() - (-x()))"],
    ["x == 'it\\'s' && y != nil", `((x() == "it's") && (y() != null))`],
    [`"Hi #{a + "#{b}"}!\\n"`, `"Hi #{(a() + "#{b()}")}!\n"`],
    ["a.gsub(/\\W+\\/x/i, '')", 'a().gsub(/\\W+/x/i, "")'],
    ["a / b / c", "((a() / b()) / c())"],
    [
      "x.where('a >': 1, b: [1, 2], \"c\" => :d).pluck(:id)",
      'x().where({"a >": 1, "b": [1, 2], "c": "d"}).pluck("id")',
    ],
    ["a[0..3] + a[-1] + a[0, 2] + a[1...]", "(((a()[(0..3)] + a()[-1]) + a()[0, 2]) + a()[(1...)])"],
    ["a&.b.c", "a().b().c()"],
    [topic, "<t1.object.@item.topic>"],
    ["_('data.gmail.m.attachments').pluck('n').join(', ')", '<m.attachments>.pluck("n").join(", ")'],
    ['lookup("T", "COL": 1)["X"]', 'lookup("T", {"COL": 1})["X"]'],
    ["not a == b", "(!(a() == b()))"],
    ["( 1 ) .to_s", "1.to_s()"],
    ["{ 'a' => 1, b: {} }", '{"a": 1, "b": {}}'],
  ])("%s", (text, tree) => {
    expect(shown(parseRuby(text))).toBe(tree);
  });

  it.each([
    "",
    "1 +",
    "a.",
    "'x",
    '"#{',
    "a b",
    "(",
    "[1,",
    "{a}",
    "a.each { |x| x }",
    "a << b",
    "_dp(1)",
    "_dp('{')",
    "_('x.y')",
    "@a",
    `${"(".repeat(500)}1`,
    "/x",
  ])("%j is refused with a reason", (text) => {
    expect(() => parseRuby(text)).toThrow(expect.objectContaining({ name: "Untranslatable" }));
  });
});
