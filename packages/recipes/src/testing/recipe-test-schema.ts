/** The shape of a file with a recipe's tests; the published JSON Schema is made from it. */
import type { JsonSchema } from "@greenroom/connector-kit";
import { z } from "zod";
import { formatYaml } from "../format-recipe.ts";
import { parseShape, type Shape } from "../parse-shape.ts";
import type { Problem } from "../problem.ts";
import type { Locate } from "../read-yaml.ts";

const data = z.record(z.string(), z.unknown());

const failure = z
  .strictObject({
    kind: z.string().min(1).describe("Such as not-found, conflict, rate-limited, unavailable"),
    code: z.string().min(1).optional(),
    message: z.string().optional(),
    hint: z.string().optional(),
  })
  .describe("The failure that the step is answered with");

const answer = z.union([
  z.literal("sandbox").describe("The step is performed by a sandbox"),
  z.strictObject({ output: z.unknown().optional() }).describe("What the step gives, each time"),
  z
    .strictObject({ outputs: z.array(z.unknown()).min(1) })
    .describe("What it gives the first time, the second …"),
  z.strictObject({ error: failure }),
]);

const expectedStep = z.strictObject({
  step: z.string().min(1).describe("The step's id, or its path in the job such as 2.then.0"),
  times: z
    .int()
    .min(0)
    .optional()
    .describe("How often it runs in all; 0 is never; without it, at least once more"),
  input: z.unknown().optional().describe("What its input has, among other things"),
  output: z.unknown().optional().describe("What its output has, among other things"),
  error: z.unknown().optional().describe("What its error has, among other things"),
});

const testCase = z.strictObject({
  name: z.string().trim().min(1).max(200),
  event: z
    .union([z.literal("sample"), data])
    .optional()
    .describe("The payload of the event, or the trigger's sample, which it is without"),
  now: z.iso.datetime({ offset: true }).optional().describe("When the job begins"),
  properties: data.optional().describe("The installation's properties"),
  answers: z
    .record(z.string(), answer)
    .optional()
    .describe("By the step's id, by its path, or by the action as connector/name"),
  otherwise: z
    .enum(["fail", "sandbox"])
    .optional()
    .describe("What becomes of a step without an answer; by default the test fails"),
  expect: z
    .strictObject({
      starts: z.boolean().optional().describe("Whether the event starts a job; by default it does"),
      outcome: z.enum(["succeeded", "failed"]).optional().describe("By default succeeded"),
      reason: z.string().optional().describe("What `stop` says"),
      result: z.unknown().optional().describe("What `return` gives has it, among other things"),
      error: z.unknown().optional().describe("What the job fails with has it, among other things"),
      steps: z.array(expectedStep).optional().describe("Steps in the order in which they run, among others"),
    })
    .optional(),
});

const testFile = z
  .strictObject({
    recipe: z.string().min(1).optional().describe("The recipe's file, beside this one; or its name"),
    properties: data.optional().describe("The installation's properties, for all tests"),
    answers: z.record(z.string(), answer).optional().describe("Answers for all tests"),
    tests: z.array(testCase).min(1),
  })
  .describe("Tests of a Greenroom recipe");

/** A file with a recipe's tests. */
export type RecipeTestFile = z.output<typeof testFile>;
/** One test. */
export type RecipeTest = z.output<typeof testCase>;
/** What a step is answered with. */
export type TestAnswer = z.output<typeof answer>;

/** The JSON Schema of recipe tests, for editors. */
export function recipeTestJsonSchema(): JsonSchema {
  return {
    $id: "https://greenroom.dev/recipe-test.schema.json",
    title: "Greenroom recipe tests",
    ...z.toJSONSchema(testFile, { io: "input" }),
  };
}

const shape: Shape<RecipeTestFile> = {
  ...{ name: "file of recipe tests", expected: "an object with tests", schema: testFile },
  form: recipeTestJsonSchema,
};

/** What parsing came to; `file` is there when its shape is right. */
export interface ParsedRecipeTests {
  readonly file: RecipeTestFile | undefined;
  readonly problems: readonly Problem[];
  readonly locate: Locate;
}

/** Parses a file of tests. It never throws: whatever is wrong is a problem with a place. */
export function parseRecipeTests(source: string): ParsedRecipeTests {
  const { data: file, problems, locate } = parseShape(source, shape);
  return { file, problems, locate };
}

/** A file of tests in the common form, with its comments; undefined when it is no YAML. */
export function formatRecipeTests(source: string): string | undefined {
  return formatYaml(source, recipeTestJsonSchema());
}
