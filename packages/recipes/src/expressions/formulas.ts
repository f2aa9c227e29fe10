/** All formulas, and the operators on numbers, times and periods that CEL lacks. */
import type { Environment } from "@marcbachmann/cel-js";
import { Duration as Span } from "@marcbachmann/cel-js/evaluator";
import { type Formula, registerFormula } from "./formula.ts";
import { anyFormulas } from "./formulas-any.ts";
import { byteFormulas } from "./formulas-bytes.ts";
import { encodingFormulas } from "./formulas-encodings.ts";
import { formatFormulas } from "./formulas-formats.ts";
import { listFormulas } from "./formulas-lists.ts";
import { numberFormulas } from "./formulas-numbers.ts";
import { objectFormulas } from "./formulas-objects.ts";
import { patternFormulas } from "./formulas-patterns.ts";
import { placeFormulas } from "./formulas-places.ts";
import { textFormulas } from "./formulas-text.ts";
import { periodOf, timeFormulas } from "./formulas-times.ts";
import { later, momentOf, Period } from "./moments.ts";

export { textOf } from "./formulas-any.ts";

/** Every formula, in the order of the reference. */
export const formulas: readonly Formula[] = [
  ...anyFormulas,
  ...textFormulas,
  ...byteFormulas,
  ...patternFormulas,
  ...numberFormulas,
  ...timeFormulas,
  ...listFormulas,
  ...objectFormulas,
  ...encodingFormulas,
  ...formatFormulas,
  ...placeFormulas,
];

/** The library's own functions that ours stand in for, by the name that the parsed expression calls instead. */
export const replacedFunctions: Readonly<Record<string, string>> = { join: "join_", matches: "matches_" };

/** Adds the formulas to an environment. */
export function registerFormulas(env: Environment): Environment {
  env.registerType("period", Period);
  for (const formula of formulas) registerFormula(env, formula, replacedFunctions[formula.name]);
  return env;
}

/** Numbers in JSON have one kind; CEL has two, and would refuse to add them. */
export function registerNumbers(env: Environment): Environment {
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "%": (a, b) => a % b,
  };
  for (const [operator, apply] of Object.entries(operators)) {
    const either = (a: unknown, b: unknown) => apply(Number(a), Number(b));
    env.registerOperator(`double ${operator} int: double`, either);
    env.registerOperator(`int ${operator} double: double`, either);
    if (operator === "%") env.registerOperator("double % double", either);
  }
  return env;
}

const time = "google.protobuf.Timestamp";
const span = "google.protobuf.Duration";

/** Times and periods added and compared; a time may be text, as JSON has it. */
export function registerTimes(env: Environment): Environment {
  for (const by of ["period", span]) {
    // CEL has a time and a duration already.
    for (const at of by === span ? ["string"] : ["string", time]) {
      env.registerOperator(`${at} + ${by}: ${time}`, (a: Date | string, b: Period | Span) =>
        later(a, periodOf(b)),
      );
      env.registerOperator(`${at} - ${by}: ${time}`, (a: Date | string, b: Period | Span) =>
        later(a, periodOf(b), -1),
      );
    }
    env.registerOperator(`period + ${by}: period`, (a: Period, b: Period | Span) => a.plus(periodOf(b)));
    env.registerOperator(`period - ${by}: period`, (a: Period, b: Period | Span) => a.minus(periodOf(b)));
  }
  env.registerOperator("period == period", (a: Period, b: Period) => a.toMillis() === b.toMillis());
  env.registerOperator("period < period: bool", (a: Period, b: Period) => a.toMillis() < b.toMillis());
  env.registerOperator("period > period: bool", (a: Period, b: Period) => a.toMillis() > b.toMillis());
  for (const number of ["int", "double"]) {
    env.registerOperator(`period * ${number}: period`, (a: Period, b: bigint | number) =>
      a.mapUnits((each) => each * Number(b)),
    );
    env.registerOperator(`${number} * period: period`, (a: bigint | number, b: Period) =>
      b.mapUnits((each) => each * Number(a)),
    );
  }
  for (const [left, right] of [
    ["string", time],
    [time, "string"],
  ]) {
    env.registerOperator(`${left} - ${right}: ${span}`, (a: Date | string, b: Date | string) =>
      Span.fromMilliseconds(millis(a) - millis(b)),
    );
    env.registerOperator(
      `${left} < ${right}: bool`,
      (a: Date | string, b: Date | string) => millis(a) < millis(b),
    );
    env.registerOperator(
      `${left} <= ${right}: bool`,
      (a: Date | string, b: Date | string) => millis(a) <= millis(b),
    );
    env.registerOperator(
      `${left} > ${right}: bool`,
      (a: Date | string, b: Date | string) => millis(a) > millis(b),
    );
    env.registerOperator(
      `${left} >= ${right}: bool`,
      (a: Date | string, b: Date | string) => millis(a) >= millis(b),
    );
  }
  return env;
}

const millis = (value: Date | string): number => momentOf(value).getTime();
