import { type Command, type Reply, StepFailure } from "../command.ts";
import { durationMsOf } from "../duration.ts";
import { currentTime } from "../expressions/current-time.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import type { Retry, TryStep } from "../step-types.ts";
import { compileSteps, outputIds } from "./compile-steps.ts";
import {
  ask,
  bringOut,
  type CompiledStep,
  type CompiledSteps,
  compileCondition,
  type Context,
  expressionFailure,
  inside,
  isFailure,
  note,
  type RunningScope,
} from "./running.ts";

/** A day: what a backed-off wait grows to at most. */
const defaultMaxWaitMs = 86_400_000;

/** Compiles `try`, `retry` and `catch`. */
export function compileTry(
  step: TryStep,
  place: string,
  context: Context,
  about: CompiledStep["about"],
): CompiledSteps {
  const steps = compileSteps(step.try, `${place}.try`, context);
  const handler = step.catch && compileSteps(step.catch, `${place}.catch`, context);
  const [tried, handled] = [outputIds(step.try), outputIds(step.catch ?? [])];
  const { times = 0, when = true } = step.retry ?? {};
  const again = compileCondition(when, `${place}.retry.when`);
  return function* run(path, scope) {
    yield* note(scope, path, about, { input: { attempts: times + 1 }, output: undefined });
    for (let attempt = 0; ; attempt += 1) {
      // Later steps may read them all; of what did not run they read null.
      for (const id of [...tried, ...handled]) scope[id] = null;
      try {
        return yield* steps(`${path}.try[${attempt}]`, scope);
      } catch (thrown) {
        if (!isFailure(thrown)) throw thrown;
        const failure = yield* asFailure(scope, thrown);
        const failed = inside(scope, { error: errorOf(failure) });
        if (attempt < times && again(failed)) {
          const waitMs = waitMsOf(step.retry, attempt);
          if (waitMs > 0) {
            const until = new Date(scope[currentTime].getTime() + waitMs);
            const waiting = {
              path: `${path}.try[${attempt}].wait`,
              stepId: undefined,
              title: "Wait to try again",
            };
            yield* ask(scope, { type: "wait", ...waiting, for: { kind: "time", until } });
          }
          continue;
        }
        if (!handler) throw failure;
        const at = `${path}.catch`;
        yield* note(
          failed,
          at,
          { ...about, stepId: undefined, title: "Catch", kind: "catch" },
          {
            input: { error: failure.error },
            output: undefined,
          },
        );
        const outcome = yield* handler(at, failed);
        bringOut(scope, failed, handled);
        return outcome;
      }
    }
  };
}

/** A failure as one kind; a failing expression is told to the history, since its step did not come to a command. */
function* asFailure(
  scope: RunningScope,
  thrown: StepFailure | ExpressionError,
): Generator<Command, StepFailure, Reply> {
  if (thrown instanceof StepFailure) return thrown;
  const error = expressionFailure(thrown);
  if (thrown.command) {
    yield* ask(scope, { type: "note", ...thrown.command, input: undefined, output: undefined, error });
  }
  return new StepFailure(error);
}

/** The error as expressions read it: with every field, so that asking for one never fails. */
function errorOf({ error }: StepFailure): object {
  const { kind, code, message, hint = null, step = null, fields = [] } = error;
  return { kind, code, message, hint, step, fields };
}

function waitMsOf({ every, backoff = 1, max }: Partial<Retry> = {}, attempt: number): number {
  const everyMs = every === undefined ? 0 : (durationMsOf(every) ?? 0);
  const maxMs = max === undefined ? Math.max(everyMs, defaultMaxWaitMs) : (durationMsOf(max) ?? 0);
  return Math.min(everyMs * backoff ** attempt, maxMs);
}
