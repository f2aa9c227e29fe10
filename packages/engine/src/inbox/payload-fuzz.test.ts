/** Whatever a service sends: its event has one job of each recipe, that ends; nothing else notices. `GREENROOM_FUZZ_RUNS` for more. */
import { ConnectorError } from "@greenroom/connector-kit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";

// The same in each run of the gate; another number looks further.
fc.configureGlobal({ seed: Number(process.env["GREENROOM_FUZZ_SEED"] ?? 1) });

const runs = Number(process.env["GREENROOM_FUZZ_RUNS"] ?? 8);
const atOnce = 12;

/** Of 16-bit units: lone halves of characters too, and what PostgreSQL's JSON does not know. */
const wild = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xd800, 0xdc00, 0x2028, 0x22)), {
    maxLength: 12,
  })
  .map((units) => String.fromCharCode(...units));
const key = fc.oneof(
  fc.constantFrom(
    "item",
    "rows",
    "name",
    "__proto__",
    "constructor",
    "toString",
    "length",
    "",
    "\u0000",
    "a.b",
  ),
  wild,
);
const leaf = fc.oneof(
  fc.constantFrom(null, true, 0, -0, 1e308, -1e308, 5e-324, 2 ** 53 + 2, Number("1e400"), "", "0", "null"),
  fc.constantFrom(
    "{{ trigger.item }}",
    "${1}",
    "\\u0000",
    "9999-99-99T99:99:99Z",
    "-1-01-01",
    "x".repeat(70_000),
  ),
  fc.double(),
  wild,
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    // Own, as JSON.parse makes them: `__proto__` is a key like any other.
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => own(entries)),
  ),
}));
const payload = fc.record({
  item: value,
  rows: fc.oneof(value, fc.array(value, { maxLength: 3 })),
  rest: fc.array(fc.tuple(key, value), { maxLength: 3 }),
  /** So many levels around its item. */
  depth: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ max: 9_000, min: 0 }) },
  ),
});

function around(item: unknown, depth: number): unknown {
  let nested = item;
  for (let level = 0; level < depth; level += 1) nested = level % 2 ? [nested] : { item: nested };
  return nested;
}

function own(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, held] of entries)
    Object.defineProperty(made, name, { value: held, enumerable: true, writable: true, configurable: true });
  return made;
}

/** Each looks at a payload in other ways: in its condition, key, searchable values and masks, loops, text and templates. */
const recipes = [
  `name: Whole
trigger: { use: shop/asked, connection: shop }
concurrency: 5
steps:
  - { id: order, use: shop/order, input: { item: "{{ trigger }}" } }
`,
  `name: Parts
trigger: { use: shop/asked, connection: shop, when: 'trigger.item != "never"' }
concurrency: 4
concurrencyKey: trigger.item
searchable: { of: trigger.item, rows: trigger.rows }
mask: [trigger.rows]
steps:
  - set: { text: "It is {{ trigger.item }}, of {{ trigger.rows }}" }
  - { id: order, use: shop/order, input: { item: "{{ vars.text }}" } }
`,
  `name: Loops
trigger: { use: shop/asked, connection: shop }
concurrency: 5
steps:
  - try:
      - forEach: trigger.rows
        as: row
        steps:
          - { id: order, use: shop/ask, input: { item: "{{ row }}" } }
    catch:
      - set: { problem: "{{ error.message }}" }
`,
];

let kit: Kit;
const ids: string[] = [];
beforeAll(async () => {
  kit = await startKit({
    log: { info: () => {}, warn: () => {}, error: (fields, message) => bugs.push([message, fields]) },
  });
  for (const source of recipes) {
    const { id } = await kit.engine.recipes.create(source);
    await kit.engine.recipes.start(id);
    ids.push(id);
  }
}, 60_000);
afterAll(() => kit?.stop());

const bugs: unknown[] = [];
let count = 0;

/** @returns the event's id, or why it was refused */
async function arrive(given: Record<string, unknown>): Promise<string | ConnectorError> {
  count += 1;
  const event = { name: "asked", accountId: "account", occurredAt: kit.now(), payload: given };
  try {
    const { eventId } = await kit.engine.receive({
      ...{ profileId: kit.profileId, connector: "shop" },
      event: { ...event, dedupeKey: `fuzz ${count}` },
    });
    return eventId;
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

test("what is nested without end fails its own jobs, with why, and leaves nothing that hangs", async () => {
  const [deep, sane] = await Promise.all(
    [around("bottom", 2_000), "tea"].map((item) => arrive({ item, rows: [] })),
  );
  await kit.engine.idle();
  const jobsOf = async (event: unknown) => (await kit.engine.queries.getEvent(String(event))).jobs;
  expect((await jobsOf(sane)).map(({ state }) => state)).toEqual(["succeeded", "succeeded", "succeeded"]);
  const failed = await jobsOf(deep);
  expect(failed.map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
  const { error } = await kit.engine.queries.getJob(failed[0]?.id ?? "");
  expect(error).toMatchObject({
    code: "refused-data",
    message: expect.stringContaining("more than 250 levels deep"),
  });
});

test("each event has one job of each recipe, which ends by what it held; the sane one among them succeeds everywhere", async () => {
  const batch = fc.array(payload, { minLength: 1, maxLength: atOnce });
  await fc.assert(
    fc.asyncProperty(batch, async (payloads) => {
      bugs.length = 0;
      const sent = payloads.map(({ item, rows, rest, depth }) =>
        own([...rest, ["item", around(item, depth)], ["rows", rows]]),
      );
      const sane = { item: "tea", rows: [1, 2] };
      const received = await Promise.all([...sent, sane].map(arrive));
      await kit.engine.idle();
      for (const one of received) {
        // What is refused is so for a reason that who sent it can read.
        if (typeof one !== "string") {
          expect(one.message).not.toBe("");
          continue;
        }
        const { jobs } = await kit.engine.queries.getEvent(one);
        const states = await Promise.all(
          ids.map(async (recipeId) => {
            const mine = jobs.filter((job) => job.recipeId === recipeId);
            expect(mine.length).toBeLessThanOrEqual(1);
            if (mine[0]?.state === "failed")
              expect((await kit.engine.queries.getJob(mine[0].id)).error?.message).toBeTruthy();
            return mine[0]?.state;
          }),
        );
        // A condition that does not fit starts none.
        expect(
          states.filter((state) => state === "succeeded" || state === "failed").length,
        ).toBeGreaterThanOrEqual(2);
        if (one === received.at(-1)) expect(states).toEqual(["succeeded", "succeeded", "succeeded"]);
      }
      expect(typeof received.at(-1)).toBe("string");
      expect(bugs).toEqual([]);
      await kit.engine.queries.listEvents({ limit: 100 });
    }),
    { numRuns: runs, interruptAfterTimeLimit: runs > 8 ? undefined : 30_000 },
  );
}, 600_000);
