/** The shapes of steps. A step's kind is told by the key it has. */
// `then` is a word of the language; nobody awaits a schema.
/* oxlint-disable unicorn/no-thenable */
import { z } from "zod";
import { nearest } from "./did-you-mean.ts";
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

/** What an import from Workato could not say in our words; kept for people, and for going back. */
export const workatoRest = z
  .record(z.string(), z.unknown())
  .describe("What an import from Workato kept as it was; it does nothing");

const common = {
  id: dataName.optional().describe("The name later steps know its output by"),
  name: z.string().max(200).optional().describe("What people read"),
  comment: z.string().max(2000).optional().describe("For whoever reads the recipe"),
  disabled: z.boolean().optional().describe("Leaves the step out"),
  workato: workatoRest.optional(),
};

const variables = z
  .record(dataName, z.unknown())
  .refine((values) => Object.keys(values).length > 0, "needs at least one variable")
  // What a refinement says is no part of a JSON Schema by itself.
  .meta({ minProperties: 1 });

/** The shapes of steps, by the key that tells their kind; `step` is what stands inside of them. */
function shapesAround(step: () => z.ZodType<Step>) {
  const inside = z.lazy(step);
  const actionStep = z.strictObject({
    ...common,
    use: use.describe("The action, such as http/send-request"),
    connection: z
      .string()
      .optional()
      .describe("The connection's name; by default the trigger's, for the same connector"),
    input: input.optional().describe("Strings may hold {{ expressions }}"),
  });

  const ifStep = z.strictObject({
    ...common,
    if: condition,
    then: z.array(inside),
    elsif: z.array(z.strictObject({ if: condition, then: z.array(inside) })).optional(),
    else: z.array(inside).optional(),
  });

  const forEachStep = z.strictObject({
    ...common,
    id: dataName.optional().describe("The name later steps know the list of each iteration's outputs by"),
    forEach: expression.describe("A CEL expression that gives a list"),
    as: dataName.describe("The name of the item inside the steps; with `batch`, of the list of items"),
    batch: z.int().min(1).max(10_000).optional().describe("Takes so many items at a time"),
    concurrency: z.int().min(1).max(100).optional().describe("Runs so many iterations at once; by default 1"),
    steps: z.array(inside),
  });

  const whileStep = z.strictObject({
    ...common,
    id: dataName.optional().describe("The name later steps know the list of each iteration's outputs by"),
    while: condition,
    atLeastOnce: z
      .boolean()
      .optional()
      .describe("Asks after each iteration, when the condition can read what it gave, not before"),
    max: z.int().min(1).max(100_000).optional().describe("Fails after so many iterations; by default 1,000"),
    steps: z.array(inside),
  });

  const parallelStep = z.strictObject({
    ...common,
    parallel: z
      .array(z.strictObject({ name: z.string().max(200).optional(), steps: z.array(inside) }))
      .min(1)
      .max(100)
      .describe("The branches"),
    concurrency: z.int().min(1).max(100).optional().describe("Runs so many branches at once; by default all"),
  });

  const tryStep = z.strictObject({
    ...common,
    try: z.array(inside),
    retry: z
      .strictObject({
        times: z.int().min(1).max(100).describe("How often the steps are tried again"),
        every: duration.optional().describe("How long to wait before: 30s, 2h; by default not at all"),
        backoff: z.number().min(1).max(10).optional().describe("The wait is multiplied by it each time"),
        max: duration.optional().describe("The longest wait"),
        when: condition.optional().describe('Only for errors that it holds for: error.kind == "unavailable"'),
      })
      .optional(),
    catch: z.array(inside).optional().describe("Runs when the steps failed; `error` says how"),
  });

  const callStep = z.strictObject({
    ...common,
    call: z.string().min(1).max(200).describe("The name of a recipe whose trigger is recipe/called"),
    input: input.optional().describe("Its parameters; strings may hold {{ expressions }}"),
    background: z.boolean().optional().describe("Does not wait for its end; gives { jobId }"),
  });

  const setStep = z.strictObject({
    ...common,
    set: variables.describe("Values by variable, read as vars.NAME; strings may hold {{ expressions }}"),
  });

  const appendStep = z.strictObject({
    ...common,
    append: variables.describe("Items by variable, whose list begins empty"),
  });

  const waitStep = z.strictObject({
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
  });

  const stopStep = z.strictObject({
    ...common,
    stop: z.strictObject({
      as: z.enum(["succeeded", "failed"]),
      reason: z.string().optional().describe("May hold {{ expressions }}"),
    }),
  });

  const returnStep = z.strictObject({
    ...common,
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
  });

  return {
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
  };
}

/** A key that tells a step's kind. */
export type StepKey = keyof ReturnType<typeof shapesAround>;

/** What the shapes are called: in the published schema, and on pages. */
const names: Readonly<
  Record<StepKey, { readonly id: string; readonly title: string; readonly description: string }>
> = {
  use: { id: "ActionStep", title: "Action", description: "Calls an action" },
  if: {
    id: "IfStep",
    title: "If",
    description: "Runs `then` when the condition holds, else the first `elsif` that does, else `else`",
  },
  forEach: { id: "ForEachStep", title: "For each", description: "Runs the steps for each item of a list" },
  while: { id: "WhileStep", title: "Repeat while", description: "Repeats the steps while a condition holds" },
  parallel: { id: "ParallelStep", title: "Parallel", description: "Runs branches beside each other" },
  try: { id: "TryStep", title: "Try", description: "Tries steps again, and goes on when they fail" },
  call: { id: "CallStep", title: "Call recipe", description: "Runs another recipe" },
  set: { id: "SetStep", title: "Set variables", description: "Gives variables values" },
  append: { id: "AppendStep", title: "Add to lists", description: "Adds an item to the end of each list" },
  wait: { id: "WaitStep", title: "Wait", description: "Waits for a while, until a time, or for an event" },
  stop: { id: "StopStep", title: "Stop", description: "Ends the job" },
  return: { id: "ReturnStep", title: "Return", description: "Ends the job with a result for its caller" },
};

/** The keys that tell a step's kind, in the order in which they are looked for. */
export const stepKeys = Object.keys(names).filter((key): key is StepKey => key in names);

/**
 * A step of any kind. Only the shape that its key tells is tried: trying them all would try the steps inside of each
 * again, and take twice as long with every level.
 */
export const step: z.ZodType<Step> = z.custom<Step>().superRefine((value: unknown, context) => {
  const given = typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  const kind = given && stepKeys.find((key) => key in given);
  if (kind !== undefined) {
    // An issue as it is told is an issue as it is raised, with less to be filled in.
    for (const issue of shapes[kind].safeParse(value).error?.issues ?? []) context.addIssue({ ...issue });
    return;
  }
  const near = Object.keys(given ?? {})
    .map((key) => nearest(key, stepKeys))
    .find((key) => key !== undefined);
  context.addIssue({
    code: "custom",
    message: given ? "This step has no kind." : "A step must be an object.",
    params: {
      expected: `one ${given ? "of the keys" : "with"} ${stepKeys.join(", ")}`,
      hint: near && `Did you mean “${near}”?`,
    },
  });
});

const shapes = shapesAround(() => step);

/** The same for the published schema, where all shapes stand beside each other. */
export const publishedStep: z.ZodType<Step> = z
  .lazy(() => {
    const [first, ...rest] = stepKeys.map((key) => published[key].meta(names[key]));
    return z.union([first ?? z.never(), ...rest]);
  })
  .meta({ id: "Step" });

const published = shapesAround(() => publishedStep);
