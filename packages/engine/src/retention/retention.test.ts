import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Kit, orderRecipe, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
/** What was logged, and what was sent to people. */
const said: unknown[] = [];
const note = (...what: unknown[]) => void said.push(what);
beforeAll(
  async () =>
    void (kit = await startKit({
      log: { info: note, warn: note, error: note },
      noticeSenders: { email: (to, notice) => Promise.resolve(note(to, notice)) },
    })),
);
afterAll(() => kit?.stop());
afterEach(async () => {
  kit.refuse(undefined);
  for (const { id } of await kit.engine.recipes.list()) {
    await kit.engine.recipes.stop(id);
    await kit.engine.recipes.remove(id);
  }
});

const dayMs = 86_400_000;
async function running(name: string, lines = "", item?: string): Promise<string> {
  const { id } = await kit.engine.recipes.create(orderRecipe(name, lines, item));
  await kit.engine.recipes.start(id);
  return id;
}
const jobsOf = async (recipeId: string) =>
  (await kit.engine.queries.listJobs({ recipeId, limit: 200 })).items;
const everything = async () =>
  JSON.stringify(
    await kit.query(`select (select json_agg(j) from greenroom.jobs j) as jobs, (select json_agg(s) from greenroom.job_steps s) as steps,
      (select json_agg(e) from greenroom.events e) as events, (select json_agg(v) from greenroom.job_values v) as found`),
  );

test("jobs are deleted by age and by count, the recipe's own rule before the installation's; unfinished ones stay", async () => {
  const byAge = await running("Young", "retention: { days: 2 }");
  const byCount = await running("Few", "retention: { jobs: 2 }");
  const usual = await running("Usual");
  for (let number = 0; number < 3; number += 1) await kit.happen({ item: number });
  kit.advance(3 * dayMs);
  await kit.happen({ item: "new" });
  await kit.query(
    "update greenroom.jobs set finished_at = null, state = 'waiting' where id = (select min(id::text)::uuid from greenroom.jobs where recipe_id = $1)",
    [byAge],
  );
  await kit.engine.retention.sweep();
  expect(await jobsOf(byAge)).toHaveLength(2);
  expect(await jobsOf(byCount)).toHaveLength(2);
  expect(await jobsOf(usual)).toHaveLength(4);
  const left = await kit.query<{ count: string }>(
    "select count(*) from greenroom.job_steps where job_id not in (select id from greenroom.jobs)",
  );
  expect(left[0]?.count).toBe("0");

  await kit.engine.retention.setRules({ jobs: { days: 1 }, events: { days: 1 }, dedupeDays: 10 });
  await kit.engine.retention.sweep();
  expect(await jobsOf(usual)).toHaveLength(1);
  await kit.query(
    "update greenroom.jobs set finished_at = now(), state = 'succeeded' where finished_at is null",
  );
});

test("an event's data goes with its last job; it is known when it comes again, until it may be forgotten", async () => {
  await kit.engine.retention.setRules({ jobs: { days: 1 }, events: { days: 1 }, dedupeDays: 10 });
  const id = await running("Once");
  await kit.happen({ item: "only once" }, { key: "the-same" });
  kit.advance(2 * dayMs);
  await kit.engine.retention.sweep();
  expect(await jobsOf(id)).toHaveLength(0);
  expect(await everything()).not.toContain("only once");
  await kit.happen({ item: "only once" }, { key: "the-same" });
  expect(await jobsOf(id)).toHaveLength(0);
  kit.advance(10 * dayMs);
  await kit.engine.retention.sweep();
  await kit.happen({ item: "again" }, { key: "the-same" });
  expect(await jobsOf(id)).toHaveLength(1);
});

test("events whose jobs were deleted are never picked up again", async () => {
  await kit.engine.retention.setRules({ jobs: { days: 1 }, events: { days: 100 }, dedupeDays: 100 });
  const id = await running("Tea");
  const since = kit.now();
  await kit.happen({ item: "had a job" });
  kit.advance(2 * dayMs);
  await kit.engine.retention.sweep();
  expect(await jobsOf(id)).toHaveLength(0);
  await kit.engine.recipes.stop(id);
  await kit.happen({ item: "had none" });
  await kit.engine.recipes.start(id, { since });
  await kit.engine.idle();
  const [only, ...others] = await jobsOf(id);
  expect(others).toEqual([]);
  expect((await kit.engine.queries.getJob(only?.id ?? "")).trigger).toEqual({ item: "had none" });
});

test("a recipe that keeps nothing leaves no data of its jobs anywhere once they end, not even of those that fail", async () => {
  const id = await running("Secretive", "retention: none\nsearchable: { item: trigger.item }");
  await kit.happen({ item: "very private" });
  kit.refuse(new ConnectorError("invalid-input", "refused", "very private is refused"));
  await kit.happen({ item: "very private" });
  await kit.engine.idle();
  expect(kit.orders).toContain("very private");
  expect(await everything()).not.toContain("very private");
  const [failed, succeeded] = await jobsOf(id);
  expect(succeeded).toMatchObject({ state: "succeeded", dataKept: false });
  expect(failed).toMatchObject({ state: "failed", error: { kind: "invalid-input", code: "refused" } });
  expect(await kit.engine.queries.getJob(failed?.id ?? "")).toMatchObject({ steps: [], trigger: {} });
  await expect(kit.engine.jobs.rerun(failed?.id ?? "", { from: "start", version: "same" })).rejects.toThrow(
    /keeps no data/,
  );
});

test("what a process that died left of such jobs is deleted by the next sweep; another recipe's data of the event stays", async () => {
  const keeps = await running("Keeps");
  await kit.happen({ item: "seen by both" });
  const forgets = await running("Forgets");
  await kit.happen({ item: "seen by both" });
  await kit.happen({ item: "only for one" });
  await kit.engine.recipes.stop(keeps);
  await kit.happen({ item: "for the one that forgets" });
  await kit.engine.recipes.save(forgets, orderRecipe("Forgets", "retention: none"));
  await kit.engine.retention.sweep();
  const all = await everything();
  expect(all).not.toContain("for the one that forgets");
  expect(all).toContain("seen by both");
  expect((await kit.engine.queries.getJob((await jobsOf(keeps))[0]?.id ?? "")).trigger).toEqual({
    item: "only for one",
  });
});

test("what a recipe masks is shown nowhere: not in the event, not in steps, not where it was copied to", async () => {
  const id = await running(
    "Masked",
    "mask: [trigger.person.email, order.item.secret]",
    "{{ trigger.person }}",
  );
  const eventId = await kit.happen({
    person: { email: "anna@acme.example", name: "Anna" },
    note: "for anna@acme.example",
  });
  const [job] = await jobsOf(id);
  const shown = [
    await kit.engine.queries.getJob(job?.id ?? ""),
    await kit.engine.queries.stepData(job?.id ?? "", "0"),
    await kit.engine.queries.getEvent(eventId),
  ];
  expect(JSON.stringify(shown)).not.toContain("anna@acme.example");
  expect(shown[0]).toMatchObject({ trigger: { person: { email: "•••", name: "Anna" }, note: "for •••" } });
  expect(kit.orders.at(-1)).toEqual({ email: "anna@acme.example", name: "Anna" });
  kit.refuse(new ConnectorError("invalid-input", "refused", "anna@acme.example is unknown"));
  await kit.happen({ person: { email: "anna@acme.example" } });
  const failed = await kit.engine.queries.getJob((await jobsOf(id))[0]?.id ?? "");
  expect(failed.error?.message).toBe("••• is unknown");
});

/** Every row of every table, as the database keeps it. */
async function allRows(): Promise<string> {
  const tables = await kit.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'greenroom'",
  );
  const rows = await Promise.all(
    tables.map(({ name }) => kit.query(`select t::text as row from greenroom."${name}" t`)),
  );
  return JSON.stringify(rows);
}

test("what a recipe masks is nowhere in the database, and jobs go on, are run again and are called with it all the same", async () => {
  const { recipes, jobs, queries } = kit.engine;
  const secret = "zoe@hidden.example";
  const mask =
    "mask: [trigger.person.email, order.item.email]\nconcurrencyKey: trigger.person.email\nsearchable: { who: trigger.person.email, name: trigger.person.name }";
  const id = await running("Sealed", mask, "{{ trigger.person }}");
  const { id: calleeId } = await recipes.create(
    "name: Callee\ntrigger: { use: recipe/called }\nparameters: { type: object, properties: { address: { type: string } } }\nmask: [trigger.address]\nsteps: [{ use: shop/order, connection: shop, input: { item: 'for {{ trigger.address }}' } }]\n",
  );
  const person = { email: secret, name: "Zoe" };
  kit.refuse(new ConnectorError("invalid-input", "refused", `${secret} is unknown`));
  await kit.happen({ person, note: `for ${secret}`, list: [secret] });
  const [failed] = await jobsOf(id);
  expect(failed?.state).toBe("failed");
  expect(await allRows()).not.toContain(secret);

  // From the failed step, with an input that somebody corrected; and called with what is hidden.
  kit.refuse(undefined);
  await jobs.rerun(failed?.id ?? "", {
    from: "failed-step",
    version: "same",
    input: { item: { ...person, vip: true } },
  });
  await jobs.rerun(failed?.id ?? "", { from: "start", version: "same" });
  const called = await jobs.call(calleeId, { address: secret });
  await kit.engine.idle();
  await vi.waitFor(async () => expect((await queries.getJob(called)).state).toBe("succeeded"));
  expect(kit.orders.slice(-3)).toEqual(
    expect.arrayContaining([{ ...person, vip: true }, person, `for ${secret}`]),
  );
  // What comes while the recipe is stopped is sealed as it comes.
  await recipes.stop(id);
  const since = kit.now();
  await kit.happen({ person });
  expect(await allRows()).not.toContain(secret);
  await recipes.start(id, { since });
  await vi.waitFor(async () =>
    expect((await jobsOf(id)).map(({ state }) => state)).toEqual([
      "succeeded",
      "succeeded",
      "succeeded",
      "failed",
    ]),
  );
  expect(kit.orders.at(-1)).toEqual(person);
  expect(await allRows()).not.toContain(secret);
  expect((await queries.getJob(failed?.id ?? "")).trigger).toMatchObject({
    person: { email: "•••", name: "Zoe" },
  });
  expect(
    (await queries.listJobs({ value: { name: "name", value: "Zoe" }, limit: 9 })).items.length,
  ).toBeGreaterThan(0);
});

test("what a recipe masks is hidden and sealed in events that it does not want, and in those that its steps wait for", async () => {
  const { recipes, queries } = kit.engine;
  const secret = "yann@hidden.example";
  const steps = `steps:
  - id: reply
    wait: { event: { use: shop/asked, connection: shop, when: arrived.of == "reply" } }
  - { use: shop/order, connection: shop, input: { item: "{{ reply.email }}" } }
`;
  const { id } = await recipes.create(
    `name: Choosy\ntrigger: { use: shop/asked, connection: shop, when: 'trigger.wanted == true' }\nmask: [trigger.email, reply.email]\n${steps}`,
  );
  const shown = async (eventId: string) => JSON.stringify(await queries.getEvent(eventId));
  const events = [await kit.happen({ wanted: false, email: secret })];
  await recipes.start(id);
  events.push(await kit.happen({ wanted: false, email: secret, note: `of ${secret}` }));
  // Its condition fails, and says with what.
  events.push(await kit.happen({ wanted: { what: secret }, email: secret }));
  await kit.happen({ wanted: true, email: secret });
  for (const eventId of events) expect(await shown(eventId)).not.toContain(secret);
  await vi.waitFor(async () => expect((await jobsOf(id))[0]?.state).toBe("waiting"));
  await kit.happen({ of: "reply", wanted: false, email: secret });
  await vi.waitFor(async () => expect((await jobsOf(id))[0]?.state).toBe("succeeded"));
  expect(kit.orders.at(-1)).toBe(secret);
  expect(await allRows()).not.toContain(secret);
  await recipes.stop(id);
});

test("what a recipe masks is in no log and in no notice, also where our own code fails over it", async () => {
  const { notices, queries } = kit.engine;
  const secret = "xenia@hidden.example";
  await notices.channels.add({ kind: "email", target: "ops@acme.example" });
  await notices.turn();
  kit.advance(120_000);
  const id = await running("Talkative", "mask: [trigger.email, order.item.email]", "{{ trigger }}");
  kit.refuse(new Error(`cannot read ${secret}`));
  await kit.happen({ email: secret });
  kit.refuse(new ConnectorError("invalid-input", "refused", `${secret} is unknown`));
  await kit.happen({ email: secret });
  await notices.turn();
  const all = JSON.stringify([said, await notices.list()]);
  expect(all).toContain("cannot read •••");
  expect(all).toContain("“Talkative” failed (invalid-input)");
  expect(all).not.toContain(secret);
  expect(all).not.toContain("greenroom-sealed");
  expect((await queries.getJob((await jobsOf(id))[0]?.id ?? "")).error?.message).toBe("••• is unknown");
  expect(await allRows()).not.toContain(secret);
});

test("a job sees the properties of the moment it was made, and secrets only in what it sends", async () => {
  const { properties } = kit.engine;
  await properties.set("default", "greeting", { type: "text", value: "hello" });
  await properties.set("default", "apiKey", { type: "secret", value: "s3cret" });
  const id = await running("Properties", "", "{{ properties.greeting }} {{ secrets.apiKey }}");
  await kit.happen({});
  await properties.set("default", "greeting", { type: "text", value: "goodbye" });
  await kit.happen({});
  expect(kit.orders.slice(-2)).toEqual(["hello s3cret", "goodbye s3cret"]);
  const [, first] = await jobsOf(id);
  const { steps } = await kit.engine.queries.getJob(first?.id ?? "");
  expect(steps[0]?.input).toEqual({ item: "hello {{ secrets.apiKey }}" });
  await properties.sweep();
  const sets = await kit.query<{ count: string }>("select count(*) from greenroom.property_sets");
  expect(sets[0]?.count).toBe("1");
});

test("jobs are found by recipe, state, time, error and searchable values", async () => {
  const { queries } = kit.engine;
  const id = await running("Searched", "searchable: { item: trigger.item, size: string(trigger.size) }");
  await kit.happen({ item: "tea", size: 5 });
  const middle = kit.now();
  kit.advance(1_000);
  kit.refuse(new ConnectorError("conflict", "sold-out", "There is no more green tea in the shop"));
  await kit.happen({ item: "green tea", size: 6 });
  const found = async (filter: Partial<Parameters<typeof queries.listJobs>[0]>) => {
    const { items } = await queries.listJobs({ recipeId: id, limit: 50, ...filter });
    return items.map(({ state }) => state);
  };
  expect(await found({ value: { name: "item", value: "tea" } })).toEqual(["succeeded"]);
  expect(await found({ value: { name: "size", value: "6" } })).toEqual(["failed"]);
  expect(await found({ state: ["failed", "running"] })).toEqual(["failed"]);
  expect(await found({ state: "waiting" })).toEqual([]);
  expect(await found({ errorKind: "conflict", errorCode: "sold-out" })).toEqual(["failed"]);
  expect(await found({ errorText: '"green tea" -coffee' })).toEqual(["failed"]);
  expect(await found({ errorText: "coffee" })).toEqual([]);
  expect(await found({ to: middle })).toEqual(["succeeded"]);
  expect(await found({ from: middle })).toEqual(["failed"]);
  const page = await queries.listJobs({ recipeId: id, limit: 1 });
  expect((await queries.listJobs({ recipeId: id, limit: 1, cursor: page.nextCursor })).items[0]?.state).toBe(
    "succeeded",
  );
  expect((await queries.getJob(page.items[0]?.id ?? "")).values).toEqual({ item: "green tea", size: "6" });
});
