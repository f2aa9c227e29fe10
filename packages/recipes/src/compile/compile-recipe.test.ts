import { describe, expect, it } from "vitest";
import { event, programOf, recipeOf, runToEnd } from "../crm.test-kit.ts";
import { ExpressionError } from "../expressions/expression-error.ts";

const steps = `
  - id: all
    use: crm/list-people
  - id: welcomed
    forEach: all.people
    as: person
    steps:
      - if: has(person.email)
        then:
          - id: added
            use: crm/add-person
            name: Welcome them
            input: { email: "{{ person.email }}", age: "{{ loop.index + 40 }}" }
        elsif:
          - if: person.id == 3
            then: [{ id: letter, use: post/send, input: { to: "{{ person.id }}", why: no e-mail } }]
  - stop: { as: succeeded, reason: "{{ welcomed.size() }} of {{ trigger.name }}" }
  - use: post/send
`;
const people = [{ id: 1, email: "a@b.co" }, { id: 2 }, { id: 3 }];
const outputs = (command: { use: string; path: string }) =>
  command.use === "crm/list-people" ? { people } : { madeAt: command.path };

function failureOf(source: string, trigger: unknown, answer?: () => unknown): ExpressionError {
  try {
    runToEnd(programOf(source), trigger, answer);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("a run", () => {
  it("asks for actions with their inputs worked out, and tells of choices, loops and its end", () => {
    const { commands, outcome } = runToEnd(programOf(recipeOf(steps)), { name: "Ada" }, outputs);
    expect(outcome).toEqual({ state: "succeeded", reason: "3 of Ada" });
    expect(commands).toMatchObject([
      { type: "action", path: "0", stepId: "all", title: "List people", connection: "crm", input: {} },
      { type: "note", path: "1", stepId: "welcomed", kind: "forEach", input: { items: 3 } },
      { type: "note", path: "1[0].0", kind: "if", output: { branch: "then" } },
      { type: "action", path: "1[0].0.then.0", title: "Welcome them", input: { email: "a@b.co", age: 40 } },
      { type: "note", path: "1[1].0", kind: "if", output: { branch: "none" } },
      { type: "note", path: "1[2].0", kind: "if", output: { branch: "elsif.0" } },
      { type: "action", path: "1[2].0.elsif.0.0", use: "post/send", connection: undefined, input: { to: 3 } },
      { type: "note", path: "2", kind: "stop", output: { state: "succeeded", reason: "3 of Ada" } },
    ]);
  });

  it("takes the same way again when it is given the same outputs", () => {
    const program = programOf(recipeOf(steps));
    const first = runToEnd(program, { name: "Ada" }, outputs);
    expect(runToEnd(program, { name: "Ada" }, outputs)).toEqual(first);
    const paths = first.commands.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("keeps what every iteration gave, also inside its branches", () => {
    const source = recipeOf(
      `${steps.slice(0, steps.indexOf("  - stop"))}  - { use: post/send, input: { all: "{{ welcomed }}" } }\n`,
    );
    expect(runToEnd(programOf(source), {}, outputs).commands.at(-1)).toMatchObject({
      input: {
        all: [
          { added: { madeAt: "1[0].0.then.0" }, letter: null },
          { added: null, letter: null },
          { added: null, letter: { madeAt: "1[2].0.elsif.0.0" } },
        ],
      },
    });
  });

  it("counts loops in loops each for itself, under paths of their own", () => {
    const source = recipeOf(`  - forEach: trigger.rows
    as: row
    steps:
      - forEach: row
        as: cell
        steps: [{ use: post/send, input: { at: "{{ loop.index }}", cell: "{{ cell }}" } }]
      - { use: post/send, input: { row: "{{ loop.index }}" } }
`);
    const { commands } = runToEnd(programOf(source), { rows: [["a", "b"], []] });
    expect(
      commands.flatMap((command) => (command.type === "action" ? [[command.path, command.input]] : [])),
    ).toEqual([
      ["0[0].0[0].0", { at: 0, cell: "a" }],
      ["0[0].0[1].0", { at: 1, cell: "b" }],
      ["0[0].1", { row: 0 }],
      ["0[1].1", { row: 1 }],
    ]);
  });

  it("goes on after an empty list, and ends as succeeded when nothing stops it", () => {
    const source = recipeOf(
      '  - { id: l, forEach: "[]", as: x, steps: [{ use: post/send }] }\n  - { use: post/send, input: { l: "{{ l }}" } }\n',
    );
    const { commands, outcome } = runToEnd(programOf(source), {});
    expect(commands.map(({ path }) => path)).toEqual(["0", "1"]);
    expect(commands[1]).toMatchObject({ input: { l: [] } });
    expect(outcome).toEqual({ state: "succeeded", reason: undefined });
  });

  it("stops at a stop, also inside a loop", () => {
    const source = recipeOf(
      '  - { forEach: "[1, 2]", as: x, steps: [{ stop: { as: failed, reason: "at {{ x }}" } }] }\n',
    );
    expect(runToEnd(programOf(source), {}).outcome).toEqual({ state: "failed", reason: "at 1" });
  });

  it("gives times to actions as ISO 8601 in UTC, to the second", () => {
    const source = recipeOf(
      '  - { use: post/send, input: { at: "{{ event.occurredAt }}", on: "{{ event }}" } }\n',
    );
    expect(runToEnd(programOf(source), {}).commands[0]).toMatchObject({
      input: {
        at: "2026-01-02T03:04:05Z",
        on: { id: "e1", name: "deal.won", occurredAt: "2026-01-02T03:04:05Z" },
      },
    });
  });
});

it("a template of the action's own stays as it is; it is not linted as ours", () => {
  const input = '{ mould: "{% for a in b %}{{ a | upcase }}{% endfor %}", to: "{{ trigger.name }}" }';
  const { commands } = runToEnd(programOf(recipeOf(`  - { use: post/send, input: ${input} }\n`)), {
    name: "Ada",
  });
  expect(commands).toMatchObject([
    { input: { mould: "{% for a in b %}{{ a | upcase }}{% endfor %}", to: "Ada" } },
  ]);
});

describe("whether an event starts a job", () => {
  const matches = (when: string, trigger: unknown) =>
    programOf(recipeOf("  - use: post/send\n", `use: crm/deal-won, connection: crm, when: ${when}`)).matches({
      trigger,
      event,
    });

  it("is for its condition to say", () => {
    expect(matches("trigger.worth > 10", { worth: 11 })).toBe(true);
    expect(matches("trigger.worth > 10", { worth: 10 })).toBe(false);
    expect(matches("false", {})).toBe(false);
    expect(programOf(recipeOf("  - use: post/send\n")).matches({ trigger: {}, event })).toBe(true);
  });

  it("is an error when the condition gives neither true nor false", () => {
    expect(() => matches("trigger.worth", { worth: "much" })).toThrow(
      "It gives text, but a condition must give true or false.",
    );
    expect(() => matches("trigger.wort > 1", { worth: 1 })).toThrow("trigger has no “wort”.");
  });

  it("belongs to a connection and may have settings", () => {
    expect(programOf(recipeOf("  - use: post/send\n")).trigger).toEqual({
      use: "crm/deal-won",
      connection: "crm",
      input: {},
    });
  });
});

describe("a failing expression names", () => {
  it("its field, and the step of the job that it failed in", () => {
    const failure = failureOf(
      recipeOf('  - { id: a, use: post/send, input: { to: [ "{{ trigger.emial }}" ] } }\n'),
      { email: "x" },
    );
    expect(failure).toMatchObject({
      ...{ path: "steps[0].input.to[0]", expression: "trigger.emial", hint: "Did you mean “email”?" },
      command: { path: "0", stepId: "a", title: "Send letter", kind: "action", use: "post/send" },
    });
  });

  it("the iteration it failed in", () => {
    const source = recipeOf(
      "  - forEach: trigger.rows\n    as: row\n    steps:\n      - if: row.ok\n        then: [{ use: post/send }]\n",
    );
    expect(failureOf(source, { rows: [{ ok: true }, {}] })).toMatchObject({
      path: "steps[0].steps[0].if (at 0[1].0)",
      command: { path: "0[1].0", kind: "if" },
    });
  });

  it("what a loop was given in place of a list", () => {
    const source = recipeOf("  - { forEach: trigger.rows, as: row, steps: [] }\n");
    expect(failureOf(source, { rows: null }).message).toBe("It gives null, but forEach needs a list.");
    expect(failureOf(source, { rows: { a: 1 } }).message).toBe(
      "It gives an object, but forEach needs a list.",
    );
  });

  it("an output that is not there", () => {
    const source = recipeOf(
      '  - { id: a, use: post/send }\n  - { use: post/send, input: { to: "{{ a.id }}" } }\n',
    );
    expect(failureOf(source, {}, () => ({ ids: 1 }))).toMatchObject({
      message: "a has no “id”.",
      hint: "Did you mean “ids”?",
    });
    expect(failureOf(source, {}, () => null).message).toBe("a is null, so it has no “id”.");
  });
});
