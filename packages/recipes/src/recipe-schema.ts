/** The shape of a recipe: data, in YAML or JSON. One place; the published JSON Schema is made from it. */
// `then` is a word of the language; nobody awaits a schema.
/* oxlint-disable unicorn/no-thenable */
import { z } from "zod";

const id = z
  .string()
  .regex(
    /^[a-zA-Z_][a-zA-Z0-9_]*$/,
    "must be a name such as followUp: letters, digits and _, not beginning with a digit",
  );
const use = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "must be connector/name, such as http/send-request");
const expression = z.union([z.string().min(1), z.boolean()]).describe("A CEL expression");

/** Calls an action. */
export const actionStep = z
  .strictObject({
    id: id.optional().describe("The name later steps know its output by"),
    name: z.string().max(200).optional().describe("What people read; by default the action's title"),
    use: use.describe("The action, such as http/send-request"),
    connection: z
      .string()
      .optional()
      .describe("The connection's name; by default the trigger's, for the same connector"),
    input: z.record(z.string(), z.unknown()).optional().describe("Strings may hold {{ expressions }}"),
  })
  .describe("Calls an action");

/** Chooses between steps. */
export const ifStep = z
  .strictObject({
    id: id.optional(),
    if: expression,
    get then() {
      return z.array(step);
    },
    get elsif() {
      return z.array(z.strictObject({ if: expression, then: z.array(step) })).optional();
    },
    get else() {
      return z.array(step).optional();
    },
  })
  .describe("Runs `then` when the condition holds, else the first `elsif` that does, else `else`");

/** Repeats steps for each item of a list. */
export const forEachStep = z
  .strictObject({
    id: id.optional().describe("The name later steps know the list of each iteration's outputs by"),
    forEach: z.string().min(1).describe("A CEL expression that gives a list"),
    as: id.describe("The name of the item inside the steps"),
    get steps() {
      return z.array(step);
    },
  })
  .describe("Runs the steps for each item of a list, in order");

/** Ends the job. */
export const stopStep = z
  .strictObject({
    id: id.optional(),
    stop: z.strictObject({
      as: z.enum(["succeeded", "failed"]),
      reason: z.string().optional().describe("May hold {{ expressions }}"),
    }),
  })
  .describe("Ends the job");

/** A step of any kind. Its kind is told by the key it has. */
export const step: z.ZodType<Step> = z.lazy(() => z.union([actionStep, ifStep, forEachStep, stopStep]));

/** The whole recipe. */
export const recipeSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    description: z.string().max(2000).optional(),
    trigger: z.strictObject({
      use: use.describe("The trigger, as connector/name"),
      connection: z.string().optional().describe("The name of the connection whose events it listens to"),
      input: z.record(z.string(), z.unknown()).optional().describe("The trigger's own settings"),
      when: expression.optional().describe("Starts a job only for events that it holds for"),
    }),
    steps: z.array(step).min(1, "needs at least one step"),
  })
  .describe("A Greenroom recipe");

export interface ActionStep {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly use: string;
  readonly connection?: string | undefined;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}
export interface IfStep {
  readonly id?: string | undefined;
  readonly if: string | boolean;
  readonly then: readonly Step[];
  readonly elsif?: readonly { readonly if: string | boolean; readonly then: readonly Step[] }[] | undefined;
  readonly else?: readonly Step[] | undefined;
}
export interface ForEachStep {
  readonly id?: string | undefined;
  readonly forEach: string;
  readonly as: string;
  readonly steps: readonly Step[];
}
export interface StopStep {
  readonly id?: string | undefined;
  readonly stop: { readonly as: "succeeded" | "failed"; readonly reason?: string | undefined };
}
export type Step = ActionStep | IfStep | ForEachStep | StopStep;

/** A recipe that has the right shape; whether it can run is for lint to say. */
export interface Recipe {
  readonly name: string;
  readonly description?: string | undefined;
  readonly trigger: {
    readonly use: string;
    readonly connection?: string | undefined;
    readonly input?: Readonly<Record<string, unknown>> | undefined;
    readonly when?: string | boolean | undefined;
  };
  readonly steps: readonly Step[];
}

/** The keys that tell a step's kind, in the order of the union above. */
export const stepKinds = ["use", "if", "forEach", "stop"] as const;

/** The shapes of steps, by the key that tells their kind. */
export const stepShapes = { use: actionStep, if: ifStep, forEach: forEachStep, stop: stopStep } as const;

/** The JSON Schema of recipes, for editors. */
export function recipeJsonSchema(): object {
  return {
    $id: "https://greenroom.dev/recipe.schema.json",
    title: "Greenroom recipe",
    ...z.toJSONSchema(recipeSchema, { io: "input" }),
  };
}
