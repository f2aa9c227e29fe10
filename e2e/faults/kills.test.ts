/** Workers that are killed: at every boundary of a long recipe, and at random under load. */
// `then` is a word of recipes; nobody awaits one.
/* oxlint-disable unicorn/no-thenable */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultWorker, forkWorker, startFaultKit } from "./fault-kit.ts";

/** Set to a number of seconds, the random kills go on that long, and every boundary is tried (CONTRIBUTING.md). */
const longSeconds = Number(process.env["GREENROOM_FAULT_SECONDS"] ?? 0);
const isLong = longSeconds > 0;

let kit: Awaited<ReturnType<typeof startFaultKit>>;

beforeAll(async () => {
  kit = await startFaultKit();
  await kit.recipe({
    name: "Child",
    trigger: { use: "recipe/called" },
    parameters: { type: "object", properties: { n: { type: "integer" } } },
    result: { type: "object", properties: { number: { type: "integer" } } },
    steps: [
      { id: "made", use: "shop/make", connection: "shop", input: { what: "child {{ trigger.n }}" } },
      { return: { number: "{{ made.number }}" } },
    ],
  });
}, 120_000);
afterAll(async () => {
  await kit?.stop();
}, 60_000);

const make = (what: string, id?: string) => ({ ...(id && { id }), use: "shop/make", input: { what } });

/** Twelve steps: effects, reads, a choice, a loop, branches, a child, waits, a failure that is tried again and caught. */
const twelveSteps = (name: string, more: object = {}) => ({
  name,
  trigger: { use: "shop/asked", connection: "shop", when: `trigger.of == "${name}"` },
  ...more,
  steps: [
    make("first", "first"),
    { id: "seen", use: "shop/look", input: {} },
    { if: "first.number > 0", then: [make("then")] },
    { forEach: "[1, 2]", as: "item", steps: [make("item {{ item }}")] },
    { id: "called", call: "Child", input: { n: "{{ trigger.n }}" } },
    { wait: "50ms" },
    {
      try: [{ use: "shop/refuse", input: {} }],
      retry: { times: 1 },
      catch: [make("caught")],
    },
    { parallel: [{ steps: [make("left")] }, { steps: [make("right"), { wait: "20ms" }] }] },
    { id: "seenAgain", use: "shop/look", input: {} },
    { forEach: "[1, 2, 3]", as: "item", concurrency: 3, steps: [make("beside {{ item }}")] },
    { call: "Child", background: true, input: { n: "{{ trigger.n }}" } },
    make("last {{ called.number > 0 }}"),
  ],
});
/** What one run of it makes, the two children included. */
const madeByTwelve = 13;

test(
  "a worker killed at any write of an event, a claim or a history, before or after it, leaves what another one ends exactly once",
  async () => {
    const survivor = await kit.worker();
    const writes = isLong ? Array.from({ length: 22 }, (_, index) => index + 1) : [1, 3, 6, 9, 13];
    const boundaries = [
      { of: "event", write: 1 } as const,
      { of: "claim", write: 1 } as const,
      ...writes.map((write) => ({ of: "history", write }) as const),
    ];
    const plans = boundaries.flatMap((boundary) => [
      { when: "before", ...boundary } as const,
      { when: "after", ...boundary } as const,
    ]);
    let standby = forkWorker();
    let killed = 0;
    for (const [index, die] of plans.entries()) {
      const victim = await kit.worker({ die }, standby);
      standby = forkWorker();
      const name = `Killed ${die.when} write ${die.write} of the ${die.of}`;
      await kit.recipe(twelveSteps(name));
      const asked = { do: "receive", events: [{ key: name, payload: { n: index, of: name } }] } as const;
      // What was not answered is sent again, as Zoom does.
      const told = victim.call(asked).catch(() => survivor.call(asked));
      const over = told.then(() => kit.settled({ stalledMs: 60_000 }));
      const isDead = await Promise.race([victim.dead.then(() => true), over.then(() => false)]);
      if (isDead) killed += 1;
      else expect(die.of).not.toBe("event");
      await over;
      victim.kill();
    }
    standby.kill();
    survivor.kill("SIGTERM");
    expect(await kit.violations()).toEqual([]);
    // Whatever died, each thing was made once, and none is missing.
    expect(kit.service.made.size).toBe(plans.length * madeByTwelve);
    expect(killed).toBeGreaterThan(plans.length / 2);
    survivor.kill();
    await survivor.dead;
  },
  isLong ? 1_800_000 : 600_000,
);

test(
  "workers killed at random under load lose nothing, do nothing twice and keep the order that was promised",
  async () => {
    kit.service.made.clear();
    await kit.recipe(twelveSteps("Beside", { concurrency: 30 }));
    await kit.recipe({
      name: "In order",
      trigger: { use: "shop/asked", connection: "shop", when: 'trigger.of == "In order"' },
      steps: [make("in order {{ trigger.n }}")],
    });
    const receiver = await kit.worker({ capacity: 10 });
    let workers: FaultWorker[] = await Promise.all([kit.worker(), kit.worker()]);
    const endAt = Date.now() + (isLong ? longSeconds : 10) * 1_000;
    let [events, kills] = [0, 0];
    // A machine that does much else takes longer for as many.
    const goesOn = () => Date.now() < endAt || kills < 3;
    const load = (async () => {
      while (goesOn()) {
        const batch = Array.from({ length: 4 }, () => {
          events += 1;
          const of = events % 4 === 0 ? "In order" : "Beside";
          return { key: `load ${events}`, payload: { n: events, of } };
        });
        // One after another, so that their order is one.
        for (const event of batch) await receiver.call({ do: "receive", events: [event] });
        await sleep(60);
      }
    })();
    const replacing: Promise<unknown>[] = [];
    while (goesOn()) {
      await sleep(1_500 + Math.random() * 1_500);
      const [victim, ...others] = workers;
      if (!victim) continue;
      victim.kill();
      kills += 1;
      workers = others;
      replacing.push(kit.worker({}).then((worker) => workers.push(worker)));
    }
    await Promise.all(replacing);
    await load;
    await kit.settled({ stalledMs: 120_000 });
    expect(await kit.violations()).toEqual([]);
    const beside = events - Math.floor(events / 4);
    expect(kit.service.made.size).toBe(beside * madeByTwelve + Math.floor(events / 4));
    const inOrder = [...kit.service.made.values()]
      .flat()
      .filter(({ what }) => String(what).startsWith("in order"))
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ what }) => Number(String(what).split(" ").at(-1)));
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
  },
  isLong ? longSeconds * 1_000 + 600_000 : 300_000,
);
