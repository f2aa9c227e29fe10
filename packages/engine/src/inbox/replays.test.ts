/** Events that people give to recipes again, on a real PostgreSQL. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
beforeAll(async () => {
  kit = await startKit();
}, 120_000);
afterAll(() => kit?.stop());

async function recipe(name: string, when?: string): Promise<string> {
  const trigger = { use: "shop/asked", connection: "shop", ...(when !== undefined && { when }) };
  const steps = [{ stop: { as: "succeeded", reason: "{{ trigger.what }} came" } }];
  return (await kit.engine.recipes.create(JSON.stringify({ name, trigger, steps }))).id;
}

const jobsOf = (eventId: string) =>
  kit.query<{ name: string; cause: string; state: string; reason: string; again: boolean }>(
    `select recipe.name, job.cause, job.state, job.reason, job.rerun_of is not null as again
     from greenroom.jobs job join greenroom.recipes recipe on recipe.id = job.recipe_id
     where job.event_id = $1 order by job.id`,
    [eventId],
  );

test("an event is given to the recipes that a person chooses, and the page is told which would take it", async () => {
  const [open, picky] = [await recipe("Open"), await recipe("Picky", 'trigger.what == "tea"')];
  const eventId = await kit.happen({ what: "cake" });
  expect(await jobsOf(eventId)).toEqual([]);
  const takers = await kit.engine.replays.takers(eventId);
  expect(takers.map(({ recipe: { name }, not }) => [name, not])).toEqual([
    ["Open", undefined],
    ["Picky", "condition"],
  ]);

  // Named by a person, a recipe takes it though it is stopped and its condition does not hold.
  const { done, refused } = await kit.engine.replays.replay([eventId], [open, picky]);
  expect(refused).toEqual([]);
  expect(done.map(({ recipeId }) => recipeId)).toEqual([open, picky]);
  await kit.engine.idle();
  const all = { cause: "rerun", state: "succeeded", reason: "cake came", again: false };
  expect(await jobsOf(eventId)).toEqual([
    { ...all, name: "Open" },
    { ...all, name: "Picky" },
  ]);
  // Once more: it is a job of its own, and says which one it runs again.
  await kit.engine.replays.replay([eventId], [open]);
  await kit.engine.idle();
  expect((await jobsOf(eventId)).at(-1)).toEqual({ ...all, name: "Open", again: true });
});

test("many events at once go to the running recipes that they would start; the others are told", async () => {
  const events = [await kit.happen({ what: "tea" }), await kit.happen({ what: "milk" })];
  const picky = (await kit.engine.recipes.list()).find(({ name }) => name === "Picky");
  await kit.engine.recipes.start(picky?.id ?? "", { events: "leave" });
  const { done, refused } = await kit.engine.replays.replay(events, undefined);
  expect(done.map(({ eventId, recipeId }) => [eventId, recipeId])).toEqual([[events[0], picky?.id]]);
  expect(refused).toMatchObject([{ eventId: events[1], message: "No running recipe would take it." }]);
});

test("a recipe of another trigger, one that is gone and an event that is gone are refused, and the rest is done", async () => {
  const other = await kit.engine.recipes.create(
    JSON.stringify({
      name: "Called",
      trigger: { use: "recipe/called" },
      steps: [{ stop: { as: "succeeded" } }],
    }),
  );
  const eventId = await kit.happen({ what: "rice" });
  const gone = "01900000-0000-7000-8000-000000000000";
  const open = (await kit.engine.recipes.list()).find(({ name }) => name === "Open");
  const { done, refused } = await kit.engine.replays.replay(
    [eventId, gone],
    [other.id, gone, open?.id ?? ""],
  );
  expect(done).toHaveLength(1);
  expect(refused.map(({ message }) => message)).toEqual([
    "“Called” does not listen to asked.",
    `The recipe ${gone} does not listen to asked.`,
    expect.stringContaining(gone),
  ]);
});
