import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import { call, connect, makeApp, type Visitor, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;

beforeEach(async () => {
  sandbox = await createSandbox({ port: 0, company: "small", rateLimits: false });
  owner = await visit(sandbox.url, "olivia@acme.example");
});
afterEach(() => sandbox.close());

test("The owner adds an API user, makes a role, sets its privileges and assigns it, by the portal's forms", async () => {
  await owner.post("/portal/users", { emails: "api@acme.example", type: "1", dept: "N/A", manager: "N/A" });
  const users = await (await owner.get("/portal/users?tab=pending")).text();
  const id = /\/portal\/users\/([\w-]{22})\/accept/.exec(users)?.[1] ?? "";
  expect(users).toContain("Accept invitation");
  await owner.post(`/portal/users/${id}/accept`, {});

  const made = await owner.post("/portal/roles", { name: "Greenroom", description: "For automation" });
  const roleId = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  await owner.post(`/portal/roles/${roleId}/settings`, {
    privileges: ["Role:Read", "Role:Edit", "Meeting:Read"],
  });
  const role = await (await owner.get(`/portal/roles/${roleId}`)).text();
  expect(role).toMatch(/value="Meeting:Read"[^>]*checked/);
  expect(role).not.toMatch(/value="Meeting:Edit"[^>]*checked/);

  await owner.post(`/portal/users/${id}`, { role_id: roleId });
  expect(await (await owner.get(`/portal/roles/${roleId}?tab=members`)).text()).toContain("api@acme.example");
});

test("People whose role lacks the privilege see no admin pages and change nothing", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  expect((await hana.get("/portal/users")).status).toBe(403);
  expect((await hana.post("/portal/roles", { name: "Mine" })).status).toBe(403);
  expect(await (await owner.get("/portal/roles")).text()).not.toContain("Mine");
});

test("A form without the session's csrf field is refused", async () => {
  expect((await owner.post("/portal/roles", { name: "Mine", csrf: "forged" })).status).toBe(403);
});

test("A wrong form says what was wrong", async () => {
  const refused = await owner.post("/portal/users", { emails: "nobody" });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("nobody is not an email address.");
});

test("Only the owner may make an admin", async () => {
  const adam = await visit(sandbox.url, "adam@acme.example");
  const users = await (await adam.get("/portal/users")).text();
  const ben = /\/portal\/users\/([\w-]+)" aria-label="Edit ben@acme\.example"/.exec(users)?.[1] ?? "";
  const refused = await adam.post(`/portal/users/${ben}`, { role_id: "1" });
  expect(await refused.text()).toContain("User Role: only the owner may make an admin");
  expect((await owner.post(`/portal/users/${ben}`, { role_id: "1" })).status).toBe(303);
  // Nor does an admin take the role away, or change what it may do, by any form there is.
  for (const [path, fields] of [
    [`/portal/users/${ben}`, { role_id: "2" }],
    ["/portal/roles/1/settings", { privileges: "Role:Edit" }],
    ["/portal/roles/1/members", { emails: "hana@acme.example" }],
    [`/portal/roles/1/members/${ben}/remove`, {}],
  ] as const) {
    const kept = await adam.post(path, fields);
    expect([path, kept.status, await kept.text()]).toEqual([
      path,
      400,
      expect.stringMatching(/[Oo]nly the owner may/),
    ]);
  }
  for (const path of ["/portal/roles/0/settings", "/portal/roles/0/delete", "/portal/roles/1/delete"])
    expect([path, (await owner.post(path, { privileges: "Role:Read" })).status]).toEqual([path, 400]);
  expect(await (await adam.get("/portal/roles/1?tab=members")).text()).toContain("ben@acme.example");
});

test("Each tick of Role Settings lets tokens with :admin scopes of its holders do what it says, and no other", async () => {
  const made = await owner.post("/portal/roles", { name: "Automation", description: "" });
  const role = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  const tick = (privileges: string[]) => owner.post(`/portal/roles/${role}/settings`, { privileges });
  const TICKS = [
    ["User:Read", "GET", "/users/ben@acme.example"],
    ["User:Edit", "PATCH", "/users/ben@acme.example", { dept: "Elsewhere" }],
    ["Role:Read", "GET", "/roles"],
    ["Role:Edit", "POST", "/roles", { name: "Made by it" }],
    ["Group:Read", "GET", "/groups"],
    ["Group:Edit", "POST", "/groups", { name: "Made by it" }],
    ["AccountSetting:Read", "GET", "/accounts/me/settings"],
    ["AccountSetting:Edit", "PATCH", "/accounts/me/settings", { in_meeting: { chat: false } }],
    ["Meeting:Read", "POST", "/users/ben@acme.example/meetings", { topic: "Theirs" }],
    ["Webinar:Read", "GET", "/users/mei@acme.example/webinars"],
    ["Recording:Read", "GET", "/users/ben@acme.example/recordings"],
    ["ZoomRooms:Read", "GET", "/rooms"],
    ["ZoomRooms:Edit", "POST", "/rooms", { name: "Attic", type: "ZoomRoom" }],
    ["Dashboard:Read", "GET", "/metrics/meetings?from=2026-11-01&to=2026-11-20"],
    ["UsageReport:Read", "GET", "/report/users/ben@acme.example/meetings?from=2026-11-01&to=2026-11-20"],
    ["ScheduleTrackingFields:Read", "GET", "/tracking_fields"],
    ["ScheduleTrackingFields:Edit", "POST", "/tracking_fields", { field: "Made by it" }],
    ["PbxAdmin:Read", "GET", "/phone/users"],
  ] as const;
  const privileges = TICKS.map(([privilege]) => privilege);
  await tick(privileges);
  await owner.post(`/portal/roles/${role}/members`, { emails: "hana@acme.example" });
  const app = await makeApp(sandbox.url, owner, [
    ...[
      "user:read:user:admin",
      "user:update:user:admin",
      "role:read:list_roles:admin",
      "role:write:role:admin",
    ],
    ...["group:read:list_groups:admin", "group:write:group:admin", "account:read:settings:admin"],
    ...["account:update:settings:admin", "meeting:write:meeting:admin", "webinar:read:list_webinars:admin"],
    ...["cloud_recording:read:list_user_recordings:admin", "zoom_rooms:read:list_rooms:admin"],
    ...["zoom_rooms:write:room:admin", "dashboard:read:list_meetings:admin", "report:read:admin"],
    ...["tracking_field:read:list_tracking_fields:admin", "tracking_field:write:tracking_field:admin"],
    ...["phone:read:list_users:admin"],
  ]);
  const hana = await visit(sandbox.url, "hana@acme.example");
  const { access_token } = await connect(sandbox.url, hana, app);
  for (const [privilege, method, path, body] of TICKS) {
    const status = async () => (await call(sandbox.url, access_token, method, path, body)).status;
    await tick(privileges.filter((one) => !one.startsWith(privilege.split(":", 1)[0] ?? "")));
    const without = await status();
    await tick([privilege]);
    expect([privilege, without, Math.floor((await status()) / 100)]).toEqual([privilege, 400, 2]);
  }
});

test("Who is deactivated is signed out for good, and a changed role changes the pages at the next click", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  const id = /\/portal\/users\/([\w-]+)" aria-label="Edit hana@/.exec(
    await (await owner.get("/portal/users")).text(),
  )?.[1];
  expect((await hana.get("/portal/users")).status).toBe(403);
  await owner.post(`/portal/users/${id}`, { role_id: "1" });
  expect((await hana.get("/portal/users")).status).toBe(200);
  await owner.post(`/portal/users/${id}`, { role_id: "2" });
  expect((await hana.post("/portal/users", { emails: "x@acme.example" })).status).toBe(403);
  const leads = async () => (await hana.get("/portal/meetings")).headers.get("location");
  await owner.post(`/portal/users/${id}/deactivate`, {});
  expect(await leads()).toBe("/signin?continue=%2Fportal%2Fmeetings");
  expect(await signedIn("hana@acme.example", "sandbox")).toEqual([
    401,
    "The email address or the password is wrong.",
  ]);
  await owner.post(`/portal/users/${id}/activate`, {});
  expect(await leads()).toBe("/signin?continue=%2Fportal%2Fmeetings");
  expect((await hana.post("/portal/meetings", { topic: "x" })).headers.get("location")).toContain("/signin");
  expect(await signedIn("hana@acme.example", "wrong")).toEqual([
    401,
    "The email address or the password is wrong.",
  ]);
  expect(await signedIn("hana@acme.example", "sandbox")).toEqual([302, undefined]);
  const again = await visit(sandbox.url, "hana@acme.example");
  await owner.post(`/portal/users/${id}/delete`, {});
  expect((await again.get("/portal/meetings")).headers.get("location")).toContain("/signin");
});

async function signedIn(email: string, password: string) {
  const body = new URLSearchParams({ email, password });
  const answer = await fetch(`${sandbox.url}/signin`, { method: "POST", body, redirect: "manual" });
  return [answer.status, /role="alert">([^<]+)/.exec(await answer.text())?.[1]];
}

test("What people type is shown as text on every page, never as markup", async () => {
  const name = `"><script>alert(1)</script>`;
  const emails = "hana@acme.example";
  const made = async (path: string, fields: Record<string, string>) =>
    ((await owner.post(path, fields)).headers.get("location") ?? "").split("?")[0] ?? "";
  const role = await made("/portal/roles", { name, description: name });
  await owner.post(`${role}/members`, { emails });
  const group = await made("/portal/groups", { name, description: name });
  await owner.post(`${group}/members`, { emails });
  await owner.post("/portal/tracking-fields", { field: name, recommended_values: name });
  const field = /href="(\/portal\/tracking-fields\/[\w-]+)">&quot;/.exec(
    await (await owner.get("/portal/tracking-fields")).text(),
  )?.[1];
  const users = await (await owner.get("/portal/users")).text();
  const hana = `/portal/users/${/\/portal\/users\/([\w-]+)" aria-label="Edit hana@/.exec(users)?.[1]}`;
  await owner.post(hana, {
    first_name: name,
    last_name: "",
    dept: name,
    manager: name,
    job_title: name,
    location: name,
  });
  await owner.post("/portal/account", { account_name: name });
  const meeting = await made("/portal/meetings", { topic: name, host: emails });
  await owner.post(`${meeting}/do/start`, {});
  await owner.post(`${meeting}/do/polls/raise`, {
    title: name,
    "questions.0.name": name,
    "questions.0.answers[]": name,
  });
  await owner.post(`${meeting}/do/recording/start`, {});
  await owner.post(`${meeting}/do/end`, {});
  const app = await made("/marketplace/apps", {
    name,
    kind: "admin_managed",
    redirect_urls: "http://127.0.0.1:9/",
  });
  const notice = new URLSearchParams({ notice: name }).toString();
  const shows = [
    ...[
      "/portal/roles",
      role,
      `${role}?tab=members`,
      `${role}/delete`,
      "/portal/groups",
      group,
      `${group}?tab=profile`,
    ],
    ...[
      `${group}/delete`,
      "/portal/tracking-fields",
      `${field}`,
      `${field}/delete`,
      "/portal/users",
      hana,
      "/portal/users/new",
    ],
    ...[
      "/portal/account",
      "/portal/meetings",
      meeting,
      "/portal/recordings",
      "/portal/reports",
      "/marketplace/apps",
      app,
    ],
    ...[
      `${app}?tab=information`,
      `${app}/delete`,
      `${app}/secret`,
      "/marketplace/account",
      "/signin",
      `/portal/rooms?${notice}`,
    ],
    ...[`/portal/users?q=${encodeURIComponent(name)}`, `/portal/meetings?q=${encodeURIComponent(name)}`],
    `${app}?tab=scopes&q=${encodeURIComponent(name)}`,
  ];
  for (const path of shows) {
    const page = await (await owner.get(path)).text();
    expect([path, page.includes("<script>"), page.includes("&lt;script&gt;alert(1)")]).toEqual([
      path,
      false,
      true,
    ]);
  }
});

test("Sign-in leads only to pages of the sandbox", async () => {
  const body = new URLSearchParams({
    email: "olivia@acme.example",
    password: "sandbox",
    continue: "//evil.example/",
  });
  const answer = await fetch(`${sandbox.url}/signin`, { method: "POST", body, redirect: "manual" });
  expect(answer.headers.get("location")).toBe("/");
});
