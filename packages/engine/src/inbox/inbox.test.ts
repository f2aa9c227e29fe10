/** Events that come while recipes are started by another worker, on a real PostgreSQL. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "../index.ts";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";

const secretKey = new Secret(randomBytes(32).toString("base64"));
let kit: Kit;
let other: Engine;
beforeAll(async () => {
  kit = await startKit({ secretKey });
  other = await startEngine({
    ...{ databaseUrl: kit.databaseUrl, secretKey, connectors: [...kit.engine.connectors.values()] },
    clock: { now: kit.now, sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }) },
    ...{ random: () => 0, log: { info() {}, warn() {}, error: console.error } },
  });
}, 120_000);
afterAll(async () => {
  await other?.stop();
  await kit?.stop();
});

const receive = (name: string, key: string) =>
  kit.engine.receive({
    ...{ profileId: kit.profileId, connector: "shop" },
    event: { name, accountId: "account", occurredAt: kit.now(), dedupeKey: key, payload: { of: key } },
  });

test("an event that comes as another worker has just started a recipe starts its job, whenever that is heard of", async () => {
  const rounds = 40;
  const quiet = new AbortController();
  // Batches are always under way, so that recipes are loaded anew at every moment of one.
  const crowd = Promise.all(
    Array.from({ length: 4 }, async (_, lane) => {
      for (let n = 0; !quiet.signal.aborted; n += 1) await receive("elsewhere", `${lane} ${n}`);
    }),
  );
  const receipts = [];
  for (let round = 0; round < rounds; round += 1) {
    const trigger = { use: "shop/asked", connection: "shop", when: `trigger.of == "round ${round}"` };
    const source = { name: `Round ${round}`, trigger, steps: [{ stop: { as: "succeeded" } }] };
    const { id } = await other.recipes.create(JSON.stringify(source));
    await other.recipes.start(id);
    receipts.push(await receive("asked", `round ${round}`));
  }
  quiet.abort();
  await crowd;
  expect(receipts.filter(({ duplicate, jobIds }) => duplicate || jobIds.length !== 1)).toEqual([]);
  await kit.engine.idle();
  const [counted] = await kit.query(
    "select count(*)::int as jobs from greenroom.jobs where state = 'succeeded'",
  );
  expect(counted).toEqual({ jobs: rounds });
}, 60_000);
