import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";
import { operations } from "../../operations/operations.ts";
import {
  call,
  connect,
  consent,
  json,
  type MadeApp,
  makeApp,
  postToken,
  type Receiver,
  receiver,
  type Visitor,
  visit,
} from "../../visitor.test-kit.ts";

let sandbox: CheckedSandbox;
let owner: Visitor;
let hana: Visitor;
let app: MadeApp;
let hook: Receiver;
const people: Record<string, string> = {};
const SCOPES = ["user:read:user", "user:read:user:admin", "marketplace:update:client_secret"];

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["marketplace/App", "marketplace/Apps", "marketplace/Manifest"] });
  owner = await visit(sandbox.url, "olivia@acme.example");
  hana = await visit(sandbox.url, "hana@acme.example");
  app = await makeApp(sandbox.url, owner, SCOPES);
  hook = await receiver(app.secret_token);
  for (const name of ["olivia", "hana", "luis"]) {
    const { body } = await sandbox.owner.get(`/users/${name}@acme.example`);
    people[name] = body.id;
  }
});
afterAll(async () => {
  await hook[Symbol.asyncDispose]();
  await sandbox.finish();
});

const person = (name: string): string => people[name] ?? "";
const path = (more = ""): string => `/marketplace/apps/${app.id}${more}`;
const ids = (body: { apps: { app_id: string }[] }) => body.apps.map(({ app_id }) => app_id);
const list = async (type: string) => (await sandbox.owner.get(`/marketplace/apps?type=${type}`)).body;
const ask = (by: Visitor) =>
  by.post("/oauth/authorize", {
    ...{ response_type: "code", client_id: app.client_id, redirect_uri: "http://127.0.0.1:9/callback" },
    ...{ decision: "request", reason: "For sales" },
  });

test("an app made by the API is off until asked otherwise, shows in lists, and is deleted with its credentials", async () => {
  const made = await sandbox.owner.post("/marketplace/apps", {
    ...{ app_type: "s2s_oauth", app_name: "Made by API", scopes: ["user:read:list_users:admin"] },
    ...{ contact_name: "Olivia", contact_email: "olivia@acme.example", company_name: "Acme" },
  });
  expect([made.status, made.body]).toMatchObject([
    201,
    { app_name: "Made by API", app_type: "s2s_oauth", scopes: ["user:read:list_users:admin"] },
  ]);
  const { client_id, client_secret } = made.body.production_credentials;
  const grant = { grant_type: "account_credentials", account_id: app.account_id };
  const token = () => postToken(sandbox.url, { ...app, client_id, client_secret }, grant);
  expect(await json(await token())).toMatchObject({ reason: "The app has been disabled by the developer" });
  await owner.post(`/marketplace/apps/${made.body.app_id}/activation`, { active: "true" });
  expect((await token()).status).toBe(200);

  const one = await sandbox.owner.get(`/marketplace/apps/${made.body.app_id}`);
  expect(one.body).toMatchObject({ app_name: "Made by API", app_scopes: ["user:read:list_users:admin"] });
  expect(ids(await list("account_created"))).toContain(made.body.app_id);
  expect(ids(await list("public"))).toEqual([]);
  expect((await sandbox.owner.delete(`/marketplace/apps/${made.body.app_id}`)).status).toBe(204);
  expect((await token()).status).toBe(400);
  const gone = await sandbox.owner.get(`/marketplace/apps/${made.body.app_id}`);
  expect([gone.status, gone.body]).toEqual([
    404,
    { code: 1401, message: `App ID does not exist: ${made.body.app_id}` },
  ]);
});

test("an app of another person is not there for a member", async () => {
  const member = await sandbox.as("luis@acme.example");
  expect((await member.get(path())).body).toMatchObject({ code: 1401 });
  expect((await member.delete(path())).status).toBe(404);
});

test("requests of people are listed, declined, approved and cancelled", async () => {
  await owner.post(`/marketplace/account/${app.id}/approval`, { approval: "required" });
  expect(ids(await list("restricted_apps"))).toEqual([app.id]);
  await ask(hana);
  await ask(await visit(sandbox.url, "luis@acme.example"));
  const pending = await sandbox.owner.get(path("/requests"));
  expect(pending.body.requests).toMatchObject([
    {
      ...{ request_user_id: person("hana"), request_user_email: "hana@acme.example", reason: "For sales" },
      ...{ request_user_department: "Sales", status: "pending" },
    },
    { request_user_id: person("luis") },
  ]);
  expect((await list("active_requests")).apps).toMatchObject([
    { app_id: app.id, request_total_number: 2, request_pending_number: 2 },
  ]);

  const decide = (action: string, request_user_ids: string[] = []) =>
    sandbox.owner.patch(path("/requests"), { action, request_user_ids });
  expect((await decide("decline", [person("hana")])).status).toBe(204);
  await decide("cancel", [person("luis")]);
  expect((await sandbox.owner.get(path("/requests"))).body.requests).toEqual([]);
  expect((await sandbox.owner.get(path("/requests?status=rejected"))).body.requests).toHaveLength(1);
  expect((await list("past_requests")).apps).toMatchObject([
    { request_declined_number: 1, reviewer_name: "Olivia Owens" },
  ]);
  await ask(hana);
  const mine = await sandbox.owner.get("/marketplace/users/hana@acme.example/apps");
  expect(mine.body.apps).toMatchObject([{ app_id: app.id, request_status: "pending" }]);
  await decide("approve_all");
  expect((await consent(hana, app)).searchParams.has("code")).toBe(true);
  const past = await sandbox.owner.get("/marketplace/users/hana@acme.example/apps?type=past_requests");
  expect(past.body.apps).toMatchObject([{ request_status: "approved" }]);
  expect((await list("approved_apps")).apps).toMatchObject([
    { app_id: app.id, approval_info: { approved_type: "forSpecificUser", approver_id: person("olivia") } },
  ]);
});

test("people and groups are let in before they ask, and out again", async () => {
  const luis = await visit(sandbox.url, "luis@acme.example");
  const mayAdd = async () => (await consent(luis, app)).searchParams.has("code");
  const approve = (body: object) => sandbox.owner.post(path("/preApprove"), body);
  expect(await mayAdd()).toBe(false);
  const added = await sandbox.owner.post(path("/requests"), {
    action: "add_user",
    user_ids: [person("luis")],
  });
  expect([added.status, added.body.user_ids]).toEqual([201, [person("luis")]]);
  expect(await mayAdd()).toBe(true);
  await approve({ action: "disapprove_user", user_ids: [person("luis")] });
  expect(await mayAdd()).toBe(false);

  const { body: group } = await sandbox.owner.post("/groups", { name: "Testers" });
  await sandbox.owner.post(`/groups/${group.id}/members`, { members: [{ id: person("luis") }] });
  expect((await approve({ action: "approve_group", group_ids: [group.id] })).body.group_ids).toEqual([
    group.id,
  ]);
  expect(await mayAdd()).toBe(true);
  await approve({ action: "disapprove_all" });
  expect(await mayAdd()).toBe(false);
  await approve({ action: "approve_all" });
  expect(await mayAdd()).toBe(true);
  const open = await makeApp(sandbox.url, owner, []);
  const off = await sandbox.owner.post(`/marketplace/apps/${open.id}/preApprove`, { action: "approve_all" });
  expect(off.body).toEqual({ code: 1404, message: "application_pre_approved_status_off" });
  expect((await approve({ action: "approve_user", user_ids: ["nobody"] })).body).toMatchObject({
    code: 1001,
  });
});

test("a rotated secret works beside the one before until that is revoked; three changes in 15 minutes", async () => {
  const rotate = (action: string, revoke_old_secret_time: string) =>
    sandbox.owner.post(path("/rotate_client_secret"), { action, revoke_old_secret_time });
  const works = async (client_secret: string) =>
    (await postToken(sandbox.url, { ...app, client_secret }, { grant_type: "client_credentials" })).status ===
    200;
  const fresh = await rotate("new", "2026-11-23T13:00:00Z");
  expect([fresh.status, fresh.body]).toMatchObject([201, { revoke_old_secret_time: "2026-11-23T13:00:00Z" }]);
  const secret: string = fresh.body.new_secret;
  expect([await works(app.client_secret), await works(secret)]).toEqual([true, true]);
  const moved = await rotate("update", "2026-11-23T12:05:00Z");
  expect(moved.body).toEqual({
    secret_id: fresh.body.secret_id,
    revoke_old_secret_time: "2026-11-23T12:05:00Z",
  });
  expect((await rotate("update", "2020-01-01T00:00:00Z")).body).toMatchObject({ code: 2001 });
  await sandbox.clock.advance(5 * 60_000);
  expect([await works(app.client_secret), await works(secret)]).toEqual([false, true]);
  app = { ...app, client_secret: (await rotate("new", "2026-11-23T12:30:00Z")).body.new_secret };
  expect((await rotate("update", "2026-11-23T12:40:00Z")).body).toMatchObject({ code: 2000 });
  await sandbox.clock.advance(15 * 60_000);
  expect((await rotate("update", "2026-11-23T12:40:00Z")).status).toBe(201);
});

test("an app subscribes itself to events, of the account or of people who added it", async () => {
  const { access_token } = (await json(
    await postToken(sandbox.url, app, { grant_type: "client_credentials" }),
  )) as { access_token: string };
  const send = async (method: string, more: string, body?: object) => {
    const answer = await call(
      sandbox.url,
      access_token,
      method,
      `/marketplace/app/event_subscription${more}`,
      body,
    );
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  await connect(sandbox.url, hana, app);
  const wanted = {
    ...{ events: ["user.updated"], event_webhook_url: hook.url, subscription_scope: "user" },
    ...{ event_subscription_name: "Mine", user_ids: [person("hana")] },
    custom_header: { custom_header_type: 1, username: "zoom", password: "secret" },
  };
  const made = await send("POST", "", wanted);
  expect(made.status).toBe(201);
  const id: string = made.body.event_subscription_id;
  expect(hook.received.at(-1)?.headers["authorization"]).toBe(`Basic ${btoa("zoom:secret")}`);

  const query = `?user_id=${person("hana")}&account_id=${app.account_id}`;
  expect((await send("GET", query)).body.event_subscriptions).toMatchObject([
    {
      ...{ event_subscription_id: id, events: ["user.updated"], subscription_scope: "user" },
      ...{ created_source: "openapi", event_webhook_url: hook.url },
      custom_header: { custom_header_type: 1, username: "zoom" },
    },
  ]);
  let changes = 0;
  const heard = async (name: string) => {
    const before = hook.received.length;
    await owner.post(`/portal/users/${person(name)}`, { job_title: `Title ${(changes += 1)}` });
    await sandbox.clock.advance(0);
    return hook.received.slice(before).map(({ event }) => event);
  };
  expect([await heard("hana"), await heard("luis")]).toEqual([["user.updated"], []]);
  await send("PATCH", `/${id}`, { account_id: app.account_id, user_ids: [person("luis")] });
  expect(await heard("luis")).toEqual(["user.updated"]);
  const less = `?event_subscription_id=${id}&account_id=${app.account_id}&user_ids=${person("luis")}`;
  expect((await send("DELETE", less)).status).toBe(204);
  expect(await heard("luis")).toEqual([]);

  const subscription = `/marketplace/users/${person("hana")}/apps/${app.id}/subscription`;
  expect((await sandbox.owner.patch(subscription, { action: "disable" })).status).toBe(204);
  expect(await heard("hana")).toEqual([]);
  await sandbox.owner.patch(subscription, { action: "enable" });
  expect(await heard("hana")).toEqual(["user.updated"]);

  for (const [change, status, refusal] of [
    [{ events: [] }, 400, { code: 1500, message: "The events list is empty." }],
    [{ events: ["user.dreamt"] }, 404, { code: 1601, message: "App event not exists: user.dreamt" }],
    [{ events: ["meeting.ended"] }, 400, { code: 1602 }],
    [{ subscription_scope: "team" }, 400, { code: 1500, message: "The subscription scope is invalid." }],
    [
      { custom_header: { custom_header_type: 1, username: "zoom" } },
      400,
      { message: "The password is required." },
    ],
    [{ user_ids: ["nobody"] }, 404, { code: 1001 }],
    [{ event_webhook_url: "http://127.0.0.1:9/" }, 404, { code: 1701 }],
  ] as const) {
    expect(await send("POST", "", { ...wanted, ...change })).toMatchObject({ status, body: refusal });
  }
  expect((await send("DELETE", `/${id}`)).status).toBe(204);
  expect((await send("DELETE", `/${id}`)).body).toEqual({
    code: 1601,
    message: `App event subscription is invalid: ${id}`,
  });
  expect((await send("GET", query)).body.event_subscriptions).toEqual([]);
});

test("the logs tell what the app called and what it was told, failures first", async () => {
  const { access_token } = await connect(sandbox.url, owner, app);
  await call(sandbox.url, access_token, "GET", "/users/me");
  await call(sandbox.url, access_token, "GET", "/users/nobody@acme.example?x=1");
  const calls = await sandbox.owner.get(path("/api_call_logs"));
  expect(calls.body.call_logs.slice(0, 2)).toMatchObject([
    { url_pattern: "/v2/users/nobody@acme.example", http_status: 404, method: "GET" },
    { url_pattern: "/v2/users/me", http_status: 200 },
  ]);
  expect(
    (await sandbox.owner.get(path("/api_call_logs?status_code=404&query=nobody"))).body.call_logs,
  ).toHaveLength(1);

  hook.status = 400;
  await owner.post(`/marketplace/apps/${app.id}/subscriptions`, { url: hook.url, events: "user.created" });
  await owner.post("/portal/users", { emails: "logged@acme.example" });
  await sandbox.clock.advance(0);
  hook.status = 200;
  const failed = await sandbox.owner.get(path("/webhook_logs?event=user.created"));
  expect(failed.body.webhook_logs).toMatchObject([
    { event: "user.created", status: 400, endpoint: hook.url, retry_num: 0 },
  ]);
  expect(
    (await sandbox.owner.get(path("/webhook_logs?event=user.created&type=3"))).body.webhook_logs,
  ).toEqual([]);
  for (const [query, status, code] of [
    ["from=2026-11-01", 404, 1503],
    ["from=2026-11-01T00:00:00Z", 404, 1502],
    ["from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z", 404, 1504],
    ["from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z", 404, 1501],
    ["retry_num=4", 400, 1506],
  ] as const) {
    expect(await sandbox.owner.get(path(`/webhook_logs?${query}`))).toMatchObject({ status, body: { code } });
  }
});

test("a manifest is checked, always with 200, and changes the app", async () => {
  const { body } = await sandbox.owner.get(path("/manifest"));
  expect(body.manifest).toMatchObject({
    display_information: { display_name: "Greenroom" },
    oauth_information: {
      usage: "ADMIN_OPERATION",
      strict_mode: true,
      scopes: [{ scope: SCOPES[0] }, {}, {}],
    },
  });
  const validate = (manifest: object) =>
    sandbox.owner.post("/marketplace/apps/manifest/validate", { manifest });
  expect(await validate(body.manifest)).toMatchObject({ status: 200, body: { ok: true } });
  const wrong = { oauth_information: { scopes: [{ scope: "user:read:dreams" }] } };
  expect(await validate(wrong)).toMatchObject({
    status: 200,
    body: { ok: false, errors: [{ setting: "/oauth_information/scopes/0/scope" }] },
  });
  expect((await sandbox.owner.put(path("/manifest"), { manifest: wrong })).status).toBe(400);
  const manifest = {
    display_information: { display_name: "Renamed" },
    oauth_information: { development_redirect_uri: "https://app.example/cb", strict_mode: false },
  };
  expect((await sandbox.owner.put(path("/manifest"), { manifest })).status).toBe(204);
  expect((await sandbox.owner.get(path("/manifest"))).body.manifest).toMatchObject({
    display_information: { display_name: "Renamed" },
    oauth_information: { oauth_allow_list: ["https://app.example/cb"], strict_mode: false },
  });
});

test("links into an app carry the action", async () => {
  const link = await sandbox.owner.post(path("/deeplink"), { type: 1, target: "panel", action: "open=1" });
  expect(link).toMatchObject({ status: 201, body: { deeplink: expect.stringContaining("action=open%3D1") } });
  const own = await sandbox.owner.post("/zoomapp/deeplink", { action: "go", user_id: person("hana") });
  expect(own).toMatchObject({ status: 200, body: { deeplink: expect.stringContaining("action=go") } });
});

test("only what the sandbox gives behaviour is emulated", () => {
  const left = [...operations().values()]
    .filter(({ product }) => product === "marketplace")
    .map(({ name }) => name);
  expect(left.filter((name) => !sandbox.emulated().includes(name)).toSorted()).toEqual([
    ...["GET /marketplace/app/custom_fields", "GET /marketplace/monetization/entitlements"],
    ...["GET /marketplace/users/{userId}/entitlements", "POST /app/notifications"],
  ]);
});
