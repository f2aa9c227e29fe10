import { expect, it } from "vitest";
import type { JobStep } from "../api.ts";
import { jobRows, recipePath } from "./step-tree.ts";

const step = (path: string, state: JobStep["state"] = "succeeded"): JobStep => ({
  ...{ path, state, title: path, kind: "action", attempts: 1, input: null, output: null },
  ...{ isCut: false, startedAt: "2026-01-01T00:00:00Z" },
});
const shown = (steps: readonly JobStep[], toggled = new Set<string>()) =>
  jobRows(steps, toggled).map(
    (row) => `${"  ".repeat(row.depth)}${row.type === "step" ? row.key : row.label}`,
  );

it("nests steps and heads each iteration, later attempt and branch", () => {
  const paths = [
    "0",
    "1",
    "1[0].0",
    "1[0].0.then.0",
    "1[1].0",
    "2.try[0].0",
    "2.try[1].0",
    "2.catch.0",
    "3.branch.1.0",
  ];
  expect(shown(paths.map((path) => step(path)))).toEqual([
    ...["0", "1", "  Item 1", "  1[0].0", "    1[0].0.then.0", "  Item 2", "  1[1].0", "  2.try[0].0"],
    ...["  Attempt 2", "  2.try[1].0", "  When it failed", "  2.catch.0", "  Branch 2", "  3.branch.1.0"],
  ]);
});

it("of what ran at once, each item and branch has its own steps below it, whatever ended first", () => {
  const ended = [
    ...["0", "0[1].0", "0[0].0", "0[10].0", "0[1].1", "0[0].1", "0.parallel"],
    ...[
      "1.branch.1.0",
      "1.branch.0.0",
      "1.branch.1.1",
      "1",
      "2",
      "2.try[0].0",
      "2.try[0].wait",
      "2.try[1].0",
    ],
    ...["2.catch", "2.catch.0", "3"],
  ];
  expect(shown(ended.map((path) => step(path)))).toEqual([
    ...[
      "0",
      "  Item 1",
      "  0[0].0",
      "  0[0].1",
      "  Item 2",
      "  0[1].0",
      "  0[1].1",
      "  Item 11",
      "  0[10].0",
    ],
    ...["1", "  Branch 1", "  1.branch.0.0", "  Branch 2", "  1.branch.1.0", "  1.branch.1.1"],
    ...["2", "  2.try[0].0", "  2.try[0].wait", "  Attempt 2", "  2.try[1].0"],
    ...["  When it failed", "  2.catch", "  2.catch.0", "3"],
  ]);
});

it("folds many iterations, but not those that failed, and unfolds what is asked for", () => {
  const steps = Array.from({ length: 20 }, (_, item) =>
    step(`0[${item}].0`, item === 7 ? "failed" : "succeeded"),
  );
  expect(shown(steps).filter((row) => !row.includes("Item"))).toEqual(["  0[7].0"]);
  expect(shown(steps, new Set(["0[3]"]))).toContain("  0[3].0");
});

it.each([
  ["2.then.0", "steps[2].then[0]"],
  ["1[3].0", "steps[1].steps[0]"],
  ["1[3].0.elsif.1.2", "steps[1].steps[0].elsif[1].then[2]"],
  ["2.try[1].0", "steps[2].try[0]"],
  ["2.catch.0", "steps[2].catch[0]"],
  ["4.while[7].0", "steps[4].steps[0]"],
  ["3.branch.1.0", "steps[3].parallel[1].steps[0]"],
  ["0", "steps[0]"],
])("%s stands at %s in the recipe", (path, place) => expect(recipePath(path)).toBe(place));

it("ten thousand steps are ten thousand rows", () => {
  const steps = Array.from({ length: 10_000 }, (_, item) => step(`0[${item}].0`));
  expect(jobRows(steps, new Set())).toHaveLength(10_000);
});
