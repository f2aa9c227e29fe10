import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerQuestion, type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
let id: string;
beforeAll(async () => {
  kit = await startKit();
  ({ id } = await kit.engine.recipes.create(orderRecipe("Tea")));
});
afterAll(() => kit?.stop());

const only = (item: string, when = "true") =>
  orderRecipe("Tea").replace(
    "connection: shop }",
    `connection: shop, input: { item: ${item} }, when: '${when}' }`,
  );
const jobOf = async (jobId: string) => {
  await kit.engine.idle();
  return await kit.engine.queries.getJob(jobId);
};
const until = async (jobId: string, state: string) => {
  for (;;) {
    const job = await kit.engine.queries.getJob(jobId);
    if (job.state === state) return job;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test("a preview says which of the last events a saved or unsaved text would start for, and why not the others", async () => {
  for (const item of ["tea", "tea", "coffee"]) await kit.happen({ item, size: item === "tea" ? 1 : "?" });
  await kit.happen({ item: "tea" });
  const { previews } = kit.engine;
  expect((await previews.preview({ recipeId: id })).starts).toBe(4);
  const { starts, events } = await previews.preview({ source: only("tea", "trigger.size == 1") });
  expect(starts).toBe(2);
  expect(events.map(({ outcome }) => outcome)).toEqual(["failed", "filtered", "starts", "starts"]);
  expect(events[0]?.error).toContain("size");
  await expect(previews.preview({ source: "name: half" })).rejects.toThrow(/has errors/);
});

test("a test run takes the newest event that fits, a chosen one, the sample, or one written by hand", async () => {
  const { testRuns } = kit.engine;
  const chosen = await kit.happen({ item: "chosen" });
  await kit.happen({ item: "newest" });
  const ordered = async (event: Parameters<typeof testRuns.start>[1], source?: string) => {
    await jobOf(await testRuns.start(id, event, { allow: ["create"], source }));
    return kit.orders.at(-1);
  };
  expect(await ordered({ from: "newest" })).toBe("newest");
  expect(await ordered({ from: "newest" }, only("chosen"))).toBe("chosen");
  expect(await ordered({ from: "inbox", eventId: chosen })).toBe("chosen");
  expect(await ordered({ from: "sample" })).toBe("tea");
  expect(await ordered({ from: "hand", payload: { item: "by hand" } })).toBe("by hand");
  await expect(testRuns.start(id, { from: "newest" }, { source: only("nothing") })).rejects.toMatchObject({
    code: "no-events",
  });
});

test("an effect that is not allowed asks first; mocked and skipped steps do nothing", async () => {
  const { testRuns } = kit.engine;
  const before = kit.orders.length;
  const asked = await testRuns.start(id, { from: "hand", payload: { item: "ask me" } }, {});
  const waiting = await until(asked, "waiting");
  expect(waiting.steps[0]).toMatchObject({
    state: "waiting",
    input: { item: "ask me" },
    error: { kind: "approval" },
  });
  expect(kit.orders).toHaveLength(before);
  await answerQuestion(kit.engine, asked, "0", { choice: "again" });
  await until(asked, "succeeded");
  expect(kit.orders.at(-1)).toBe("ask me");
  const mocked = await testRuns.start(id, { from: "sample" }, { mocks: { order: { number: 7 } } });
  expect((await until(mocked, "succeeded")).steps[0]?.output).toEqual({ number: 7 });
  await until(await testRuns.start(id, { from: "sample" }, { skip: ["order"] }), "succeeded");
  expect(kit.orders).toHaveLength(before + 1);
});

test("a recipe that is still to be made can be tested", async () => {
  const { drafts, testRuns } = kit.engine;
  const draft = await drafts.begin(orderRecipe("Draft"), "anna");
  const jobId = await testRuns.start(
    draft.id,
    { from: "hand", payload: { item: "draft" } },
    {
      ...{ source: draft.source, allow: ["create"] },
    },
  );
  expect(await until(jobId, "succeeded")).toMatchObject({ trigger: { item: "draft" } });
  expect(kit.orders.at(-1)).toBe("draft");
});

test("a recipe's tests are kept beside it and run on its saved text or another", async () => {
  const { tests } = kit.engine;
  const source = `tests:
  - name: orders what was asked for
    event: { item: cake }
    answers: { order: { output: { number: 1, item: cake } } }
    expect: { steps: [{ step: order, input: { item: cake } }] }
`;
  await tests.put(id, "happy", { source, author: "anna" });
  expect(await tests.list(id)).toMatchObject([{ name: "happy", author: "anna" }]);
  expect(await tests.run(id, {})).toMatchObject([{ name: "happy", passed: true }]);
  const [run] = await tests.run(id, { name: "happy", source: orderRecipe("Tea", "", "pie") });
  expect(run?.passed).toBe(false);
  expect(run?.results[0]?.problems.length).toBeGreaterThan(0);
  await expect(tests.put(id, "broken", { source: "tests: 5", author: undefined })).rejects.toThrow(/errors/);
  await tests.remove(id, "happy");
  await expect(tests.run(id, { name: "happy" })).rejects.toBeInstanceOf(ConnectorError);
});
