/** The shape of a recipe: data, in YAML or JSON. One place; the published JSON Schema is made from it. */
import type { JsonSchema } from "@greenroom/connector-kit";
import { z } from "zod";
import { condition, dataName, duration, publishedStep, step, use, workatoRest } from "./step-schema.ts";
import type { Condition, Step } from "./step-types.ts";

const jsonSchema = z.record(z.string(), z.unknown());

const recipeOf = (steps: z.ZodType<Step>) =>
  z
    .strictObject({
      name: z.string().trim().min(1).max(200),
      description: z.string().max(2000).optional(),
      trigger: z.strictObject({
        use: use.describe("The trigger, as connector/name"),
        connection: z.string().optional().describe("The name of the connection whose events it listens to"),
        input: z.record(z.string(), z.unknown()).optional().describe("The trigger's own settings"),
        when: condition.optional().describe("Starts a job only for events that it holds for"),
        workato: workatoRest.optional(),
      }),
      parameters: jsonSchema
        .optional()
        .describe("JSON Schema of what a caller gives, read as trigger.NAME; for the trigger recipe/called"),
      result: jsonSchema.optional().describe("JSON Schema of what `return` gives to the caller"),
      concurrency: z
        .int()
        .min(1)
        .max(1_000)
        .optional()
        .describe(
          "How many jobs may run at once; by default 1, in the order of their events; with concurrencyKey 1,000",
        ),
      concurrencyKey: z
        .string()
        .min(1)
        .optional()
        .describe(
          "A CEL expression on the event; of the jobs with the same value one runs at a time, in order",
        ),
      priority: z
        .enum(["low", "normal", "high"])
        .optional()
        .describe("Whose jobs begin first; by default normal"),
      rate: z
        .strictObject({ limit: z.int().min(1).max(1_000_000), per: duration })
        .optional()
        .describe("How many jobs may begin in a length of time"),
      retention: z
        .union([
          z.literal("none").describe("Keeps no data of jobs"),
          z
            .strictObject({ days: z.int().min(1).max(3_650).optional(), jobs: z.int().min(1).optional() })
            .refine(({ days, jobs }) => days !== undefined || jobs !== undefined, "needs days or jobs"),
        ])
        .optional()
        .describe("How long jobs are kept"),
      mask: z
        .array(
          z.string().regex(/^[a-zA-Z_]\w*(\.(\w+|\*))*$/, "must be such as people.participants.*.user_email"),
        )
        .max(200)
        .optional()
        .describe(
          "What the history hides: fields of trigger, or of a step by its id; * is every item or field",
        ),
      searchable: z
        .record(dataName, z.string().min(1))
        .optional()
        .describe("Values of the event that jobs can be found by: CEL expressions by name"),
      steps: z.array(steps).min(1, "needs at least one step"),
      workato: workatoRest.optional(),
    })
    .describe("A Greenroom recipe");

/** The whole recipe. */
export const recipeSchema = recipeOf(step);

/** A recipe that has the right shape; whether it can run is for lint to say. */
export interface Recipe {
  readonly name: string;
  readonly description?: string | undefined;
  readonly trigger: {
    readonly use: string;
    readonly connection?: string | undefined;
    readonly input?: Readonly<Record<string, unknown>> | undefined;
    readonly when?: Condition | undefined;
    readonly workato?: Readonly<Record<string, unknown>> | undefined;
  };
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly concurrency?: number | undefined;
  readonly concurrencyKey?: string | undefined;
  readonly priority?: "low" | "normal" | "high" | undefined;
  readonly rate?: { readonly limit: number; readonly per: string } | undefined;
  readonly retention?:
    | "none"
    | { readonly days?: number | undefined; readonly jobs?: number | undefined }
    | undefined;
  readonly mask?: readonly string[] | undefined;
  readonly searchable?: Readonly<Record<string, string>> | undefined;
  readonly steps: readonly Step[];
  /** What an import kept as it was; it does nothing. */
  readonly workato?: Readonly<Record<string, unknown>> | undefined;
}

/** The JSON Schema of recipes, for editors; its `$defs` has each kind of step by itself. */
export function recipeJsonSchema(): JsonSchema {
  return {
    $id: "https://greenroom.dev/recipe.schema.json",
    title: "Greenroom recipe",
    ...z.toJSONSchema(recipeOf(publishedStep), { io: "input" }),
  };
}
