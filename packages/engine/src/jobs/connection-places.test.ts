/** A connection that limits how many steps use it at once: over recipes, over workers, and whatever dies. */
import { defineAction, defineConnector, Secret } from "@greenroom/connector-kit";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Engine } from "../index.ts";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
let second: Engine;
let connectionId: string;
/** What the desk was asked for and has not answered, in order. */
let held: { readonly item: unknown; readonly answer: () => void }[] = [];
let most = 0;
let busy = 0;

const nobody = { accountName: undefined, displayName: "Desk", roleName: undefined };
const desk = defineConnector({
  ...{ id: "desk", title: "Desk", summary: "Holds what it is given until it is let go.", triggers: {} },
  connections: [
    {
      ...{ id: "desk", type: "credentials", title: "Desk", summary: "", profileFields: [] },
      obtain: ({ now }) =>
        Promise.resolve({
          ...{ accessToken: new Secret("key"), refreshToken: undefined, apiUrl: undefined, scopes: [] },
          expiresAt: new Date(now.getTime() + 864e7),
        }),
      refresh: ({ tokens }) => Promise.resolve(tokens),
      revoke: () => Promise.resolve(),
      identify: () =>
        Promise.resolve({ ...nobody, accountId: "desk", userId: "desk", email: "desk@desk.example" }),
    },
  ],
  actions: {
    hold: defineAction({
      ...{ title: "Hold", summary: "", endpoint: "POST /hold", scopes: [], effect: "create" },
      ...{ input: z.looseObject({ item: z.unknown() }), output: z.looseObject({ item: z.unknown() }) },
      async run({ input: { item } }) {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise<void>((answer) => held.push({ item, answer }));
        busy -= 1;
        return { item };
      },
    }),
  },
  createClient: () => ({
    request: () => Promise.reject(new Error("no HTTP")),
    send: () => Promise.reject(new Error("no HTTP")),
  }),
});

beforeAll(async () => {
  kit = await startKit({ connectors: [desk], capacity: 6 });
  const { profiles, connections } = kit.engine;
  const { id: profileId } = await profiles.create({ connector: "desk", name: "Desk", fields: {} });
  ({ id: connectionId } = await connections.create({ name: "desk", connector: "desk", profileId }));
  await connections.authorize(connectionId, "");
  second = await kit.another();
}, 120_000);
afterAll(async () => {
  letGo(held.length);
  await second?.stop({ graceMs: 0 });
  await kit?.stop();
});
afterEach(async () => {
  await kit.engine.connections.limit(connectionId, null);
  await until(async () => {
    letGo(held.length);
    expect(await kit.query("select id from greenroom.jobs where finished_at is null")).toEqual([]);
  });
  [most, busy] = [0, 0];
});

const until = (what: () => unknown) => vi.waitFor(what, { timeout: 20_000, interval: 20 });
function letGo(count: number): void {
  for (const { answer } of held.splice(0, count)) answer();
}
let names = 0;
async function recipe(steps: readonly object[], more: object = {}): Promise<{ id: string; name: string }> {
  names += 1;
  const name = `Places ${names}`;
  const trigger = { use: "shop/asked", connection: "shop", when: `trigger.of == "${name}"` };
  const { id } = await kit.engine.recipes.create(
    JSON.stringify({ name, trigger, concurrency: 20, ...more, steps }),
  );
  await kit.engine.recipes.start(id);
  return { id, name };
}
const happen = (engine: Engine, of: string, n: number) =>
  engine.receive({
    ...{ profileId: kit.profileId, connector: "shop" },
    event: {
      ...{ name: "asked", accountId: "account", occurredAt: kit.now(), dedupeKey: `${of} ${n}` },
      payload: { of, n },
    },
  });
const hold = { use: "desk/hold", connection: "desk", input: { item: "{{ trigger.n }}" } };
const statesOf = async (id: string) =>
  (await kit.engine.queries.listJobs({ recipeId: id, limit: 100 })).items.map(({ state }) => state);

test("over all recipes and workers no more steps use a connection at once than it allows, and each gets its turn", async () => {
  await kit.engine.connections.limit(connectionId, 2);
  const [one, other] = [await recipe([hold]), await recipe([hold])];
  for (let n = 0; n < 4; n += 1) {
    await happen(kit.engine, one.name, n);
    await happen(second, other.name, n);
  }
  const waiting = async () => {
    const jobs = [
      ...(await kit.engine.queries.listJobs({ recipeId: one.id, limit: 9 })).items,
      ...(await kit.engine.queries.listJobs({ recipeId: other.id, limit: 9 })).items,
    ];
    return jobs.filter(({ state }) => state === "waiting");
  };
  await until(async () => expect(await waiting()).toHaveLength(6));
  expect((await waiting())[0]?.reason).toBe(
    "Hold: for a place at the connection “desk”, which 2 steps use at once.",
  );
  expect(held).toHaveLength(2);
  for (let turn = 0; turn < 4; turn += 1) {
    await until(() => expect(held).toHaveLength(2));
    letGo(2);
  }
  await until(async () =>
    expect([...(await statesOf(one.id)), ...(await statesOf(other.id))]).toEqual(Array(8).fill("succeeded")),
  );
  expect(most).toBe(2);
  await until(async () => expect(await kit.query("select id from greenroom.connection_uses")).toEqual([]));
});

test("who waits for a connection is no work: other recipes' jobs run meanwhile", async () => {
  await kit.engine.connections.limit(connectionId, 1);
  const [waits, works] = [
    await recipe([hold]),
    await recipe([{ use: "shop/order", input: { item: "tea" } }]),
  ];
  // As many as both workers may run at once.
  for (let n = 0; n < 12; n += 1) await happen(n % 2 ? second : kit.engine, waits.name, n);
  await until(async () =>
    expect(await kit.query("select id from greenroom.connection_uses")).toHaveLength(12),
  );
  await happen(kit.engine, works.name, 0);
  await until(async () => expect(await statesOf(works.id)).toEqual(["succeeded"]));
  expect(most).toBe(1);
});

test("a recipe with many jobs in line leaves room for another's: the next place is for the one that has fewest", async () => {
  const flood = await recipe([hold]);
  const other = await recipe([hold]);
  for (let n = 0; n < 40; n += 1) await happen(n % 2 ? second : kit.engine, flood.name, n);
  // As many as both workers may run at once.
  await until(() => expect(held).toHaveLength(12));
  await happen(kit.engine, other.name, 1_000);
  letGo(12);
  await until(() => expect(held).toHaveLength(12));
  expect(held.map(({ item }) => item)).toContain(1_000);
});

test("urgent jobs that keep coming hold up another recipe's for a while, and not for ever", async () => {
  const urgent = await recipe([hold], { priority: "high" });
  const patient = await recipe([hold], { priority: "low" });
  for (let n = 0; n < 40; n += 1) await happen(n % 2 ? second : kit.engine, urgent.name, n);
  // As many as both workers may run at once.
  await until(() => expect(held).toHaveLength(12));
  await happen(kit.engine, patient.name, 1_000);
  letGo(2);
  await until(() => expect(held).toHaveLength(12));
  const isHeld = () => held.some(({ item }) => item === 1_000);
  expect(isHeld()).toBe(false);
  for (let ended = 0; !isHeld(); ended += 2) {
    // Some of the urgent ones have not begun yet.
    expect(ended).toBeLessThan(24);
    kit.advance(200_000);
    letGo(2);
    await until(() => expect(held).toHaveLength(12));
  }
}, 60_000);

test("in a connection's line a step that has waited long goes before a more urgent one that comes", async () => {
  await kit.engine.connections.limit(connectionId, 1);
  const usual = await recipe([hold]);
  const urgent = await recipe([hold], { priority: "high" });
  const inLine = (count: number) =>
    until(async () =>
      expect(await kit.query("select id from greenroom.connection_uses")).toHaveLength(count),
    );
  for (let n = 1; n <= 2; n += 1) {
    await happen(kit.engine, usual.name, n);
    await inLine(n);
  }
  await kit.query("update greenroom.connection_uses set turn_at = turn_at - interval '2 minutes'");
  await happen(second, urgent.name, 9);
  await inLine(3);
  const served: unknown[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    await until(() => expect(held).toHaveLength(1));
    served.push(held[0]?.item);
    letGo(1);
    await until(() => expect(busy).toBe(turn === 2 ? 0 : 1));
  }
  expect(served).toEqual([1, 2, 9]);
}, 30_000);

test("in a connection's line the steps of a more urgent recipe go first, those of the recipes that it calls too", async () => {
  await kit.engine.connections.limit(connectionId, 1);
  const usual = await recipe([hold]);
  const called = {
    name: "Called",
    trigger: { use: "recipe/called" },
    steps: [{ ...hold, input: { item: "called" } }],
  };
  await kit.engine.recipes.create(JSON.stringify(called));
  const urgent = await recipe([hold, { call: "Called", input: {} }], { priority: "high" });
  const inLine = (count: number) =>
    until(async () =>
      expect(await kit.query("select id from greenroom.connection_uses")).toHaveLength(count),
    );
  for (let n = 1; n <= 3; n += 1) {
    await happen(kit.engine, usual.name, n);
    await inLine(n);
  }
  await happen(second, urgent.name, 9);
  await inLine(4);
  const served: unknown[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    await until(() => expect(held).toHaveLength(1));
    served.push(held[0]?.item);
    // The called job stands in line before the place that it is to have is free.
    if (held[0]?.item === 2) await inLine(3);
    letGo(1);
    await until(() => expect(busy).toBe(turn === 4 ? 0 : 1));
  }
  expect(served).toEqual([1, 9, 2, "called", 3]);
}, 30_000);

test("a raised limit lets those in who wait", async () => {
  await kit.engine.connections.limit(connectionId, 1);
  const made = await recipe([hold]);
  for (let n = 0; n < 3; n += 1) await happen(kit.engine, made.name, n);
  await until(async () =>
    expect(await kit.query("select id from greenroom.connection_uses")).toHaveLength(3),
  );
  expect(held).toHaveLength(1);
  await kit.engine.connections.limit(connectionId, null);
  await until(() => expect(held).toHaveLength(3));
});

test("the places of a worker that died are free, and its turn in line is nobody's", async () => {
  await kit.engine.connections.limit(connectionId, 1);
  // As a worker leaves them that was killed: it stands in both tables until others find it dead.
  await kit.query(
    `with dead as (insert into greenroom.workers (id, host, pid, started_at, heartbeat_at)
       values (gen_random_uuid(), 'elsewhere', 1, now(), now() - interval '1 hour') returning id)
     insert into greenroom.connection_uses (id, connection_id, job_id, worker_id, granted_at)
     select gen_random_uuid(), $1, gen_random_uuid(), dead.id, at from dead, unnest(array[now(), null]) at`,
    [connectionId],
  );
  const made = await recipe([hold]);
  await happen(kit.engine, made.name, 0);
  await until(() => expect(held).toHaveLength(1));
}, 30_000);
