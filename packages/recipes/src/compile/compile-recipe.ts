/** A recipe as a generator of commands: pure, so that running it again with the same replies takes the same path. */
import { allSteps, type Catalogue } from "../catalogue.ts";
import { type Command, type Outcome, type Reply, type StartScope, StepFailure } from "../command.ts";
import { currentTime } from "../expressions/current-time.ts";
import { compileExpression } from "../expressions/expression.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { textOf } from "../expressions/formulas.ts";
import { maskOf } from "../mask.ts";
import { problemsOfValue, schemaOfJson } from "../json-schema-values.ts";
import { calledTrigger } from "../recipe-connector.ts";
import type { Recipe } from "../recipe-schema.ts";
import { compileSteps } from "./compile-steps.ts";
import { compileCondition, type RunningScope } from "./running.ts";
import { secretsNamedIn } from "./secrets.ts";

type TriggerScope = Pick<StartScope, "trigger" | "event">;

/** A recipe version, ready to run. */
export interface Program {
  readonly trigger: {
    readonly use: string;
    readonly connection: string | undefined;
    readonly input: Readonly<Record<string, unknown>>;
  };
  /** Whether the event starts a job. @throws {ExpressionError} when the condition fails. */
  matches(scope: TriggerScope): boolean;
  /** The values that the job can be found by; what an event does not have is left out. */
  searchable(scope: TriggerScope): Readonly<Record<string, string>>;
  /** The data of `trigger`, or of a step by its id, as the history may keep it. */
  masked(name: string, data: unknown): unknown;
  /** Whether there is anything that the history may not keep. */
  readonly masksAnything: boolean;
  /**
   * Yields commands; each is answered with its output, or with a StepFailure thrown in. Given the same replies it yields
   * the same commands.
   *
   * @throws {ExpressionError} whose `command` is the step that it failed in.
   * @throws {StepFailure} that came in and was not caught.
   */
  run(scope: StartScope): Generator<Command, Outcome, Reply>;
}

/** Compiles a recipe that lint found sound. @throws {ExpressionError} */
export function compileRecipe(recipe: Recipe, catalogue: Catalogue): Program {
  const { trigger } = recipe;
  const starts = trigger.when === undefined ? () => true : compileCondition(trigger.when, "trigger.when");
  const searched = Object.entries(recipe.searchable ?? {}).map(
    ([name, text]) => [name, compileExpression(text, `searchable.${name}`)] as const,
  );
  const steps = compileSteps(recipe.steps, "steps", { recipe, catalogue });
  const accept = parametersOf(recipe);
  const secrets = secretsNamedIn(recipe.steps);
  const unset = Object.fromEntries(variablesOf(recipe).map((name) => [name, null]));
  return {
    trigger: {
      use: trigger.use,
      connection: catalogue.connectionOf(recipe, trigger),
      input: trigger.input ?? {},
    },
    matches: (scope) => starts({ ...scope }),
    searchable: (scope) =>
      Object.fromEntries(
        searched.flatMap(([name, expression]) => {
          const value = valueOrNothing(() => expression.evaluate({ ...scope }));
          return value == null ? [] : [[name, textOf(value)]];
        }),
      ),
    masked: maskOf(recipe.mask ?? []),
    masksAnything: (recipe.mask ?? []).length > 0,
    *run({ trigger: payload, event, job, properties }) {
      const scope: RunningScope = {
        ...{ trigger: accept(payload), event, job, properties: properties ?? {}, secrets },
        ...{ vars: { ...unset }, [currentTime]: job.startedAt },
      };
      return (yield* steps("", scope)) ?? { state: "succeeded", reason: undefined };
    },
  };
}

/** Checks what a caller gave, and adds the parameters' defaults. */
function parametersOf({ trigger, parameters }: Recipe): (given: unknown) => unknown {
  if (trigger.use !== calledTrigger || !parameters) return (given) => given;
  const schema = schemaOfJson(parameters);
  return (given) => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const fields = problemsOfValue(parsed.error, schema);
    throw new StepFailure({
      ...{ kind: "invalid-input", code: "parameters", fields },
      message: `The caller's input does not fit the recipe's parameters: ${fields.map(({ field, message }) => `${field} ${message}`).join("; ")}.`,
    });
  };
}

function variablesOf(recipe: Recipe): readonly string[] {
  return [...allSteps(recipe.steps)].flatMap((step) =>
    "set" in step ? Object.keys(step.set) : "append" in step ? Object.keys(step.append) : [],
  );
}

/** An event without the value is not found by it; that must not keep its job from running. */
function valueOrNothing(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
