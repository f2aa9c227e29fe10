/** `node bench/retention.ts [jobs]`: how fast jobs run while a million old ones are deleted, against how fast they run before. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { defineAction, defineConnector, defineTrigger, Secret } from "@greenroom/connector-kit";
import { noProfile, startEmbeddedPostgres, startEngine } from "@greenroom/engine";
import pg from "pg";
import { z } from "zod";

const old = Number(process.argv[2] ?? 1_000_000);
const [inFlight, seconds] = [50, 15];
const nothing = () => Promise.reject(new Error("nothing is called over HTTP"));
const home = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
const postgres = await startEmbeddedPostgres({ home, log: () => {} });
const engine = await startEngine({
  ...{
    databaseUrl: postgres.databaseUrl,
    random: Math.random,
    secretKey: new Secret(randomBytes(32).toString("base64")),
  },
  clock: { now: () => new Date(), sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }) },
  log: { info: () => {}, warn: console.warn, error: console.error },
  connectors: [
    defineConnector({
      ...{ id: "bench", title: "Bench", summary: "" },
      actions: {
        act: defineAction({
          ...{ title: "Act", summary: "", endpoint: "POST /", scopes: [], effect: "update" },
          ...{ input: z.strictObject({ text: z.string() }), output: z.object({ done: z.boolean() }) },
          run: () => Promise.resolve({ done: true }),
        }),
      },
      triggers: {
        happened: defineTrigger({
          ...{ title: "Happened", summary: "", event: "happened", scopes: [], sample: {} },
          payload: z.looseObject({}),
        }),
      },
      createClient: () => ({ request: nothing, send: nothing }),
    }),
  ],
});
const { id: recipeId } = await engine.recipes.create(`name: Bench
trigger: { use: bench/happened }
concurrency: 50
retention: { days: 1 }
steps: [{ id: act, use: bench/act, input: { text: "{{ trigger.text }}" } }]
`);
await engine.recipes.start(recipeId);

const waiting = new Map<string, () => void>();
const ended = new Set<string>();
engine.changes.subscribe((change) => {
  if (change.type !== "job" || change.state !== "succeeded") return;
  const resolve = waiting.get(change.id);
  if (resolve) resolve();
  else ended.add(change.id);
  waiting.delete(change.id);
});
let sent = 0;
async function oneJob(): Promise<void> {
  sent += 1;
  const event = {
    ...{ name: "happened", accountId: "", occurredAt: new Date(), dedupeKey: `bench ${sent}` },
    payload: { text: `event ${sent}` },
  };
  // A job may have ended before its receipt is here.
  const { jobIds } = await engine.receive({ profileId: noProfile, connector: "bench", event });
  for (const id of jobIds)
    if (!ended.delete(id)) await new Promise<void>((resolve) => waiting.set(id, resolve));
}
/** Jobs a second, with so many in flight. */
async function rate(isOver: () => boolean): Promise<number> {
  const begun = performance.now();
  let count = 0;
  const lanes = Array.from({ length: inFlight }, async () => {
    while (!isOver()) {
      await oneJob();
      count += 1;
    }
  });
  await Promise.all(lanes);
  return count / ((performance.now() - begun) / 1_000);
}
const forSeconds = () => {
  const end = performance.now() + seconds * 1_000;
  return rate(() => performance.now() > end);
};

const client = new pg.Client({ connectionString: postgres.databaseUrl });
try {
  await client.connect();
  console.log(`Making ${old} jobs that ended a month ago, with their events and steps …`);
  await client.query(
    `insert into greenroom.events (id, profile_id, connector, account_id, name, occurred_at, received_at, dedupe_key, payload)
     select ('01000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, 'bench', '', 'happened', now() - interval '31 days',
       now() - interval '31 days', 'old ' || n, json_build_object('text', repeat('x', 300)) from generate_series(1, ${old}) n`,
    [noProfile],
  );
  await client.query(
    `insert into greenroom.jobs (id, recipe_id, version_id, event_id, state, created_at, started_at, finished_at)
     select e.id, r.id, r.version_id, e.id, 'succeeded', e.received_at, e.received_at, e.received_at
     from greenroom.events e, greenroom.recipes r where e.dedupe_key like 'old %'`,
  );
  await client.query(
    `insert into greenroom.job_steps (job_id, path, position, title, kind, use, state, attempts, input, output, started_at, finished_at)
     select id, '0', 0, 'Act', 'action', 'bench/act', 'succeeded', 1, json_build_object('text', repeat('x', 300)), '{"done":true}', created_at, created_at
     from greenroom.jobs where state = 'succeeded'`,
  );
  await client.query("vacuum analyze greenroom.jobs, greenroom.job_steps, greenroom.events");
  await forSeconds();
  const before = await forSeconds();
  let swept = false;
  const begun = performance.now();
  const sweep = engine.retention.sweep().then(
    (what) => {
      swept = true;
      return what;
    },
    // It is cut off when the time is over.
    () => undefined,
  );
  const end = performance.now() + 4 * seconds * 1_000;
  const during = await rate(() => swept || performance.now() > end);
  const duringMs = performance.now() - begun;
  const left = await client.query<{ count: string }>(
    "select count(*) from greenroom.jobs where id < '01000001-0000-0000-0000-000000000000'",
  );
  const gone = old - Number(left.rows[0]?.count);
  const after = swept ? await forSeconds() : undefined;
  console.table({
    "jobs/s before": Math.round(before),
    "jobs/s while deleting": Math.round(during),
    "jobs/s after": after === undefined ? "not measured" : Math.round(after),
    ratio: (during / before).toFixed(2),
    "old jobs deleted in that time": gone,
    "deleted a second": Math.round(gone / (duringMs / 1_000)),
  });
  if (swept) console.log(await sweep);
} finally {
  await client.end();
  await engine.stop({ graceMs: 0 });
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
