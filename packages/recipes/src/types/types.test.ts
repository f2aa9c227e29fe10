import { type Connector, defineAction, defineConnector, defineTrigger } from "@greenroom/connector-kit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createCatalogue } from "../catalogue.ts";
import { lintRecipe } from "../lint/lint-recipe.ts";
import { parseRecipe } from "../parse-recipe.ts";

const nothingRuns = (): never => {
  throw new Error("nothing is run here");
};
/** As Zoom's payloads are declared: everything may be missing or null, and numbers and texts are mended. */
const looseText = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  z.string().nullish(),
);

const meetings: Connector = defineConnector({
  ...{ id: "meetings", title: "Meetings", summary: "", createClient: nothingRuns },
  actions: {
    list: defineAction({
      ...{
        title: "List people",
        summary: "",
        endpoint: "GET /people",
        scopes: [],
        effect: "read",
        run: nothingRuns,
      },
      input: z.strictObject({
        of: z.string(),
        limit: z.int().optional(),
        full: z.boolean().optional(),
        tags: z.array(z.string()).optional(),
      }),
      output: z.object({
        total: z.number(),
        host: z.looseObject({ email: z.string() }).nullable(),
        people: z.array(
          z.looseObject({
            user_email: z.string().optional(),
            duration: z.number(),
            role: z.enum(["host", "guest"]),
          }),
        ),
      }),
    }),
  },
  triggers: {
    ended: defineTrigger({
      ...{ title: "Ended", summary: "", event: "ended", scopes: [], sample: { account_id: "a" } },
      payload: z.looseObject({
        account_id: z.string(),
        object: z
          .looseObject({
            topic: z.string(),
            duration: z.number().nullish(),
            host_id: looseText,
            start_time: z.string(),
            anything: z.unknown(),
          })
          .nullish(),
      }),
    }),
  },
});
const catalogue = createCatalogue([meetings]);

const lint = (steps: string, when = "true") =>
  lintRecipe(
    parseRecipe(`name: T\ntrigger: { use: meetings/ended, when: ${JSON.stringify(when)} }\nsteps:\n${steps}`),
    catalogue,
  );
/** What is said of an expression on the trigger, on the step `got`, and in a loop over its people as `p`. */
const said = (expression: string) =>
  lint(`  - { id: got, use: meetings/list, input: { of: x } }
  - { forEach: got.people, as: p, steps: [{ set: { x: ${JSON.stringify(`{{ ${expression} }}`)} } }] }
`).map(
    ({ message, hint, severity }) =>
      `${severity === "warning" ? "? " : ""}${message.replace(/^Step [^:]*: /, "")}${hint ? ` ${hint}` : ""}`,
  );

describe("a misspelt field is found, with the one that was meant", () => {
  it.each([
    ["trigger.object.topicc", "trigger.object has no “topicc”. Did you mean “topic”?"],
    ["trigger.objekt.topic", "trigger has no “objekt”. Did you mean “object”?"],
    ["has(trigger.object.durration)", "trigger.object has no “durration”. Did you mean “duration”?"],
    ["got.peeple", "got has no “peeple”. Did you mean “people”?"],
    ["got.host.emial", "got.host has no “emial”. Did you mean “email”?"],
    ["p.user_emial", "p has no “user_emial”. Did you mean “user_email”?"],
    ["got.people.map(x, x.durationn)", "x has no “durationn”. Did you mean “duration”?"],
    [
      "got.people.filter(x, x.duration > 1)[0].rolle",
      "got.people.filter(x, x.duration > 1)[0] has no “rolle”.",
    ],
    ["got.people.first().rolle", "got.people.first() has no “rolle”. Did you mean “role”?"],
    ["got.people.where('role', 'host').first().userEmail", "has no “userEmail”. Did you mean “user_email”?"],
    ["cel.bind(h, got.host, h.emaill)", "h has no “emaill”."],
    ["{'a': 1}.b", "{'a': 1} has no “b”. Did you mean “a”?"],
    ["event.nam", "event has no “nam”. Did you mean “name”?"],
    ["loop.indx", "loop has no “indx”. Did you mean “index”?"],
    [
      "got.people.pluck('user_emial')",
      "pluck() finds no “user_emial”: the list's items have none. Did you mean “user_email”?",
    ],
    ["got.people.where({'rle !=': 'host'})", "where() finds no “rle”"],
    ["got.people.sort_by('dration').first()", "sort_by() finds no “dration”"],
    [
      "now().in_time_zone('Europe/Pariss')",
      "“Europe/Pariss” is not a time zone. Did you mean “Europe/Paris”?",
    ],
    ["now().strftime('%H', 'Estern Time (US & Canada)')", "Did you mean “Eastern Time (US & Canada)”?"],
    ["today('Nowhere')", "“Nowhere” is not a time zone."],
    [
      "got.people.user_email",
      "got.people has no “user_email”: it is a list. Take one of its items: got.people.first().user_email",
    ],
    [
      "trigger.object.topic.upcase",
      "trigger.object.topic has no “upcase”: it is text. A formula is written with brackets: upcase().",
    ],
  ])("%s", (expression, message) => {
    expect(said(expression)).toEqual([expect.stringContaining(message)]);
  });

  it("and one that may be there all the same is only a warning", () => {
    expect(said("trigger.object.quality")).toEqual([
      '? “quality” is none of the known fields of trigger.object. There is topic, duration, host_id, start_time, anything. If it is there all the same, write trigger.object["quality"].',
    ]);
    for (const expression of [
      'trigger.object["quality"].x',
      "has(trigger.object.quality) && trigger.object.quality > 1",
      "trigger.object.quality.present()",
      "trigger.object.quality.or_else('none')",
    ])
      expect(said(expression)).toEqual([]);
  });
});

describe("a value of the wrong type is found", () => {
  it.each([
    [
      "trigger.object.duration.upcase()",
      "upcase() cannot be called on trigger.object.duration: it is a number or null. It is for text.",
    ],
    ["trigger.object.topic + 1", "“+” does not go with these: trigger.object.topic is text, 1 is a number."],
    ["trigger.object.topic > 3", "“>” does not go with these"],
    [
      "trigger.object.topic == 3",
      "“==” does not go with these: trigger.object.topic is text, 3 is a number.",
    ],
    ["got.people == 'x'", "“==” does not go with these"],
    [
      "got.total && true",
      "Each side of && must be true or false, but got.total is a number. Compare it with something",
    ],
    ["!got.people", "What ! turns round must be true or false, but got.people is a list."],
    ["got.total ? 1 : 2", "A condition must be true or false"],
    ["got.total.map(x, x)", "map() cannot be called on got.total: it is a number. It is for a list."],
    ["p.duration.slice(1)", "slice() cannot be called on p.duration: it is a number."],
    ["-got.people", "“-” does not go with these: got.people is a list."],
  ])("%s", (expression, message) => {
    expect(said(expression)).toEqual([expect.stringContaining(message)]);
  });

  it("in a comparison with what the service may send either way only with a warning", () => {
    expect(said("trigger.object.host_id == 3")).toEqual([
      expect.stringMatching(/^\? “==” does not go with these/),
    ]);
    expect(said("trigger.object.host_id == '3'")).toEqual([]);
  });

  it("in an input", () => {
    const problems = lint(`  - { id: got, use: meetings/list, input: { of: x } }
  - use: meetings/list
    input: { of: "{{ got.people }}", limit: "{{ trigger.object.topic }}", full: "yes {{ got.total }}", tags: ["{{ got.total }}", "{{ got.host.email }}"] }
  - { use: meetings/list, input: { of: "{{ got.host.email }} x", limit: "{{ got.total }}", full: "{{ got.total > 1 }}", tags: "{{ got.people.map(x, x.role) }}" } }
`);
    expect(problems.map(({ path, message, hint }) => `${path} ${message} ${hint}`)).toEqual([
      "steps[1].input.of Step steps[1] (meetings/list): of takes string, but this gives a list. Make it text: .to_s(), or .to_json() for a list or an object.",
      "steps[1].input.limit Step steps[1] (meetings/list): limit takes integer, but this gives text. Make it a number: .to_i() or .to_f().",
      "steps[1].input.full Step steps[1] (meetings/list): full takes boolean, but this gives text. undefined",
      "steps[1].input.tags[0] Step steps[1] (meetings/list): tags[0] takes string, but this gives a number. Make it text: .to_s(), or .to_json() for a list or an object.",
    ]);
  });

  it("in a condition and a list", () => {
    expect(
      lint("  - { if: trigger.object.topic, then: [] }\n", "trigger.account_id").map(({ path }) => path),
    ).toEqual(["trigger.when", "steps[0].if"]);
    expect(lint("  - { forEach: trigger.object, as: x, steps: [] }\n")).toMatchObject([
      { message: "Step steps[0]: It gives an object or null, but forEach needs a list." },
    ]);
  });
});

describe("what may be right is let be", () => {
  it.each([
    ...[
      "trigger.object.anything.at.all.upcase()",
      "trigger.object.duration + 1 > 2.5",
      "got.total == 3",
      "3 in got.people.map(x, x.duration)",
    ],
    ...[
      "got.people.size() > 1 && got.host != null",
      "got.host == null ? 'x' : got.host.email",
      "trigger.object.start_time.plus(duration('1h'))",
    ],
    ...[
      "event.occurredAt > timestamp('2026-01-01T00:00:00Z')",
      "got.people.pluck('user_email').join(', ')",
      "trigger.object.topic.size() + got.total",
    ],
    ...[
      "p.role == 'host' ? p.duration : null",
      "[1, 'a', null].map(x, x)",
      "got.people.exists(x, has(x.user_email) && x.user_email.present())",
    ],
    ...[
      "p.present() ? p.to_json() : ''",
      "got.total.to_s() + trigger.object.topic",
      "properties.LIMIT + 1",
      "{'a': got.total}.a * 2",
    ],
    ...[
      "got.people.pluck('user_email').size() + got.people.where('role', 'host').size()",
      "now().in_time_zone('Kyiv') < now('UTC+2') + 1.day()",
      "trigger.object.anything.pluck('whatever')",
      "got.total > 1 ? got.total : 'none'",
      "p.user_email.present() ? p.user_email : skip()",
      "got.people.map(x, {'a': x.role.or_else(skip())})",
      "cel.bind(t, trigger.object.topic, t + t)",
      "got.people[0].role",
      "trigger.object.host_id.upcase()",
      "now() > event.occurredAt",
    ],
  ])("%s", (expression) => {
    expect(said(expression)).toEqual([]);
  });

  it("in batches and what loops gave", () => {
    expect(
      lint(`  - { id: got, use: meetings/list, input: { of: x } }
  - { id: all, forEach: got.people, as: ps, batch: 5, steps: [{ id: more, use: meetings/list, input: { of: "{{ ps.first().role }}", limit: "{{ ps.size() }}" } }] }
  - { if: all.first().more.total > 1, then: [{ set: { x: "{{ all.map(a, a.more.people.size()) }}" } }] }
  - { set: { y: "{{ all.first().mroe }}" } }
`).map(({ message }) => message),
    ).toEqual(["Step steps[3]: all.first() has no “mroe”."]);
  });
});
