import { describe, expect, it } from "vitest";
import { parseRecipe } from "../parse-recipe.ts";
import type { Recipe } from "../recipe-schema.ts";
import { exportWorkatoRecipe } from "./export-recipe.ts";
import { importWorkatoRecipe } from "./import-recipe.ts";
import { aliases, catalogue, dp, everything, pill } from "./workato.test-kit.ts";

function recipeOf(text: string): Recipe {
  const { recipe, problems } = parseRecipe(text);
  if (!recipe) throw new Error(JSON.stringify(problems));
  return recipe;
}
const exported = (text: string) => exportWorkatoRecipe(recipeOf(text), { catalogue, aliases });
function imported(json: unknown) {
  const result = importWorkatoRecipe(JSON.stringify(json), { catalogue, aliases });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result;
}
/** The block of a recipe whose steps are these, in YAML. */
const blockOf = (steps: string) =>
  (
    exported(`name: R\ntrigger: { use: meet/meeting-ended, connection: m }\nsteps:\n${steps}`).json.code as {
      block: object[];
    }
  ).block;
const topic = pill("meet", "trigger", "object", "topic");

describe("our recipes as Workato's", () => {
  it.each([
    ['"{{ trigger.object.topic }}"', topic],
    ['"a {{ trigger.object.topic }} b"', `a ${topic} b`],
    ['"{{ trigger.object.topic.upcase() }}"', `=${dp("meet", "trigger", "object", "topic")}.upcase`],
    [
      '"a {{ trigger.object.topic.upcase() }}"',
      `='a ' + ${dp("meet", "trigger", "object", "topic")}.upcase.to_s`,
    ],
    [
      "\"{{ trigger.object.topic.or_else('x') }}\"",
      `=(${dp("meet", "trigger", "object", "topic")}.presence || 'x')`,
    ],
    [
      "\"{{ trigger.object.n > 1 ? 'a' : 'b' }}\"",
      `=((${dp("meet", "trigger", "object", "n")} > 1) ? 'a' : 'b')`,
    ],
    [
      "\"{{ trigger.object.topic.gsub_pattern('[0-9]/', '') }}\"",
      `=${dp("meet", "trigger", "object", "topic")}.gsub(/[0-9]\\//, '')`,
    ],
    ["\"{{ 3.days().ago('America/Los_Angeles').strftime('%F') }}\"", "=3.days.ago.strftime('%F')"],
    ['"{{ 3.days().ago() }}"', "=3.days.ago.in_time_zone('UTC')"],
    ["\"{{ [now(), now('America/Los_Angeles')] }}\"", "=[now.in_time_zone('UTC'), now]"],
    ["\"{{ today('Europe/Paris') }}\"", "=now.in_time_zone('Europe/Paris').to_date"],
    [
      "\"{{ trigger.object.topic.present() ? 'x' : skip() }}\"",
      `=(${dp("meet", "trigger", "object", "topic")}.present? ? 'x' : skip)`,
    ],
    ["\"{{ 'a'.gsub_pattern('a', {'a': 'b'}) }}\"", "='a'.gsub(/a/, { 'a' => 'b' })"],
    ["\"{{ '{{' }} x\"", "{{ x"],
    ["7", "7"],
    ["null", "=null"],
    ["true", "true"],
  ])("the value %s", (here, there) => {
    expect(blockOf(`  - { use: logger/log-message, input: { message: ${here} } }`)).toMatchObject([
      { provider: "logger", name: "log_message", input: { message: there } },
    ]);
  });

  it.each([
    [
      "trigger.object.topic.to_s() == 'x' && trigger.object.n > 5",
      "and",
      [
        ["equals_to", "x"],
        ["greater_than", "5"],
      ],
    ],
    [
      "trigger.object.topic.contains('x') || trigger.object.topic.present()",
      "or",
      [
        ["contains", "x"],
        ["present", ""],
      ],
    ],
    [
      "trigger.object.topic != null && !trigger.object.topic.starts_with('x')",
      "and",
      [
        ["present", ""],
        ["not_starts_with", "x"],
      ],
    ],
    ["trigger.object.flag", "and", [["is_true", ""]]],
  ])("the condition %s", (when, operand, conditions) => {
    const { json, notes } = exported(
      `name: R\ntrigger: { use: meet/meeting-ended, connection: m, when: "${when}" }\nsteps:\n  - stop: { as: succeeded }\n`,
    );
    expect(notes).toEqual([]);
    expect(json).toMatchObject({
      code: {
        filter: {
          type: "compound",
          operand,
          conditions: conditions.map(([name, rhs]) => ({ operand: name, rhs })),
        },
      },
    });
  });

  it("numbers steps through nested blocks, and lists every provider with its connection", () => {
    const { json } = exported(`
name: R
trigger: { use: meet/new-event, connection: Main, input: { event: x } }
steps:
  - if: trigger.object.flag
    then: [{ use: logger/log-message, input: { message: a } }]
    else: [{ use: logger/log-message, input: { message: b } }]
  - try: [{ id: w, use: meet/get-webinar, input: { webinarId: "5" } }]
    retry: { times: 2, every: 1m }
    catch: [{ use: logger/log-message, input: { message: "{{ error.message }}" } }]
`);
    const numbers = [...JSON.stringify(json).matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index));
    expect(json).toMatchObject({
      code: {
        block: [
          {},
          {
            block: [
              { name: "get_object", dynamicPickListSelection: { object: "Webinar" } },
              { keyword: "catch", input: { max_retry_count: "2", retry_interval: "60" } },
            ],
          },
        ],
      },
      config: [
        { provider: "meet", account_id: { name: "Main" } },
        { provider: "logger", account_id: null },
      ],
    });
  });

  it("says what Workato has not, and an import gives it back", () => {
    const text = `
name: R
trigger: { use: meet/meeting-ended, connection: m }
priority: high
steps:
  - { id: before, use: meet/create-user, input: { first_name: x } }
  - wait: { until: "now() + 5.minutes()" }
  - wait: 5m
  - { use: logger/log-message, input: { message: "{{ [1, 2].map(x, x + 1).to_s() }}" } }
  - { id: list, use: meet/list-people, input: { groupId: "{{ before.id }}", page: 2 } }
`;
    const { json, notes } = exported(text);
    expect(notes).toMatchObject([
      { path: "priority" },
      { path: "steps[1]", number: 2 },
      { path: "steps[3]", number: 4 },
      { path: "steps[4]", number: 5 },
    ]);
    expect(json).toMatchObject({
      code: {
        block: [
          {},
          { skip: true },
          { provider: "clock", name: "wait_for_interval", input: { interval: "300" } },
          { skip: true },
          {
            name: "__adhoc_http_action",
            input: {
              verb: "get",
              path: `groups/${pill("meet", "before", "id")}/people`,
              input: { data: { page: "2" } },
            },
          },
        ],
      },
    });
    expect(imported(json).recipe.steps.slice(1, 4)).toMatchObject([
      { wait: { until: "now() + 5.minutes()" }, disabled: true },
      { wait: "300s" },
      { use: "logger/log-message", input: { message: "{{ [1, 2].map(x, x + 1).to_s() }}" }, disabled: true },
    ]);
  });
});

it("a recipe imported, exported and imported again is the same", () => {
  const first = imported(everything);
  const second = exportWorkatoRecipe(first.recipe, { catalogue, aliases });
  expect(second.notes).toEqual([]);
  expect(imported(second.json).text).toBe(first.text);
  // Nothing of what was there is lost on the way.
  expect(second.json).toMatchObject({
    version: 7,
    job_report_schema: [{ name: "c" }],
    config: everything.config,
  });
});
