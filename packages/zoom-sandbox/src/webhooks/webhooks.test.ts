import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import type { MadeApp, Receiver, Visitor } from "../visitor.test-kit.ts";
import {
  call,
  connect,
  consent,
  json,
  makeApp,
  postToken,
  receiver,
  REDIRECT,
  visit,
} from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
let app: MadeApp;
let hook: Receiver;
let token: string;

beforeEach(async () => {
  sandbox = await createSandbox({
    port: 0,
    company: "small",
    rateLimits: false,
    frozenAt: new Date("2026-11-23T12:00:00Z"),
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  app = await makeApp(sandbox.url, owner, ["user:read:user:admin", "user:write:user:admin"]);
  hook = await receiver(app.secret_token);
  await subscribe(["user.created"]);
  hook.received.length = 0;
  token = (await connect(sandbox.url, owner, app)).access_token;
});
afterEach(async () => {
  await sandbox.close();
  await hook[Symbol.asyncDispose]();
});

const subscribe = (events: string[]) =>
  owner.post(`/marketplace/apps/${app.id}/subscriptions`, { name: "Events", url: hook.url, events });
const deliveriesAnswer = z.looseObject({
  deliveries: z.array(
    z.looseObject({
      id: z.string(),
      status: z.string(),
      event: z.string(),
      next_attempt_at: z.string().optional(),
      attempts: z.array(z.looseObject({ status: z.number().optional() })),
    }),
  ),
});
const deliveries = async () =>
  deliveriesAnswer.parse(await json(await fetch(`${sandbox.url}/_sandbox/deliveries?settled`))).deliveries;
const addUser = (email: string) =>
  call(sandbox.url, token, "POST", "/users", { action: "autoCreate", user_info: { email, type: 1 } });

test("A subscription is saved only when its address answers the challenge with this app's secret token", async () => {
  hook.secret = "another";
  const wrong = await subscribe(["user.updated"]);
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toContain("wrong encryptedToken");
  const nowhere = await owner.post(`/marketplace/apps/${app.id}/subscriptions`, {
    url: "http://127.0.0.1:1/hook",
    events: "user.updated",
  });
  expect(await nowhere.text()).toContain("could not be reached");
  const unknown = await subscribe(["user.exploded"]);
  expect(await unknown.text()).toContain("The event does not exist: user.exploded");
  const notAllowed = await subscribe(["meeting.ended"]);
  expect(await notAllowed.text()).toContain("The event is not allowed for the app: meeting.ended");
});

test("An event arrives signed over its timestamp and raw body, with the account it belongs to", async () => {
  await addUser("ada@acme.example");
  await deliveries();
  const [got] = hook.received;
  expect(hook.received).toHaveLength(1);
  expect(JSON.parse(got?.body ?? "")).toMatchObject({
    event: "user.created",
    event_ts: Date.parse("2026-11-23T12:00:00Z"),
    payload: {
      account_id: app.account_id,
      operator: "olivia@acme.example",
      creation_type: "autoCreate",
      object: { email: "ada@acme.example", type: 1 },
    },
  });
  expect(got?.body).toBe(JSON.stringify(JSON.parse(got?.body ?? "")));
  const timestamp = String(Date.parse("2026-11-23T12:00:00Z") / 1000);
  const signature = createHmac("sha256", app.secret_token)
    .update(`v0:${timestamp}:${got?.body}`)
    .digest("hex");
  expect(got?.headers).toMatchObject({
    "x-zm-request-timestamp": timestamp,
    "x-zm-signature": `v0=${signature}`,
    "user-agent": "Zoom Marketplace/1.0a",
    authorization: app.verification_token,
  });
});

test("A receiver that fails is tried again after 5, 20 and 60 minutes with the same request id, then given up", async () => {
  hook.status = 503;
  await addUser("ada@acme.example");
  expect(await deliveries()).toMatchObject([
    { status: "pending", next_attempt_at: "2026-11-23T12:05:00.000Z" },
  ]);
  for (const [minutes, attempts] of [
    [5, 2],
    [19, 2],
    [1, 3],
    [59, 3],
    [1, 4],
    [600, 4],
  ] as const) {
    await sandbox.clock.advance(minutes * 60_000);
    expect(hook.received).toHaveLength(attempts);
  }
  expect(await deliveries()).toMatchObject([{ status: "failed" }]);
  expect(new Set(hook.received.map(({ headers }) => headers["x-zm-request-id"])).size).toBe(1);
  expect(new Set(hook.received.map(({ headers }) => headers["x-zm-signature"])).size).toBe(4);
});

test("A receiver that refuses with 4xx is not tried again", async () => {
  hook.status = 401;
  await addUser("ada@acme.example");
  expect(await deliveries()).toMatchObject([{ status: "failed", attempts: [{ status: 401 }] }]);
  await sandbox.clock.advance(86_400_000);
  expect(hook.received).toHaveLength(1);
});

test("A receiver that recovers gets the retry and no more", async () => {
  hook.status = 500;
  await addUser("ada@acme.example");
  await deliveries();
  hook.status = 200;
  await sandbox.clock.advance(86_400_000);
  expect(await deliveries()).toMatchObject([
    { status: "delivered", attempts: [{ status: 500 }, { status: 200 }] },
  ]);
});

test("Redelivering sends the same body and request id with a fresh signature", async () => {
  await addUser("ada@acme.example");
  const [delivery] = await deliveries();
  await sandbox.clock.advance(1000);
  await fetch(`${sandbox.url}/_sandbox/deliveries/${delivery?.id}/redeliver`, { method: "POST" });
  const [first, second] = hook.received;
  expect(second?.body).toBe(first?.body);
  expect(second?.headers["x-zm-request-id"]).toBe(first?.headers["x-zm-request-id"]);
  expect(second?.headers["x-zm-signature"]).not.toBe(first?.headers["x-zm-signature"]);
});

test("Removing the app kills its tokens, tells it, and stops its events", async () => {
  const added = await (await owner.get("/marketplace/added")).text();
  expect(added).toContain("Greenroom");
  const removed = await owner.post(`/marketplace/added/${app.id}/remove`, { reason: "I no longer need it" });
  expect(removed.status).toBe(303);
  await deliveries();
  expect(hook.received.map(({ event }) => event)).toEqual(["app_deauthorized"]);
  expect(JSON.parse(hook.received[0]?.body ?? "")).toMatchObject({
    payload: { client_id: app.client_id, account_id: app.account_id, event_ts: "2026-11-23 12:00:00" },
  });
  expect((await addUser("ada@acme.example")).status).toBe(401);
  await owner.post("/portal/users", { emails: "ada@acme.example" });
  await deliveries();
  expect(hook.received).toHaveLength(1);
});

test("An app that a person added for themselves hears of them alone, and of nothing that they did not allow", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  const scopes = ["meeting:read:meeting", "meeting:write:meeting"];
  const own = await makeApp(sandbox.url, owner, scopes, "user_managed");
  const less = await makeApp(sandbox.url, owner, scopes, "user_managed");
  for (const one of [own, less]) {
    hook.secret = one.secret_token;
    await owner.post(`/marketplace/apps/${one.id}/subscriptions`, {
      url: hook.url,
      events: "meeting.created",
    });
  }
  hook.received.length = 0;
  const schedule = (by: string, topic: string) =>
    call(sandbox.url, by, "POST", "/users/me/meetings", { topic, type: 1 });
  const code = (await consent(hana, less, { scope: "meeting:write:meeting" })).searchParams.get("code") ?? "";
  const given = { grant_type: "authorization_code", code, redirect_uri: REDIRECT };
  expect(await json(await postToken(sandbox.url, less, given))).toMatchObject({
    scope: "meeting:write:meeting",
  });
  expect((await schedule((await connect(sandbox.url, hana, own)).access_token, "Hana's")).status).toBe(201);
  await deliveries();
  expect(hook.received.map(({ headers }) => headers["authorization"])).toEqual([own.verification_token]);
  // Olivia has added neither of them.
  const wide = await makeApp(sandbox.url, owner, ["meeting:write:meeting:admin"]);
  expect((await schedule((await connect(sandbox.url, owner, wide)).access_token, "Hers")).status).toBe(201);
  await deliveries();
  expect(hook.received).toHaveLength(1);
});
