import { describe, expect, it } from "vitest";
import { recipeOf } from "./crm.test-kit.ts";
import { parseRecipe } from "./parse-recipe.ts";

const problem = (source: string) => parseRecipe(source).problems[0];

describe("a text that is a recipe", () => {
  it("may be YAML or JSON, with the same result", () => {
    const yaml = parseRecipe(recipeOf("  - use: post/send\n    input: { to: me }\n"));
    const json = parseRecipe(
      JSON.stringify({
        name: "Test",
        trigger: { use: "crm/deal-won", connection: "crm" },
        steps: [{ use: "post/send", input: { to: "me" } }],
      }),
    );
    expect(yaml.problems).toEqual([]);
    expect(json.recipe).toEqual(yaml.recipe);
  });

  it("may repeat a part by an alias", () => {
    const { recipe } = parseRecipe(
      recipeOf("  - { use: post/send, input: &letter { to: me } }\n  - { use: post/send, input: *letter }\n"),
    );
    expect(recipe?.steps.map((step) => "use" in step && step.input)).toEqual([{ to: "me" }, { to: "me" }]);
  });

  it("has plain values only, whatever its directives ask for", () => {
    const { recipe } = parseRecipe(
      `%YAML 1.1\n---\n${recipeOf("  - { use: post/send, input: { on: 2026-01-01, by: yes } }\n")}`,
    );
    expect(recipe?.steps[0]).toHaveProperty("input", { on: "2026-01-01", by: "yes" });
  });
});

describe("a text that is none is refused with its place", () => {
  it("for an unknown field, with the one that was meant", () => {
    expect(problem(recipeOf("  - use: crm/add-person\n    inputs: {}\n"))).toMatchObject({
      ...{ path: "steps[0].inputs", line: 5, column: 5, severity: "error" },
      hint: "Did you mean “input”?",
    });
    expect(problem(recipeOf("  - stop: { as: failed, raeson: x }\n"))).toMatchObject({
      path: "steps[0].stop.raeson",
      hint: "Did you mean “reason”?",
    });
    expect(
      problem(recipeOf("  - if: true\n    then: []\n    elsif: [{ if: true, than: [] }]\n")),
    ).toMatchObject({
      path: "steps[0].elsif[0].then",
    });
  });

  it("for a missing field", () => {
    expect(problem("trigger: { use: crm/deal-won }\nsteps: [{ use: post/send }]\n")).toMatchObject({
      ...{ path: "name", message: "“name” is missing.", expected: "string" },
    });
  });

  it("deep inside, where it is wrong", () => {
    const source = recipeOf(
      "  - if: true\n    then:\n      - forEach: trigger.list\n        as: row\n        steps:\n          - use: nowhere\n",
    );
    expect(problem(source)).toMatchObject({ path: "steps[0].then[0].steps[0].use", line: 9, column: 13 });
  });

  it("for a step of no kind, or that is no step", () => {
    expect(problem(recipeOf("  - uze: post/send\n"))).toMatchObject({
      ...{ path: "steps[0]", line: 4, hint: "Did you mean “use”?" },
    });
    expect(problem(recipeOf("  - 7\n"))?.message).toBe("A step must be an object.");
  });

  it("for a name that expressions could not read", () => {
    expect(problem(recipeOf("  - { id: 2nd, use: post/send }\n"))?.message).toContain(
      "Must be a name such as",
    );
  });

  it("for broken YAML and for a key that is there twice", () => {
    expect(problem("name: [a\nsteps: b")).toMatchObject({
      message: expect.stringContaining("Not valid YAML"),
    });
    expect(problem("name: a\nname: b\n")).toMatchObject({ line: 2, column: 1 });
  });

  it("for a template without quotes, which YAML takes for an object", () => {
    const source = recipeOf("  - use: post/send\n    input:\n      to: {{ trigger.email }}\n");
    expect(problem(source)).toMatchObject({ line: 6, column: 12, hint: 'Write "{{ … }}".' });
  });

  it("for a condition that begins with ! and has no quotes, which YAML takes for a tag", () => {
    const source =
      "name: a\ntrigger:\n  use: crm/deal-won\n  when: !trigger.lost\nsteps: [{ use: post/send }]\n";
    expect(problem(source)).toMatchObject({ line: 4, hint: expect.stringContaining("in quotes") });
  });

  it("for aliases that form a cycle, and for those that would grow without end", () => {
    const cycle = "name: a\ntrigger: &t { use: crm/deal-won, input: { a: *t } }\nsteps: []\n";
    expect(problem(cycle)).toMatchObject({ line: 2, message: expect.stringContaining("cycle") });
    const rows = ["a: &a0 [x, x]"];
    for (let row = 1; row < 40; row += 1)
      rows.push(`a${row}: &a${row} [*a${row - 1}, *a${row - 1}, *a${row - 1}]`);
    expect(problem(rows.join("\n"))).toMatchObject({ message: expect.stringContaining("aliases") });
  });

  it.each(["", "7", "[]", "~", "just text"])("for %j, which is no recipe at all", (source) => {
    expect(problem(source)).toMatchObject({ line: 1, message: "This is not a recipe." });
  });

  it("for nesting that would exhaust the parser, at once", () => {
    for (const opening of ["[", "{a: ", "- ", "? ", "a:\n "]) {
      expect(parseRecipe(opening.repeat(20_000)).recipe).toBeUndefined();
    }
  });

  it("for a text that is too long", () => {
    expect(problem("#".repeat(500_001))?.message).toContain("longer than");
  });
});

it("reads steps nested 20 deep, right or wrong, in bounded time", () => {
  const nested = (depth: number): string =>
    depth === 0
      ? "{ usse: x }"
      : `{ while: "a", steps: [${nested(depth - 1)}, { forEach: "b", as: c, steps: [] }] }`;
  const begun = performance.now();
  const { problems } = parseRecipe(recipeOf(`  - ${nested(20)}\n`));
  expect(problems).toMatchObject([{ message: "This step has no kind." }]);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
