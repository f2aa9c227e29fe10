/** A recipe that is started since a date gets what Zoom lists since then and no webhook told, once. */
import { serve, type ServerType } from "@hono/node-server";
import type { Engine } from "@greenroom/engine";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebhooks } from "../apps/server/src/webhooks.ts";
import { call } from "../tools/api-client.ts";
import { subscribe } from "../tools/sandbox-owner.ts";
import { onlooker } from "../tools/sandbox-people.ts";
import { accountOwner, connectedEngines } from "./connected-engines.test-kit.ts";

const minuteMs = 60_000;
const other = "hana@acme.example";
let stack: Awaited<ReturnType<typeof connectedEngines>>;
let engine: Engine;
let http: ServerType;
let authorization: { authorization: string };
let since: Date;
let ranThen: string;

beforeAll(async () => {
  stack = await connectedEngines();
  engine = stack.first;
  const scopes = [
    ...["user:read:user:admin", "user:read:list_users:admin"],
    ...["meeting:read:list_meetings:admin", "meeting:read:meeting:admin"],
  ];
  const profile = await stack.newProfile("zoom-admin-oauth", "App", scopes);
  http = serve({
    fetch: createWebhooks(engine, () => stack.time.now()).fetch,
    ...{ hostname: "127.0.0.1", port: 0 },
  });
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/zoom/${profile.id}`;
  await subscribe(stack.owner, profile.appId, url, ["meeting.created"]);
  const { id } = await engine.connections.create({ name: "zoom", connector: "zoom", profileId: profile.id });
  await stack.connect(id, accountOwner);
  authorization = { authorization: `Bearer ${(await onlooker(stack.sandbox.url)).token}` };

  await schedule("Before the date");
  await pass(minuteMs);
  ranThen = await recipe("Ran then");
  await engine.recipes.start(ranThen);
  await pass(30 * minuteMs);
  since = stack.time.now();
  await pass(minuteMs);
  await schedule("Told");
  await stack.control("GET", "/deliveries?settled");
  await stack.control("POST", "/deliveries/rules", { kind: "drop" });
  await schedule("Lost");
  await schedule("Lost, of another host", other);
  await pass(5 * minuteMs);
});
afterAll(async () => {
  await new Promise((resolve) => (http ? http.close(resolve) : resolve(undefined)));
  await stack?.close();
});

async function pass(ms: number): Promise<void> {
  await stack.control("GET", "/deliveries?settled");
  stack.time.advance(ms);
  await stack.sandbox.clock.advance(ms);
}

const schedule = (topic: string, host: string = accountOwner) =>
  call("POST", `${stack.sandbox.url}/v2/users/${host}/meetings`, { topic, type: 3 }, authorization);

async function recipe(name: string, filters?: object): Promise<string> {
  const trigger = { use: "zoom/meeting-created", connection: "zoom", ...(filters && { input: { filters } }) };
  const { id } = await engine.recipes.create(
    JSON.stringify({ name, trigger, steps: [{ stop: { as: "succeeded" } }] }),
  );
  return id;
}

/** The topics of the meetings that started jobs of a recipe. */
async function started(recipeId: string): Promise<string[]> {
  await engine.triggers.runDue();
  await engine.idle();
  const { items } = await engine.queries.listJobs({ recipeId, limit: 100 });
  const jobs = await Promise.all(items.map(({ id }) => engine.queries.getJob(id)));
  return jobs.map(({ trigger }) => (trigger["object"] as { topic: string }).topic).toSorted();
}

const lookBack = async (id: string) =>
  (await engine.triggers.looksFor(id)).find(({ key }) => key.startsWith("since "));

test("while Zoom refuses the list, what the inbox kept is picked up, and a notice says what is missing and what to do", async () => {
  const id = await recipe("Refused");
  await stack.fault({ method: "GET", path: "/v2/users/*/meetings", kind: "status", status: 403, count: 500 });
  await engine.recipes.start(id, { since });
  expect(await started(id)).toEqual(["Told"]);
  const look = await lookBack(id);
  expect(look?.error).toContain(`What Zoom lists since ${since.toISOString()} could not be read`);
  expect(look?.error).toContain("start it since that date again");
  const [notice] = await engine.notices.list();
  expect(notice?.lines).toEqual([look?.error]);
  await stack.control("DELETE", "/faults");
  await engine.recipes.stop(id);
  expect(await lookBack(id)).toBeUndefined();
});

test("what its filters want of what Zoom lists starts its jobs, and of those that ran by then, and no other's", async () => {
  await pass(120 * minuteMs);
  const ranLater = await recipe("Ran later");
  await engine.recipes.start(ranLater);
  await engine.recipes.stop(ranLater);
  const fromNow = await recipe("From now");
  await engine.recipes.start(fromNow);
  const filtered = await recipe("Filtered", { topic: "another" });
  await stack.fault({ path: "/v2/users/*/meetings", kind: "status", status: 503, count: 500 });
  await engine.recipes.start(filtered, { since });
  expect(await started(filtered)).toEqual([]);
  expect((await lookBack(filtered))?.error).toContain("It is tried again.");
  await stack.control("DELETE", "/faults");
  await pass(6 * minuteMs);
  expect(await started(filtered)).toEqual(["Lost, of another host"]);
  expect(await started(fromNow)).toEqual([]);
  // It ran when they happened, and nobody had told it either.
  expect(await started(ranThen)).toEqual(["Lost", "Lost, of another host", "Told"]);
  await engine.recipes.stop(ranThen);
  expect(await engine.backlog.waiting(ranLater)).toMatchObject({ count: 0 });
  await engine.recipes.stop(filtered);
  await engine.recipes.stop(fromNow);
});

test("what was told and what is listed start one job each, however often it is started since the date", async () => {
  const id = await recipe("All");
  const all = ["Lost", "Lost, of another host", "Told"];
  for (let start = 0; start < 2; start += 1) {
    await engine.recipes.start(id, { since });
    expect(await started(id)).toEqual(all);
    expect(await lookBack(id)).toMatchObject({ error: null, failures: 0 });
    await pass(6 * minuteMs);
    expect(await started(id)).toEqual(all);
    await engine.recipes.stop(id);
  }
  const { items } = await engine.queries.listEvents({ limit: 100 });
  expect(items.map(({ reconciled }) => reconciled).toSorted()).toEqual([false, false, true, true]);
});
