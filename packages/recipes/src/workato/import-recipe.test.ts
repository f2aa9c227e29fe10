// `then` is a word of the language; nobody awaits these.
/* oxlint-disable unicorn/no-thenable */
import { describe, expect, it } from "vitest";
import { lintRecipe } from "../lint/lint-recipe.ts";
import { parseRecipe } from "../parse-recipe.ts";
import { importWorkatoRecipe } from "./import-recipe.ts";
import { aliases, catalogue, dp, item, pill } from "./workato.test-kit.ts";

const trigger = (block: unknown[], more: object = {}) => ({
  ...{ number: 0, keyword: "trigger", provider: "meet", name: "new_object_events", as: "e1" },
  ...{ input: { event_category: "meeting", event: "ended" }, block, ...more },
});
const recipe = (block: unknown[], more: object = {}, whole: object = {}) =>
  JSON.stringify({
    name: "R",
    version: 3,
    private: true,
    concurrency: 1,
    code: trigger(block, more),
    config: [],
    ...whole,
  });

function imported(source: string) {
  const result = importWorkatoRecipe(source, { catalogue, aliases });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result;
}
/** The steps without what was kept. */
const stepsOf = (source: string) =>
  JSON.parse(JSON.stringify(imported(source).recipe.steps), (key, value: unknown) =>
    key === "workato" ? undefined : value,
  ) as unknown[];
const log = (message: string, number = 1) => ({
  number,
  keyword: "action",
  provider: "logger",
  name: "log_message",
  as: `log${number}`,
  input: { message },
});

describe("values", () => {
  it.each([
    ["plain", "plain"],
    ["with {{ braces }}", 'with {{ "{{" }} braces }}'],
    [pill("meet", "e1", "object", "topic"), "{{ trigger.object.topic }}"],
    [pill("meet", "e1", "topic"), "{{ trigger.object.topic }}"],
    [pill("meet", "e1", "payload", "object", "id"), "{{ trigger.object.id }}"],
    [`Ended: ${pill("meet", "e1", "object", "topic")}!`, "Ended: {{ trigger.object.topic.to_s() }}!"],
    [`=${dp("meet", "e1", "object", "topic")}.upcase`, "{{ trigger.object.topic.upcase() }}"],
    ["#{_('data.meet.e1.object.topic')}", "{{ trigger.object.topic }}"],
    ["=now.strftime('%F') + 'x'", '{{ now("America/Los_Angeles").strftime("%F") + "x" }}'],
    ["=null", null],
    [pill("meet", "e1", "object", "a b", "in"), '{{ trigger.object["a b"]["in"] }}'],
    [
      pill("meet", "e1", "object", "list", { path_element_type: "size" }),
      "{{ trigger.object.list.length() }}",
    ],
  ])("%s", (there, here) => {
    expect(stepsOf(recipe([log(there)]))).toEqual([
      { id: "log1", use: "logger/log-message", input: { message: here } },
    ]);
  });

  it("a field with =skip is left out", () => {
    expect(stepsOf(recipe([log("=skip")]))).toEqual([{ id: "log1", use: "logger/log-message" }]);
  });

  it("a field that is left out by a condition is, and one whose formula would be refused here is told of", () => {
    const phone = dp("meet", "e1", "object", "phone");
    const made = imported(recipe([log(`=${phone}.present? ? ${phone} : skip`), log("='%05d' % 3", 2)]));
    expect(made.recipe.steps).toMatchObject([
      { input: { message: "{{ trigger.object.phone.present() ? trigger.object.phone : skip() }}" } },
      { disabled: true, workato: { input: { message: "='%05d' % 3" } } },
    ]);
    expect(made.notes).toMatchObject([{ path: "steps[1].input.message", number: 2 }]);
  });

  it("a list made of another becomes a map", () => {
    const source = pill("meet", "e1", "object", "people");
    const tags = {
      ____source: source,
      id: pill("meet", "e1", "object", "people", item, "id"),
      name: `=${dp("meet", "e1", "object", "people", item, "name")}.upcase`,
      label: `Mr ${pill("meet", "e1", "object", "people", item, "name")}`,
    };
    expect(
      stepsOf(
        recipe([{ number: 1, keyword: "action", provider: "meet", name: "create_user", input: { tags } }]),
      ),
    ).toEqual([
      {
        use: "meet/create-user",
        input: {
          tags: '{{ trigger.object.people.map(item, {"id": item.id, "name": item.name.upcase(), "label": "Mr " + item.name.to_s()}) }}',
        },
      },
    ]);
  });

  it("scalars get the types of the schema; fields their names here", () => {
    const block = [
      {
        number: 1,
        keyword: "action",
        provider: "meet",
        name: "create_user",
        as: "u",
        input: { first_name: "1", type: "2", licensed: "true", tags: [{ id: "7", name: "x" }] },
      },
      {
        number: 2,
        keyword: "action",
        provider: "meet",
        name: "get_object",
        as: "a1b2c3d4",
        input: { event: "Webinar", id: pill("meet", "u", "id") },
      },
      {
        number: 3,
        keyword: "action",
        provider: "meet",
        name: "get_object",
        as: "w",
        dynamicPickListSelection: { event: "Meeting" },
        input: { event: "m", meeting_id: "5", shine: "x" },
      },
    ];
    const { recipe: made, notes } = imported(recipe(block));
    expect(made.steps).toMatchObject([
      { id: "u", input: { first_name: "1", type: 2, licensed: true, tags: [{ id: 7, name: "x" }] } },
      {
        id: "getObject",
        use: "meet/get-webinar",
        input: { webinarId: "{{ u.id }}" },
        workato: { input: { event: "Webinar" } },
      },
      {
        id: "w",
        use: "meet/get-meeting",
        input: { meetingId: "5" },
        workato: { input: { event: "m", shine: "x" } },
      },
    ]);
    expect(notes).toMatchObject([
      { path: "steps[2].input.shine", number: 3, message: "“shine” has no counterpart here." },
    ]);
  });
});

describe("steps", () => {
  const compound = (lhs: string, operand: string, rhs = "", more: unknown[] = [], join = "and") => ({
    ...{ type: "compound", operand: join, conditions: [{ operand, lhs, rhs, uuid: "u" }, ...more] },
  });
  const topic = pill("meet", "e1", "object", "topic");

  it.each([
    [compound(topic, "contains", "x"), 'trigger.object.topic.to_s().include("x")'],
    [compound(topic, "not_contains", "x"), '!trigger.object.topic.to_s().include("x")'],
    [
      compound(topic, "starts_with", topic),
      "trigger.object.topic.to_s().starts_with(trigger.object.topic.to_s())",
    ],
    [compound(topic, "not_ends_with", "x"), '!trigger.object.topic.to_s().ends_with("x")'],
    [compound(topic, "equals_to", "false"), 'trigger.object.topic.to_s() == "false"'],
    [compound(topic, "not_equals_to", "5"), '!(trigger.object.topic.to_s() == "5")'],
    [compound(topic, "greater_than", "5"), "trigger.object.topic.to_f() > 5"],
    [compound(topic, "less_than", "2026-01-01"), 'trigger.object.topic.to_time() < "2026-01-01".to_time()'],
    [compound(topic, "is_true"), "trigger.object.topic.is_true()"],
    [compound(topic, "is_not_true"), "trigger.object.topic.is_not_true()"],
    [compound(topic, "present"), "trigger.object.topic.present()"],
    [compound(topic, "blank"), "trigger.object.topic.blank()"],
    [
      compound(topic, "blank", "", [{ operand: "is_true", lhs: topic, rhs: "" }], "or"),
      "trigger.object.topic.blank() || trigger.object.topic.is_true()",
    ],
    [
      compound(topic, "greater_than", "=today - 3.days"),
      'trigger.object.topic > today("America/Los_Angeles") - 3.days()',
    ],
  ])("a condition: %j", (input, cel) => {
    expect(imported(recipe([log("x")], { filter: input })).recipe.trigger).toMatchObject({
      use: "meet/meeting-ended",
      when: cel,
    });
  });

  it("if, elsif and else, inside the if or beside it", () => {
    const condition = compound(topic, "present");
    const inside = {
      number: 1,
      keyword: "if",
      input: condition,
      block: [
        log("a", 2),
        { number: 3, keyword: "elsif", input: condition, block: [log("b", 4)] },
        { number: 5, keyword: "else", input: {}, block: [log("c", 6)] },
      ],
    };
    const {
      block: [a, ...rest],
      ...alone
    } = inside;
    const when = "trigger.object.topic.present()";
    const made = [
      {
        ...{ if: when, elsif: [{ if: when, then: [{ use: "logger/log-message" }] }] },
        ...{
          then: [{ use: "logger/log-message", input: { message: "a" } }],
          else: [{ input: { message: "c" } }],
        },
      },
      { input: { message: "after" } },
    ];
    expect(stepsOf(recipe([inside, log("after", 7)]))).toMatchObject(made);
    expect(stepsOf(recipe([{ ...alone, block: [a] }, ...rest, log("after", 7)]))).toMatchObject(made);
  });

  it("loops over a list, in batches too, and repeats while", () => {
    const loop = {
      ...{
        number: 1,
        keyword: "foreach",
        as: "each_person",
        source: pill("meet", "e1", "object", "people"),
        repeat_mode: "simple",
        clear_scope: "false",
        input: {},
      },
      block: [
        log(
          `${pill("foreach", "each_person", "name")} ${pill("meet", "e1", "object", "people", item, "id")}`,
          2,
        ),
      ],
    };
    const batch = {
      ...loop,
      number: 3,
      as: "b",
      repeat_mode: "batch",
      batch_size: "20",
      block: [log("x", 4)],
    };
    const repeat = {
      ...{
        number: 5,
        keyword: "repeat",
        as: "r",
        block: [
          log("x", 6),
          {
            number: 7,
            keyword: "while_condition",
            input: compound(pill("repeat", "r", "index"), "less_than", "3"),
          },
        ],
      },
    };
    expect(stepsOf(recipe([loop, batch, repeat]))).toMatchObject([
      {
        forEach: "trigger.object.people",
        as: "eachPerson",
        steps: [{ input: { message: "{{ eachPerson.name.to_s() }} {{ eachPerson.id.to_s() }}" } }],
      },
      { forEach: "trigger.object.people", as: "b", batch: 20 },
      { while: "loop.index.to_f() < 3", atLeastOnce: true, max: 50_000, steps: [{ id: "log6" }] },
    ]);
  });

  it("tries with retries and errors, stops, variables, calls and returns", () => {
    const block = [
      {
        number: 1,
        keyword: "try",
        input: {},
        block: [
          log("x", 2),
          {
            number: 3,
            keyword: "catch",
            provider: null,
            as: "oops",
            input: { max_retry_count: "2", retry_interval: "5" },
            block: [
              log(pill("catch", "oops", "message"), 4),
              {
                number: 5,
                keyword: "stop",
                input: {
                  stop_with_error: "true",
                  stop_reason: `Bad: ${pill("catch", "oops", "error_type")}`,
                },
              },
            ],
          },
        ],
      },
      {
        number: 6,
        keyword: "action",
        provider: "workato_variable",
        name: "declare_variable",
        as: "v",
        input: { variables: { schema: "[]", data: { total: "=1 + 1" } } },
      },
      {
        number: 7,
        keyword: "action",
        provider: "workato_variable",
        name: "declare_list",
        as: "l",
        input: { name: "people" },
      },
      {
        number: 8,
        keyword: "action",
        provider: "workato_variable",
        name: "insert_to_list",
        as: "i",
        input: {
          name: "l:people",
          location: "end",
          list_item: { n: pill("workato_variable", "v", "total") },
        },
      },
      {
        number: 9,
        keyword: "action",
        provider: "workato_recipe_function",
        name: "call_recipe",
        as: "c",
        input: {
          flow_id: { name: "Other", folder: "", zip_name: "other.recipe.json" },
          parameters: { list: pill("workato_variable", "l", "list_items") },
        },
      },
      {
        number: 10,
        keyword: "action",
        provider: "workato_recipe_function",
        name: "return_result",
        as: "rr",
        input: { result: { ok: pill("workato_recipe_function", "c", "result", "ok") } },
      },
    ];
    expect(stepsOf(recipe(block))).toMatchObject([
      {
        try: [{ id: "log2" }],
        retry: { times: 2, every: "5s" },
        catch: [
          { input: { message: "{{ error.message }}" } },
          { stop: { as: "failed", reason: "Bad: {{ error.kind.to_s() }}" } },
        ],
      },
      { set: { total: "{{ 1 + 1 }}" } },
      { set: { people: [] } },
      { append: { people: { n: "{{ vars.total }}" } } },
      { id: "c", call: "Other", input: { list: "{{ vars.people }}" } },
      { return: { ok: "{{ c.ok }}" } },
    ]);
  });

  it("a look-up in a formula becomes a step before the one that needs it, in its own block", () => {
    const lookup = (column: string) =>
      `=lookup('Regions', 'Country': ${dp("meet", "e1", "object", "topic")})['${column}']`;
    const condition = {
      type: "compound",
      operand: "and",
      conditions: [{ operand: "equals_to", lhs: lookup("Open"), rhs: "yes" }],
    };
    const block = [{ number: 1, keyword: "if", input: condition, block: [log(lookup("Sales"), 2)] }];
    const look = {
      use: "lookup-table/look-up",
      disabled: true,
      input: { table: "Regions", where: '{{ {"Country": trigger.object.topic} }}' },
    };
    expect(stepsOf(recipe(block))).toMatchObject([
      { ...look, id: "lookup1" },
      {
        if: 'lookup1.values.Open.to_s() == "yes"',
        then: [{ ...look, id: "lookup2" }, { input: { message: "{{ lookup2.values.Sales }}" } }],
      },
    ]);
  });

  it.each([
    [{ category: "meeting", event: "ended" }, { use: "meet/meeting-ended" }],
    [{ category: "Meeting", event: "Meeting ended" }, { use: "meet/meeting-ended" }],
    [
      { category: "phone", event: "caller_ended" },
      { use: "meet/new-event", input: { event: "phone.caller_ended" } },
    ],
    [
      { category: "phone", event: "phone.caller_ended" },
      { use: "meet/new-event", input: { event: "phone.caller_ended" } },
    ],
  ])("the event of a trigger: %j", (input, made) => {
    const {
      recipe: { trigger: found },
      notes,
    } = imported(recipe([log("x")], { input }));
    expect(found).toMatchObject({ ...made, workato: { input } });
    expect(notes).toEqual([]);
  });

  it("a callable recipe has parameters and a result, whose values have its types", () => {
    const answer = {
      number: 2,
      keyword: "action",
      provider: "workato_recipe_function",
      name: "return_result",
      input: { result: { ok: "true" } },
    };
    const fields = [
      { name: "id", type: "string", optional: false },
      { name: "tags", type: "array", of: "object", properties: [{ name: "n", type: "integer" }] },
    ];
    const made = imported(
      recipe([log(pill("workato_recipe_function", "trigger", "parameters", "id")), answer], {
        ...{ provider: "workato_recipe_function", name: "execute", as: "trigger" },
        input: {
          parameters_schema_json: JSON.stringify(fields),
          result_schema_json: JSON.stringify([{ name: "ok", type: "boolean" }]),
        },
      }),
    ).recipe;
    expect(made).toMatchObject({
      trigger: { use: "recipe/called" },
      parameters: {
        type: "object",
        required: ["id"],
        properties: { tags: { items: { properties: { n: { type: "integer" } } } } },
      },
      steps: [{ input: { message: "{{ trigger.id }}" } }, { return: { ok: true } }],
    });
  });
});

describe("what has no counterpart", () => {
  it("is kept, disabled, and noted by the step's number and the field's place", () => {
    const block = [
      {
        number: 1,
        keyword: "action",
        provider: "salesforce",
        name: "search_sobjects",
        as: "sf",
        comment: "find her",
        title: "Find",
        uuid: "u-1",
        input: { sobject_name: "Lead", limit: "1" },
        extended_output_schema: [{ name: "x" }],
      },
      log("='x'.frobnicate", 2),
      {
        number: 3,
        keyword: "action",
        provider: "logger",
        name: "log_message",
        skip: true,
        input: { message: "m" },
      },
    ];
    const { recipe: made, notes } = imported(recipe(block, {}, { job_report_schema: [{ name: "c" }] }));
    expect(made).toMatchObject({
      workato: { version: 3, job_report_schema: [{ name: "c" }] },
      steps: [
        {
          id: "sf",
          name: "Find",
          comment: "find her",
          disabled: true,
          use: "salesforce/search-sobjects",
          input: { sobject_name: "Lead", limit: "1" },
          workato: { uuid: "u-1", extended_output_schema: [{ name: "x" }] },
        },
        { disabled: true, workato: { input: { message: "='x'.frobnicate" } } },
        { disabled: true, input: { message: "m" } },
      ],
    });
    expect(notes).toMatchObject([
      {
        path: "steps[0]",
        number: 1,
        message:
          "There is no connector for “salesforce” with the operation “search_sobjects”. The step is disabled.",
      },
      {
        path: "steps[1].input.message",
        number: 2,
        message: "There is no formula frobnicate here. The step is disabled.",
        hint: "It was ='x'.frobnicate",
      },
    ]);
  });

  it("in a trigger's condition starts no job", () => {
    const filter = {
      type: "compound",
      operand: "and",
      conditions: [{ operand: "sounds_like", lhs: "x", rhs: "y" }],
    };
    const { recipe: made, notes } = imported(recipe([log("x")], { filter }));
    expect(made.trigger.when).toBe(false);
    expect(notes).toMatchObject([{ path: "trigger.when", number: 0 }]);
  });

  it.each([
    ["", /This is not JSON/],
    ["[]", /There are no steps/],
    ["{}", /There are no steps/],
    ['{"code": "{"}', /There are no steps/],
  ])("%j is refused", (source, message) => {
    expect(importWorkatoRecipe(source, { catalogue, aliases })).toMatchObject({
      problems: [{ message: expect.stringMatching(message) as unknown }],
    });
  });
});

it("what was imported without a note passes lint, but for names of connections", () => {
  const source = recipe([log(`#{${dp("meet", "e1", "object", "topic")}}`)], {
    filter: {
      type: "compound",
      operand: "and",
      conditions: [{ operand: "present", lhs: pill("meet", "e1", "object", "topic"), rhs: "" }],
    },
  });
  const { text, notes } = imported(source);
  expect(notes).toEqual([]);
  expect(lintRecipe(parseRecipe(text), catalogue)).toEqual([]);
});
