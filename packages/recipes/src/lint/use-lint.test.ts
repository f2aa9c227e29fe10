import { defineAction, defineConnector, defineHookTrigger, schemaOfSample } from "@greenroom/connector-kit";
import { expect, it } from "vitest";
import { z } from "zod";
import { createCatalogue } from "../catalogue.ts";
import { compileRecipe } from "../compile/compile-recipe.ts";
import { event, startedAt } from "../crm.test-kit.ts";
import { parseRecipe } from "../parse-recipe.ts";
import { lintRecipe } from "./lint-recipe.ts";

const action = { scopes: [], endpoint: "POST /x", effect: "read" } as const;
const web = defineConnector({
  ...{ id: "web", title: "Web", summary: "Pages.", connectionOptional: true },
  connections: [
    {
      ...{ type: "form", id: "key", title: "Key", summary: "A key.", profileFields: [] },
      identify: () => Promise.reject(new Error("nobody asks")),
    },
  ],
  actions: {
    render: defineAction({
      ...{ ...action, title: "Render", summary: "Renders.", verbatim: ["template"] },
      input: z.strictObject({ template: z.string(), data: z.unknown().optional() }),
      output: z.object({ text: z.string() }),
      run: async () => ({ text: "" }),
    }),
    ask: defineAction({
      ...{ ...action, title: "Ask", summary: "Asks." },
      input: z.strictObject({
        sample: z.unknown().optional(),
        settings: z
          .looseObject({
            join_before_host: z.boolean().optional(),
            rooms: z.array(z.looseObject({ name: z.string().optional() })).optional(),
          })
          .optional(),
      }),
      output: z.object({ body: z.unknown() }),
      outputOf: (input) => ({
        type: "object",
        properties: { body: schemaOfSample((input as { sample?: unknown }).sample) },
      }),
      run: async () => ({ body: null }),
    }),
  },
  triggers: {
    called: defineHookTrigger({
      ...{ title: "Called", summary: "Starts when called.", event: "web.called", scopes: [] },
      ...{ payload: z.looseObject({ name: z.string() }), sample: { name: "Ada" } },
      receive: () => ({ status: 202, body: {} }),
    }),
  },
  createClient: () => {
    throw new Error("nothing is sent");
  },
});
const catalogue = createCatalogue([web]);
const recipe = (steps: string, more = "") =>
  parseRecipe(`name: x\ntrigger: { use: web/called }\n${more}steps:\n${steps}`);
const problems = (steps: string, more?: string) =>
  lintRecipe(recipe(steps, more), catalogue).map(({ path, message }) => `${path} ${message}`);

it("a connector that goes without a connection needs none", () => {
  expect(problems("  - use: web/ask\n")).toEqual([]);
});

it("a field that takes more than it tells of is warned of what is probably misspelt in it, and takes it", () => {
  const steps =
    "  - use: web/ask\n    input: { settings: { join_befor_host: true, newer: 1, rooms: [{ nam: A }] } }\n";
  expect(lintRecipe(recipe(steps), catalogue)).toMatchObject([
    {
      ...{ path: "steps[0].input.settings.join_befor_host", severity: "warning", line: 5 },
      message: "Step steps[0] (web/ask) knows no field “join_befor_host” in settings; it is sent as it is.",
      hint: "Did you mean “join_before_host”?",
    },
    { path: "steps[0].input.settings.rooms[0].nam", severity: "warning", hint: "Did you mean “name”?" },
  ]);
  // The one that is meant stands there already.
  const both =
    "  - use: web/ask\n    input: { settings: { join_befor_host: true, join_before_host: true } }\n";
  expect(problems(both)).toEqual([]);
});

it("a template of the action's own is not the recipe's: its names are not looked for, and it stays as it is", () => {
  const steps = `  - id: made
    use: web/render
    input: { template: "Hi {{ who }} {% if x %}", data: "{{ trigger.name }}" }
`;
  expect(problems(steps)).toEqual([]);
  const { recipe: sound } = recipe(steps);
  if (!sound) throw new Error("it does not parse");
  const run = compileRecipe(sound, catalogue).run({
    ...{ trigger: { name: "Ada" }, event, job: { id: "j", startedAt } },
  });
  expect(run.next().value).toMatchObject({ input: { template: "Hi {{ who }} {% if x %}", data: "Ada" } });
});

it("an answer that follows from a sample is known field by field", () => {
  const ask = "  - { id: asked, use: web/ask, input: { sample: { total: 1 } } }\n";
  expect(problems(`${ask}  - { set: { a: "{{ asked.body.total }}" } }\n`)).toEqual([]);
  expect(problems(`${ask}  - { set: { a: "{{ asked.body.totla }}" } }\n`)).toEqual([
    expect.stringContaining("totla"),
  ]);
});

it("a recipe that is called by its address returns what it declares", () => {
  const result = "result: { type: object, properties: { link: { type: string } } }\n";
  expect(problems('  - return: { link: "{{ trigger.name }}" }\n', result)).toEqual([]);
  expect(problems("  - return: { link: 1 }\n", result)).toEqual([expect.stringContaining("link")]);
});
