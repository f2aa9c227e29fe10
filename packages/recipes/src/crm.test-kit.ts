/** A small catalogue for tests: a product that needs a connection, and one that needs none. */
import { type Connector, defineAction, defineConnector, defineTrigger } from "@greenroom/connector-kit";
import { z } from "zod";
import { type Catalogue, createCatalogue } from "./catalogue.ts";
import type { ActionCommand, Command, Outcome } from "./command.ts";
import { compileRecipe, type Program } from "./compile-recipe.ts";
import { lintRecipe } from "./lint-recipe.ts";
import { parseRecipe } from "./parse-recipe.ts";
import type { Problem } from "./problem.ts";

const nothingRuns = (): never => {
  throw new Error("nothing is run here: the tests give the outputs");
};

const person = z.looseObject({ id: z.number(), email: z.string().optional() });

const crm: Connector = defineConnector({
  id: "crm",
  title: "CRM",
  summary: "People and notes.",
  connections: [
    {
      id: "crm",
      type: "browser",
      title: "CRM",
      summary: "",
      profileFields: [],
      begin: nothingRuns,
      complete: nothingRuns,
      refresh: nothingRuns,
      revoke: nothingRuns,
      identify: nothingRuns,
    },
  ],
  actions: {
    "add-person": defineAction({
      title: "Add person",
      summary: "Adds a person.",
      endpoint: "POST /people",
      scopes: [],
      effect: "create",
      input: z.strictObject({
        email: z.email(),
        name: z.string().optional(),
        age: z.int().optional().describe("In years"),
        address: z.strictObject({ street: z.string(), city: z.string().optional() }).optional(),
      }),
      output: person,
      run: nothingRuns,
    }),
    "list-people": defineAction({
      title: "List people",
      summary: "Lists people.",
      endpoint: "GET /people",
      scopes: [],
      effect: "read",
      input: z.strictObject({}),
      output: z.object({ people: z.array(person) }),
      run: nothingRuns,
    }),
  },
  triggers: {
    "deal-won": defineTrigger({
      title: "Deal won",
      summary: "A deal was won.",
      event: "deal.won",
      scopes: [],
      payload: z.looseObject({}),
      sample: {},
    }),
  },
  createClient: nothingRuns,
});

const post: Connector = defineConnector({
  id: "post",
  title: "Post",
  summary: "Letters.",
  actions: {
    send: defineAction({
      title: "Send letter",
      summary: "Sends a letter.",
      endpoint: "POST /letters",
      scopes: [],
      effect: "create",
      input: z.looseObject({}),
      output: z.looseObject({}),
      run: nothingRuns,
    }),
  },
  triggers: {},
  createClient: nothingRuns,
});

/** The catalogue. */
export const catalogue: Catalogue = createCatalogue([crm, post]);

/** A recipe's text of the given steps (YAML, indented by two). */
export function recipeOf(steps: string, trigger = "use: crm/deal-won, connection: crm"): string {
  return `name: Test\ntrigger: { ${trigger} }\nsteps:\n${steps}`;
}

/** All problems of a text, from its shape to its references. */
export function problemsOf(source: string, connections?: readonly string[]): readonly Problem[] {
  const known = connections && { connections: connections.map((name) => ({ name, connector: "crm" })) };
  return lintRecipe(parseRecipe(source), catalogue, known);
}

/** The program of a text that must be sound. */
export function programOf(source: string): Program {
  const parsed = parseRecipe(source);
  const problems = lintRecipe(parsed, catalogue);
  if (!parsed.recipe || problems.length > 0) throw new Error(JSON.stringify(problems, undefined, 2));
  return compileRecipe(parsed.recipe, catalogue);
}

/** The event of all runs. */
export const event = { id: "e1", name: "deal.won", occurredAt: new Date("2026-01-02T03:04:05.678Z") };

/** When all runs start. */
export const startedAt = new Date("2026-01-02T03:04:10Z");

/** Runs a program to its end; `outputOf` answers its actions. */
export function runToEnd(
  program: Program,
  trigger: unknown,
  outputOf: (command: ActionCommand) => unknown = () => ({}),
): { commands: Command[]; outcome: Outcome } {
  const run = program.run({ trigger, event, job: { id: "j1", startedAt } });
  const commands: Command[] = [];
  let next = run.next();
  while (next.done !== true) {
    commands.push(next.value);
    const output = next.value.type === "action" ? outputOf(next.value) : undefined;
    next = run.next({ output, at: startedAt });
  }
  return { commands, outcome: next.value };
}
