/** Looks at services on a real PostgreSQL, by one engine and by two; and events that are told and found. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectorError, defineConnector, definePollingTrigger, Secret } from "@greenroom/connector-kit";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";
import { type Engine, startEngine } from "../index.ts";

/** The rows that the service has; a look reads two at a time. */
let rows: string[] = [];
let failure: ConnectorError | undefined;
let looks = 0;
let atOnce = 0;
let mostAtOnce = 0;
let slowMs = 0;

const feed = defineConnector({
  id: "feed",
  title: "Feed",
  summary: "",
  actions: {},
  triggers: {
    row: definePollingTrigger({
      ...{ title: "Row", summary: "", event: "row.new", scopes: [], payload: z.looseObject({}), sample: {} },
      config: z.strictObject({ list: z.string().optional() }),
      everyMs: 60_000,
      async poll({ cursor, now }) {
        looks += 1;
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        await sleep(slowMs);
        atOnce -= 1;
        if (failure) throw failure;
        const from = typeof cursor === "number" ? cursor : 0;
        const events = rows
          .slice(from, from + 2)
          .map((row) => ({ dedupeKey: row, occurredAt: now, payload: { row } }));
        return { events, cursor: from + events.length, more: from + events.length < rows.length };
      },
    }),
  },
  createClient: () => ({
    request: () => Promise.reject(new Error("the feed is in memory")),
    send: () => Promise.reject(new Error("the feed is in memory")),
  }),
});

const secretKey = new Secret(randomBytes(32).toString("base64"));
let kit: Kit;
beforeAll(async () => {
  kit = await startKit({ connectors: [feed], secretKey });
});
afterAll(() => kit?.stop());
beforeEach(() => {
  [rows, failure, looks, atOnce, mostAtOnce, slowMs] = [[], undefined, 0, 0, 0, 0];
});

const sourceOf = (name: string, input: object) =>
  JSON.stringify({ name, trigger: { use: "feed/row", input }, steps: [{ stop: { as: "succeeded" } }] });

async function recipe(name: string, input: object = {}): Promise<string> {
  const { id } = await kit.engine.recipes.create(sourceOf(name, input));
  await kit.engine.recipes.start(id);
  return id;
}

/** What started jobs of a recipe, oldest first. */
async function started(recipeId: string): Promise<unknown[]> {
  await kit.engine.idle();
  const { items } = await kit.engine.queries.listJobs({ recipeId, limit: 100 });
  const jobs = await Promise.all(items.toReversed().map(({ id }) => kit.engine.queries.getJob(id)));
  return jobs.map(({ trigger }) => trigger["row"]);
}

test("what a look finds starts jobs of its recipe alone, page after page, and each row once", async () => {
  rows = ["a", "b", "c", "d", "e"];
  const [one, other] = [await recipe("One"), await recipe("Other", { list: "x" })];
  await kit.engine.triggers.runDue();
  expect((await started(one)).toSorted()).toEqual(rows);
  expect((await started(other)).toSorted()).toEqual(rows);
  rows.push("f");
  await kit.engine.triggers.runDue();
  expect(await started(one)).toHaveLength(5);
  kit.advance(61_000);
  await kit.engine.triggers.runDue();
  expect(await started(one)).toHaveLength(6);
  expect(await kit.engine.triggers.looksFor(one)).toMatchObject([{ found: 6, error: null, cursor: 6 }]);
  for (const id of [one, other]) await kit.engine.recipes.stop(id);
});

test("a trigger that looks goes on where it left off when its recipe was stopped, if whoever starts it wants that", async () => {
  rows = ["a"];
  const { recipes } = kit.engine;
  const id = await recipe("Stops");
  // Whoever starts it since a date is told what that cannot take.
  expect(await recipes.pastOf(id, kit.now())).toMatchObject({
    reads: "inbox",
    note: expect.stringContaining("has not looked yet"),
  });
  await kit.engine.triggers.runDue();
  await kit.engine.recipes.stop(id);
  const stopped = (await recipes.get(id)).stoppedAt?.toISOString() ?? "never";
  expect(await recipes.pastOf(id, new Date(0))).toMatchObject({
    reads: "place-left",
    note: expect.stringContaining(`reads on from where it stopped, at ${stopped}, and cannot read further`),
  });
  expect(await recipes.pastOf(id, new Date(kit.now().getTime() + 60_000))).toMatchObject({
    reads: "inbox",
    note: expect.stringContaining(`with a date of ${stopped} or before`),
  });
  await kit.engine.recipes.start(id);
  await kit.engine.recipes.stop(id);
  rows.push("b", "c", "d");
  expect(await kit.engine.triggers.looksFor(id)).toEqual([]);
  expect(await kit.engine.backlog.waiting(id)).toMatchObject({ count: 2, more: true });
  await expect(kit.engine.recipes.start(id)).rejects.toMatchObject({ code: "events-waiting" });
  failure = new ConnectorError("unavailable", "down", "The feed is down.");
  expect(await kit.engine.backlog.waiting(id)).toMatchObject({ count: 0 });
  failure = undefined;
  await kit.engine.recipes.start(id, { events: "take" });
  kit.advance(61_000);
  await kit.engine.triggers.runDue();
  expect(await started(id)).toEqual(["a", "b", "c", "d"]);
  expect(await kit.engine.triggers.looksFor(id)).toMatchObject([{ cursor: 4 }]);
  await kit.engine.recipes.stop(id);
  // It begins anew: of what it sees, only this was never found before.
  rows.push("e");
  await kit.engine.recipes.start(id, { events: "leave" });
  await kit.engine.triggers.runDue();
  expect(await kit.engine.triggers.looksFor(id)).toMatchObject([{ cursor: 5, found: 1 }]);
  await kit.engine.recipes.stop(id);
});

test("a look that fails says why, keeps its place, and is tried again later and later", async () => {
  rows = ["a"];
  const id = await recipe("Fails");
  await kit.engine.triggers.runDue();
  failure = new ConnectorError("unavailable", "down", "The feed is down.");
  rows.push("b");
  const dueIn = async () => {
    const [look] = await kit.engine.triggers.looksFor(id);
    return Math.round(((look?.dueAt.getTime() ?? 0) - kit.now().getTime()) / 60_000);
  };
  const waits: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    kit.advance(10 * 60_000);
    await kit.engine.triggers.runDue();
    waits.push(await dueIn());
  }
  expect(waits).toEqual([1, 2, 4]);
  expect(await kit.engine.triggers.looksFor(id)).toMatchObject([{ error: "The feed is down.", failures: 3 }]);
  failure = undefined;
  kit.advance(10 * 60_000);
  await kit.engine.triggers.runDue();
  expect(await started(id)).toEqual(["a", "b"]);
  expect(await kit.engine.triggers.looksFor(id)).toMatchObject([{ error: null, failures: 0 }]);
  await kit.engine.recipes.stop(id);
});

test("a recipe with other settings begins anew, and what it found before starts nothing again", async () => {
  rows = ["a"];
  const id = await recipe("Changes");
  await kit.engine.triggers.runDue();
  await kit.engine.recipes.save(id, sourceOf("Changes", { list: "y" }));
  rows.push("b");
  await kit.engine.triggers.runDue();
  expect(await started(id)).toEqual(["a", "b"]);
  await kit.engine.recipes.stop(id);
  expect(await kit.engine.triggers.looksFor(id)).toEqual([]);
});

test("of two engines one looks at a time, and the other goes on where it ended", async () => {
  slowMs = 20;
  const id = await recipe("Shared");
  const clock = {
    now: kit.now,
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }),
  };
  const second: Engine = await startEngine({
    ...{ databaseUrl: kit.databaseUrl, secretKey, connectors: [...kit.engine.connectors.values()], clock },
    ...{ random: () => 0, log: { info() {}, warn() {}, error: console.error } },
  });
  try {
    for (let round = 0; round < 5; round += 1) {
      rows.push(`${round}`);
      kit.advance(61_000);
      await Promise.all([kit.engine.triggers.runDue(), second.triggers.runDue()]);
    }
  } finally {
    await second.stop();
  }
  await vi.waitFor(async () => expect(await started(id)).toEqual(["0", "1", "2", "3", "4"]));
  expect(mostAtOnce).toBe(1);
  rows.push("5");
  kit.advance(61_000);
  await kit.engine.triggers.runDue();
  expect(await started(id)).toHaveLength(6);
  await kit.engine.recipes.stop(id);
});

test("a worker that died in a look is waited for no longer than a minute", async () => {
  rows = ["a"];
  const id = await recipe("Orphaned");
  await kit.query(
    "update greenroom.listeners set leased_by = gen_random_uuid(), leased_until = $2 where recipe_id = $1",
    [id, new Date(kit.now().getTime() + 60_000)],
  );
  await kit.engine.triggers.runDue();
  expect(looks).toBe(0);
  kit.advance(60_000);
  await kit.engine.triggers.runDue();
  expect(await started(id)).toEqual(["a"]);
  await kit.engine.recipes.stop(id);
});

let changes = 0;
/** A change that leaves a state: told by the service, or found by somebody who looked since a time. */
const change = (state: string, minutesAgo: number, found?: { sinceMinutesAgo: number }) => {
  const at = (minutes: number) => new Date(kit.now().getTime() - minutes * 60_000);
  return kit.engine.receive({
    ...{ profileId: kit.profileId, connector: "shop" },
    ...(found && { reconciled: { since: at(found.sinceMinutesAgo) } }),
    event: {
      ...{ name: "changed", accountId: "account", payload: {}, stateKey: state },
      ...{ occurredAt: at(minutesAgo), dedupeKey: `change ${(changes += 1)}` },
    },
  });
};
const isNew = async (receipt: Promise<{ duplicate: boolean }>) => !(await receipt).duplicate;

test("a change that was told is not found again, and one that was found is not told again", async () => {
  expect(await isNew(change("topic is B", 3))).toBe(true);
  expect(await isNew(change("topic is B", 0, { sinceMinutesAgo: 6 }))).toBe(false);
  expect(await isNew(change("topic is C", 0, { sinceMinutesAgo: 6 }))).toBe(true);
  // Its webhook comes late, after the service tried again.
  expect(await isNew(change("topic is C", 2))).toBe(false);
  expect(await isNew(change("topic is C", 0, { sinceMinutesAgo: 6 }))).toBe(false);
});

test("the same state reached again later is another event, told or found", async () => {
  expect(await isNew(change("open", 120))).toBe(true);
  expect(await isNew(change("open", 60))).toBe(true);
  expect(await isNew(change("open", 0, { sinceMinutesAgo: 6 }))).toBe(true);
  kit.advance(10 * 60_000);
  expect(await isNew(change("open", 0))).toBe(true);
});

test("told and found in the same moment, a hundred changes are a hundred events", async () => {
  const both = Array.from({ length: 100 }, (_, index) => [
    change(`state ${index}`, 0, { sinceMinutesAgo: 6 }),
    change(`state ${index}`, 1),
  ]);
  const receipts = await Promise.all(both.flat());
  expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(100);
});

test("events of one app's endpoint are fanned out by account: another account's starts nothing here, and is kept", async () => {
  const source = {
    name: "Mine",
    trigger: { use: "shop/asked", connection: "shop" },
    steps: [{ stop: { as: "succeeded" } }],
  };
  const { id } = await kit.engine.recipes.create(JSON.stringify(source));
  await kit.engine.recipes.start(id);
  const of = (accountId: string) =>
    kit.engine.receive({
      ...{ profileId: kit.profileId, connector: "shop" },
      event: {
        name: "asked",
        accountId,
        occurredAt: kit.now(),
        dedupeKey: accountId,
        payload: { row: accountId },
      },
    });
  const { eventId } = await of("another account");
  await of("account");
  expect(await started(id)).toEqual(["account"]);
  expect(await kit.engine.queries.getEvent(eventId)).toMatchObject({
    accountId: "another account",
    jobs: [],
  });
});
