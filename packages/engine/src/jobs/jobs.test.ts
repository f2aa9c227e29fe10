/** Jobs as people see them: waits, calls, branches, queues, and what can be done with a job by hand. */
// `then` is a word of recipes; nobody awaits one.
/* oxlint-disable unicorn/no-thenable */
import { ConnectorError, defineAction, defineConnector } from "@greenroom/connector-kit";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { answerQuestion, type Kit, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
/** What the desk was asked for, in order, and how to let it answer. */
let held: { readonly item: unknown; readonly answer: () => void }[] = [];
let most = 0;
let busy = 0;
let fails = new Set<unknown>();
let count = 0;

const broken = () => new ConnectorError("invalid-input", "broken", "The desk refuses it.");
const desk = defineConnector({
  ...{ id: "desk", title: "Desk", summary: "Holds what it is given until it is let go.", triggers: {} },
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
    dig: defineAction({
      ...{ title: "Dig", summary: "", endpoint: "GET /dig", scopes: [], effect: "read" },
      ...{ input: z.looseObject({ levels: z.number() }), output: z.unknown() },
      run: ({ input: { levels } }) =>
        Promise.resolve({ deep: JSON.parse("[".repeat(levels) + "]".repeat(levels)) as unknown }),
    }),
    stamp: defineAction({
      ...{ title: "Stamp", summary: "", endpoint: "POST /stamp", scopes: [], effect: "update" },
      ...{ input: z.looseObject({ item: z.unknown() }), output: z.looseObject({ number: z.number() }) },
      run({ input: { item } }) {
        if (fails.has(item)) return Promise.reject(broken());
        count += 1;
        return Promise.resolve({ number: count, item });
      },
    }),
  },
  createClient: () => ({
    request: () => Promise.reject(new Error("no HTTP")),
    send: () => Promise.reject(new Error("no HTTP")),
  }),
});

beforeAll(async () => {
  kit = await startKit({ connectors: [desk] });
}, 120_000);
afterAll(async () => {
  for (const { answer } of held) answer();
  await kit?.stop();
});
afterEach(() => {
  for (const { answer } of held) answer();
  [held, most, busy, fails] = [[], 0, 0, new Set()];
});

let names = 0;
/** Saves a recipe whose events carry its name, and starts it. */
async function recipe(steps: readonly object[], more: object = {}): Promise<{ id: string; name: string }> {
  names += 1;
  const name = `Recipe ${names}`;
  const trigger = { use: "shop/asked", connection: "shop", when: `trigger.of == "${name}"` };
  const { id } = await kit.engine.recipes.create(JSON.stringify({ name, trigger, ...more, steps }));
  await kit.engine.recipes.start(id);
  return { id, name };
}
/** An event for it, not waited for. */
const happen = async ({ name }: { name: string }, payload: object = {}, key = `${name} ${(names += 1)}`) => {
  const event = { name: "asked", accountId: "account", occurredAt: kit.now(), dedupeKey: key };
  return await kit.engine.receive({
    ...{ profileId: kit.profileId, connector: "shop" },
    event: { ...event, payload: { of: name, ...payload } },
  });
};
const jobsOf = async (id: string) =>
  (await kit.engine.queries.listJobs({ recipeId: id, limit: 100 })).items.toReversed();
const jobOf = async (id: string) => {
  const [job] = await jobsOf(id);
  return await kit.engine.queries.getJob(job?.id ?? "");
};
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 20_000, interval: 20 });
const stamp = (item: unknown, id?: string) => ({ ...(id && { id }), use: "desk/stamp", input: { item } });
const waitFor = (when: string, timeout: string) => ({
  ...{ id: "came", wait: { event: { use: "shop/asked", connection: "shop", when, timeout } } },
});
const hold = (item: unknown) => ({ use: "desk/hold", input: { item } });

test("a long wait frees the job, says until when, and goes on when its time has come", async () => {
  const made = await recipe([stamp("before"), { wait: "3h" }, stamp("after")]);
  const before = count;
  await happen(made);
  await kit.engine.idle();
  const waiting = await jobOf(made.id);
  expect(waiting).toMatchObject({ state: "waiting", wakeAt: expect.any(Date) });
  expect(waiting.reason).toContain(waiting.wakeAt?.toISOString());
  expect(waiting.steps.map(({ state }) => state)).toEqual(["succeeded", "waiting"]);
  kit.advance(3 * 3_600_000);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  expect(count - before).toBe(2);
});

test("a wait for an event takes the first that matches, also one that came in while the step before was under way", async () => {
  const made = await recipe([
    hold("door"),
    waitFor("arrived.answer == trigger.question", "1d"),
    stamp("{{ came.note }}", "stamped"),
  ]);
  await happen(made, { question: 7 });
  await until(() => expect(held).toHaveLength(1));
  await happen({ name: "nobody" }, { answer: 7, note: "early" });
  held[0]?.answer();
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  expect((await jobOf(made.id)).steps.at(-1)).toMatchObject({ input: { item: "early" } });

  await happen(made, { question: 8 });
  await until(() => expect(held).toHaveLength(2));
  held[1]?.answer();
  await until(async () => expect((await jobsOf(made.id))[1]).toMatchObject({ state: "waiting" }));
  await happen({ name: "nobody" }, { answer: 7, note: "of another" });
  await happen({ name: "nobody" }, { answer: 8, note: "late" });
  await until(async () => expect((await jobsOf(made.id))[1]).toMatchObject({ state: "succeeded" }));
});

test("a wait for an event that does not come goes on with null when its time is over", async () => {
  const made = await recipe([
    waitFor("arrived.answer == 99", "2h"),
    { if: "came == null", then: [stamp("nobody came")], else: [stamp("came")] },
  ]);
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "waiting" }));
  kit.advance(2 * 3_600_000 + 1_000);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  expect((await jobOf(made.id)).steps.at(-1)).toMatchObject({ input: { item: "nobody came" } });
  expect(await kit.query("select * from greenroom.job_waits")).toEqual([]);
});

test("a called recipe's result comes back, its failure is caught, and it may wait longer than memory is kept", async () => {
  const child = async (steps: readonly object[]) => {
    names += 1;
    const name = `Called ${names}`;
    await kit.engine.recipes.create(
      JSON.stringify({
        ...{ name, trigger: { use: "recipe/called" } },
        parameters: { type: "object", properties: { n: { type: "integer" } } },
        result: { type: "object", properties: { double: { type: "integer" } } },
        steps,
      }),
    );
    return name;
  };
  const doubles = await child([{ wait: "2h" }, { return: { double: "{{ trigger.n * 2 }}" } }]);
  const breaks = await child([stamp("broken {{ trigger.n }}")]);
  fails.add("broken 4");
  const made = await recipe([
    { id: "called", call: doubles, input: { n: "{{ trigger.n }}" } },
    { try: [{ call: breaks, input: { n: 4 } }], catch: [stamp("{{ error.kind }}: {{ error.code }}")] },
    stamp("{{ called.double }}"),
  ]);
  await happen(made, { n: 21 });
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "waiting" }));
  const parent = await jobOf(made.id);
  expect(parent.children).toMatchObject([{ recipeName: doubles, state: "waiting" }]);
  kit.advance(2 * 3_600_000);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  const { steps } = await jobOf(made.id);
  expect(steps.at(-1)).toMatchObject({ input: { item: 42 } });
  expect(steps.map(({ input }) => input)).toContainEqual({ item: "call: failed" });
});

test("branches run beside each other, no more at once than the limit, and after a failure no further one begins", async () => {
  const made = await recipe([
    { forEach: "[1, 2, 3, 4, 5]", as: "n", concurrency: 2, steps: [hold("{{ n }}")] },
    {
      parallel: [{ steps: [stamp("fine")] }, { steps: [stamp("broken")] }, { steps: [stamp("never")] }],
      concurrency: 1,
    },
  ]);
  fails.add("broken");
  await happen(made);
  for (let done = 0; done < 5; done += 1) {
    await until(() => expect(held.length).toBeGreaterThan(done));
    held[done]?.answer();
  }
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "failed" }));
  expect(most).toBe(2);
  const titles = (await jobOf(made.id)).steps.map(({ input }) => JSON.stringify(input));
  expect(titles).toContain('{"item":"fine"}');
  expect(titles).not.toContain('{"item":"never"}');
});

test("by default a recipe's jobs run one after the other in the order of their events; with a concurrency so many at once", async () => {
  const one = await recipe([hold("{{ trigger.n }}")]);
  await Promise.all([1, 2, 3, 4].map((n) => happen(one, { n })));
  for (let n = 1; n <= 4; n += 1) {
    await until(() => expect(held).toHaveLength(n));
    expect((await jobsOf(one.id)).filter(({ state }) => state === "running")).toHaveLength(1);
    held[n - 1]?.answer();
  }
  await kit.engine.idle();
  expect(held.map(({ item }) => item)).toEqual([1, 2, 3, 4]);
  held = [];
  const three = await recipe([hold("{{ trigger.n }}")], { concurrency: 3 });
  await Promise.all([1, 2, 3, 4, 5].map((n) => happen(three, { n })));
  await until(() => expect(held).toHaveLength(3));
  expect((await jobsOf(three.id)).map(({ state }) => state)).toEqual([
    ...["running", "running", "running", "queued", "queued"],
  ]);
  held[1]?.answer();
  await until(() => expect(held).toHaveLength(4));
  for (const index of [0, 2, 3]) held[index]?.answer();
  await until(() => expect(held).toHaveLength(5));
});

test("of the jobs with the same key one runs at a time, in order; those of other keys run beside it", async () => {
  const made = await recipe([hold("{{ trigger.of_meeting }} {{ trigger.n }}")], {
    ...{ concurrency: 10, concurrencyKey: "trigger.meeting" },
  });
  for (const [meeting, n] of [
    ["a", 1],
    ["a", 2],
    ["b", 1],
    ["a", 3],
    ["b", 2],
  ] as const)
    await happen(made, { meeting, of_meeting: meeting, n });
  await until(() => expect(held.map(({ item }) => item).toSorted()).toEqual(["a 1", "b 1"]));
  // Without a key nobody waits for anybody.
  for (const n of [1, 2]) await happen(made, { meeting: null, of_meeting: "none", n });
  const keyless = () => held.filter(({ item }) => String(item).startsWith("none"));
  await until(() => expect(keyless()).toHaveLength(2));
  for (const { answer } of keyless()) answer();
  held = held.filter((one) => !keyless().includes(one));
  held.find(({ item }) => item === "a 1")?.answer();
  await until(() => expect(held.map(({ item }) => item).toSorted()).toEqual(["a 1", "a 2", "b 1"]));
  for (const { answer } of held) answer();
  await until(() =>
    expect(held.map(({ item }) => item).toSorted()).toEqual(["a 1", "a 2", "a 3", "b 1", "b 2"]),
  );
});

test("a rate lets so many jobs begin and holds the others until it allows them", async () => {
  const made = await recipe([stamp("{{ trigger.n }}")], { concurrency: 10, rate: { limit: 2, per: "1h" } });
  for (let n = 1; n <= 5; n += 1) await happen(made, { n });
  const states = async () => (await jobsOf(made.id)).map(({ state }) => state);
  await until(async () =>
    expect(await states()).toEqual(["succeeded", "succeeded", "queued", "queued", "queued"]),
  );
  kit.advance(31 * 60_000);
  await until(async () => expect((await states()).filter((state) => state === "queued")).toHaveLength(2));
  kit.advance(2 * 3_600_000);
  await until(async () => expect((await states()).filter((state) => state === "queued")).toHaveLength(0));
});

test("a paused queue begins nothing and keeps what comes; resumed it goes on", async () => {
  const made = await recipe([stamp("{{ trigger.n }}")]);
  await kit.engine.jobs.pause(made.id);
  await happen(made, { n: 1 });
  await kit.engine.idle();
  expect(await jobOf(made.id)).toMatchObject({ state: "queued" });
  expect(await kit.engine.jobs.queues()).toMatchObject([{ recipeId: made.id, queued: 1 }]);
  expect((await kit.engine.recipes.get(made.id)).pausedAt).toEqual(expect.any(Date));
  await kit.engine.jobs.resume(made.id);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  expect((await kit.engine.recipes.get(made.id)).pausedAt).toBeUndefined();
  await expect(kit.engine.jobs.pause("00000000-0000-7000-8000-000000000000")).rejects.toMatchObject({
    kind: "not-found",
  });
});

test("a rerun from the failed step keeps what was done, and takes a corrected input", async () => {
  const made = await recipe([
    stamp("good", "first"),
    stamp("{{ trigger.item }}", "second"),
    stamp("{{ first.number }}"),
  ]);
  fails.add("bad");
  await happen(made, { item: "bad" });
  await until(async () =>
    expect(await jobOf(made.id)).toMatchObject({ state: "failed", error: { path: "1" } }),
  );
  const failed = await jobOf(made.id);
  const before = count;
  const id = await kit.engine.jobs.rerun(failed.id, {
    from: "failed-step",
    version: "same",
    input: { item: "mended" },
  });
  await until(async () => expect(await kit.engine.queries.getJob(id)).toMatchObject({ state: "succeeded" }));
  expect(count - before).toBe(2);
  const job = await kit.engine.queries.getJob(id);
  expect(job).toMatchObject({ cause: "rerun", rerunOf: failed.id });
  expect(job.steps.map(({ input }) => input)).toEqual([
    { item: "good" },
    { item: "mended" },
    { item: before },
  ]);

  const whole = await kit.engine.jobs.rerunAll([failed.id, id], { from: "start", version: "same" });
  expect(whole.done).toHaveLength(2);
  await until(async () =>
    expect((await jobsOf(made.id)).map(({ state }) => state)).toEqual([
      "failed",
      "succeeded",
      "failed",
      "failed",
    ]),
  );
  await expect(kit.engine.jobs.rerun(id, { from: "failed-step", version: "same" })).rejects.toMatchObject({
    code: "no-failed-step",
  });
});

test("a rerun with the newest version runs the recipe as it is now", async () => {
  const made = await recipe([stamp("old")]);
  fails.add("old");
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "failed" }));
  const { source } = await kit.engine.recipes.get(made.id);
  await kit.engine.recipes.save(made.id, source.replaceAll("old", "new"));
  const id = await kit.engine.jobs.rerun((await jobOf(made.id)).id, {
    from: "failed-step",
    version: "newest",
  });
  await until(async () =>
    expect(await kit.engine.queries.getJob(id)).toMatchObject({ state: "succeeded", version: 2 }),
  );
});

test("of branches that failed beside each other, all are done again by one rerun; what a try caught stays caught", async () => {
  const caught = { try: [stamp("caught")], retry: { times: 1 }, catch: [stamp("handled")] };
  const made = await recipe([
    caught,
    { forEach: "[1, 2, 3]", as: "n", concurrency: 3, steps: [stamp("bad {{ n }}")] },
  ]);
  for (const item of ["caught", "bad 2", "bad 3"]) fails.add(item);
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "failed" }));
  fails.clear();
  const before = count;
  const id = await kit.engine.jobs.rerun((await jobOf(made.id)).id, { from: "failed-step", version: "same" });
  await until(async () => expect(await kit.engine.queries.getJob(id)).toMatchObject({ state: "succeeded" }));
  expect(count - before).toBe(2);
});

test("with the newest version what was done is known again, wherever its step is by now; where it cannot be told, nothing is done", async () => {
  const [first, second] = [stamp("first", "first"), stamp("second")];
  const made = await recipe([first, second]);
  fails.add("second");
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "failed" }));
  const failed = await jobOf(made.id);
  const { source } = await kit.engine.recipes.get(made.id);
  const save = (steps: readonly object[]) =>
    kit.engine.recipes.save(made.id, JSON.stringify({ ...JSON.parse(source), steps }));
  fails.clear();

  await save([stamp("new"), { try: [first] }, second]);
  const rerun = { from: "failed-step", version: "newest" } as const;
  await expect(kit.engine.jobs.rerun(failed.id, rerun)).rejects.toMatchObject({ code: "steps-changed" });
  await save([stamp("new"), first, stamp("{{ first.item }} again"), second]);
  const before = count;
  const id = await kit.engine.jobs.rerun(failed.id, { ...rerun, input: { item: "mended" } });
  await until(async () => expect(await kit.engine.queries.getJob(id)).toMatchObject({ state: "succeeded" }));
  expect(count - before).toBe(3);
  const { steps } = await kit.engine.queries.getJob(id);
  const items = ["new", "first", "first again", "mended"];
  expect(steps.toSorted((a, b) => a.path.localeCompare(b.path)).map(({ input }) => input)).toEqual(
    items.map((item) => ({ item })),
  );
  await save([first]);
  await expect(
    kit.engine.jobs.rerun(failed.id, { ...rerun, input: { item: "mended" } }),
  ).rejects.toMatchObject({ code: "steps-changed" });
});

test("a rerun from a call that failed goes on where the called job failed, also of one that called in turn", async () => {
  const called = async (steps: readonly object[]) => {
    names += 1;
    const name = `Called ${names}`;
    await kit.engine.recipes.create(JSON.stringify({ name, trigger: { use: "recipe/called" }, steps }));
    return name;
  };
  const inner = await called([stamp("inner"), stamp("deep")]);
  const outer = await called([stamp("outer"), { call: inner }]);
  const made = await recipe([stamp("top"), { call: outer }, stamp("last")]);
  fails.add("deep");
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "failed" }));
  fails.clear();
  const before = count;
  const rerun = async () => {
    const id = await kit.engine.jobs.rerun((await jobOf(made.id)).id, {
      from: "failed-step",
      version: "newest",
    });
    await until(async () => expect((await kit.engine.queries.getJob(id)).finishedAt).toBeDefined());
    return await kit.engine.queries.getJob(id);
  };
  const done = await rerun();
  expect(done).toMatchObject({ state: "succeeded", children: [{ state: "succeeded" }] });
  // The innermost that failed, and what comes after the call.
  expect(count - before).toBe(2);

  // It takes another way by now: nobody waits for what nobody calls.
  const { source } = await kit.engine.recipes.get(made.id);
  const parsed = JSON.parse(source) as { steps: object[] };
  const steps = [{ stop: { as: "succeeded" } }, ...parsed.steps];
  await kit.engine.recipes.save(made.id, JSON.stringify({ ...parsed, steps }));
  expect(await rerun()).toMatchObject({ state: "succeeded", children: [{ state: "cancelled" }] });
});

test("a job whose recipe was deleted is not run again, and says why", async () => {
  const made = await recipe([stamp("gone")]);
  fails.add("gone");
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "failed" }));
  const { id } = await jobOf(made.id);
  await kit.engine.recipes.stop(made.id);
  await kit.engine.recipes.remove(made.id);
  for (const version of ["same", "newest"] as const)
    await expect(kit.engine.jobs.rerun(id, { from: "start", version })).rejects.toMatchObject({
      code: "recipe-deleted",
    });
});

test("a recipe with jobs that have not ended is not deleted, unless they are to be cancelled with it", async () => {
  const made = await recipe([{ wait: "7d" }, stamp("never")]);
  await happen(made);
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "waiting" }));
  await happen(made);
  await kit.engine.recipes.stop(made.id);
  await expect(kit.engine.recipes.remove(made.id)).rejects.toMatchObject({
    ...{ code: "jobs-unfinished", message: `2 jobs of “${made.name}” have not ended.` },
  });
  await kit.engine.recipes.remove(made.id, { cancelJobs: true });
  expect((await jobsOf(made.id)).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  await expect(kit.engine.recipes.get(made.id)).rejects.toMatchObject({ kind: "not-found" });
});

test("cancelling a job ends it and those that it called, at once", async () => {
  names += 1;
  const child = `Called ${names}`;
  await kit.engine.recipes.create(
    JSON.stringify({
      name: child,
      trigger: { use: "recipe/called" },
      steps: [hold("child"), stamp("never")],
    }),
  );
  const made = await recipe([{ call: child }, stamp("never either")]);
  const before = count;
  await happen(made);
  await until(() => expect(held).toHaveLength(1));
  const { id, children } = await jobOf(made.id);
  await kit.engine.jobs.cancel(id);
  held[0]?.answer();
  await kit.engine.idle();
  expect(await kit.engine.queries.getJob(id)).toMatchObject({ state: "cancelled" });
  expect(await kit.engine.queries.getJob(children[0]?.id ?? "")).toMatchObject({ state: "cancelled" });
  expect(count).toBe(before);
  await expect(kit.engine.jobs.cancel(id)).rejects.toMatchObject({ code: "job-ended" });
});

test("a job that is cancelled while it calls another one takes that one with it", async () => {
  const made = await recipe([hold("parent")]);
  await happen(made);
  await until(() => expect(held).toHaveLength(1));
  const { id } = await jobOf(made.id);
  // As the call of a job is written: its own row is held until the called one is there.
  const calls = await kit.begin();
  await calls.query("select from greenroom.jobs where id = $1 for no key update", [id]);
  const cancelled = kit.engine.jobs.cancel(id);
  await kit.blocked();
  const child = "01a00000-0000-7000-8000-00000000ca11";
  await calls.query(
    `insert into greenroom.jobs (id, recipe_id, version_id, cause, state, parent_id, created_at)
     select $2, recipe_id, version_id, 'call', 'waiting', id, now() from greenroom.jobs where id = $1`,
    [id, child],
  );
  await calls.commit();
  await cancelled;
  expect(await kit.engine.queries.getJob(child)).toMatchObject({ state: "cancelled" });
});

test("a step that waits for an event goes on waiting when its connection is lost, and takes what still comes", async () => {
  const { connections } = kit.engine;
  const made = await recipe([waitFor("arrived.answer == 11", "1d"), stamp("{{ came.note }}")]);
  await happen(made);
  await kit.engine.idle();
  const [shop] = await connections.list();
  await connections.disconnect(shop?.id ?? "");
  await happen({ name: "nobody" }, { answer: 0 });
  await kit.engine.idle();
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "waiting" }));
  await happen({ name: "nobody" }, { answer: 11, note: "late" });
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  await connections.authorize(shop?.id ?? "", "");
});

test("a stop as failed ends the job as stopped, with its reason and no error", async () => {
  const made = await recipe([{ stop: { as: "failed", reason: "not today" } }]);
  await happen(made);
  await until(async () =>
    expect(await jobOf(made.id)).toMatchObject({ state: "stopped", reason: "not today", error: undefined }),
  );
});

test("a test run uses the outputs it is given, leaves steps out, and asks before it changes anything", async () => {
  const made = await recipe([
    stamp("mocked", "first"),
    stamp("skipped", "second"),
    stamp("{{ first.number }}", "third"),
    stamp("allowed?", "fourth"),
  ]);
  const { versionId } = (
    await kit.query<{ versionId: string }>(
      'select version_id as "versionId" from greenroom.recipes where id = $1',
      [made.id],
    )
  )[0] ?? { versionId: "" };
  const before = count;
  const id = await kit.engine.jobs.startTestRun({
    ...{ recipeId: made.id, versionId, trigger: { of: made.name } },
    ...{ mocks: { first: { number: 41 } }, skip: ["second"] },
  });
  const job = () => kit.engine.queries.getJob(id);
  await until(async () => expect(await job()).toMatchObject({ state: "waiting", cause: "test" }));
  expect((await job()).steps.at(-1)).toMatchObject({
    ...{ stepId: "third", state: "waiting", input: { item: 41 } },
    error: { kind: "approval", code: "test-update" },
  });
  expect(count).toBe(before);
  await answerQuestion(kit.engine, id, "2", { choice: "again" });
  await until(async () =>
    expect((await job()).steps.at(-1)).toMatchObject({ stepId: "fourth", state: "waiting" }),
  );
  expect(count).toBe(before + 1);
  await answerQuestion(kit.engine, id, "3", { choice: "done", output: { number: 0 } });
  await until(async () => expect(await job()).toMatchObject({ state: "succeeded" }));
  expect(count).toBe(before + 1);
});

test("a service's answer that is nested without end fails its own job, and none that is written with it", async () => {
  const deep = await recipe([{ use: "desk/dig", input: { levels: 100_000 } }], { concurrency: 9 });
  const before = await recipe([{ use: "desk/dig", input: { levels: 100_000 } }, stamp("after")], {
    concurrency: 9,
  });
  const plain = await recipe([{ use: "desk/dig", input: { levels: 3 } }, stamp("plain")], { concurrency: 9 });
  await Promise.all([
    happen(deep),
    happen(plain),
    happen(before),
    happen(plain),
    happen(deep),
    happen(plain),
  ]);
  await until(async () => {
    for (const one of [deep, before])
      for (const { state } of await jobsOf(one.id)) expect(state).toBe("failed");
    expect((await jobsOf(plain.id)).map(({ state }) => state)).toEqual(Array(3).fill("succeeded"));
  });
  for (const { id } of [deep, before])
    expect((await jobOf(id)).error).toMatchObject({ kind: "limit", code: "refused-data" });
});

test("a step's long data is cut where it is shown and whole where it is asked for", async () => {
  const made = await recipe([stamp("{{ trigger.long }}", "long")]);
  const long = "x".repeat(1_100_000);
  await happen(made, { long });
  await until(async () => expect(await jobOf(made.id)).toMatchObject({ state: "succeeded" }));
  const { id, steps } = await jobOf(made.id);
  expect(steps).toMatchObject([{ isCut: true }]);
  expect(JSON.stringify(steps).length).toBeLessThan(100_000);
  expect(await kit.engine.queries.stepData(id, "0")).toMatchObject({ input: { item: long } });
});
