import { describe, expect, it } from "vitest";
import { compileExpression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";

const scope = {
  trigger: {
    topic: "Plan of the year",
    nothing: null,
    n: 3,
    half: 1.5,
    big: 95_203_948_571,
    rows: [{ id: 1, email: "a@b.co" }, { id: 2, email: "a@b.co" }, { id: 3 }],
    names: ["Ada", "Bob"],
    at: "2026-01-02T03:04:05Z",
  },
  event: { id: "e1", occurredAt: new Date("2026-01-02T03:04:05.678Z") },
  loop: { index: 4 },
};

const evaluate = (text: string, variables: Record<string, unknown> = scope) =>
  compileExpression(text, "field").evaluate(variables);

function failureOf(text: string, variables?: Record<string, unknown>): ExpressionError {
  try {
    evaluate(text, variables);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} did not fail`);
}

describe("numbers", () => {
  it.each([
    ["trigger.n + 1", 4],
    ["trigger.n * 2.5", 7.5],
    ["trigger.n % 2 == 1", true],
    ["trigger.n == 3 && trigger.n < 4", true],
    ["trigger.rows[trigger.n - 1].id", 3],
    ["2 in [1, trigger.n - 1]", true],
    ["trigger.big", 95_203_948_571],
    ["string(trigger.big)", "95203948571"],
    ["7 / 2", 3],
    ["1u + 1u", 2],
  ])("%s gives %j, whether from JSON or written in the recipe", (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it("beyond what JSON's numbers hold exactly are text, not another number", () => {
    expect(evaluate("9007199254740993")).toBe("9007199254740993");
  });

  it("that are none are an error", () => {
    expect(failureOf("1.0 / 0.0").message).toContain("divided by zero");
    expect(failureOf("1 / 0").message).toBe("division by zero.");
  });
});

describe("an error says what is there instead", () => {
  it.each([
    ["trigger.topik", "trigger has no “topik”.", "Did you mean “topic”?"],
    ["trigger.nothing.x", "trigger.nothing is null, so it has no “x”.", /!= null/],
    ["trigger.nothing.upcase()", "trigger.nothing is null, so upcase() cannot be called on it.", /!= null/],
    ["trigger.names.first", /It is a list/, "Take one of its items: trigger.names.first().first"],
    ["trigger.topic.upcase", /It is text/, "A formula is written with brackets: upcase()."],
    ["trigr.x", "There is no “trigr” here.", "Did you mean “trigger”?"],
    ["trigger.rows.map(row, row.email)", "row has no “email”.", "Ask first: has(row.email) ? … : …"],
    ["trigger.topic + 1", "These types do not go together: string + int.", /template/],
    ["trigger.topic.upcas()", /There is no function upcas\(\)/, "Did you mean “upcase”?"],
    ["upcase(trigger.topic)", /There is no function upcase/, "Write it after the value: value.upcase()."],
    ["trigger.at.strftime('%Y', 'Mars')", /“Mars” is not a time zone/, "none"],
    ["trigger.topic.to_time()", /is not a time; use ISO 8601/, "none"],
    ["trigger.rows[7]", /index out of bounds/, "none"],
    ["'a'.matches('(')", /“\(” is not a pattern/, "none"],
  ])("%s", (text, message, hint) => {
    const failure = failureOf(text);
    expect(failure.message).toMatch(message);
    expect(failure.hint ?? "none").toMatch(hint);
    expect(failure).toMatchObject({ path: "field", expression: text });
  });

  it.each([
    ["'a'.upcase", "A formula is written with brackets: upcase()."],
    ["1 + 'a'", "Make both text, with to_s(), or write a template: “{{ … }} {{ … }}”."],
    ["'a'.upcas()", "Did you mean “upcase”?"],
  ])("%j is refused before it runs, with what to do", (text, hint) => {
    expect(() => compileExpression(text, "field")).toThrow(expect.objectContaining({ hint }));
  });

  it.each([
    ["1 +", "it ends too early, at character 4."],
    ["'open", "Unterminated string, at character 1."],
    ["a ? b", "at character"],
    ["", "Not a valid expression"],
    ["'a'.upcase", "A string has no fields, at character 5."],
  ])("%j is refused before it runs, with the place", (text, message) => {
    expect(() => compileExpression(text, "field")).toThrow(message);
  });
});

describe("what is not data cannot be reached", () => {
  it.each([
    ...[
      "trigger.constructor",
      "trigger.__proto__",
      "trigger.toString",
      "trigger.names.length",
      "constructor",
      "toString",
    ],
    ...["process", "globalThis", "trigger['__proto__']", "trigger.topic['length']"],
  ])("%s", (text) => {
    expect(() => evaluate(text)).toThrow(ExpressionError);
  });

  it("not by formulas either", () => {
    expect(evaluate("trigger.rows.pluck('__proto__') + trigger.rows.pluck('constructor')")).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(evaluate("{'__proto__': {'a': 1}, 'b': 2}")).toEqual({ b: 2 });
  });
});

describe("variables", () => {
  it("are those read, without what macros bind", () => {
    const { variables } = compileExpression(
      "a.map(x, x + b).filter(y, has(y.c)) + cel.bind(z, d, [z, loop.index])",
      "field",
    );
    expect([...variables].toSorted()).toEqual(["a", "b", "d", "loop"]);
  });

  it("may be called loop, a word that CEL keeps for itself", () => {
    expect(evaluate("[loop.index, loop . index]")).toEqual([4, 4]);
    expect(evaluate("'loop' + trigger.names.map(loop, 'x').first()")).toBe("loopx");
    expect(evaluate("x.loop", { x: { loop: 1 } })).toBe(1);
    expect(evaluate("1 in[loop.index] // it's\n || loop.index == 4")).toBe(true);
    expect(failureOf("loop.idx")).toMatchObject({
      message: "loop has no “idx”.",
      hint: "Did you mean “index”?",
    });
    expect(failureOf("loop.index", {}).message).toBe("There is no “loop” here.");
  });
});

describe("a field that is not there", () => {
  it.each([
    ["trigger.agenda.present()", false],
    ["trigger.agenda.blank()", true],
    ["trigger.agenda.or_else('none')", "none"],
    ["trigger.agenda.presence() == null", true],
    ["trigger.nothing.x.y.or_else('none')", "none"],
    ["trigger['agenda'].to_s()", ""],
    ["trigger.agenda.is_true() || trigger.agenda == null && null != trigger.n", true],
    ["trigger.agenda.present() ? trigger.agenda : trigger.topic", "Plan of the year"],
    ["trigger.rows.map(r, r.email.or_else('-'))", ["a@b.co", "a@b.co", "-"]],
  ])("is null to what asks for it: %s", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  it.each([
    "trigger.agenda",
    "trigger.agenda.upcase()",
    "trigger.agenda == 'x'",
    "[trigger.agenda].present()",
  ])("is an error to all else: %s", (text) => {
    expect(failureOf(text).message).toContain("trigger has no “agenda”.");
  });
});

describe("a choice", () => {
  it.each([
    ["trigger.n > 1 ? 'many' : null", "many"],
    ["trigger.n > 5 ? 'many' : 1", 1],
    ["trigger.names.map(name, name == 'Bob' ? 1 : 'other')", ["other", 1]],
  ])("may give two kinds of values: %s", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  it("must be between true and false", () => {
    expect(failureOf("trigger.n ? 1 : 'x'").message).toContain("must be bool");
  });
});

describe("an expression is bounded", () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => index);

  it("in its length, depth and number of parts", () => {
    expect(() => compileExpression(`"${"a".repeat(10_000)}"`, "field")).toThrow("longer than 10000");
    expect(() => compileExpression(`${"(".repeat(200)}1${")".repeat(200)}`, "field")).toThrow(
      ExpressionError,
    );
    expect(() => compileExpression(`1${"+1".repeat(2_000)}`, "field")).toThrow(ExpressionError);
  });

  it("in its steps, also where an error inside a loop would be passed over", () => {
    expect(evaluate("rows.filter(x, x > 5).size()", { rows })).toBe(19_994);
    for (const loops of [
      "rows.map(x, rows.map(y, x + y))",
      "rows.exists(x, rows.exists(y, rows.exists(z, z < 0)))",
    ]) {
      expect(failureOf(loops, { rows }).message).toContain("too many steps");
    }
  });

  it("in the lists and texts it makes", () => {
    const double = (start: string) => start + ".map(x, x + x)".repeat(30);
    expect(failureOf(double("[[1, 2]]")).message).toContain("a list of more than");
    expect(failureOf(double("['ab']")).message).toContain("a text of more than");
    expect(
      failureOf(`"${"a".repeat(3_000)}"${`.gsub("a", "${"a".repeat(1_000)}")`.repeat(3)}`).message,
    ).toContain("a text of more than");
    expect(failureOf(`rows.join("${"-".repeat(300)}")`, { rows }).message).toContain("a text of more than");
  });

  it("in results that repeat one part over and over", () => {
    expect(failureOf(`[1]${".map(x, [x, x])".repeat(30)}`).message).toContain("too many steps");
    expect(failureOf(`[1]${".map(x, [x, x])".repeat(30)}.to_json()`).message).toContain("too many steps");
  });

  const object = Object.fromEntries(rows.map((index) => [`k${index}`, index]));
  it.each([
    ...["keys()", "present()", "to_json()", "except('a')", "to_param()", "to_xml()", "get('k1')"],
    ...["encode_www_form()", "size()"],
  ])("in what each turn of a loop does with a large object: %s", (formula) => {
    const given = { rows, object };
    expect(failureOf(`rows.map(x, [object.${formula}].size())`, given).message).toContain("too many steps");
  });

  it("in comparing large objects in each turn of a loop, while looking up in a usual one is cheap", () => {
    const given = { rows, object, other: { ...object } };
    expect(failureOf("rows.filter(x, object == other)", given).message).toContain("too many steps");
    expect(failureOf("rows.map(x, [object].to_csv())", given).message).toContain("too many steps");
    const usual = Object.fromEntries(rows.slice(0, 1_000).map((index) => [String(index), index]));
    const found = "rows.map(x, usual.get(string(x % 1000))).size()";
    expect(evaluate(found, { usual, rows: rows.slice(0, 1_000) })).toBe(1_000);
  });

  it("in patterns, which never run longer than their text", () => {
    expect(evaluate("text.matches('^(a+)+$')", { text: `${"a".repeat(50_000)}!` })).toBe(false);
  });

  it("anew each time", () => {
    const expression = compileExpression("rows.map(x, x + 1).size()", "field");
    for (let turn = 0; turn < 60; turn += 1) expect(expression.evaluate({ rows })).toBe(20_000);
  });
});
