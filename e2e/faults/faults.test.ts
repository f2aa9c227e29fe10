/** Faults other than kills: workers paused, the database restarted, gone or full, clocks that jump, a flood of events. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type FaultWorker, startFaultKit } from "./fault-kit.ts";
import { mountSmallDisk } from "./small-disk.ts";

/** As in kills.test.ts: with it, the faults last as long as they do in the field. */
const isLong = Number(process.env["GREENROOM_FAULT_SECONDS"] ?? 0) > 0;

/** A disk is filled for real where one may be mounted; elsewhere PostgreSQL is made to say that it is full. */
const disk = mountSmallDisk(192);

let kit: Awaited<ReturnType<typeof startFaultKit>>;
let workers: FaultWorker[] = [];
let recipes = 0;

beforeAll(async () => {
  kit = await startFaultKit();
}, 120_000);
afterAll(async () => {
  await kit?.stop();
  disk?.unmount();
}, 60_000);
beforeEach(() => {
  kit.service.made.clear();
  kit.service.takes(0);
  kit.service.whenMade(() => "answer");
});
afterEach(async () => {
  for (const worker of workers) worker.kill();
  await Promise.all(workers.map(({ dead }) => dead));
  workers = [];
});

async function start(...options: Parameters<typeof kit.worker>[0][]): Promise<FaultWorker[]> {
  workers = await Promise.all((options.length > 0 ? options : [{}]).map((one) => kit.worker(one)));
  return workers;
}
const make = (what: string) => ({ use: "shop/make", input: { what } });
/** A recipe for the events of one test. */
async function recipe(steps: readonly object[], more: object = {}): Promise<string> {
  recipes += 1;
  const name = `Faults ${recipes}`;
  const trigger = { use: "shop/asked", connection: "shop", when: `trigger.of == "${name}"` };
  await kit.recipe({ name, trigger, ...more, steps });
  return name;
}
const eventsOf = (of: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    key: `${of} ${from + index}`,
    payload: { of, n: from + index },
  }));

test("a worker that comes back from a pause does not write over its heir, and takes new jobs", async () => {
  const name = await recipe(
    [make("first {{ trigger.n }}"), { wait: "100ms" }, make("second {{ trigger.n }}")],
    {
      concurrency: 20,
    },
  );
  const [paused, heir] = (await start({}, {})) as [FaultWorker, FaultWorker];
  kit.service.takes(300);
  await paused.call({ do: "receive", events: eventsOf(name, 0, 20) });
  // Wherever its jobs are: about to send, sending, waiting for the answer, or for time to pass.
  await sleep(Math.random() * 400);
  paused.kill("SIGSTOP");
  // On the same host a paused process is not dead: only its silence says so.
  await sleep(isLong ? 60_000 : 9_000);
  kit.service.takes(0);
  await heir.call({ do: "receive", events: eventsOf(name, 20, 30) });
  await kit.settled({ stalledMs: 60_000 });
  paused.kill("SIGCONT");
  await sleep(2_000);
  await paused.call({ do: "receive", events: eventsOf(name, 30, 40) });
  await kit.settled({ stalledMs: 60_000 });
  expect(await kit.violations()).toEqual([]);
  expect(kit.service.made.size).toBe(80);
}, 180_000);

test("the database restarted, crashed and gone under load: what was acknowledged has its job, and nothing is done twice", async () => {
  const name = await recipe([make("first {{ trigger.n }}"), make("second {{ trigger.n }}")], {
    concurrency: 30,
  });
  const [worker] = (await start({}, {})) as [FaultWorker];
  kit.service.takes(20);
  let [acknowledged, refused, sent] = [0, 0, 0];
  const over = new AbortController();
  const load = (async () => {
    while (!over.signal.aborted) {
      const [event] = eventsOf(name, sent, sent + 1);
      if (!event) break;
      try {
        await worker.call({ do: "receive", events: [event] });
        acknowledged += 1;
        sent += 1;
      } catch {
        // Zoom sends it again, so do we.
        refused += 1;
        await sleep(100);
      }
    }
  })();
  await sleep(1_000);
  await kit.restartPostgres();
  await sleep(1_500);
  await kit.crashPostgres();
  await sleep(1_500);
  await kit.restartPostgres(isLong ? 30_000 : 4_000);
  await sleep(1_500);
  over.abort();
  await load;
  await kit.settled({ stalledMs: 60_000 });
  expect(await kit.violations()).toEqual([]);
  expect(acknowledged).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(0);
  expect(kit.service.made.size).toBe(acknowledged * 2);
}, 240_000);

test.skipIf(disk === undefined)(
  "a disk filled to the last byte refuses events as a database that is away, and ends PostgreSQL; with room again all goes on by itself, and nothing acknowledged is lost (skipped where no disk may be mounted)",
  async () => {
    const full = await startFaultKit(disk?.path);
    onTestFinished(() => full.stop());
    await full.recipe({
      ...{ name: "Full", trigger: { use: "shop/asked", connection: "shop" }, concurrency: 10 },
      steps: [make("first {{ trigger.n }}"), make("second {{ trigger.n }}")],
    });
    const worker = await full.worker();
    const large = "x".repeat(20_000);
    const refusals: unknown[] = [];
    let [acknowledged, sent] = [0, 0];
    const over = new AbortController();
    const load = (async () => {
      while (!over.signal.aborted) {
        // Not compressible: what is full is the disk, not what PostgreSQL found room for.
        const payload = { of: "Full", n: sent, large: `${large}${Math.random()}` };
        try {
          await worker.call({ do: "receive", events: [{ key: `full ${sent}`, payload }] });
          [acknowledged, sent] = [acknowledged + 1, sent + 1];
        } catch (error) {
          refusals.push(error);
          await sleep(50);
        }
      }
    })();
    const until = (holds: () => boolean) =>
      vi.waitFor(() => expect(holds()).toBe(true), { timeout: 60_000, interval: 50 });
    await until(() => acknowledged > 20);
    disk?.fill();
    await until(() => refusals.length > 3);
    // Its log finds no room either: PostgreSQL ends, and cannot start.
    const fillsItsLog = async () => {
      for (;;) {
        await full.sql("select pg_logical_emit_message(true, 'x', repeat('y', 100000))");
        await full.sql("select pg_switch_wal()");
      }
    };
    await expect(fillsItsLog()).rejects.toThrow();
    await vi.waitFor(() => expect(full.sql("select 1")).rejects.toThrow(/ENOENT|ECONNREFUSED/), {
      timeout: 60_000,
      interval: 50,
    });
    const [refusedBefore, acknowledgedBefore] = [refusals.length, acknowledged];
    await until(() => refusals.length > refusedBefore + 3);
    disk?.free();
    await until(() => acknowledged > acknowledgedBefore + 20);
    over.abort();
    await load;
    await full.settled({ stalledMs: 60_000 });
    expect(await full.violations()).toEqual([]);
    expect(full.service.made.size).toBe(acknowledged * 2);
    for (const refusal of refusals) expect(refusal).toMatchObject({ isAway: true });
  },
  300_000,
);

test.skipIf(disk !== undefined)(
  "a database that says its disk is full holds jobs up and refuses events; with room again all goes on (skipped where one is filled for real)",
  async () => {
    const name = await recipe([make("first {{ trigger.n }}"), make("second {{ trigger.n }}")], {
      concurrency: 5,
    });
    const [worker] = (await start()) as [FaultWorker];
    await worker.call({ do: "receive", events: eventsOf(name, 0, 5) });
    await kit.settled({ stalledMs: 60_000 });
    // What PostgreSQL says when its disk is full (53100), said by a trigger.
    await kit.sql(`create function greenroom.no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
    for (const table of ["events", "job_steps"])
      await kit.sql(
        `create trigger no_room before insert or update on greenroom.${table} execute function greenroom.no_room()`,
      );
    await expect(worker.call({ do: "receive", events: eventsOf(name, 5, 6) })).rejects.toMatchObject({
      code: "53100",
    });
    await kit.sql("drop trigger no_room on greenroom.events");
    await worker.call({ do: "receive", events: eventsOf(name, 5, 15) });
    await sleep(1_000);
    expect(kit.service.made.size).toBe(10);
    await kit.sql("drop function greenroom.no_room() cascade");
    await kit.settled({ stalledMs: 60_000 });
    expect(await kit.violations()).toEqual([]);
    expect(kit.service.made.size).toBe(30);
  },
  120_000,
);

test("clocks that jump, and workers whose clocks differ, end no wait early but by the jump, and lose nothing", async () => {
  const name = await recipe([make("first {{ trigger.n }}"), { wait: "1h" }, make("second {{ trigger.n }}")], {
    concurrency: 20,
  });
  const [behind, ahead] = (await start({ aheadMs: -120_000 }, { aheadMs: 120_000 })) as [
    FaultWorker,
    FaultWorker,
  ];
  await behind.call({ do: "receive", events: eventsOf(name, 0, 5) });
  await ahead.call({ do: "receive", events: eventsOf(name, 5, 10) });
  await vi.waitFor(() => expect(kit.service.made.size).toBe(10), { timeout: 60_000, interval: 50 });
  await sleep(1_500);
  expect(kit.service.made.size).toBe(10);
  await behind.call({ do: "jump", ms: -7_200_000 });
  await sleep(1_500);
  expect(kit.service.made.size).toBe(10);
  await ahead.call({ do: "jump", ms: 7_200_000 });
  await kit.settled({ stalledMs: 60_000 });
  expect(await kit.violations()).toEqual([]);
  expect(kit.service.made.size).toBe(20);
}, 120_000);

test(
  "a flood of events is taken, each with one job, in order where that was promised, by three workers",
  async () => {
    const beside = await recipe([make("beside {{ trigger.n }}")], { concurrency: 90 });
    const inOrder = await recipe([make("in order {{ trigger.n }}")]);
    const [one, two] = (await start({}, {}, {})) as [FaultWorker, FaultWorker];
    const count = Number(process.env["GREENROOM_FLOOD_EVENTS"] ?? (isLong ? 50_000 : 3_000));
    const few = Math.floor(count / 30);
    const acknowledged = Promise.all([
      one.call({ do: "receive", events: eventsOf(beside, 0, count / 2) }),
      two.call({ do: "receive", events: eventsOf(beside, count / 2, count) }),
      one.call({ do: "receive", events: eventsOf(inOrder, 0, few) }),
    ]);
    await acknowledged;
    // However slow the machine is: as long as jobs end, they may.
    await kit.settled({ stalledMs: 30_000 });
    expect(await kit.violations()).toEqual([]);
    expect(kit.service.made.size).toBe(count + few);
    const jobs = await kit.sql<{ name: string; jobs: number; events: number }>(`
      select r.name, count(*)::int as jobs, count(distinct j.event_id)::int as events
      from greenroom.jobs j join greenroom.recipes r on r.id = j.recipe_id
      where r.name = any(array['${beside}', '${inOrder}']) group by r.name`);
    expect(Object.fromEntries(jobs.map(({ name, jobs: all, events }) => [name, [all, events]]))).toEqual({
      [beside]: [count, count],
      [inOrder]: [few, few],
    });
    const order = [...kit.service.made.values()]
      .flat()
      .filter(({ what }) => String(what).startsWith("in order"))
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ what }) => Number(String(what).split(" ").at(-1)));
    expect(order).toEqual(Array.from({ length: few }, (_, index) => index));
  },
  isLong ? 3_600_000 : 180_000,
);
