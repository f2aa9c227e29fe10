// `then` is a word of recipes; nobody awaits one.
/* oxlint-disable unicorn/no-thenable */
import { expect, test } from "vitest";
import { movedSteps } from "./moved-steps.ts";
import { parseRecipe } from "./parse-recipe.ts";

const send = (to: string, id?: string) => ({ ...(id && { id }), use: "shop/order", input: { item: to } });
const ask = (what: string) => ({ use: "shop/ask", input: { item: what } });
function paths(before: readonly object[], after: readonly object[], ...asked: readonly string[]) {
  const [from, to] = [before, after].map((steps) => {
    const source = JSON.stringify({ name: "R", trigger: { use: "shop/asked" }, steps });
    const { recipe } = parseRecipe(source);
    if (!recipe) throw new Error(source);
    return recipe;
  });
  if (!from || !to) throw new Error("two recipes");
  const moved = movedSteps(from, to);
  return asked.map((path) => {
    const found = moved(path);
    return typeof found === "string" ? found : found.path;
  });
}

test("a step that another was put before, or that moved among its neighbours, is found by its id or by what it is", () => {
  const [made, mail] = [send("made", "made"), send("mail", "mail")];
  expect(paths([made, mail], [ask("first"), made, send("new"), mail], "0", "1")).toEqual(["1", "3"]);
  expect(paths([made, mail], [send("changed", "mail"), made], "0", "1")).toEqual(["1", "0"]);
  expect(paths([send("a"), send("b")], [send("x"), send("a"), send("b")], "0", "1")).toEqual(["1", "2"]);
  expect(paths([send("a"), send("a")], [send("x"), send("a"), send("a")], "0", "1")).toEqual(["1", "2"]);
});

test("a step that was edited is the one between the same neighbours; where it may be one of several, that is said", () => {
  expect(paths([send("a"), ask("b")], [send("a"), ask("better")], "1")).toEqual(["1"]);
  expect(paths([send("a"), send("b"), ask("c")], [send("x"), send("y"), ask("c")], "0", "1")).toEqual([
    "0",
    "1",
  ]);
  expect(paths([send("a"), ask("b")], [send("x"), send("y"), ask("b")], "0", "1")).toEqual(["unclear", "2"]);
  expect(paths([send("a"), ask("b")], [ask("b")], "0", "1")).toEqual(["gone", "0"]);
  // Inside another step now: it may have to be done as often as that runs.
  expect(paths([send("a", "made")], [{ try: [send("b", "made")] }], "0")).toEqual(["unclear"]);
  expect(paths([{ if: "true", then: [send("a")] }], [send("a")], "0.then.0")).toEqual(["unclear"]);
  // Another action is another step, whatever its id.
  expect(paths([send("a", "same")], [{ ...ask("a"), id: "same" }], "0")).toEqual(["gone"]);
});

test("paths inside loops, branches, tries and what belongs to a step itself move with it", () => {
  const loop = {
    forEach: "[1, 2]",
    as: "item",
    concurrency: 2,
    steps: [{ if: "true", then: [send("deep")] }],
  };
  const tries = { try: [send("tried")], retry: { times: 2 }, catch: [send("caught")] };
  const before = [loop, tries, { parallel: [{ steps: [send("left")] }, { steps: [send("right")] }] }];
  const inner = { ...loop, steps: [ask("new"), ...loop.steps] };
  const asked = [
    "0[1].0.then.0",
    "0.parallel",
    "1.try[2].0",
    "1.try[0].wait",
    "1.catch.0",
    "1.catch",
    "2.branch.1.0",
  ];
  expect(paths(before, [ask("first"), inner, ...before.slice(1)], ...asked)).toEqual([
    ...["1[1].1.then.0", "1.parallel", "2.try[2].0", "2.try[0].wait", "2.catch.0", "2.catch", "3.branch.1.0"],
  ]);
});
