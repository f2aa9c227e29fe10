import { describe, expect, it } from "vitest";
import { currentTime } from "./current-time.ts";
import { compileExpression } from "./expression.ts";
import { formulas } from "./formulas.ts";
import { callOf } from "./formula.ts";

const scope = { [currentTime]: new Date("2026-03-29T10:30:00Z") };

describe("every example of the reference gives what it says", () => {
  const examples = formulas.flatMap((formula) =>
    formula.examples.map(
      ([text, result]) => [`${formula.on ?? ""}.${callOf(formula)}`, text, result] as const,
    ),
  );
  it.each(examples)("%s: %s", (_, text, result) => {
    expect(compileExpression(text, "field").evaluate(scope)).toEqual(result);
  });
});

it("every formula has an example and one sentence", () => {
  expect(
    formulas.filter(({ examples, doc }) => examples.length === 0 || !/^[A-Z0-9].*\.$/.test(doc)),
  ).toEqual([]);
});
