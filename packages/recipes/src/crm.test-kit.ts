/** A small catalogue for tests: a product that needs a connection, and one that needs none. */
import { type Connector, defineAction, defineConnector, defineTrigger } from "@greenroom/connector-kit";
import { z } from "zod";
import { type Catalogue, createCatalogue } from "./catalogue.ts";
import type { ActionCommand, Command, Outcome, Reply, Settled } from "./command.ts";
import { compileRecipe, type Program } from "./compile/compile-recipe.ts";
import { lintRecipe } from "./lint/lint-recipe.ts";
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
      verbatim: ["mould"],
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
  const problems = lintRecipe(parsed, catalogue).filter(({ severity }) => severity === "error");
  if (!parsed.recipe || problems.length > 0) throw new Error(JSON.stringify(problems, undefined, 2));
  return compileRecipe(parsed.recipe, catalogue);
}

/** The event of all runs. */
export const event = { id: "e1", name: "deal.won", occurredAt: new Date("2026-01-02T03:04:05.678Z") };

/** When all runs start. */
export const startedAt = new Date("2026-01-02T03:04:10Z");

/** Thrown where a run goes on for longer than a test wants to wait. */
export class TooManyCommands extends Error {}

/** A command that is answered with something. */
export type Asked = Exclude<Command, { type: "note" | "parallel" }>;

/** Runs a program to its end; `answer` gives the outputs, or throws a StepFailure. Waits end when they say. */
export function runToEnd(
  program: Program,
  trigger: unknown,
  answer: (command: ActionCommand) => unknown = () => ({}),
  others: (command: Asked) => unknown = () => null,
  maxCommands = 10_000,
  commands: Command[] = [],
): { commands: Command[]; outcome: Outcome } {
  let at = startedAt;
  const drive = <T>(run: Generator<Command, T, Reply>): T => {
    let next = run.next();
    while (next.done !== true) {
      const command = next.value;
      if (commands.push(command) > maxCommands) throw new TooManyCommands("it goes on and on");
      try {
        const output = reply(command);
        if (command.type === "wait" && command.for.kind === "time") at = command.for.until;
        next = run.next({ output, at });
      } catch (error) {
        next = run.throw(error);
      }
    }
    return next.value;
  };
  const reply = (command: Command): unknown => {
    if (command.type === "note") return undefined;
    if (command.type === "action") return answer(command);
    if (command.type !== "parallel") return others(command);
    const settled: Settled[] = [];
    for (const branch of command.branches) {
      if (settled.some((each) => "error" in each || ("outcome" in each && each.outcome))) {
        settled.push({ notStarted: true });
        continue;
      }
      try {
        settled.push({ outcome: drive(branch.run()) });
      } catch (error) {
        settled.push({ error });
      }
    }
    return settled;
  };
  const outcome = drive(program.run({ trigger, event, job: { id: "j1", startedAt } }));
  return { commands, outcome };
}
