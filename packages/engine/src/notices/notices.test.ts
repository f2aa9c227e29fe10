import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { answerQuestion, type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";
import type { Notice } from "./notices.ts";

let kit: Kit;
let mails: { to: string; notice: Notice }[] = [];
let refusals = 0;
beforeAll(async () => {
  kit = await startKit({
    noticeSenders: {
      email(to, notice) {
        if (refusals > 0) {
          refusals -= 1;
          return Promise.reject(new Error("the mail server is away"));
        }
        mails.push({ to, notice });
        return Promise.resolve();
      },
    },
  });
  await kit.engine.notices.channels.add({ kind: "email", target: "ops@acme.example" });
  await kit.engine.notices.turn();
});
afterAll(() => kit?.stop());
beforeEach(() => void (mails = []));

const refused = (kind: "invalid-input" | "not-found") => new ConnectorError(kind, "no", "No tea.");

test("the first failure of a kind is told; those that follow are not, until it was quiet for long enough", async () => {
  const { recipes, notices } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Tea"));
  await recipes.start(id);
  kit.refuse(refused("invalid-input"));
  // Both between two looks: the engine's own comes every ten seconds.
  await kit.holding("notices", async () => {
    await kit.happen({ item: "a secret thing" });
    await kit.happen({ item: "a secret thing" });
  });
  await notices.turn();
  await notices.turn();
  expect(mails).toMatchObject([
    {
      to: "ops@acme.example",
      notice: {
        kind: "job-failed",
        subject: "“Tea” failed (invalid-input)",
        path: `/jobs?recipeId=${id}&state=failed`,
      },
    },
  ]);
  expect(JSON.stringify(mails)).not.toContain("a secret thing");
  kit.refuse(refused("not-found"));
  await kit.happen({ item: "tea" });
  await notices.turn();
  expect(mails).toHaveLength(2);
  kit.advance(61 * 60_000);
  await kit.happen({ item: "tea" });
  await notices.turn();
  expect(mails).toHaveLength(3);
  kit.refuse(undefined);
  await recipes.stop(id);
});

test("a notice that did not arrive is tried again later, and given up in the end", async () => {
  const { notices } = kit.engine;
  refusals = 2;
  await notices.tell({ key: "a", kind: "recipe-stopped", subject: "A", lines: [], path: "/" });
  await notices.turn();
  expect(await notices.list()).toMatchObject([
    { subject: "A", deliveries: [{ attempts: 1, sentAt: undefined, error: "the mail server is away" }] },
    ...[{}, {}, {}],
  ]);
  await notices.turn();
  expect(mails).toEqual([]);
  kit.advance(61_000);
  await notices.turn();
  kit.advance(301_000);
  await notices.turn();
  expect(mails.map(({ notice }) => notice.subject)).toEqual(["A"]);
  expect((await notices.list())[0]?.deliveries).toMatchObject([{ attempts: 3, error: undefined }]);

  refusals = 100;
  await notices.tell({ key: "b", kind: "recipe-stopped", subject: "B", lines: [], path: "/" });
  for (let time = 0; time < 10; time += 1) {
    await notices.turn();
    kit.advance(21_600_001);
  }
  expect(refusals).toBe(94);
  refusals = 0;
});

test("what people did not choose is not told", async () => {
  const { notices } = kit.engine;
  await notices.setSettings({ kinds: ["connection-lost"], everyMinutes: 60 });
  await notices.tell({ key: "c", kind: "recipe-stopped", subject: "C", lines: [], path: "/" });
  await notices.turn();
  expect(mails).toEqual([]);
  await notices.setSettings({ kinds: ["connection-lost", "recipe-stopped", "job-failed"], everyMinutes: 60 });
});

test("a recipe may choose who is told of it, or that nobody is; a place that is gone is no choice", async () => {
  const { recipes, notices } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Quiet"));
  const { channel } = await notices.channels.add({ kind: "email", target: "quiet@acme.example" });
  let number = 0;
  const told = async () => {
    mails = [];
    number += 1;
    const key = `quiet ${number}`;
    await notices.tell({ key, kind: "recipe-stopped", recipeId: id, subject: key, lines: [], path: "/" });
    await notices.turn();
    return mails.map(({ to }) => to).toSorted();
  };
  expect(await told()).toEqual(["ops@acme.example", "quiet@acme.example"]);
  await recipes.organise(id, { noticeChannels: [channel.id] });
  expect((await recipes.get(id)).noticeChannels).toEqual([channel.id]);
  expect(await told()).toEqual(["quiet@acme.example"]);
  await expect(recipes.organise(id, { noticeChannels: [id] })).rejects.toThrow(/place for notices/);
  await recipes.organise(id, { noticeChannels: [] });
  expect(await told()).toEqual([]);
  expect((await notices.list())[0]?.subject).toBe("quiet 3");
  await recipes.organise(id, { noticeChannels: [channel.id] });
  await notices.channels.remove(channel.id);
  expect(await told()).toEqual(["ops@acme.example"]);
});

test("a recipe stops after 60 errors of its trigger in a row, and says why; one that works in between counts anew", async () => {
  const { recipes, notices } = kit.engine;
  const when = orderRecipe("Broken condition").replace(
    "connection: shop }",
    'connection: shop, when: trigger.item.startsWith("t") }',
  );
  const { id } = await recipes.create(when);
  await recipes.start(id);
  for (let number = 0; number < 59; number += 1) await kit.happen({ item: number });
  await kit.happen({ item: "tea" });
  for (let number = 0; number < 59; number += 1) await kit.happen({ item: number });
  expect((await recipes.get(id)).state).toBe("running");
  await kit.happen({ item: 60 });
  const stopped = await recipes.get(id);
  expect(stopped.state).toBe("stopped");
  expect(stopped.stoppedReason).toMatch(/^Its trigger failed 60 times in a row. The last error: /);
  await notices.turn();
  expect(mails.map(({ notice }) => notice.subject)).toContain("“Broken condition” stopped by itself");
  await recipes.start(id);
  await kit.happen({ item: 1 });
  expect((await recipes.get(id)).state).toBe("running");
  await recipes.stop(id);
});

test("a job that waits for a person tells so, with where to answer", async () => {
  const { recipes, notices, queries } = kit.engine;
  const chosen = await notices.settings();
  await notices.setSettings({ ...chosen, kinds: [...chosen.kinds, "job-asks"] });
  const { id } = await recipes.create(orderRecipe("Asks"));
  await recipes.start(id);
  kit.refuse(new ConnectorError("outcome-unknown", "lost", "The answer was lost."));
  await kit.happen({ item: "perhaps" });
  const [job] = (await queries.listJobs({ recipeId: id, limit: 1 })).items;
  await vi.waitFor(async () => {
    await notices.turn();
    expect(mails).toMatchObject([
      { notice: { kind: "job-asks", subject: "A job of “Asks” waits for you", path: `/jobs/${job?.id}` } },
    ]);
  }, 20_000);
  kit.refuse(undefined);
  await answerQuestion(kit.engine, job?.id ?? "", "0", {
    choice: "done",
    output: { number: 1, item: "perhaps" },
  });
  await kit.engine.idle();
  await recipes.stop(id);
});

test("a lost connection is told once, with the recipes that stopped", async () => {
  const { recipes, notices, connections } = kit.engine;
  const { id } = await recipes.create(orderRecipe("Lost"));
  await recipes.start(id, { events: "leave" });
  await connections.needsAttention("shop", "The shop forgot us.");
  await notices.turn();
  expect(mails.map(({ notice }) => [notice.subject, ...notice.lines])).toEqual([
    ["“shop”: connection lost", "The shop forgot us.", "Recipes that stopped: “Lost”."],
  ]);
});

test("what stops a recipe is told with it or not at all: where the notice cannot be written, both are tried again", async () => {
  const { recipes, notices, connections } = kit.engine;
  for (const { id } of await connections.list()) await connections.authorize(id, "");
  const { id } = await recipes.create(orderRecipe("Not in silence"));
  await recipes.start(id, { events: "leave" });
  kit.advance(7_200_000);
  await kit.query(
    `create function greenroom.refused() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`,
  );
  await kit.query(
    "create trigger refused before insert on greenroom.notices execute function greenroom.refused()",
  );
  await kit.query("update greenroom.recipes set trigger_errors = 59 where id = $1", [id]);
  await expect(recipes.triggerFailed(id, "It is broken.")).rejects.toThrow();
  await expect(connections.needsAttention("shop", "The shop forgot us.")).rejects.toThrow();
  expect((await recipes.get(id)).state).toBe("running");
  expect(await connections.byName("shop")).toMatchObject({ state: "connected" });
  await kit.query("drop function greenroom.refused() cascade");
  await recipes.triggerFailed(id, "It is broken.");
  expect((await recipes.get(id)).state).toBe("stopped");
  await notices.turn();
  const stops = mails.filter(({ notice: { kind } }) => kind === "recipe-stopped");
  expect(stops.map(({ notice }) => notice.subject)).toEqual(["“Not in silence” stopped by itself"]);
});
