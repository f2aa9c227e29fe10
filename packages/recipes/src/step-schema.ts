/** The shapes of steps. A step's kind is told by the key it has. */
// `then` is a word of the language; nobody awaits a schema.
/* oxlint-disable unicorn/no-thenable */
import { z } from "zod";
import { durationPattern } from "./duration.ts";
import type { Step } from "./step-types.ts";

const nameOfData = "must be a name such as followUp: letters, digits and _, not beginning with a digit";
/** A name that expressions can say. */
export const dataName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, nameOfData);
/** The name of an action or trigger. */
export const use = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "must be connector/name, such as http/send-request");
/** A condition. */
export const condition = z.union([z.string().min(1), z.boolean()]).describe("A CEL expression");
const expression = z.string().min(1);
/** A length of time, such as 30s. */
export const duration = z
  .string()
  .regex(durationPattern, "must be a length of time such as 30s, 2h or 1d12h");
/** The same, or a template that gives one. */
const durationOrTemplate = z
  .string()
  .regex(
    new RegExp(`${durationPattern.source}|\\{\\{`),
    "must be a length of time such as 30s, 2h or 1d12h, or {{ an expression }} that gives one",
  );
const input = z.record(z.string(), z.unknown());

const common = {
  id: dataName.optional().describe("The name later steps know its output by"),
  name: z.string().max(200).optional().describe("What people read"),
  comment: z.string().max(2000).optional().describe("For whoever reads the recipe"),
  disabled: z.boolean().optional().describe("Leaves the step out"),
};

const actionStep = z
  .strictObject({
    ...common,
    use: use.describe("The action, such as http/send-request"),
    connection: z
      .string()
      .optional()
      .describe("The connection's name; by default the trigger's, for the same connector"),
    input: input.optional().describe("Strings may hold {{ expressions }}"),
  })
  .meta({ id: "ActionStep", title: "Action", description: "Calls an action" });

const ifStep = z
  .strictObject({
    ...common,
    if: condition,
    get then() {
      return z.array(step);
    },
    get elsif() {
      return z.array(z.strictObject({ if: condition, then: z.array(step) })).optional();
    },
    get else() {
      return z.array(step).optional();
    },
  })
  .meta({
    id: "IfStep",
    title: "If",
    description: "Runs `then` when the condition holds, else the first `elsif` that does, else `else`",
  });

const forEachStep = z
  .strictObject({
    ...common,
    id: dataName.optional().describe("The name later steps know the list of each iteration's outputs by"),
    forEach: expression.describe("A CEL expression that gives a list"),
    as: dataName.describe("The name of the item inside the steps; with `batch`, of the list of items"),
    batch: z.int().min(1).max(10_000).optional().describe("Takes so many items at a time"),
    concurrency: z.int().min(1).max(100).optional().describe("Runs so many iterations at once; by default 1"),
    get steps() {
      return z.array(step);
    },
  })
  .meta({ id: "ForEachStep", title: "For each", description: "Runs the steps for each item of a list" });

const whileStep = z
  .strictObject({
    ...common,
    id: dataName.optional().describe("The name later steps know the list of each iteration's outputs by"),
    while: condition,
    atLeastOnce: z
      .boolean()
      .optional()
      .describe("Asks after each iteration, when the condition can read what it gave, not before"),
    max: z.int().min(1).max(100_000).optional().describe("Fails after so many iterations; by default 1,000"),
    get steps() {
      return z.array(step);
    },
  })
  .meta({ id: "WhileStep", title: "Repeat while", description: "Repeats the steps while a condition holds" });

const parallelStep = z
  .strictObject({
    ...common,
    get parallel() {
      return z
        .array(z.strictObject({ name: z.string().max(200).optional(), steps: z.array(step) }))
        .min(1)
        .max(100)
        .describe("The branches");
    },
    concurrency: z.int().min(1).max(100).optional().describe("Runs so many branches at once; by default all"),
  })
  .meta({ id: "ParallelStep", title: "Parallel", description: "Runs branches beside each other" });

const tryStep = z
  .strictObject({
    ...common,
    get try() {
      return z.array(step);
    },
    retry: z
      .strictObject({
        times: z.int().min(1).max(100).describe("How often the steps are tried again"),
        every: duration.optional().describe("How long to wait before: 30s, 2h; by default not at all"),
        backoff: z.number().min(1).max(10).optional().describe("The wait is multiplied by it each time"),
        max: duration.optional().describe("The longest wait"),
        when: condition.optional().describe('Only for errors that it holds for: error.kind == "unavailable"'),
      })
      .optional(),
    get catch() {
      return z.array(step).optional().describe("Runs when the steps failed; `error` says how");
    },
  })
  .meta({ id: "TryStep", title: "Try", description: "Tries steps again, and goes on when they fail" });

const callStep = z
  .strictObject({
    ...common,
    call: z.string().trim().min(1).max(200).describe("The name of a recipe whose trigger is recipe/called"),
    input: input.optional().describe("Its parameters; strings may hold {{ expressions }}"),
    background: z.boolean().optional().describe("Does not wait for its end; gives { jobId }"),
  })
  .meta({ id: "CallStep", title: "Call recipe", description: "Runs another recipe" });

const variables = z
  .record(dataName, z.unknown())
  .refine((values) => Object.keys(values).length > 0, "needs at least one variable");

const setStep = z
  .strictObject({
    ...common,
    set: variables.describe("Values by variable, read as vars.NAME; strings may hold {{ expressions }}"),
  })
  .meta({ id: "SetStep", title: "Set variables", description: "Gives variables values" });

const appendStep = z
  .strictObject({
    ...common,
    append: variables.describe("Items by variable, whose list begins empty"),
  })
  .meta({ id: "AppendStep", title: "Add to lists", description: "Adds an item to the end of each list" });

const waitStep = z
  .strictObject({
    ...common,
    wait: z.union([
      durationOrTemplate.describe("How long: 30s, 2h, 3d"),
      z.strictObject({ until: expression.describe("A CEL expression that gives a time") }),
      z.strictObject({
        event: z.strictObject({
          use: use.describe("The trigger whose event is waited for"),
          connection: z.string().optional(),
          input: input.optional().describe("The trigger's own settings"),
          when: condition
            .optional()
            .describe("Only for an event that it holds for; `arrived` is its payload"),
          timeout: durationOrTemplate.optional().describe("Waits no longer; the output is then null"),
        }),
      }),
    ]),
  })
  .meta({ id: "WaitStep", title: "Wait", description: "Waits for a while, until a time, or for an event" });

const stopStep = z
  .strictObject({
    ...common,
    stop: z.strictObject({
      as: z.enum(["succeeded", "failed"]),
      reason: z.string().optional().describe("May hold {{ expressions }}"),
    }),
  })
  .meta({ id: "StopStep", title: "Stop", description: "Ends the job" });

const returnStep = z
  .strictObject({
    ...common,
    // Not z.unknown(): that would take every object for a step of this kind.
    return: z
      .union([
        z.string(),
        z.number(),
        z.boolean(),
        z.null(),
        z.array(z.unknown()),
        z.record(z.string(), z.unknown()),
      ])
      .describe("The result; strings may hold {{ expressions }}"),
  })
  .meta({ id: "ReturnStep", title: "Return", description: "Ends the job with a result for its caller" });

/** The shapes of steps, by the key that tells their kind. */
export const stepShapes = {
  use: actionStep,
  if: ifStep,
  forEach: forEachStep,
  while: whileStep,
  parallel: parallelStep,
  try: tryStep,
  call: callStep,
  set: setStep,
  append: appendStep,
  wait: waitStep,
  stop: stopStep,
  return: returnStep,
} as const;

/** A key that tells a step's kind. */
export type StepKey = keyof typeof stepShapes;

/** The keys that tell a step's kind, in the order of the union. */
export const stepKeys: readonly StepKey[] = [
  ...(["use", "if", "forEach", "while", "parallel", "try"] as const),
  ...(["call", "set", "append", "wait", "stop", "return"] as const),
];

/** A step of any kind. */
export const step: z.ZodType<Step> = z
  .lazy(() =>
    z.union([
      actionStep,
      ifStep,
      forEachStep,
      whileStep,
      parallelStep,
      tryStep,
      callStep,
      setStep,
      appendStep,
      waitStep,
      stopStep,
      returnStep,
    ]),
  )
  .meta({ id: "Step" });
