import { expect, test } from "vitest";
import { createBatcher } from "./batcher.ts";

test("what arrives while one batch is written goes out together in the next", async () => {
  const batches: number[][] = [];
  let release = () => {};
  const first = new Promise<void>((resolve) => (release = resolve));
  const batcher = createBatcher<number, number>(async (items) => {
    batches.push([...items]);
    if (batches.length === 1) await first;
    return items.map((item) => item * 2);
  });
  const one = batcher.add(1);
  await new Promise((resolve) => setImmediate(resolve));
  const others = [batcher.add(2), batcher.add(3)];
  release();
  expect(await Promise.all([one, ...others])).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test("data that PostgreSQL refuses fails only the item it is in", async () => {
  const batcher = createBatcher<string, string>((items) => {
    if (items.includes("poison"))
      return Promise.reject(Object.assign(new Error("invalid byte sequence"), { code: "22021" }));
    return Promise.resolve(items);
  });
  const results = await Promise.allSettled(["a", "poison", "b"].map((item) => batcher.add(item)));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a database that is away fails the batch once, not item by item", async () => {
  let tries = 0;
  const batcher = createBatcher<string, string>(() => {
    tries += 1;
    return Promise.reject(new Error("connection refused"));
  });
  const results = await Promise.allSettled(["a", "b"].map((item) => batcher.add(item)));
  expect(results.every(({ status }) => status === "rejected")).toBe(true);
  expect(tries).toBe(1);
});
