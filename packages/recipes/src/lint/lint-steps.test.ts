import { describe, expect, it } from "vitest";
import { catalogue, problemsOf, recipeOf } from "../crm.test-kit.ts";
import { parseRecipe } from "../parse-recipe.ts";
import { calleeOf, type KnownRecipe } from "./calls.ts";
import { type Known, lintRecipe } from "./lint-recipe.ts";

const told = (steps: string, trigger?: string) =>
  problemsOf(recipeOf(steps, trigger)).map(
    ({ path, message, hint, severity }) =>
      `${severity === "warning" ? "? " : ""}${path} ${message}${hint ? ` ${hint}` : ""}`,
  );
const send = (what: string) => `{ use: post/send, input: { to: "{{ ${what} }}" } }`;

describe("names", () => {
  it("of a catch are known there, and in the retry's condition", () => {
    expect(
      told(`  - try: [{ id: a, use: post/send }]
    retry: { times: 1, when: error.kind == "unavailable" }
    catch: [${send("error.message")}, ${send("a")}]
  - ${send("a")}
  - ${send("error.message")}
`),
    ).toEqual([
      "steps[2].input.to Step steps[2] (post/send): there is no “error” here. Only the steps of a `catch`, and the `when` of a `retry`, know it.",
    ]);
  });

  it("of parallel branches are known afterwards, not beside", () => {
    expect(
      told(`  - parallel: [{ steps: [{ id: a, use: post/send }] }, { steps: [${send("a")}] }]
  - ${send("a")}
`),
    ).toEqual([expect.stringContaining("steps[0].parallel[1].steps[0].input.to Step")]);
  });

  it("of a while's steps are known to its condition when that is asked afterwards", () => {
    const loop = (rest: string) =>
      `  - { while: page.next != "", ${rest}steps: [{ id: page, use: post/send }] }\n`;
    expect(told(loop("atLeastOnce: true, "))).toEqual([]);
    expect(told(loop(""))).toEqual([expect.stringContaining("“page” runs later, or in another branch.")]);
    expect(told(loop("") + `  - ${send("page")}\n`)).toHaveLength(2);
  });

  it("of disabled steps are known nowhere, and nothing else is said of such steps", () => {
    expect(
      told(`  - { id: a, use: nothing/here, disabled: true }
  - { if: "1 +", then: [{ id: b, use: x/y }], disabled: true }
  - ${send("a")}
`),
    ).toEqual([
      "steps[2].input.to Step steps[2] (post/send): the step “a” is disabled, so it gives nothing. Enable it, or refer to another step.",
    ]);
  });

  it("of secrets are known in the inputs of actions alone", () => {
    expect(told(`  - ${send("secrets.KEY")}\n`)).toEqual([]);
    expect(told('  - set: { key: "{{ secrets.KEY }}" }\n')).toEqual([
      "steps[0].set.key Step steps[0]: there is no “secrets” here. Only the input of an action can name secrets.",
    ]);
  });

  it("of properties and secrets must be there, where the known ones are given", () => {
    const parsed = parseRecipe(recipeOf(`  - ${send("properties.HOTS")}\n  - ${send("secrets.TOKENN")}\n`));
    expect(lintRecipe(parsed, catalogue, { properties: ["HOST"], secrets: ["TOKEN"] })).toMatchObject([
      {
        message: expect.stringContaining("properties has no “HOTS”."),
        hint: expect.stringContaining("Did you mean “HOST”?"),
      },
      {
        message: expect.stringContaining("secrets has no “TOKENN”."),
        hint: expect.stringContaining("Did you mean “TOKEN”?"),
      },
    ]);
    expect(lintRecipe(parsed, catalogue)).toEqual([]);
    const later = parseRecipe(recipeOf(`  - ${send("properties.LIMIT")}\n`));
    expect(lintRecipe(later, catalogue, { properties: ["HOST"] })).toMatchObject([
      { message: expect.stringContaining("“LIMIT” is none of the known"), severity: "warning" },
    ]);
  });
});

describe("variables", () => {
  it("must be set somewhere", () => {
    expect(told(`  - set: { count: 1 }\n  - ${send("vars.cuont")}\n`)).toEqual([
      "steps[1].input.to Step steps[1] (post/send): vars has no “cuont”. Did you mean “count”?",
    ]);
  });

  it("have the types of what sets them, also further down", () => {
    expect(
      told(`  - { while: vars.n.upcase() == "A", steps: [{ set: { n: "{{ vars.n + 1 }}" } }] }
  - set: { n: 0 }
  - append: { l: { email: x } }
  - ${send("vars.l.first().emial")}
`),
    ).toEqual([
      expect.stringContaining(
        "steps[0].while Step steps[0]: upcase() cannot be called on vars.n: it is a number or null. It is for text.",
      ),
      expect.stringContaining("vars.l.first() has no “emial”. Did you mean “email”?"),
    ]);
  });

  it("cannot be shared with what runs beside", () => {
    const hint = "Give the step an id and read its output afterwards, or let the loop run one by one.";
    expect(
      told(`  - { forEach: "[1]", as: x, concurrency: 2, steps: [{ append: { l: "{{ x }}" } }, { set: { own: 1 } }, ${send("vars.own")}] }
  - ${send("vars.l")}
`),
    ).toEqual([
      `steps[0].steps[0].append.l Step steps[0].steps[0]: it runs beside other branches, so “l” cannot be shared with Step steps[1] (post/send). ${hint}`,
    ]);
  });
});

describe("calls", () => {
  const recipe = (name: string, calls: readonly string[], trigger = "recipe/called") =>
    `name: ${name}\ntrigger: { use: ${trigger} }\nparameters: { type: object, properties: { email: { type: string }, n: { type: integer } }, required: [email], additionalProperties: false }\nresult: { type: object, properties: { id: { type: integer } }, additionalProperties: false }\nsteps:\n${calls.map((call) => `  - { id: c, call: ${call}, input: { email: a@b.co } }\n`).join("")}  - return: { id: 1 }\n`;
  const known = (...sources: readonly string[]): Known => ({
    recipes: sources.flatMap((source): KnownRecipe[] => {
      const { recipe: parsed } = parseRecipe(source);
      return parsed ? [calleeOf(parsed)] : [];
    }),
  });
  const lint = (source: string, others: Known) =>
    lintRecipe(parseRecipe(source), catalogue, others).map(
      ({ path, message, hint }) => `${path} ${message}${hint ? ` ${hint}` : ""}`,
    );

  it("must be of a recipe that is there and can be called", () => {
    const others = known(recipe("Invite", []), recipe("Follow", [], "http/webhook"));
    expect(lint(recipe("Main", ["Invte"]), others)).toEqual([
      "steps[0].call Step “c”: there is no recipe “Invte”. Did you mean “Invite”?",
    ]);
    expect(lint(recipe("Main", ["Follow"]), others)).toEqual([
      "steps[0].call Step “c”: “Follow” cannot be called. Its trigger must be recipe/called.",
    ]);
    expect(lint(recipe("Main", ["Anything"]), {})).toEqual([]);
  });

  it("must not go in a circle", () => {
    expect(lint(recipe("A", ["B"]), known(recipe("B", ["C"]), recipe("C", ["A"])))).toEqual([
      "steps[0].call Step “c”: “A” calls “B” calls “C” calls “A”: a cycle. Repeat steps with `while` or `forEach`.",
    ]);
    expect(lint(recipe("A", ["A"]), {})).toEqual([expect.stringContaining("“A” calls “A”: a cycle.")]);
    expect(lint(recipe("A", ["B"]), known(recipe("B", ["C"]), recipe("C", [])))).toEqual([]);
  });

  it("must give what the parameters ask for, and know what comes back", () => {
    const main = recipeOf(
      `  - { id: c, call: Invite, input: { emial: x, n: "{{ event.name }}" } }\n  - ${send("c.idd")}\n  - { id: d, call: Invite, input: { email: x }, background: true }\n  - ${send("d.jobId.size() + d.id")}\n`,
    );
    expect(lint(main, known(recipe("Invite", [])))).toEqual([
      expect.stringContaining("steps[0].input Step “c” needs “email”."),
      expect.stringContaining("steps[0].input.emial Step “c” has no field “emial”. Did you mean “email”?"),
      expect.stringContaining("steps[0].input.n Step “c”: n takes integer, but this gives text."),
      expect.stringContaining("c has no “idd”. Did you mean “id”?"),
      expect.stringContaining("d has no “id”. There is jobId."),
    ]);
  });

  it("have their declarations checked", () => {
    const source = (rest: string, trigger = "recipe/called") =>
      `name: A\ntrigger: { use: ${trigger} }\n${rest}\nsteps:\n  - return: { id: 1 }\n`;
    expect(lint(source("parameters: { type: object }", "crm/deal-won, connection: crm"), {})).toEqual([
      "parameters Only a recipe that others call has parameters. Its trigger is recipe/called.",
      expect.stringContaining("steps[0].return Step steps[0]: nothing waits for a result"),
    ]);
    expect(lint(source("result: { type: objet }"), {})).toEqual([
      expect.stringContaining("result The result are no JSON Schema"),
    ]);
    expect(lint(source("parameters: { properties: { a: {} } }"), {})).toEqual([
      "parameters Parameters have names.",
      expect.stringContaining("steps[0].return Step steps[0]: the recipe does not declare what it returns."),
    ]);
    expect(lint(source("result: { type: object, properties: { id: { type: string } } }"), {})).toEqual([
      expect.stringContaining("steps[0].return.id Step steps[0] cannot take this id"),
    ]);
  });
});

describe("waits", () => {
  const event = (rest: string) =>
    `  - { id: w, wait: { event: { use: crm/deal-won, connection: crm${rest} } } }\n`;

  it("for events know which, and what arrived", () => {
    expect(told(event(""))).toEqual([
      expect.stringContaining("? steps[0].wait.event Step “w”: any such event ends the waiting"),
    ]);
    expect(told(event(", when: arrived.id == trigger.id, timeout: 2h"))).toEqual([]);
    expect(told(event(", when: trigger.id + 1"))).toEqual([]);
    expect(told(event(", when: '\"a\"'"))).toEqual([
      expect.stringContaining("It gives text, but a condition must give true or false."),
    ]);
    expect(told("  - { wait: { event: { use: recipe/called, when: true } } }\n")).toEqual([
      expect.stringContaining("a call is no event to wait for."),
    ]);
    expect(told(`  - ${send("arrived")}\n`)).toEqual([
      expect.stringContaining("Only the `when` of a wait for an event knows it."),
    ]);
  });

  it("for a while or a time have one", () => {
    expect(told("  - wait: 9999999w\n")).toEqual([
      expect.stringContaining("“9999999w” is longer than ten years."),
    ]);
    expect(told("  - wait: soon\n")).toEqual([
      expect.stringContaining("Must be a length of time such as 30s"),
    ]);
    expect(told("  - wait: { until: trigger.x.size() }\n")).toEqual([
      expect.stringContaining("It gives a number, but `until` needs a time."),
    ]);
  });
});

describe("steps that do nothing", () => {
  it("are told of without being refused", () => {
    expect(
      told(
        "  - { try: [{ use: post/send }] }\n  - stop: { as: succeeded }\n  - use: post/send\n  - use: post/send\n  - { while: true, steps: [] }\n",
      ),
    ).toEqual([
      expect.stringContaining("? steps[0] Step steps[0]: without `retry` or `catch`, `try` changes nothing."),
      expect.stringContaining(
        "? steps[2] Step steps[2] (post/send) never runs: Step steps[1] has ended the job before.",
      ),
      expect.stringContaining("? steps[4].while Step steps[4]: it never ends by itself."),
    ]);
  });
});

describe("settings", () => {
  const settings = (text: string) =>
    problemsOf(recipeOf("  - { id: a, use: post/send }\n").replace("steps:", `${text}\nsteps:`)).map(
      ({ path, message }) => `${path} ${message}`,
    );

  it("that hold are silent", () => {
    expect(
      settings(
        "concurrency: 5\nconcurrencyKey: trigger.id\npriority: high\nrate: { limit: 10, per: 1m }\nretention: { days: 30 }\nmask: [trigger.x, a.y.*.z]\nsearchable: { id: trigger.id }",
      ),
    ).toEqual([]);
    expect(settings("retention: none")).toEqual([]);
  });

  it("are refused where they are wrong", () => {
    expect(settings("concurrency: 0")).toEqual([expect.stringContaining("concurrency")]);
    expect(settings("priority: urgent")).toEqual([expect.stringContaining("priority")]);
    expect(settings("rate: { limit: 1, per: fast }")).toEqual([expect.stringContaining("rate.per")]);
    expect(settings("retention: {}")).toEqual(["retention Needs days or jobs."]);
    expect(settings("retention: forever")).toEqual([expect.stringContaining("retention")]);
    expect(settings("concurrency: 1\nconcurrencyKey: a.id")).toEqual([
      "concurrencyKey concurrencyKey: “a” runs later, or in another branch.",
      "concurrencyKey With a concurrency of 1 all jobs run one at a time, whatever their key.",
    ]);
    expect(settings("mask: [b.x]")).toEqual(["mask[0] There is no step “b” whose data could be hidden."]);
    expect(settings("mask: ['x y']")).toEqual([expect.stringContaining("mask[0] Must be such as")]);
    expect(settings("searchable: { id: event.nme }")).toEqual([
      "searchable.id searchable.id: event has no “nme”.",
    ]);
  });
});

it("a recipe of 1,000 nested, typed steps is looked at in bounded time", () => {
  const block = (index: number) => `  - { id: p${index}, use: crm/list-people }
  - { id: l${index}, forEach: p${index}.people, as: q${index}, steps: [{ try: [{ use: crm/add-person, input: { email: "{{ q${index}.email }}" } }], catch: [{ append: { failed: "{{ error.message }}" } }] }] }
`;
  const source = recipeOf(Array.from({ length: 200 }, (_, index) => block(index)).join(""));
  const begun = performance.now();
  expect(problemsOf(source)).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(20_000);
});
