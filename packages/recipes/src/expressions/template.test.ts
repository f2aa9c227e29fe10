import { describe, expect, it } from "vitest";
import { compileExpression } from "./expression.ts";
import { compileValue } from "./template.ts";

const scope = {
  a: { n: 1, list: [1, { b: 2 }], nothing: null, at: new Date("2026-01-02T03:04:05Z"), text: "x" },
};
const evaluate = (value: unknown) => compileValue(value, "input").evaluate(scope);

describe("a template", () => {
  it("that is a single hole keeps its value's type", () => {
    expect(evaluate("{{ a.n }}")).toBe(1);
    expect(evaluate("{{a.list}}")).toEqual([1, { b: 2 }]);
    expect(evaluate("{{ a.nothing }}")).toBeNull();
  });

  it("with text around its holes is text; objects and lists become JSON", () => {
    expect(evaluate("{{ a.n }}{{ a.text }} at {{ a.at }}: {{ a.list }}")).toBe(
      '1x at 2026-01-02T03:04:05Z: [1,{"b":2}]',
    );
    expect(evaluate(" {{ a.n }}")).toBe(" 1");
  });

  it("cannot write null, and says which field and expression and what to do", () => {
    expect(() => evaluate({ to: ["x", "Dear {{ a.nothing }}"] })).toThrow(
      expect.objectContaining({
        path: "input.to[1]",
        expression: "a.nothing",
        message: "It is null, which has no text.",
      }),
    );
  });

  it("ends where its expression does, not at braces inside", () => {
    expect(evaluate("{{ {'a': {'b': 1}} }}")).toEqual({ a: { b: 1 } });
    expect(evaluate("{{ \"}}\" }}|{{ '{{' }}")).toBe("}}|{{");
    expect(evaluate(String.raw`{{ r"\d}}" }}{{ "\"}}" }}`)).toBe(String.raw`\d}}"}}`);
    expect(evaluate('{{ """a"}}""" }}')).toBe('a"}}');
  });

  it("is any text without {{", () => {
    expect(evaluate("a }} b { c")).toBe("a }} b { c");
  });

  it.each(["{{", "a {{ b", '{{ "}} }}', "{{ }}", "{{}}"])("%j is refused", (text) => {
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ name: "ExpressionError", path: "input" }));
  });
});

it("values that are not text stay as they are, at every depth", () => {
  const value = { n: 1, yes: true, none: null, list: [1, { text: "{{ a.text }}" }] };
  expect(evaluate(value)).toEqual({ ...value, list: [1, { text: "x" }] });
  expect(compileValue(value, "input").variables).toEqual(new Set(["a"]));
});

it("skip() leaves out the field or item that it is, at every depth, and nothing else", () => {
  const people = { who: { name: "Ada", phone: null }, rows: [{ a: 1 }, {}] };
  const given = (value: unknown) => compileValue(value, "input").evaluate(people);
  const phone = "{{ who.phone.or_else(skip()) }}";
  expect(
    given({
      name: "{{ who.name.present() ? who.name : skip() }}",
      phone,
      more: { phone, all: [phone, "x"] },
    }),
  ).toEqual({
    name: "Ada",
    more: { all: ["x"] },
  });
  expect(given({ rows: "{{ rows.map(r, {'a': r.a.or_else(skip()), 'b': 2}) }}" })).toEqual({
    rows: [{ a: 1, b: 2 }, { b: 2 }],
  });
  expect(() => given(phone)).toThrow("skip() leaves a field out");
  expect(() => given({ text: `Phone: ${phone}` })).toThrow("skip() leaves a field out");
  expect(() => given({ text: "{{ skip().to_s() }}" })).toThrow("skip() leaves a field out");
  expect(() => compileExpression("skip()", "if").evaluate(people)).toThrow("skip() leaves a field out");
});

it("all expressions of a value share what one may cost", () => {
  const given = { rows: Array.from({ length: 300 }, (_, index) => index) };
  const costly = "{{ rows.map(a, rows.map(b, b).size()).size() }}";
  expect(compileValue({ one: costly }, "input").evaluate(given)).toEqual({ one: 300 });
  expect(() =>
    compileValue(
      Array.from({ length: 9 }, () => costly),
      "input",
    ).evaluate(given),
  ).toThrow(expect.objectContaining({ message: expect.stringContaining("too many steps") }));
});
