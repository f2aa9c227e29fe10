import { describe, expect, it } from "vitest";
import { catalogue, recipeOf } from "../crm.test-kit.ts";
import { StepFailure } from "../command.ts";
import { parseRecipe } from "../parse-recipe.ts";
import type { PerformStep } from "./answers.ts";
import { formatRecipeTests, parseRecipeTests, recipeTestJsonSchema } from "./recipe-test-schema.ts";
import { type RecipeTestResult, runRecipeTest } from "./run-recipe-test.ts";

const recipe = recipeOf(
  `  - { id: all, use: crm/list-people }
  - forEach: all.people
    as: person
    steps:
      - if: has(person.email)
        then:
          - try: [{ id: added, use: crm/add-person, input: { email: "{{ person.email }}" } }]
            retry: { times: 1, every: 1h, when: error.kind == "unavailable" }
            catch: [{ append: { failed: "{{ error.message }}" } }]
  - wait: 1d
  - { id: letter, use: post/send, input: { failed: "{{ vars.failed }}", at: "{{ now() }}", from: "{{ properties.FROM }}" } }
`,
  "use: crm/deal-won, connection: crm, when: trigger.worth > 10",
);

async function run(test: string, source = recipe, perform?: PerformStep): Promise<RecipeTestResult> {
  const { file, problems } = parseRecipeTests(`tests:\n  - name: It\n${test.replaceAll(/^/gm, "    ")}`);
  const { recipe: parsed } = parseRecipe(source);
  const [first] = file?.tests ?? [];
  if (!file || !first || !parsed) throw new Error(JSON.stringify(problems));
  return await runRecipeTest(parsed, catalogue, first, { file, ...(perform && { perform }) });
}
const problemsOf = async (...args: Parameters<typeof run>) =>
  (await run(...args)).problems.map(
    ({ path, message, hint }) => `${path} ${message}${hint ? ` ${hint}` : ""}`,
  );

const answers = `event: { worth: 11 }
properties: { FROM: Ada }
now: 2026-03-01T00:00:00Z
answers:
  all: { output: { people: [{ id: 1, email: a@b.co }, { id: 2 }, { id: 3, email: c@d.co }] } }
  added: { error: { kind: unavailable, message: It is down. } }
  post/send: { output: {} }
`;

describe("a test passes", () => {
  it("when the steps ran as expected, with waits that take no time", async () => {
    expect(
      await problemsOf(`${answers}expect:
  steps:
    - { step: all }
    - { step: added, times: 4, input: { email: a@b.co }, error: { kind: unavailable } }
    - { step: "2", input: { until: "2026-03-02T02:00:00.000Z" } }
    - { step: letter, input: { failed: [It is down., It is down.], at: "2026-03-02T02:00:00Z", from: Ada } }
`),
    ).toEqual([]);
  });

  it("when the event starts no job, as expected", async () => {
    expect(await problemsOf("event: { worth: 10 }\nexpect: { starts: false }\n")).toEqual([]);
    expect(await problemsOf("event: { worth: 10 }\n")).toEqual([
      "expect.starts The event starts no job: its condition does not hold.",
    ]);
  });

  it("when the job fails as expected", async () => {
    const failing = answers
      .replace("kind: unavailable", "kind: conflict")
      .replace("post/send: { output: {} }", "post/send: { error: { kind: forbidden } }");
    expect(await problemsOf(`${failing}expect: { error: { kind: forbidden, step: letter } }\n`)).toEqual([]);
    expect(await problemsOf(failing)).toEqual([
      "expect.outcome The job failed: letter: The test answers with forbidden.",
    ]);
  });

  it("with a sandbox that performs steps", async () => {
    const performed: string[] = [];
    const perform: PerformStep = (command, at) => {
      performed.push(`${command.path} ${at.toISOString()}`);
      if (command.stepId === "added")
        throw new StepFailure({ kind: "conflict", code: "there", message: "It is there." });
      return Promise.resolve({ people: [{ id: 1, email: "a@b.co" }] });
    };
    const test = `event: { worth: 11 }\notherwise: sandbox\nproperties: { FROM: Ada }\nanswers: { letter: { output: {} } }\nexpect: { steps: [{ step: letter, input: { failed: [It is there.] } }] }\n`;
    expect(await problemsOf(test, recipe, perform)).toEqual([]);
    expect(performed).toEqual([
      "0 2026-01-01T00:00:00.000Z",
      "1[0].0.then.0.try[0].0 2026-01-01T00:00:00.000Z",
    ]);
    expect(await problemsOf(test)).toEqual([
      "answers. “List people” needs a sandbox, and there is none here.",
    ]);
  });

  it("with calls, branches and events that are waited for", async () => {
    const source = recipeOf(`  - parallel:
      - steps: [{ id: made, call: Make, input: { n: 1 } }]
      - steps: [{ id: won, wait: { event: { use: crm/deal-won, connection: crm, when: "true", timeout: 1h } } }]
  - { forEach: "[1, 2]", as: n, concurrency: 2, steps: [{ id: sent, use: post/send, input: { n: "{{ n }}", made: "{{ made.id }}", won: "{{ won }}" } }] }
`);
    expect(
      await problemsOf(
        "answers: { Make: { output: { id: 7 } }, sent: { outputs: [{}, {}] } }\nexpect: { steps: [{ step: made, input: { n: 1 } }, { step: sent, input: { n: 1, made: 7, won: null } }, { step: sent, input: { n: 2 } }] }\n",
        source,
      ),
    ).toEqual([]);
  });

  it("when a called recipe returns what is expected", async () => {
    const source = `name: Made\ntrigger: { use: recipe/called }\nparameters: { type: object, properties: { n: { type: integer } } }\nresult: { type: object }\nsteps: [{ return: { twice: "{{ trigger.n * 2 }}" } }]\n`;
    expect(await problemsOf("event: { n: 4 }\nexpect: { result: { twice: 8 } }\n", source)).toEqual([]);
    expect((await run("event: { n: 4 }\nexpect: { result: { twice: 9 } }\n", source)).problems).toEqual([
      { path: "expect.result.twice", message: "It is another than expected.", expected: 9, actual: 8 },
    ]);
  });
});

describe("a test does not pass, and says why,", () => {
  it("when a step has no answer", async () => {
    expect(await problemsOf("event: { worth: 11 }\n")).toEqual([
      "answers “List people” (all) has no answer. Give it one: answers: { all: { output: … } }, or otherwise: sandbox.",
    ]);
  });

  it("when an answer or the event is none that could be", async () => {
    expect(await problemsOf(answers.replace("people: [", "peple: ["))).toEqual([
      expect.stringContaining("answers.all.output List people gives no such output:"),
    ]);
    expect(await problemsOf(answers.replace("added:", "aded:"))).toEqual([
      "answers.aded There is no step “aded” to answer. Did you mean “added”?",
      expect.stringContaining("has no answer"),
    ]);
    expect(
      await problemsOf(
        answers
          .replace("output: {} }", "outputs: [{}] }")
          .replace("added:", "crm/list-people: { output: { people: [] } }\n  added:"),
      ),
    ).toEqual([]);
  });

  it("when an input is refused, as it would be by the action", async () => {
    const wrong = answers
      .replace("email: a@b.co", "email: nobody")
      .replace("{ error: { kind: unavailable, message: It is down. } }", "{ output: { id: 1 } }");
    expect(
      await problemsOf(`${wrong}expect: { steps: [{ step: letter, input: { failed: [] } }] }\n`),
    ).toEqual(["expect.steps[0].input.failed.length It is another than expected."]);
  });

  it("when steps ran in another order, too often, or not at all", async () => {
    expect(
      await problemsOf(`${answers}expect:
  steps: [{ step: letter }, { step: all }, { step: added, times: 0 }, { step: lettr }]
`),
    ).toEqual([
      "expect.steps[1] “all” did not run again. It ran, but not after the step before it in this list.",
      "expect.steps[2].times “added” ran 4 times.",
      "expect.steps[3] “lettr” did not run. Did you mean “letter”?",
    ]);
  });
});

describe("a file of tests", () => {
  it("has its shape checked, with the line", () => {
    const { problems } = parseRecipeTests(
      "recipe: a.yaml\ntests:\n  - name: A\n    answer: {}\n    expect: { outcome: fine }\n",
    );
    expect(problems.map(({ path, line, hint }) => `${path} ${line} ${hint ?? ""}`)).toEqual([
      "tests[0].expect.outcome 5 ",
      "tests[0].answer 4 Did you mean “answers”?",
    ]);
  });

  it("is formatted, and has a JSON Schema", () => {
    expect(
      formatRecipeTests("tests:\n- {expect: {outcome: failed}, name: 'A'} # why\nrecipe: a.yaml\n"),
    ).toBe("recipe: a.yaml\ntests:\n  - { name: A, expect: { outcome: failed } } # why\n");
    expect(recipeTestJsonSchema()).toMatchObject({ required: ["tests"], additionalProperties: false });
  });
});
