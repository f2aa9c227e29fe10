import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
beforeAll(async () => void (kit = await startKit()));
afterAll(() => kit?.stop());
afterEach(async () => {
  for (const { id } of await kit.engine.recipes.list()) {
    await kit.engine.recipes.stop(id);
    await kit.engine.recipes.remove(id);
  }
});

const refusal = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof ConnectorError) return error;
  throw new Error("expected a ConnectorError", { cause: error });
};
const jobsOf = async (recipeId: string) =>
  (await kit.engine.queries.listJobs({ recipeId, limit: 200 })).items;

test("a version keeps its author and comment; two are compared, and an old one is restored as the newest", async () => {
  const { recipes, versions } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"), { author: "anna@acme.example", comment: "First" });
  await recipes.save(id, orderRecipe("Tea", "description: Hot"), { author: "ben@acme.example" });
  expect(await versions.list(id)).toMatchObject([
    { number: 2, author: "ben@acme.example", comment: undefined },
    { number: 1, author: "anna@acme.example", comment: "First" },
  ]);
  const { hunks, patch } = await versions.diff(id, 1, 2);
  expect(hunks.flatMap(({ lines }) => lines).filter((line) => /^[+-]/.test(line))).toEqual([
    "-",
    "+description: Hot",
  ]);
  expect(patch).toContain("+++ version 2");
  await versions.restore(id, 1, "cleo@acme.example");
  expect((await versions.list(id))[0]).toMatchObject({
    ...{ number: 3, author: "cleo@acme.example", comment: "Version 1, restored", source: orderRecipe("Tea") },
  });
  expect((await refusal(versions.get(id, 9))).message).toContain("There is no version of this recipe “9”");
});

test("a save on top of a version that is no longer the newest saves nothing and says who was first", async () => {
  const { recipes, versions } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  const saves = await Promise.allSettled(
    ["anna", "ben"].map((author) =>
      recipes.save(id, orderRecipe("Tea", `description: ${author}`), { author, basedOn: 1 }),
    ),
  );
  expect(saves.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await versions.list(id)).toHaveLength(2);
  const late = await refusal(recipes.save(id, orderRecipe("Tea"), { basedOn: 1 }));
  expect(late).toMatchObject({ kind: "conflict", code: "recipe-changed" });
  expect(late.message).toMatch(/^(anna|ben) saved version 2 meanwhile/);
});

test("a draft may hold anything, is no version, and of two who write at once the second is told", async () => {
  const { recipes, versions, drafts } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  const save = (source: string, revision: number, author: string) =>
    drafts.save(id, { source, revision, author });
  expect(await save("name: [half", 0, "anna")).toMatchObject({ revision: 1, basedOn: 1 });
  expect(await save("name: [half a", 1, "anna")).toMatchObject({ revision: 2 });
  expect((await refusal(save("mine", 1, "ben"))).message).toMatch(/^anna saved this draft at .*revision 2/);
  expect((await refusal(save("mine", 0, "ben"))).code).toBe("draft-changed");
  expect(await drafts.get(id)).toMatchObject({ source: "name: [half a", author: "anna" });
  expect(await recipes.get(id)).toMatchObject({ version: 1, draft: { revision: 2, author: "anna" } });
  expect((await versions.diff(id, 1, "draft")).to).toBe("draft");

  await recipes.save(id, orderRecipe("Tea", "description: Done"));
  expect(await drafts.get(id)).toBeUndefined();
  expect((await refusal(save("late", 2, "ben"))).message).toContain("The draft is gone");
});

test("a recipe that is still to be made has a draft, which becomes it", async () => {
  const { recipes, drafts } = kit.engine;
  const draft = await drafts.begin("name:", "anna");
  expect((await drafts.listNew()).map(({ id }) => id)).toEqual([draft.id]);
  await drafts.save(draft.id, { source: orderRecipe("New"), revision: 1, author: "anna" });
  expect((await recipes.create(orderRecipe("New"), { draftId: draft.id })).id).toBe(draft.id);
  expect(await drafts.listNew()).toEqual([]);
});

test("recipes are found by text, folder, tag and state, and copied under a free name", async () => {
  const { recipes } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea 100%"));
  await recipes.create(orderRecipe("Coffee"));
  await recipes.organise(id, { folder: "Sales/Hot", tags: ["drinks", "drinks"] });
  const names = async (filter: Parameters<typeof recipes.list>[0]) =>
    (await recipes.list(filter)).map(({ name }) => name);
  expect(await names({ search: "100%" })).toEqual(["Tea 100%"]);
  expect(await names({ search: "%" })).toEqual(["Tea 100%"]);
  expect(await names({ search: "TRIGGER.item" })).toEqual(["Coffee", "Tea 100%"]);
  expect(await names({ folder: "Sales" })).toEqual(["Tea 100%"]);
  expect(await names({ folder: "Sal" })).toEqual([]);
  expect(await names({ tag: "drinks", state: "stopped" })).toEqual(["Tea 100%"]);
  expect(await names({ state: "running" })).toEqual([]);

  const first = await recipes.duplicate(id, { author: "anna" });
  expect(first).toMatchObject({
    name: "Copy of Tea 100%",
    folder: "Sales/Hot",
    tags: ["drinks"],
    version: 1,
  });
  expect((await recipes.duplicate(id, {})).name).toBe("Copy of Tea 100% 2");
  expect((await refusal(recipes.duplicate(id, { name: "Coffee" }))).code).toBe("name-taken");
  expect(await recipes.labels()).toEqual({
    folders: [
      { name: "", recipes: 1 },
      { name: "Sales/Hot", recipes: 3 },
    ],
    tags: [{ name: "drinks", recipes: 3 }],
  });
});

test("what arrives while a recipe is stopped waits; the next start must say whether to take it", async () => {
  const { recipes, backlog } = kit.engine;
  const { id } = await recipes.create(
    orderRecipe("Tea").replace("connection: shop", "connection: shop, input: { item: tea }"),
  );
  await kit.happen({ item: "tea" });
  await recipes.start(id);
  await kit.happen({ item: "tea" });
  await recipes.stop(id);
  kit.advance(120_000);
  await kit.happen({ item: "tea" });
  await kit.happen({ item: "coffee" });
  await kit.happen({ item: "tea" });
  expect(await backlog.waiting(id)).toMatchObject({ count: 2, more: false });
  const asked = await refusal(recipes.start(id));
  expect(asked).toMatchObject({ code: "events-waiting", fields: [{ field: "events" }] });
  expect(asked.message).toBe("2 events arrived while “Tea” was stopped.");
  expect((await recipes.get(id)).state).toBe("stopped");

  await recipes.start(id, { events: "take" });
  await kit.engine.idle();
  expect(await jobsOf(id)).toHaveLength(3);
  expect(await backlog.waiting(id)).toMatchObject({ count: 0 });
  await recipes.stop(id);
  await recipes.start(id);
  await kit.engine.idle();
  expect(await jobsOf(id)).toHaveLength(3);
});

test("events that a start leaves are left for good, and a start since a date takes each event once", async () => {
  const { recipes } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  await recipes.start(id);
  await recipes.stop(id);
  kit.advance(120_000);
  await kit.happen({ item: "old" }, { occurredAt: new Date(kit.now().getTime() - 7_200_000) });
  await kit.happen({ item: "new" });
  await recipes.start(id, { events: "leave" });
  await kit.engine.idle();
  await kit.engine.backlog.pickUp();
  expect(await jobsOf(id)).toHaveLength(0);

  const since = new Date(kit.now().getTime() - 60_000);
  for (const _ of [1, 2]) {
    await recipes.stop(id);
    await recipes.start(id, { since });
    await kit.engine.idle();
    const triggers = await Promise.all(
      (await jobsOf(id)).map(async (job) => (await kit.engine.queries.getJob(job.id)).trigger["item"]),
    );
    expect(triggers).toEqual(["new"]);
  }
  await recipes.stop(id);
  const future = recipes.start(id, { since: new Date(kit.now().getTime() + 60_000) });
  expect((await refusal(future)).fields).toEqual([{ field: "since", message: "must not be in the future" }]);
});

test("of two who start a recipe at once the first one's choice counts; who chose something else is told", async () => {
  const { recipes } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  await recipes.start(id);
  await recipes.stop(id);
  kit.advance(120_000);
  await kit.happen({ item: "waits" });
  for (let round = 0; round < 5; round += 1) {
    const starts = await Promise.allSettled([
      recipes.start(id, { events: "take" }),
      recipes.start(id, { events: "leave" }),
    ]);
    await kit.engine.idle();
    const took = starts[0]?.status === "fulfilled";
    expect(await jobsOf(id)).toHaveLength(took ? 1 : 0);
    if (!took) expect(starts[0]).toMatchObject({ reason: { code: "recipe-running" } });
    const since = new Date(kit.now().getTime() - 60_000);
    expect(await refusal(recipes.start(id, { since }))).toMatchObject({ code: "recipe-running" });
    expect(await recipes.start(id)).toMatchObject({ state: "running" });
    await recipes.stop(id);
    if (took) break;
    kit.advance(120_000);
    await kit.happen({ item: "waits" });
  }
});

test("what a recipe is owed survives: another start of the engine's sweep finds it", async () => {
  const { recipes, backlog } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  await recipes.start(id);
  await recipes.stop(id);
  kit.advance(120_000);
  for (let number = 0; number < 3; number += 1) await kit.happen({ item: number });
  // As a process leaves it that dies right after the start is committed.
  await kit.query(
    "update greenroom.recipes set state = 'running', pick_up_by = 'received', pick_up_since = stopped_at where id = $1",
    [id],
  );
  await Promise.all([backlog.pickUp(), backlog.pickUp()]);
  await kit.engine.idle();
  expect(await jobsOf(id)).toHaveLength(3);
});

test("recipes that stopped with their connection run again with it, also when whoever connected it died in between", async () => {
  const { recipes, connections } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  await recipes.start(id);
  await connections.needsAttention("shop", "The shop forgot us.");
  expect((await recipes.get(id)).state).toBe("stopped");
  kit.advance(120_000);
  await kit.happen({ item: "meanwhile" });
  // As a process leaves it that dies right after the new tokens are committed.
  await kit.query("update greenroom.connections set state = 'connected', reason = null");
  const next = await kit.another();
  try {
    expect((await next.recipes.get(id)).state).toBe("running");
    await next.idle();
    await vi.waitFor(async () => expect(await jobsOf(id)).toMatchObject([{ state: "succeeded" }]), 20_000);
  } finally {
    await next.stop({ graceMs: 0 });
  }
});

test("a recipe that somebody starts is not deleted at the same time", async () => {
  const { recipes } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  const starts = await kit.begin();
  await starts.query("update greenroom.recipes set state = 'running' where id = $1", [id]);
  const removed = refusal(recipes.remove(id));
  await kit.blocked();
  await starts.commit();
  expect(await removed).toMatchObject({ code: "recipe-running" });
  expect((await recipes.get(id)).state).toBe("running");
});

test("the newest jobs of each recipe come in one answer", async () => {
  const { recipes, queries } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  await recipes.create(orderRecipe("Idle"));
  await recipes.start(id);
  for (let number = 0; number < 3; number += 1) await kit.happen({ item: number });
  kit.refuse(new ConnectorError("invalid-input", "no", "No more tea."));
  await kit.happen({ item: "last" });
  kit.refuse(undefined);
  const recent = await queries.recentJobs(2);
  expect(recent.map(({ recipeId, jobs }) => [recipeId, jobs.map(({ state }) => state)])).toEqual([
    [id, ["failed", "succeeded"]],
  ]);
});
