/** The whole language on the real engine: what the generator asks for, the driver does. */
import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Kit, startKit } from "./lifecycle.test-kit.ts";

let kit: Kit;
beforeAll(async () => {
  kit = await startKit();
}, 120_000);
afterAll(() => kit.stop());

let count = 0;

/** Saves and starts a recipe for the events of one item. */
async function start(steps: string, lines = ""): Promise<{ id: string; item: string }> {
  count += 1;
  const item = `item ${count}`;
  const source = `name: Recipe ${count}\ntrigger: { use: shop/asked, connection: shop, input: { item: "${item}" } }\n${lines}\nsteps:\n${steps}`;
  const { id } = await kit.engine.recipes.create(source);
  await kit.engine.recipes.start(id);
  return { id, item };
}

interface JobRow {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly error: { readonly kind: string; readonly message: string } | null;
}

async function jobOf(recipe: { id: string }, state: string): Promise<JobRow> {
  return await vi.waitFor(
    async () => {
      const [job] = await kit.query<JobRow>(
        "select id, state, reason, error from greenroom.jobs where recipe_id = $1 order by id desc limit 1",
        [recipe.id],
      );
      expect(job).toMatchObject({ state });
      return job as JobRow;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const stepsOf = async (job: JobRow) =>
  (
    await kit.query<{ path: string; kind: string; state: string }>(
      "select path, kind, state from greenroom.job_steps where job_id = $1 order by position",
      [job.id],
    )
  ).map(({ path, kind, state }) => `${path} ${kind} ${state}`);

/** The calls that a job made with the connection, newest first. */
async function callsOf(job: JobRow): Promise<readonly string[]> {
  const connection = await kit.engine.connections.byName("shop");
  const calls = await kit.engine.connectionCalls(connection?.id ?? "");
  return calls
    .filter(({ jobId }) => jobId === job.id)
    .map(({ path, state, errorKind }) => [path, state, errorKind].filter(Boolean).join(" "));
}

/** Runs a recipe for one event to its end. */
async function run(steps: string, state = "succeeded"): Promise<JobRow> {
  const recipe = await start(steps);
  await kit.happen({ item: recipe.item });
  return await jobOf(recipe, state);
}

describe("a job", () => {
  it("repeats, keeps variables and ends with what they hold", async () => {
    const before = kit.orders.length;
    const job = await run(`  - set: { n: 0 }
  - id: rounds
    while: vars.n < 3
    steps:
      - { id: order, use: shop/order, input: { item: "{{ vars.n }}" } }
      - set: { n: "{{ vars.n + 1 }}" }
      - append: { numbers: "{{ order.item }}" }
  - id: batches
    forEach: vars.numbers
    as: pair
    batch: 2
    steps: [{ id: both, use: shop/order, input: { item: "{{ pair }}" } }]
  - stop: { as: succeeded, reason: "{{ rounds.size() }} {{ batches.map(b, b.both.item).to_json() }}" }
`);
    expect(job.reason).toBe("3 [[0,1],[2]]");
    expect(kit.orders.slice(before)).toEqual([0, 1, 2, [0, 1], [2]]);
    const rounds = [2, 1, 0].map((round) => `1.while[${round}].0 succeeded`);
    expect(await callsOf(job)).toEqual(["2[1].0 succeeded", "2[0].0 succeeded", ...rounds]);
  });

  it("runs branches and iterations at once, and reads what they gave", async () => {
    const job = await run(`  - parallel:
      - steps: [{ id: left, use: shop/order, input: { item: left } }]
      - steps: [{ wait: 0s }, { id: right, use: shop/order, input: { item: right } }]
  - id: all
    forEach: "[1, 2, 3, 4, 5]"
    as: n
    concurrency: 3
    steps: [{ id: made, use: shop/order, input: { item: "{{ n }}" } }]
  - stop: { as: succeeded, reason: "{{ left.item }} {{ right.item }} {{ all.map(a, a.made.item).to_json() }}" }
`);
    expect(job.reason).toBe("left right [1,2,3,4,5]");
    const each = [0, 1, 2, 3, 4].map((index) => `1[${index}].0 succeeded`);
    expect((await callsOf(job)).toSorted()).toEqual([
      "0.branch.0.0 succeeded",
      "0.branch.1.1 succeeded",
      ...each,
    ]);
  });

  it("catches failures of steps, expressions and branches", async () => {
    kit.refuse(new ConnectorError("conflict", "sold-out", "It is sold out.", { hint: "Order tea." }));
    const job = await run(`  - try:
      - parallel:
          - steps: [{ id: order, use: shop/order, input: { item: 1 } }]
    catch:
      - append: { said: "{{ error.kind }} {{ error.code }} {{ error.message }} {{ error.hint }} {{ error.step }}" }
  - try: [{ id: slip, use: shop/order, input: { item: "{{ trigger['missing'] }}" } }]
    catch: [{ append: { said: "{{ error.kind }} {{ error.step }}" } }]
  - stop: { as: succeeded, reason: "{{ vars.said.to_json() }}" }
`);
    kit.refuse(undefined);
    expect(JSON.parse(job.reason ?? "")).toEqual([
      "conflict sold-out It is sold out. Order tea. order",
      "expression slip",
    ]);
    // The one whose input could not be made was never called.
    expect(await callsOf(job)).toEqual(["0.try[0].0.branch.0.0 failed conflict"]);
    expect(await stepsOf(job)).toContain("1.try[0].0 action failed");
  });

  it("tries again after a while, on the engine's clock", async () => {
    kit.refuse(new ConnectorError("conflict", "busy", "It is busy."));
    const recipe = await start(`  - try: [{ id: order, use: shop/order, input: { item: again } }]
    retry: { times: 2, every: 1h }
  - stop: { as: succeeded, reason: "{{ order.item }}" }
`);
    const happened = kit.happen({ item: recipe.item });
    await jobOf(recipe, "waiting");
    kit.refuse(undefined);
    kit.advance(3_600_000);
    expect(await jobOf(recipe, "succeeded")).toMatchObject({ reason: "again" });
    await happened;
  });

  it("waits for another event, and goes on without it when none comes", async () => {
    const wait = (when: string) => `  - id: other
    wait: { event: { use: shop/asked, connection: shop, when: "${when}", timeout: 2h } }
  - stop: { as: succeeded, reason: "{{ other == null ? 'nothing' : other.item }}" }
`;
    const comes = await start(wait("arrived.item == trigger.item + ' more'"));
    const waited = kit.happen({ item: comes.item });
    await jobOf(comes, "waiting");
    await kit.engine.receive({
      ...{ profileId: kit.profileId, connector: "shop" },
      event: {
        name: "asked",
        accountId: "account",
        occurredAt: kit.now(),
        payload: { item: `${comes.item} more` },
        dedupeKey: "more",
      },
    });
    expect(await jobOf(comes, "succeeded")).toMatchObject({ reason: `${comes.item} more` });
    await waited;

    const never = await start(wait("false"));
    const waiting = kit.happen({ item: never.item });
    await jobOf(never, "waiting");
    kit.advance(7_200_000);
    expect(await jobOf(never, "succeeded")).toMatchObject({ reason: "nothing" });
    await waiting;
  });

  it("calls another recipe, whose parameters and result are checked", async () => {
    const callee = (name: string) => `name: ${name}
trigger: { use: recipe/called }
parameters: { type: object, properties: { n: { type: integer }, by: { type: integer, default: 2 } }, required: [n] }
result: { type: object, properties: { product: { type: integer } }, required: [product] }
steps:
  - if: trigger.n < 0
    then: [{ stop: { as: failed, reason: too small } }]
  - return: { product: "{{ trigger.n * trigger.by }}" }
`;
    const { id } = await kit.engine.recipes.create(callee("Multiply"));
    await kit.engine.recipes.start(id);
    const job = await run(`  - { id: six, call: Multiply, input: { n: 3 } }
  - { id: later, call: Multiply, input: { n: 4, by: 4 }, background: true }
  - try: [{ call: Multiply, input: { n: -1 } }]
    catch: [{ set: { why: "{{ error.kind }}: {{ error.message }}" } }]
  - stop: { as: succeeded, reason: "{{ six.product }} {{ later.jobId.present() }} {{ vars.why }}" }
`);
    expect(job.reason).toBe("6 true call: “Multiply” stopped: too small");
    await expect(
      kit.engine.recipes.create(callee("Wrong").replace("trigger.n *", "trigger.m *")),
    ).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining("trigger has no “m”.") }],
    });
    await expect(start("  - { call: Multiplyy, input: { n: 1 } }\n")).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringContaining("there is no recipe “Multiplyy”"),
          hint: "Did you mean “Multiply”?",
        },
      ],
    });
    await expect(start("  - { call: Multiply, input: { n: many } }\n")).rejects.toMatchObject({
      problems: [{ path: "steps[0].input.n" }],
    });
  });

  it("that computes for long lets others go on in between", async () => {
    let [stretches, last] = [0, performance.now()];
    let running = true;
    const breathe = () => {
      const now = performance.now();
      if (now - last > 40) stretches += 1;
      last = now;
      if (running) setImmediate(breathe);
    };
    setImmediate(breathe);
    const many = "('a,').ljust(400, 'a,').split(',')";
    const job = await run(`  - while: loop.index < 40
    steps: [{ set: { n: "{{ ${many}.map(a, ${many}.size()).size() + ${many}.map(a, ${many}.size()).size() }}" } }]
  - stop: { as: succeeded, reason: "{{ vars.n }}" }
`);
    running = false;
    expect(job.reason).toBe("402");
    // In one go it would be one; a slow machine makes each longer, not fewer.
    expect(stretches).toBeGreaterThan(2);
  });

  it("keeps what a secret is from its history", async () => {
    await kit.engine.properties.set("default", "KEY", { type: "secret", value: "hidden-value" });
    await kit.engine.properties.set("default", "SHELF", { type: "text", value: "upper" });
    const before = kit.orders.length;
    const job = await run(
      `  - { use: shop/order, input: { item: "{{ properties.SHELF }}: {{ secrets.KEY }}" } }\n`,
    );
    expect(kit.orders[before]).toBe("upper: hidden-value");
    const [step] = await kit.query<{ input: unknown }>(
      "select input from greenroom.job_steps where job_id = $1",
      [job.id],
    );
    expect(step?.input).toEqual({ item: "upper: {{ secrets.KEY }}" });
  });
});
