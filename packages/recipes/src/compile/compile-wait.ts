import { DateTime } from "luxon";
import type { WaitCommand, WaitFor } from "../command.ts";
import { durationMsOf } from "../duration.ts";
import { currentTime } from "../expressions/current-time.ts";
import { compileExpression, type Scope } from "../expressions/expression.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { compileValue } from "../expressions/template.ts";
import type { AwaitedEvent, WaitStep } from "../step-types.ts";
import {
  ask,
  type CompiledStep,
  type CompiledSteps,
  compileCondition,
  type Context,
  describe,
  type RunningScope,
} from "./running.ts";

/** Compiles `wait`: for a while, until a time, or for an event. */
export function compileWait(
  { wait, id }: WaitStep,
  place: string,
  context: Context,
  { stepId, title }: CompiledStep["about"],
): CompiledSteps {
  const waitFor = compileFor(wait, `${place}.wait`, context);
  return function* run(path, scope) {
    const command: WaitCommand = { type: "wait", path, stepId, title, for: waitFor(scope) };
    const output = yield* ask(scope, command);
    if (id !== undefined) scope[id] = output ?? null;
    return undefined;
  };
}

function compileFor(
  wait: WaitStep["wait"],
  place: string,
  context: Context,
): (scope: RunningScope) => WaitFor {
  if (typeof wait === "string") {
    const until = compileLength(wait, place);
    return (scope) => ({ kind: "time", until: until(scope) });
  }
  if ("event" in wait) return compileEvent(wait.event, `${place}.event`, context);
  const expression = compileExpression(wait.until, `${place}.until`);
  return (scope) => ({
    kind: "time",
    until: timeOf(expression.evaluate(scope), `${place}.until`, expression.text),
  });
}

function compileEvent(
  event: AwaitedEvent,
  place: string,
  { recipe, catalogue }: Context,
): (scope: RunningScope) => WaitFor {
  const { use, when, timeout } = event;
  const connection = catalogue.connectionOf(recipe, event);
  const input = compileValue(event.input ?? {}, `${place}.input`);
  const fits = when === undefined ? () => true : compileCondition(when, `${place}.when`);
  const until = timeout === undefined ? undefined : compileLength(timeout, `${place}.timeout`);
  return (scope) => {
    // What is known now: while it waits nothing is added.
    const known: Scope = { ...scope };
    return {
      ...{ kind: "event", use, connection, until: until?.(scope) },
      input: Object.fromEntries(Object.entries(input.evaluate(scope) ?? {})),
      matches: ({ trigger }) => fits({ ...known, arrived: trigger }),
    };
  };
}

/** The end of a length of time that begins now. */
function compileLength(text: string, place: string): (scope: RunningScope) => Date {
  const length = compileValue(text, place);
  return (scope) => {
    const value = length.evaluate(scope);
    const ms = typeof value === "string" ? durationMsOf(value) : undefined;
    if (ms !== undefined) return new Date(scope[currentTime].getTime() + ms);
    const given = typeof value === "string" ? `“${value.slice(0, 60)}”` : describe(value);
    const hint = "A length of time is such as 30s, 2h or 1d12h, ten years at most.";
    throw new ExpressionError(place, text, `It gives ${given}, which is no length of time.`, hint);
  };
}

function timeOf(value: unknown, place: string, text: string): Date {
  // A time as JSON has it; without a zone it is in UTC, whatever machine this is.
  const time = typeof value === "string" ? DateTime.fromISO(value, { zone: "UTC" }) : undefined;
  if (time?.isValid) return time.toJSDate();
  const given = typeof value === "string" ? `“${value.slice(0, 60)}”` : describe(value);
  const hint = "A time is such as 2026-01-31T09:00:00Z, or what timestamp(…) gives.";
  throw new ExpressionError(place, text, `It gives ${given}, which is no time.`, hint);
}
