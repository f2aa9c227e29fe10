import { describe, expect, it } from "vitest";
import { problemsOf, recipeOf } from "../crm.test-kit.ts";

const add = (rest: string) => `  - { use: crm/add-person, input: { email: a@b.co }, ${rest} }\n`;

it("finds nothing wrong with a sound recipe, and lets unused ids be", () => {
  const source = recipeOf(
    `${add("id: a")}  - forEach: a["rows"]
    id: all
    as: row
    steps:
      - if: row.age > 18 && loop.index < 3
        then: [{ id: b, use: post/send, input: { to: "{{ row.email }} of {{ job.id }} at {{ event.occurredAt }}" } }]
        else: [{ stop: { as: failed, reason: "{{ a.id }}" } }]
  - { use: post/send, input: { n: "{{ all.size() }}" } }
`,
  );
  expect(problemsOf(source, ["crm"])).toEqual([]);
});

describe("what it refers to must be there", () => {
  it("connector, action and trigger, with the one that was meant", () => {
    const source = recipeOf(
      "  - use: crn/add-person\n  - use: crm/ad-person\n",
      "use: crm/deal-wonn, connection: crm",
    );
    expect(problemsOf(source)).toMatchObject([
      { path: "trigger.use", message: "CRM has no trigger “deal-wonn”.", hint: "Did you mean “deal-won”?" },
      { path: "steps[0].use", message: "There is no connector “crn”.", hint: "Did you mean “crm”?" },
      { path: "steps[1].use", line: 5, hint: "Did you mean “add-person”?" },
    ]);
    expect(problemsOf(recipeOf("  - use: crm/constructor\n"))).toHaveLength(1);
  });

  it("a connection where the connector needs one; steps share their trigger's", () => {
    expect(problemsOf(recipeOf("  - use: crm/list-people\n", "use: crm/deal-won"))).toMatchObject([
      { path: "trigger", message: "The trigger has no connection." },
      { path: "steps[0]", message: "Step steps[0] (crm/list-people) has no connection." },
    ]);
    expect(problemsOf(recipeOf("  - use: crm/list-people\n"))).toEqual([]);
    expect(problemsOf(recipeOf("  - { use: post/send, connection: x }\n"))).toMatchObject([
      { path: "steps[0].connection", message: "Post needs no connection." },
    ]);
  });

  it("the connection itself, where the known ones are given", () => {
    const source = recipeOf("  - { id: a, use: crm/list-people, connection: sails }\n");
    expect(problemsOf(source, ["crm", "sales"])).toMatchObject([
      { path: "steps[0].connection", hint: "Did you mean “sales”?" },
    ]);
    expect(problemsOf(source, [])).toHaveLength(2);
  });
});

describe("an input is checked as far as it is known", () => {
  const input = (text: string) =>
    problemsOf(recipeOf(`  - { id: a, use: crm/add-person, input: ${text} }\n`)).map(
      ({ path, message, expected, hint }) => ({ path, message, expected, hint }),
    );

  it("unknown fields, at every depth", () => {
    expect(input("{ email: a@b.co, nam: x }")).toMatchObject([
      { path: "steps[0].input.nam", message: "Step “a” has no field “nam”.", hint: "Did you mean “name”?" },
    ]);
    expect(input('{ email: a@b.co, address: { street: "{{ trigger.s }}", cty: x } }')).toMatchObject([
      { path: "steps[0].input.address.cty", hint: "Did you mean “city”?" },
    ]);
  });

  it("missing fields", () => {
    expect(input("{}")).toMatchObject([
      { path: "steps[0].input", message: "Step “a” needs “email”.", expected: "email: string" },
    ]);
    expect(input("{ email: a@b.co, address: {} }")).toMatchObject([
      { message: "Step “a” needs “address.street”." },
    ]);
  });

  it("values of the wrong kind, but not those that an expression gives", () => {
    expect(input("{ email: a@b.co, age: old }")).toMatchObject([
      {
        path: "steps[0].input.age",
        expected: "integer (In years)",
        message: expect.stringContaining("expected number"),
      },
    ]);
    expect(input("{ email: nope }")).toMatchObject([{ path: "steps[0].input.email" }]);
    expect(
      input('{ email: "{{ trigger.email }}", age: "{{ trigger.age }}", address: "{{ trigger.a }}" }'),
    ).toEqual([]);
  });

  it("and a trigger that takes none", () => {
    const source = recipeOf("  - use: post/send\n", "use: crm/deal-won, connection: crm, input: { a: 1 }");
    expect(problemsOf(source)).toMatchObject([
      { path: "trigger.input", message: "crm/deal-won takes no input." },
    ]);
  });
});

describe("expressions", () => {
  it("are refused with the step, the field and the character", () => {
    const source = recipeOf('  - { id: a, use: post/send, input: { to: "x{{ trigger. }}" } }\n');
    expect(problemsOf(source)).toMatchObject([
      {
        path: "steps[0].input.to",
        line: 4,
        message: expect.stringMatching(/^Step “a”: .*at character 9\.$/),
      },
    ]);
    expect(problemsOf(recipeOf('  - { use: post/send, input: { to: "{{ trigger.x" } }\n'))).toMatchObject([
      { hint: "Close the expression with }}." },
    ]);
  });

  it("name functions that exist", () => {
    expect(
      problemsOf(recipeOf('  - { use: post/send, input: { to: "{{ trigger.x.upcas() }}" } }\n')),
    ).toMatchObject([{ hint: "Did you mean “upcase”?" }]);
  });

  it("give what their place needs, where that is known", () => {
    const source = recipeOf(
      "  - { if: trigger.list.size(), then: [] }\n  - { forEach: '\"a\".upcase()', as: x, steps: [] }\n",
      'use: crm/deal-won, connection: crm, when: "1 + 1"',
    );
    expect(problemsOf(source).map(({ path, message }) => `${path} ${message}`)).toEqual([
      "trigger.when The trigger: It gives a number, but a condition must give true or false.",
      "steps[0].if Step steps[0]: It gives a number, but a condition must give true or false.",
      "steps[1].forEach Step steps[1]: It gives text, but forEach needs a list.",
    ]);
  });
});

describe("references between steps", () => {
  const letter = (id: string, refers: string) =>
    `{ id: ${id}, use: post/send, input: { to: "{{ ${refers} }}" } }`;
  const messages = (steps: string) =>
    problemsOf(recipeOf(steps)).map(({ path, message }) => `${path} ${message}`);

  it("lead to earlier steps only", () => {
    expect(messages(`  - ${letter("a", "b.x")}\n  - ${letter("b", "c.x")}\n`)).toEqual([
      "steps[0].input.to Step “a”: “b” runs later, or in another branch.",
      "steps[1].input.to Step “b”: there is no “c” here.",
    ]);
  });

  it("never to the step itself", () => {
    expect(messages(`  - ${letter("a", "a.x")}\n`)).toEqual([
      "steps[0].input.to Step “a”: the step “a” refers to itself: a cycle.",
    ]);
  });

  it("nor into a sibling branch, nor out of a loop into its inside", () => {
    expect(
      messages(`  - { if: true, then: [${letter("a", "1")}], else: [${letter("b", "a.x")}] }
  - { forEach: "[1]", as: row, steps: [${letter("c", "row")}] }
  - ${letter("d", "[c, row, loop]")}
`),
    ).toEqual([
      "steps[0].else[0].input.to Step “b”: “a” runs later, or in another branch.",
      "steps[2].input.to Step “d”: “c” runs later, or in another branch.",
      "steps[2].input.to Step “d”: there is no “row” here.",
      "steps[2].input.to Step “d”: there is no “loop” here.",
    ]);
  });

  it("may use what a macro binds", () => {
    expect(messages(`  - ${letter("a", "[[1].map(x, [2].filter(y, y > x)), cel.bind(z, 1, z)]")}\n`)).toEqual(
      [],
    );
    expect(messages(`  - ${letter("a", "[1].map(x, x) + [x]")}\n`)).toHaveLength(1);
  });

  it.each(["trigger", "event", "job", "loop", "l00p", "error", "list", "string", "in", "as", "__proto__"])(
    "cannot be by the name %s",
    (name) => {
      expect(problemsOf(recipeOf(`  - { id: ${name}, use: post/send }\n`))).toMatchObject([
        { path: "steps[0].id" },
      ]);
      expect(problemsOf(recipeOf(`  - { forEach: "[1]", as: ${name}, steps: [] }\n`))).toMatchObject([
        { path: "steps[0].as" },
      ]);
    },
  );

  it("need names that differ", () => {
    expect(messages(`  - ${letter("a", "1")}\n  - { if: true, then: [${letter("a", "1")}] }\n`)).toEqual([
      "steps[1].then[0].id There are two steps with the id “a”.",
    ]);
    expect(messages(`  - { forEach: "[1]", as: a, steps: [${letter("a", "1")}] }\n`)).toHaveLength(1);
    expect(messages(`  - ${letter("a", "1")}\n  - { forEach: "[1]", as: a, steps: [] }\n`)).toHaveLength(1);
  });
});

describe("a recipe has bounds", () => {
  it("of 20 levels", () => {
    const nested = (depth: number): string =>
      depth === 0 ? "{ use: post/send }" : `{ if: true, then: [${nested(depth - 1)}] }`;
    expect(problemsOf(recipeOf(`  - ${nested(19)}\n`))).toEqual([]);
    expect(problemsOf(recipeOf(`  - ${nested(20)}\n`))).toMatchObject([
      { message: "Steps are nested deeper than 20." },
    ]);
  });

  it("of 1,000 steps", () => {
    expect(problemsOf(recipeOf("  - use: post/send\n".repeat(1_000)))).toEqual([]);
    expect(problemsOf(recipeOf("  - use: post/send\n".repeat(1_001)))).toMatchObject([{ path: "steps" }]);
  });
});
