/** Other ways for events to travel: WebSockets, authentication modes, validation every 72 hours, rules of the control plane. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import {
  json,
  type MadeApp,
  makeApp,
  postToken,
  type Receiver,
  receiver,
  type Visitor,
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
  app = await makeApp(sandbox.url, owner, ["user:read:user:admin"], "server_to_server");
  await owner.post(`/marketplace/apps/${app.id}/activation`, { active: "true" });
  hook = await receiver(app.secret_token);
  const answer = await postToken(sandbox.url, app, {
    grant_type: "account_credentials",
    account_id: app.account_id,
  });
  ({ access_token: token } = (await json(answer)) as { access_token: string });
});
afterEach(async () => {
  await sandbox.close();
  await hook[Symbol.asyncDispose]();
});

const subscribe = (fields: Record<string, string> = {}) =>
  owner.post(`/marketplace/apps/${app.id}/subscriptions`, {
    url: hook.url,
    events: "user.updated",
    ...fields,
  });
const control = async (method: string, path: string, body?: object) => {
  const init = body ? { body: JSON.stringify(body) } : {};
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, ...init });
  return (answer.status === 204 ? undefined : await json(answer)) as never;
};
const tell = async (name: string) => {
  await control("POST", "events", { event: "user.updated", payload: { object: { id: name } } });
};
const settled = async () =>
  (await control("GET", "deliveries?settled")) as { deliveries: { status: string; attempts: object[] }[] };
const heard = () =>
  hook.received
    .filter(({ event }) => event === "user.updated")
    .map(({ body }) => (JSON.parse(body) as { payload: { object: { id: string } } }).payload.object.id);
const subscriptionId = async () => {
  const { apps } = (await control("GET", "apps")) as { apps: { subscriptions: { id: string }[] }[] };
  return apps[0]?.subscriptions[0]?.id ?? "";
};

/** A client as Zoom's documents describe one: keeps the frames it was sent. */
async function connectSocket(id: string, accessToken: string) {
  const socket = new WebSocket(
    `${sandbox.url.replace("http", "ws")}/ws?subscriptionId=${id}&access_token=${accessToken}`,
  );
  const frames: unknown[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  const see = () => {
    for (const { count, done } of waiting) if (frames.length >= count) done();
  };
  socket.on("message", (data: Buffer) => {
    frames.push(JSON.parse(data.toString()));
    see();
  });
  const until = (count: number) =>
    new Promise<void>((done) => {
      waiting.push({ count, done });
      see();
    });
  await until(1);
  return { socket, frames, until };
}

test("a WebSocket subscription gets its events as text in frames, and answers heartbeats", async () => {
  await subscribe({ method: "websocket" });
  const client = await connectSocket(await subscriptionId(), token);
  expect(client.frames[0]).toMatchObject({ module: "build_connection", success: true });
  client.socket.send(JSON.stringify({ module: "heartbeat" }));
  await client.until(2);
  expect(client.frames[1]).toMatchObject({ module: "heartbeat" });
  await tell("ada");
  await client.until(3);
  const message = client.frames[2] as { module: string; content: string };
  expect(message.module).toBe("message");
  expect(JSON.parse(message.content)).toMatchObject({
    event: "user.updated",
    payload: { object: { id: "ada" } },
  });
  expect((await settled()).deliveries).toMatchObject([{ status: "delivered" }]);
});

test("a WebSocket ends with its right to listen: token expired or revoked, app or person or subscription off", async () => {
  await subscribe({ method: "websocket" });
  const id = await subscriptionId();
  const fresh = async () =>
    (
      (await json(
        await postToken(sandbox.url, app, { grant_type: "account_credentials", account_id: app.account_id }),
      )) as { access_token: string }
    ).access_token;
  const ends = async (given: string, act: () => Promise<unknown>) => {
    const { socket, frames } = await connectSocket(id, given);
    expect(frames[0]).toMatchObject({ success: true });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await act();
    expect(await closed).toBe(4001);
  };
  await ends(token, () => sandbox.clock.advance(3_600_000));
  const revoked = await fresh();
  await ends(revoked, () => postToken(sandbox.url, app, { token: revoked }, "/oauth/revoke"));
  const active = (is: boolean) =>
    owner.post(`/marketplace/apps/${app.id}/activation`, { active: String(is) });
  await ends(await fresh(), () => active(false));
  await active(true);
  await ends(await fresh(), () => owner.post(`/marketplace/apps/${app.id}/subscriptions/${id}/delete`, {}));
});

test("a deactivated app hears nothing, and its tokens do not work until it is activated again", async () => {
  await subscribe();
  const me = async () =>
    (
      await fetch(`${sandbox.url}/v2/users/olivia@acme.example`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  expect(await me()).toBe(200);
  await owner.post(`/marketplace/apps/${app.id}/activation`, { active: "false" });
  await tell("unheard");
  expect(await me()).toBe(401);
  await owner.post(`/marketplace/apps/${app.id}/activation`, { active: "true" });
  await tell("heard");
  await settled();
  expect([heard(), await me()]).toEqual([["heard"], 200]);
});

test("a WebSocket with a wrong token or subscription is told and closed; events meanwhile are lost", async () => {
  await subscribe({ method: "websocket" });
  for (const [id, accessToken] of [
    [await subscriptionId(), "nonsense"],
    ["nonsense", token],
  ] as const) {
    const client = await connectSocket(id, accessToken);
    expect(client.frames).toMatchObject([
      { module: "build_connection", success: false, content: "Invalid Token" },
    ]);
    await new Promise((resolve) => client.socket.once("close", resolve));
  }
  await tell("ada");
  expect((await settled()).deliveries).toMatchObject([{ status: "failed" }]);
  await sandbox.clock.advance(86_400_000);
  expect((await settled()).deliveries[0]?.attempts).toHaveLength(1);
});

test("a newer connection takes the place of the older one", async () => {
  await subscribe({ method: "websocket" });
  const id = await subscriptionId();
  const older = await connectSocket(id, token);
  const closed = new Promise((resolve) => older.socket.once("close", resolve));
  const newer = await connectSocket(id, token);
  await closed;
  await tell("ada");
  await newer.until(2);
  expect(newer.frames).toHaveLength(2);
});

test("an endpoint may ask for Basic, for a header of its own, or for a token that Zoom fetches there", async () => {
  await subscribe({ auth: "basic", auth_username: "zoom", auth_password: "pass word" });
  expect(hook.received.at(-1)?.headers["authorization"]).toBe(
    `Basic ${Buffer.from("zoom:pass word").toString("base64")}`,
  );
  await subscribe({ auth: "custom", auth_header: "X-Api-Key", auth_value: "k1" });
  expect(hook.received.at(-1)?.headers["x-api-key"]).toBe("k1");
  const issuer = await makeApp(sandbox.url, owner, ["user:read:user:admin"], "server_to_server");
  await owner.post(`/marketplace/apps/${issuer.id}/activation`, { active: "true" });
  await subscribe({
    ...{
      auth: "oauth",
      auth_token_url: `${sandbox.url}/oauth/token?grant_type=account_credentials&account_id=${app.account_id}`,
    },
    ...{ auth_client_id: issuer.client_id, auth_client_secret: issuer.client_secret },
  });
  expect(hook.received.at(-1)?.headers["authorization"]).toMatch(/^Bearer /);
  const wrong = await subscribe({ auth: "custom", auth_header: "no header" });
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("Header name")]);
});

test("every 72 hours the address is asked again; two and four failures are mailed, the sixth disables it", async () => {
  await subscribe();
  const asked = () => hook.received.filter(({ event }) => event === "endpoint.url_validation").length;
  const before = asked();
  await sandbox.clock.advance(71 * 3_600_000);
  expect(asked()).toBe(before);
  await sandbox.clock.advance(2 * 3_600_000);
  expect(asked()).toBe(before + 1);
  hook.status = 500;
  hook.secret = "another";
  for (let round = 0; round < 6; round += 1) await sandbox.clock.advance(73 * 3_600_000);
  const { mails } = (await control("GET", "mails")) as { mails: { to: string; text: string }[] };
  expect(mails.map(({ to, text }) => [to, /failed (?:validation )?(\d) times/.exec(text)?.[1]])).toEqual([
    ["olivia@acme.example", "6"],
    ["olivia@acme.example", "4"],
    ["olivia@acme.example", "2"],
  ]);
  const count = hook.received.length;
  await tell("ada");
  await settled();
  await sandbox.clock.advance(30 * 86_400_000);
  expect(hook.received).toHaveLength(count);
});

test("an address that recovers is counted from the start again", async () => {
  await subscribe();
  const { secret } = hook;
  for (const good of [false, false, false, false, false, true, false, false]) {
    hook.secret = good ? secret : "another";
    await sandbox.clock.advance(73 * 3_600_000);
  }
  hook.secret = secret;
  await tell("ada");
  await settled();
  expect(heard().at(-1)).toBe("ada");
});

test("rules drop, duplicate, delay and reorder deliveries", async () => {
  await subscribe();
  hook.received.length = 0;
  await control("POST", "deliveries/rules", { kind: "drop", count: 1 });
  await tell("dropped");
  await tell("kept");
  expect((await settled()).deliveries.map(({ status }) => status)).toEqual(["delivered", "dropped"]);
  await control("DELETE", "deliveries/rules");

  await control("POST", "deliveries/rules", { kind: "duplicate", count: 1 });
  await tell("twice");
  await settled();
  expect(heard()).toEqual(["kept", "twice", "twice"]);
  const ids = hook.received.slice(1).map(({ headers }) => headers["x-zm-request-id"]);
  expect(ids[0]).toBe(ids[1]);

  hook.received.length = 0;
  await control("POST", "deliveries/rules", { kind: "delay", delayMs: 60_000, count: 1 });
  await tell("late");
  await tell("soon");
  await settled();
  expect(heard()).toEqual(["soon"]);
  await sandbox.clock.advance(60_000);
  expect(heard()).toEqual(["soon", "late"]);

  hook.received.length = 0;
  await control("POST", "deliveries/rules", { kind: "reorder", count: 1 });
  await tell("first");
  await tell("second");
  await settled();
  expect(heard()).toEqual(["second", "first"]);
});

test("a receiver that answers nothing holds up no other one", async () => {
  await using silent = await receiver(app.secret_token);
  await subscribe({ url: silent.url, events: "user.created user.updated" });
  await subscribe();
  silent.status = undefined;
  silent.received.length = 0;
  // More than it gets while each waits three seconds for its answer; then one that both are told.
  const made = { event: "user.created", payload: { object: { id: "many" } } };
  await Promise.all(Array.from({ length: 400 }, () => control("POST", "events", made)));
  await vi.waitFor(() => expect(silent.received.length).toBeGreaterThan(0), { timeout: 60_000 });
  await tell("one");
  await vi.waitFor(() => expect(heard()).toEqual(["one"]), { timeout: 60_000 });
  expect(silent.received.length).toBeLessThan(401);
}, 180_000);

test("a share of the deliveries meets a rule, the same ones for the same seed", async () => {
  await subscribe();
  hook.received.length = 0;
  await control("POST", "deliveries/rules", { kind: "drop", share: 0.2 });
  for (let index = 0; index < 200; index += 1) await tell(String(index));
  await settled();
  const first = heard();
  expect(first.length).toBeGreaterThan(130);
  expect(first.length).toBeLessThan(185);
});

test("an event that Zoom does not have is refused", async () => {
  const refused = await fetch(`${sandbox.url}/_sandbox/events`, {
    method: "POST",
    body: JSON.stringify({ event: "user.exploded", payload: { object: {} } }),
  });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("user.exploded")]);
});
