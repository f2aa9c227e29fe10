/** The Marketplace's pages: what is built, searched, subscribed, approved and removed there. */
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import {
  call,
  connect,
  json,
  type MadeApp,
  makeApp,
  postToken,
  REDIRECT,
  type Receiver,
  receiver,
  type Visitor,
  visit,
} from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
let app: MadeApp;
let hook: Receiver;

beforeEach(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  app = await makeApp(sandbox.url, owner, ["user:read:user:admin"]);
  hook = await receiver(app.secret_token);
});
afterEach(async () => {
  await hook[Symbol.asyncDispose]();
  await sandbox.close();
});

const text = async (path: string, by = owner) => (await by.get(path)).text();
const page = (tab: string, more = "") => text(`/marketplace/apps/${app.id}?tab=${tab}${more}`);
const appNow = async (id = app.id) => {
  const { apps } = (await json(await fetch(`${sandbox.url}/_sandbox/apps`))) as {
    apps: (MadeApp & { scopes: string[]; subscriptions: Record<string, unknown>[] })[];
  };
  return apps.find((one) => one.id === id);
};
const hanaId = (users: string) => /\/portal\/users\/([\w-]+)" aria-label="Edit hana@/.exec(users)?.[1] ?? "";
const subscribe = (fields: Record<string, string | string[]>) =>
  owner.post(`/marketplace/apps/${app.id}/subscriptions`, {
    url: hook.url,
    events: "user.updated",
    ...fields,
  });
const refusal = async (answer: Response) => [answer.status, await answer.text()];

test("an app's page shows its credentials, and the account's id to a server-to-server app", async () => {
  const credentials = await page("credentials");
  for (const secret of [app.client_id, app.client_secret, app.secret_token, app.verification_token])
    expect(credentials).toContain(secret);
  expect(credentials).not.toContain(app.account_id);
  const s2s = await makeApp(sandbox.url, owner, [], "server_to_server");
  expect(await text(`/marketplace/apps/${s2s.id}`)).toContain(app.account_id);
});

test("scopes are found by words, saved by ticks or by name, and an unknown one is refused", async () => {
  const found = await page("scopes", "&q=list+registrants+meeting");
  expect(found).toContain('value="meeting:read:list_registrants:admin"');
  expect(found).not.toContain('value="webinar:read:list_registrants:admin"');
  const save = (scopes: string[]) => owner.post(`/marketplace/apps/${app.id}`, { scopes });
  await save(["", "user:read:user:admin", "meeting:read:meeting\nmeeting:read:meeting, role:read:admin"]);
  expect((await appNow())?.scopes).toEqual([
    "user:read:user:admin",
    "meeting:read:meeting",
    "role:read:admin",
  ]);
  expect(await refusal(await save(["meeting:read:nonsense"]))).toEqual([
    400,
    expect.stringContaining("Scope meeting:read:nonsense does not exist"),
  ]);
  await save([""]);
  expect((await appNow())?.scopes).toEqual([]);
});

test("a user-managed app is offered no scope over others", async () => {
  const own = await makeApp(sandbox.url, owner, [], "user_managed");
  const found = await text(`/marketplace/apps/${own.id}?tab=scopes&q=meeting:read:meeting`);
  expect(found).toContain('value="meeting:read:meeting"');
  expect(found).not.toContain('value="meeting:read:meeting:admin"');
  // Nor by a form that a script fills in.
  const forced = await owner.post(`/marketplace/apps/${own.id}`, {
    ...{ name: "Greenroom", redirect_urls: REDIRECT, scopes: "meeting:read:meeting:admin" },
  });
  expect([forced.status, await forced.text()]).toEqual([
    400,
    expect.stringContaining("a user-managed app may ask for meeting:read:meeting instead"),
  ]);
});

test("Validate asks the address and saves nothing; saving asks again", async () => {
  const validate = (url: string) =>
    owner.post(
      `/marketplace/apps/${app.id}/subscriptions/validate`,
      {
        ...{ url, name: "Mine", events: "user.updated", method: "webhook" },
        ...{ auth: "basic", auth_username: "zoom", auth_password: "secret" },
      },
      `/marketplace/apps/${app.id}?tab=events`,
    );
  const good = await validate(hook.url);
  const shown = await good.text();
  expect(good.status).toBe(200);
  expect(shown).toMatch(/role="status">[^<]*answered the challenge\. Nothing is saved yet\./);
  // All that was entered is there still, and what is ticked is not folded away.
  expect(shown).toMatch(
    /<details open><summary>users \(\d+\)<\/summary>(?:(?!<\/details>).)*value="user\.updated" checked/s,
  );
  expect(shown).toMatch(/name="auth_password"[^>]*value="secret"/);
  expect(shown).toMatch(/<option value="basic" selected>/);
  expect((await appNow())?.subscriptions).toEqual([]);
  hook.secret = "wrong";
  expect(await refusal(await validate(hook.url))).toEqual([
    400,
    expect.stringContaining("wrong encryptedToken"),
  ]);
  expect(await refusal(await validate("http://10.0.0.1/hook"))).toEqual([
    400,
    expect.stringContaining("https"),
  ]);
});

test("a subscription is changed in place: events, method and authentication", async () => {
  await subscribe({ name: "Mine", auth: "basic", auth_username: "zoom", auth_password: "secret" });
  const [first] = (await appNow())?.subscriptions ?? [];
  expect(first).toMatchObject({
    ...{ name: "Mine", method: "webhook" },
    authentication: { kind: "basic", username: "zoom", password: "secret" },
  });
  const path = `/marketplace/apps/${app.id}/subscriptions/${String(first?.["id"])}`;
  expect(await page("events", `&edit=${String(first?.["id"])}`)).toContain("Edit Mine");
  await owner.post(path, { name: "Mine", method: "websocket", events: ["user.updated", "user.created"] });
  expect((await appNow())?.subscriptions).toMatchObject([
    { id: first?.["id"], method: "websocket", url: "", events: ["user.updated", "user.created"] },
  ]);
  expect(await page("events")).toContain(`/ws?subscriptionId=${String(first?.["id"])}`);
  await owner.post(`${path}/delete`, {});
  expect((await appNow())?.subscriptions).toEqual([]);
});

test("an event needs a scope of the app", async () => {
  expect(await refusal(await subscribe({ events: "meeting.ended" }))).toEqual([
    400,
    expect.stringContaining("The event is not allowed for the app: meeting.ended"),
  ]);
});

test("a webhook-only app hears every event of the account, without scopes or consent", async () => {
  const listener = await makeApp(sandbox.url, owner, [], "webhook_only");
  hook.secret = listener.secret_token;
  await owner.post(`/marketplace/apps/${listener.id}/subscriptions`, {
    url: hook.url,
    events: "user.created",
  });
  await owner.post("/portal/users", { emails: "new@acme.example" });
  await sandbox.clock.advance(0);
  expect(hook.received.map(({ event }) => event)).toEqual(["endpoint.url_validation", "user.created"]);
  const shown = await text(`/marketplace/apps/${listener.id}`);
  expect(shown).not.toContain("Client secret");
  expect(shown).not.toContain("?tab=scopes");
});

test("a disabled or secret-rotated app gets no new tokens, and a deleted one is gone for everybody", async () => {
  const { access_token } = await connect(sandbox.url, owner, app);
  const credentials = { grant_type: "client_credentials" };
  await owner.post(`/marketplace/apps/${app.id}/activation`, { active: "false" });
  expect(await json(await postToken(sandbox.url, app, credentials))).toMatchObject({
    error: "invalid_client",
  });
  await owner.post(`/marketplace/apps/${app.id}/activation`, { active: "true" });
  await owner.post(`/marketplace/apps/${app.id}/secret`, {});
  // Both ask first.
  expect(await text(`/marketplace/apps/${app.id}/secret`)).toContain(
    "Regenerate the client secret of Greenroom?",
  );
  expect(await text(`/marketplace/apps/${app.id}/delete`)).toContain("It is removed from 1 person.");
  const fresh = await appNow();
  expect(fresh?.client_secret).not.toBe(app.client_secret);
  expect((await postToken(sandbox.url, { ...app, ...fresh }, credentials)).status).toBe(200);
  await owner.post(`/marketplace/apps/${app.id}/delete`, {});
  expect((await call(sandbox.url, access_token, "GET", "/users/me")).status).toBe(401);
  expect(await appNow()).toBeUndefined();
});

test("a person removes what they added themselves; who manages the Marketplace also what reaches the account", async () => {
  const own = await makeApp(sandbox.url, owner, ["user:read:user"], "user_managed");
  const hana = await visit(sandbox.url, "hana@acme.example");
  await connect(sandbox.url, hana, own);
  const admins = await connect(sandbox.url, hana, app);
  const adam = await visit(sandbox.url, "adam@acme.example");
  const seen = async (by: Visitor) =>
    [...(await text("/marketplace/added", by)).matchAll(/added\/([\w-]+):/g)].map(([, id]) => id);
  expect(await seen(hana)).toEqual([own.id, app.id]);
  expect(await seen(adam)).toEqual([app.id]);
  const luis = await visit(sandbox.url, "luis@acme.example");
  expect((await luis.post(`/marketplace/added/${app.id}/remove`, { reason: "" })).status).toBe(400);
  const dialog = await text(`/marketplace/added/${app.id}/remove`, adam);
  expect(dialog).toContain("I no longer need the app");
  await adam.post(`/marketplace/added/${app.id}/remove`, { reason: "It does not work as expected" });
  expect((await call(sandbox.url, admins.access_token, "GET", "/users/me")).status).toBe(401);
  expect(await seen(hana)).toEqual([own.id]);
  const state = (await json(await fetch(`${sandbox.url}/_sandbox/state?full`))) as {
    tables: { removals: [string, object][] };
  };
  expect(state.tables.removals[0]?.[1]).toMatchObject({
    app_id: app.id,
    reason: "It does not work as expected",
  });
});

test("the tokens of webhooks are made anew, and events are signed with the new one at once", async () => {
  await connect(sandbox.url, owner, app);
  await subscribe({});
  const before = await appNow();
  await owner.post(`/marketplace/apps/${app.id}/secret_token`, {});
  await owner.post(`/marketplace/apps/${app.id}/verification_token`, {});
  const after = await appNow();
  expect(after?.secret_token).not.toBe(before?.secret_token);
  await owner.post(`/portal/users/${hanaId(await text("/portal/users"))}`, { dept: "Elsewhere" });
  await sandbox.clock.advance(0);
  const [, told] = hook.received;
  const stamp = String(told?.headers["x-zm-request-timestamp"]);
  const signed = createHmac("sha256", after?.secret_token ?? "")
    .update(`v0:${stamp}:${told?.body}`)
    .digest("hex");
  expect(told?.headers).toMatchObject({
    ...{ "x-zm-signature": `v0=${signed}`, authorization: after?.verification_token },
  });
  expect(await page("events")).toContain(
    `/subscriptions/${String(after?.subscriptions[0]?.["id"])}/delete"><button`,
  );
  const asked = await text(
    `/marketplace/apps/${app.id}/subscriptions/${String(after?.subscriptions[0]?.["id"])}/delete`,
  );
  expect(asked).toContain("Delete the subscription Events?");
});

test("admins neither approve nor remove an app that its maker alone turns on; a deleted one leaves no requests", async () => {
  const s2s = await makeApp(sandbox.url, owner, [], "server_to_server");
  const apps = await text("/marketplace/account");
  expect(apps).toContain("Turned on by its maker");
  expect(apps).not.toContain(`/marketplace/account/${s2s.id}/`);
  for (const [act, fields] of [
    ["approval", { approval: "required" }],
    ["remove", {}],
  ] as const) {
    const refused = await owner.post(`/marketplace/account/${s2s.id}/${act}`, fields);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining("Nobody adds Greenroom"),
    ]);
  }
  const grant = { grant_type: "account_credentials", account_id: s2s.account_id };
  expect((await postToken(sandbox.url, s2s, grant)).status).toBe(200);
  await owner.post(`/marketplace/account/${app.id}/approval`, { approval: "required" });
  const hana = await visit(sandbox.url, "hana@acme.example");
  const query = { response_type: "code", client_id: app.client_id, redirect_uri: REDIRECT };
  await hana.post("/oauth/authorize", { ...query, decision: "request", reason: "For sales" });
  expect(await text("/marketplace/requests")).toContain("For sales");
  await owner.post(`/marketplace/apps/${app.id}/delete`, {});
  expect(await text("/marketplace/requests")).toContain("Nobody waits for an approval.");
});

test("an admin removes an app from everybody in the account, and people may not", async () => {
  const people = await Promise.all(
    ["hana", "luis"].map((name) => visit(sandbox.url, `${name}@acme.example`)),
  );
  const tokens = [];
  for (const person of people) tokens.push((await connect(sandbox.url, person, app)).access_token);
  expect(await text("/marketplace/account")).toContain("2 people");
  expect((await people[0]?.get("/marketplace/account"))?.status).toBe(403);
  await owner.post(`/marketplace/account/${app.id}/remove`, { reason: "" });
  for (const token of tokens) expect((await call(sandbox.url, token, "GET", "/users/me")).status).toBe(401);
});

test("people see only the apps they made themselves", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  expect(await text("/marketplace/apps", hana)).toContain("You have built no app yet.");
  expect((await hana.get(`/marketplace/apps/${app.id}`)).status).toBe(404);
  expect((await hana.post(`/marketplace/apps/${app.id}/secret`, {})).status).toBe(400);
});
