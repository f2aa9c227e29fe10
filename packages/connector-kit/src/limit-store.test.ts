import { expect, it } from "vitest";
import { createMemoryLimitStore, type Lane, type LimitAsked } from "./limit-store.ts";

const lane: Lane = { key: "all", calls: 27, perMs: 1_050 };
const kept: Lane = { key: "kept", calls: 3, perMs: 1_050 };

async function turnAt(
  store: ReturnType<typeof createMemoryLimitStore>,
  asked: Partial<LimitAsked>,
): Promise<number> {
  const taken = await store.take({ nowMs: 0, lanes: [lane], budgets: [], ...asked });
  if (!("atMs" in taken)) throw new Error("the budget is used up");
  return taken.atMs;
}

it("gives 10,000 turns at the rate, and no span that begins anywhere holds more than it may", async () => {
  const store = createMemoryLimitStore();
  const turns: number[] = [];
  for (let count = 0; count < 10_000; count += 1) turns.push(await turnAt(store, { nowMs: 0 }));
  expect(turns.slice(0, 27)).toEqual(Array.from({ length: 27 }, () => 0));
  const seconds = (turns.at(-1) ?? 0) / 1_000;
  expect(seconds).toBeGreaterThan(10_000 / 27 - 2);
  expect(seconds).toBeLessThan((10_000 / 27) * 1.06);
  for (let index = 27; index < turns.length; index += 1)
    expect((turns[index] ?? 0) - (turns[index - 27] ?? 0)).toBeGreaterThanOrEqual(1_049);
});

it("lets what people wait for go before a backlog, and counts it in a lane of its own", async () => {
  const store = createMemoryLimitStore();
  for (let count = 0; count < 1_000; count += 1) await turnAt(store, {});
  const waits = [];
  for (let count = 0; count < 3; count += 1) waits.push(await turnAt(store, { lanes: [lane, kept] }));
  expect(waits).toEqual([0, 0, 0]);
  expect(await turnAt(store, { lanes: [lane, kept] })).toBeGreaterThanOrEqual(1_050);
});

it("refuses what is over a budget until the budget ends, and costs it no turn", async () => {
  const store = createMemoryLimitStore();
  const budget = { key: "host", most: 2, endsAtMs: 5_000 };
  const take = (nowMs: number, endsAtMs = 5_000) =>
    store.take({ nowMs, lanes: [], budgets: [{ ...budget, endsAtMs }] });
  expect([await take(0), await take(1)]).toEqual([{ atMs: 0 }, { atMs: 1 }]);
  expect(await take(2)).toEqual({ usedUp: budget });
  expect(await take(5_000, 10_000)).toEqual({ atMs: 5_000 });
});

it("gives no turn before a lane is free again, and none of a budget that turned out to be used up", async () => {
  const store = createMemoryLimitStore();
  await store.hold(["all"], 4_000);
  expect(await turnAt(store, { nowMs: 10 })).toBeGreaterThanOrEqual(4_000);
  await store.exhaust("host", 9_000);
  const budgets = [{ key: "host", most: 100, endsAtMs: 9_000 }];
  expect(await store.take({ nowMs: 10, lanes: [], budgets })).toMatchObject({ usedUp: { endsAtMs: 9_000 } });
});
