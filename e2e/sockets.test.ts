/** Events over Zoom's WebSocket: no public address, and what a gap lost is found. */
import type { Engine } from "@greenroom/engine";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { call } from "../tools/api-client.ts";
import { onlooker } from "../tools/sandbox-people.ts";
import { accountOwner, connectedEngines } from "./connected-engines.test-kit.ts";

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let engine: Engine;
let recipeId: string;
let profileId: string;
let appId: string;
let authorization: { authorization: string };

const scopes = [
  "user:read:user:admin",
  "user:read:list_users:admin",
  "meeting:read:list_meetings:admin",
  "meeting:read:meeting:admin",
];

beforeAll(async () => {
  stack = await connectedEngines();
  engine = stack.first;
  ({ id: profileId, appId } = await stack.newProfile("zoom-admin-oauth", "App", scopes));
  await stack.owner.get(`/marketplace/apps/${appId}`);
  const subscription = { name: "Events", method: "websocket", events: "meeting.created" };
  await stack.owner.post(`/marketplace/apps/${appId}/subscriptions`, subscription);
  await engine.profiles.update(profileId, { fields: { websocket: await subscriptionId() } });
  const { id } = await engine.connections.create({ name: "zoom", connector: "zoom", profileId });
  await stack.connect(id, accountOwner);
  authorization = { authorization: `Bearer ${(await onlooker(stack.sandbox.url)).token}` };
  const source =
    "name: Listen\ntrigger: { use: zoom/meeting-created, connection: zoom }\nsteps:\n  - stop: { as: succeeded }\n";
  ({ id: recipeId } = await engine.recipes.create(source));
  await engine.recipes.start(recipeId);
  await engine.triggers.runDue();
});
afterAll(() => stack?.close());

async function subscriptionId(): Promise<string> {
  const { apps } = await stack.control<{ apps: { id: string; subscriptions: { id: string }[] }[] }>(
    "GET",
    "/apps",
  );
  return apps.find(({ id }) => id === appId)?.subscriptions[0]?.id ?? "";
}

const schedule = (topic: string) =>
  call<{ id: number }>(
    "POST",
    `${stack.sandbox.url}/v2/users/${accountOwner}/meetings`,
    { topic, type: 3 },
    authorization,
  );
const topics = async () => {
  const { items } = await engine.queries.listEvents({ limit: 100 });
  const details = await Promise.all(items.map(({ id }) => engine.queries.getEvent(id)));
  return details.map(({ payload, reconciled }) => [
    (payload["object"] as { topic: string }).topic,
    reconciled,
  ]);
};
const delivered = async () => {
  const { deliveries } = await stack.control<{ deliveries: { status: string }[] }>(
    "GET",
    "/deliveries?settled&limit=1",
  );
  return deliveries[0]?.status;
};

async function pass(ms: number): Promise<void> {
  stack.time.advance(ms);
  await stack.sandbox.clock.advance(ms);
}

test("an event comes over the socket, and starts its job", async () => {
  await vi.waitFor(async () => {
    await schedule("Over the socket");
    expect(await delivered()).toBe("delivered");
  }, 10_000);
  await vi.waitFor(async () => expect(await topics()).toContainEqual(["Over the socket", false]), 10_000);
  await engine.idle();
  const { items } = await engine.queries.listJobs({ recipeId, limit: 10 });
  expect(items.length).toBeGreaterThan(0);
  expect(new Set(items.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
});

test("a socket that breaks is opened again, and what happened meanwhile is found", async () => {
  const token = await tokenOfTheApp();
  // Zoom: a newer connection takes the place of the older one.
  const other = new WebSocket(
    `${stack.sandbox.url.replace("http", "ws")}/ws?subscriptionId=${await subscriptionId()}&access_token=${token}`,
  );
  await new Promise((resolve) => other.addEventListener("message", resolve, { once: true }));
  await schedule("While it was closed");
  other.close();
  await new Promise((resolve) => other.addEventListener("close", resolve, { once: true }));
  await pass(2 * 60_000);
  await vi.waitFor(async () => {
    await engine.triggers.runDue();
    expect(await topics()).toContainEqual(["While it was closed", true]);
  }, 10_000);
  await vi.waitFor(async () => {
    await schedule("Open again");
    expect(await delivered()).toBe("delivered");
  }, 10_000);
});

test("a wrong subscription is refused by Zoom, and the engine says so", async () => {
  await engine.profiles.update(profileId, { fields: { websocket: "nonsense" } });
  await vi.waitFor(async () => {
    await pass(60_000);
    await engine.triggers.runDue();
    expect((await engine.triggers.socketOf(profileId))?.error).toMatch(/refused: Invalid Token/);
  }, 20_000);
});

async function tokenOfTheApp(): Promise<string> {
  const { apps } = await stack.control<{ apps: { id: string; client_id: string; client_secret: string }[] }>(
    "GET",
    "/apps",
  );
  const app = apps.find(({ id }) => id === appId);
  const basic = Buffer.from(`${app?.client_id}:${app?.client_secret}`).toString("base64");
  const { access_token: token } = await call<{ access_token: string }>(
    ...([
      "POST",
      `${stack.sandbox.url}/oauth/token?grant_type=client_credentials`,
      undefined,
      { authorization: `Basic ${basic}` },
    ] as const),
  );
  return token;
}
