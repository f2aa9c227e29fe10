/** Runs a test of a recipe: its steps are answered by the test, or by a sandbox, on a clock of their own. */
import { z } from "zod";
import { allSteps, type Catalogue } from "../catalogue.ts";
import { type Command, type Outcome, type Reply, type StepError, StepFailure } from "../command.ts";
import { compileRecipe } from "../compile/compile-recipe.ts";
import { expressionFailure } from "../compile/running.ts";
import { suggest } from "../did-you-mean.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import type { Recipe } from "../recipe-schema.ts";
import { AnswerBook, type PerformStep, type TestedStep, Unanswered } from "./answers.ts";
import { differenceFrom } from "./partly.ts";
import type { RecipeTest, RecipeTestFile } from "./recipe-test-schema.ts";

/** What a test came to. */
export interface RecipeTestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly problems: readonly RecipeTestProblem[];
  /** What ran, in its order. */
  readonly steps: readonly TestedStep[];
  readonly outcome: Outcome | undefined;
  readonly error: StepError | undefined;
}

/** Why a test did not pass. */
export interface RecipeTestProblem {
  /** The place in the test: `expect.steps[1].input.topic`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

const defaultNow = "2026-01-01T00:00:00Z";
/** What a test may take; far more than a recipe of 1,000 steps. */
const maxCommands = 100_000;

/**
 * Runs one test of a recipe that lint found sound.
 *
 * @param options.perform performs the steps whose answer is `sandbox`; without it such steps fail the test.
 */
export async function runRecipeTest(
  recipe: Recipe,
  catalogue: Catalogue,
  test: RecipeTest,
  options: { readonly file?: RecipeTestFile; readonly perform?: PerformStep } = {},
): Promise<RecipeTestResult> {
  const { file, perform } = options;
  const problems: RecipeTestProblem[] = [];
  const add = (path: string, message: string, rest: Partial<RecipeTestProblem> = {}) =>
    problems.push({ path, message, ...rest });
  const answers = new AnswerBook(
    { ...file?.answers, ...test.answers },
    test.otherwise ?? "fail",
    catalogue,
    perform,
  );
  for (const { key, hint } of answers.unknownIn(namesOf(recipe)))
    add(`answers.${key}`, `There is no step “${key}” to answer.`, { hint });

  const program = compileRecipe(recipe, catalogue);
  const startedAt = new Date(test.now ?? defaultNow);
  const trigger = payloadOf(recipe, catalogue, test, add);
  const event = { id: "test", name: catalogue.eventOf(recipe), occurredAt: startedAt };
  const expected = test.expect ?? {};
  const run = new TestRun(startedAt, answers);
  let outcome: Outcome | undefined;
  let error: StepError | undefined;
  let starts = true;
  try {
    starts = program.matches({ trigger, event });
    const properties = { ...file?.properties, ...test.properties };
    if (starts)
      outcome = await run.drive(program.run({ trigger, event, job: { id: "test", startedAt }, properties }));
  } catch (thrown) {
    if (thrown instanceof Unanswered) add(thrown.path, thrown.message, { hint: thrown.hint });
    else if (thrown instanceof StepFailure) ({ error } = thrown);
    else if (thrown instanceof ExpressionError) error = expressionFailure(thrown);
    else throw thrown;
  }
  if (problems.length === 0) judge({ expected, starts, outcome, error, steps: run.steps, recipe }, add);
  return { name: test.name, passed: problems.length === 0, problems, steps: run.steps, outcome, error };
}

/** Drives a program; branches run one after another, since their order cannot matter. */
class TestRun {
  readonly steps: TestedStep[] = [];
  readonly #answers: AnswerBook;
  #now: Date;
  #count = 0;

  constructor(startedAt: Date, answers: AnswerBook) {
    this.#now = startedAt;
    this.#answers = answers;
  }

  async drive<T>(run: Generator<Command, T, Reply>): Promise<T> {
    let next = run.next();
    while (next.done !== true) {
      if (++this.#count > maxCommands)
        throw new Unanswered("", `The job takes more than ${maxCommands} steps.`, "A loop may not end.");
      let output: unknown;
      try {
        output = await this.#perform(next.value);
      } catch (error) {
        if (!(error instanceof StepFailure || error instanceof ExpressionError)) throw error;
        next = run.throw(error);
        continue;
      }
      next = run.next({ output, at: this.#now });
    }
    return next.value;
  }

  async #perform(command: Command): Promise<unknown> {
    if (command.type === "parallel") return await this.#parallel(command.branches);
    const { path, stepId, title } = command;
    const input: unknown = "input" in command ? JSON.parse(JSON.stringify(command.input ?? null)) : null;
    const step = { path, stepId, title, kind: command.type === "note" ? command.kind : command.type, input };
    if (command.type === "note") {
      this.steps.push({ ...step, output: command.output, error: command.error });
      return undefined;
    }
    if (command.type === "wait" && command.for.kind === "time") {
      if (command.for.until > this.#now) this.#now = command.for.until;
      this.steps.push({
        ...step,
        input: { until: command.for.until.toISOString() },
        output: null,
        error: undefined,
      });
      return null;
    }
    try {
      const output = await this.#answers.answer(command, this.#now);
      this.steps.push({ ...step, output, error: undefined });
      return output;
    } catch (error) {
      if (error instanceof StepFailure) this.steps.push({ ...step, output: undefined, error: error.error });
      throw error;
    }
  }

  async #parallel(branches: Extract<Command, { type: "parallel" }>["branches"]): Promise<unknown> {
    const settled: object[] = [];
    let ended = false;
    for (const branch of branches) {
      if (ended) {
        settled.push({ notStarted: true });
        continue;
      }
      try {
        const outcome = await this.drive(branch.run());
        ended = outcome !== undefined;
        settled.push({ outcome });
      } catch (error) {
        if (!(error instanceof StepFailure || error instanceof ExpressionError)) throw error;
        ended = true;
        settled.push({ error });
      }
    }
    return settled;
  }
}

type Add = (path: string, message: string, rest?: Partial<RecipeTestProblem>) => void;

/** The event's payload; one that the trigger could not give would test nothing. */
function payloadOf(
  recipe: Recipe,
  catalogue: Catalogue,
  { event = "sample" }: RecipeTest,
  add: Add,
): unknown {
  const trigger = catalogue.trigger(recipe.trigger.use);
  if (event === "sample") return trigger?.sample;
  const problem = trigger?.payload.safeParse(event).error;
  if (problem) add("event", `${recipe.trigger.use} gives no such event: ${z.prettifyError(problem)}`);
  return event;
}

function namesOf(recipe: Recipe): readonly string[] {
  return [...allSteps(recipe.steps)].flatMap((step) => [
    ...(step.id === undefined ? [] : [step.id]),
    ...("use" in step ? [step.use] : []),
    ...("call" in step ? [step.call] : []),
  ]);
}

/** Compares what happened with what the test expects. */
function judge(
  happened: {
    readonly expected: NonNullable<RecipeTest["expect"]>;
    readonly starts: boolean;
    readonly outcome: Outcome | undefined;
    readonly error: StepError | undefined;
    readonly steps: readonly TestedStep[];
    readonly recipe: Recipe;
  },
  add: Add,
): void {
  const { expected, starts, outcome, error, steps, recipe } = happened;
  if (starts !== (expected.starts ?? true)) {
    add(
      "expect.starts",
      starts ? "The event starts a job." : "The event starts no job: its condition does not hold.",
      {
        ...{ expected: expected.starts ?? true, actual: starts },
      },
    );
    return;
  }
  const state = error ? "failed" : outcome?.state;
  const meant = expected.outcome ?? (expected.error === undefined ? "succeeded" : "failed");
  if (starts && state !== meant) {
    const why = error
      ? `${error.step === undefined ? "" : `${error.step}: `}${error.message}`
      : (outcome?.reason ?? "");
    add("expect.outcome", `The job ${state ?? "did not end"}${why && `: ${why}`}`, {
      expected: meant,
      actual: state,
    });
    return;
  }
  const compare = (path: string, want: unknown, actual: unknown) => {
    if (want === undefined) return;
    const difference = differenceFrom(want, actual, path);
    if (difference) add(difference.path, "It is another than expected.", difference);
  };
  compare("expect.reason", expected.reason, outcome?.reason);
  compare("expect.result", expected.result, outcome?.result);
  compare("expect.error", expected.error, error);
  let from = 0;
  for (const [index, want] of (expected.steps ?? []).entries()) {
    const path = `expect.steps[${index}]`;
    const is = ({ stepId, path: at }: TestedStep) => stepId === want.step || at === want.step;
    const all = steps.filter(is);
    if (want.times !== undefined && all.length !== want.times) {
      add(`${path}.times`, `“${want.step}” ran ${all.length} times.`, {
        expected: want.times,
        actual: all.length,
      });
      continue;
    }
    if (want.times === 0) continue;
    const here = steps.findIndex((step, at) => at >= from && is(step));
    const step = steps[here];
    if (!step) {
      const hint =
        all.length > 0
          ? "It ran, but not after the step before it in this list."
          : suggest(want.step, namesOf(recipe));
      add(path, `“${want.step}” did not run${all.length > 0 ? " again" : ""}.`, { hint });
      continue;
    }
    from = here + 1;
    for (const part of ["input", "output", "error"] as const)
      compare(`${path}.${part}`, want[part], step[part]);
  }
}
