/** The recipes that we hand to people, against the connector that they use. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ActionCommand,
  compileRecipe,
  createCatalogue,
  formatRecipe,
  lintRecipe,
  type Outcome,
  parseRecipe,
  parseRecipeTests,
  type Program,
  runRecipeTest,
} from "@greenroom/recipes";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const plan = z.object({ topic: z.string(), start_time: z.string() });
const folder = join(import.meta.dirname, "../examples/recipes");
const catalogue = createCatalogue([zoom, ...toolboxConnectors({ filesFolder: folder })]);

function programOf(file: string): Program {
  const { recipe } = parseRecipe(readFileSync(join(folder, file), "utf8"));
  if (!recipe) throw new Error(`${file} does not parse`);
  return compileRecipe(recipe, catalogue);
}

const event = { id: "e", name: "meeting.ended", occurredAt: new Date("2026-01-15T10:00:00Z") };
const meeting = {
  ...{ id: "81234567890", uuid: "uuid==", host_id: "host", topic: "Review", type: 2 },
  ...{ start_time: "2026-01-15T09:00:00Z", duration: 60, timezone: "Europe/Paris" },
};

const at = new Date("2026-01-15T10:00:00Z");

function run(
  program: Program,
  object: object,
  participants: readonly object[],
): { actions: ActionCommand[]; outcome: Outcome } {
  const generator = program.run({
    trigger: { account_id: "a", object },
    event,
    job: { id: "j", startedAt: at },
  });
  const actions: ActionCommand[] = [];
  let next = generator.next();
  while (next.done !== true) {
    const command = next.value;
    if (command.type === "note") {
      next = generator.next({ output: undefined, at });
      continue;
    }
    if (command.type !== "action") throw new Error(`unexpected ${command.type}`);
    actions.push(command);
    const made = {
      id: 999,
      topic: "Follow-up: Review",
      start_time: "2026-01-22T09:00:00Z",
      registrant_id: "r",
    };
    const output = command.use.endsWith("participants")
      ? { participants, total_records: participants.length }
      : made;
    next = generator.next({ output, at });
  }
  return { actions, outcome: next.value };
}

it.each(globSync("*.yaml", { cwd: folder }))(
  "%s has no problem, and says the same when formatted",
  (file) => {
    const parsed = parseRecipe(readFileSync(join(folder, file), "utf8"));
    expect(lintRecipe(parsed, catalogue)).toEqual([]);
    expect(parsed.recipe && parseRecipe(formatRecipe(parsed.recipe)).recipe).toEqual(parsed.recipe);
  },
);

const testFolder = join(import.meta.dirname, "../examples/tests");

describe.each(globSync("*.yaml", { cwd: testFolder }))("the tests in %s", (name) => {
  const { file, problems } = parseRecipeTests(readFileSync(join(testFolder, name), "utf8"));
  const source = readFileSync(join(testFolder, file?.recipe ?? ""), "utf8");
  const { recipe } = parseRecipe(source);

  it("are well-formed", () => {
    expect(problems).toEqual([]);
  });

  it.each(file?.tests ?? [])("$name", async (test) => {
    if (!file || !recipe) throw new Error(`${name} and its recipe parse`);
    expect(await runRecipeTest(recipe, catalogue, test, { file })).toMatchObject({
      problems: [],
      passed: true,
    });
  });
});

describe("follow-up.yaml", () => {
  const host = { id: "host", name: "Hana Host", user_email: "hana@example.com" };
  const ada = { id: "u1", name: "Ada", user_email: "ada@example.com" };
  // A guest by telephone has neither an id nor an e-mail.
  const caller = { name: "+33 1 23 45 67 89", user_email: "" };

  it("schedules a follow-up a week later and registers everyone with an e-mail once, but not the host", () => {
    const bob = { id: "", name: "Bob", user_email: "bob@example.com" };
    const { actions, outcome } = run(programOf("follow-up.yaml"), meeting, [
      host,
      ada,
      bob,
      caller,
      ada,
      host,
    ]);
    expect(actions.map((command) => [command.path, command.input])).toEqual([
      ["0", { meetingId: "uuid==" }],
      [
        "2",
        {
          ...{
            userId: "host",
            topic: "Follow-up: Review",
            type: 2,
            start_time: "2026-01-22T09:00:00Z",
            duration: 60,
          },
          settings: { approval_type: 0 },
        },
      ],
      ["3[0].0", { meetingId: 999, email: "ada@example.com", first_name: "Ada" }],
      ["3[1].0", { meetingId: 999, email: "bob@example.com", first_name: "Bob" }],
    ]);
    expect(outcome).toEqual({
      state: "succeeded",
      reason: "Follow-up: Review is on 2026-01-22T09:00:00Z; people registered: 2.",
    });
  });

  it("counts one person who came back once, and then does nothing", () => {
    const { actions, outcome } = run(programOf("follow-up.yaml"), meeting, [host, ada, ada]);
    expect(actions).toHaveLength(1);
    expect(outcome).toMatchObject({ state: "succeeded", reason: expect.stringContaining("Fewer than two") });
  });

  it("counts a caller, and plans half an hour where the meeting had no planned length", () => {
    const { actions } = run(programOf("follow-up.yaml"), { ...meeting, duration: 0 }, [host, ada, caller]);
    expect(actions[1]).toMatchObject({ input: { duration: 30 } });
    expect(actions).toHaveLength(3);
  });

  it("starts for no follow-up", () => {
    const program = programOf("follow-up.yaml");
    expect(program.matches({ trigger: { object: meeting }, event })).toBe(true);
    expect(program.matches({ trigger: { object: { ...meeting, topic: "Follow-up: Review" } }, event })).toBe(
      false,
    );
  });
});

describe("four-steps.yaml", () => {
  it("schedules four meetings, none of which starts it again", () => {
    const program = programOf("four-steps.yaml");
    const onboarding = { ...meeting, topic: "Onboarding Ada" };
    expect(program.matches({ trigger: { object: onboarding }, event })).toBe(true);
    const { actions } = run(program, onboarding, []);
    const made = actions.map((command) => plan.parse(command.input));
    expect(made.map(({ start_time }) => start_time.slice(0, 10))).toEqual([
      "2026-01-16",
      "2026-01-22",
      "2026-02-14",
      "2026-04-15",
    ]);
    for (const { topic } of made)
      expect(program.matches({ trigger: { object: { ...meeting, topic } }, event })).toBe(false);
  });
});
