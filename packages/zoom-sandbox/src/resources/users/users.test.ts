import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { RunningSandbox } from "../../options.ts";
import { createSandbox } from "../../create-sandbox.ts";
import type { Visitor } from "../../visitor.test-kit.ts";
import { call, connect, json, makeApp, visit } from "../../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
let token: string;

const scopes = [
  "user:read:user:admin",
  "user:read:list_users:admin",
  "user:write:user:admin",
  "user:update:user:admin",
  "user:update:status:admin",
  "user:delete:user:admin",
  "user:read:list_permissions:admin",
];
const created = z.looseObject({ id: z.string() });
const listed = z.looseObject({
  users: z.array(z.looseObject({ email: z.string() })),
  next_page_token: z.string(),
});

beforeEach(async () => {
  sandbox = await createSandbox({
    port: 0,
    company: "small",
    rateLimits: false,
    frozenAt: new Date("2026-11-23T12:00:00Z"),
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  token = (await connect(sandbox.url, owner, await makeApp(sandbox.url, owner, scopes))).access_token;
});
afterEach(() => sandbox.close());

const send = (method: string, path: string, body?: unknown) => call(sandbox.url, token, method, path, body);
const invite = (email: string, action = "create") =>
  send("POST", "/users", { action, user_info: { email, type: 1 } });

test("A missing scope is 400/4711 and names the scopes that would do", async () => {
  const settings = await send("GET", "/users/me/settings");
  expect(settings.status).toBe(400);
  expect(await json(settings)).toEqual({
    code: 4711,
    message: "Invalid access token, does not contain scopes:[user:read:settings, user:read:settings:admin].",
  });
});

test("A missing, garbled or unknown token is 401/124, an unknown path 404/2300, and bad JSON 400/300", async () => {
  for (const headers of [{}, { authorization: "Basic x" }, { authorization: "Bearer nonsense" }]) {
    const refused = await fetch(`${sandbox.url}/v2/users/me`, { headers });
    expect([refused.status, await json(refused)]).toEqual([
      401,
      { code: 124, message: "Invalid access token." },
    ]);
  }
  expect(await json(await send("GET", "/nothing"))).toEqual({
    code: 2300,
    message: "This API endpoint is not recognized.",
  });
  const garbled = await send("POST", "/users", "{");
  expect([garbled.status, await json(garbled)]).toEqual([
    400,
    { code: 300, message: "Request Body should be a valid JSON object." },
  ]);
  const invalid = await send("POST", "/users", { action: "create", user_info: { email: "x", type: 1 } });
  expect(await json(invalid)).toMatchObject({
    code: 300,
    message: "Validation Failed.",
    errors: [{ field: "user_info.email" }],
  });
});

test("An invited person is pending until the invitation is accepted", async () => {
  const invited = await invite("api@acme.example");
  expect(invited.status).toBe(201);
  const { id } = created.parse(await json(invited));
  expect(await json(await send("GET", "/users?status=pending"))).toMatchObject({
    users: [{ id, email: "api@acme.example", status: "pending" }],
  });
  expect(await json(await send("GET", `/users/${id}`))).toMatchObject({ code: 1120 });
  await owner.post(`/portal/users/${id}/accept`, {});
  expect(await json(await send("GET", "/users/api@acme.example"))).toMatchObject({ id, status: "active" });
});

test("An address is taken once: 409/1005", async () => {
  await invite("api@acme.example", "autoCreate");
  const again = await invite("API@acme.example");
  expect([again.status, await json(again)]).toEqual([
    409,
    { code: 1005, message: "Email has already been used" },
  ]);
});

test("Everybody is listed over pages by token, which fits only the same query", async () => {
  const first = listed.parse(await json(await send("GET", "/users?page_size=4")));
  expect(first).toMatchObject({ page_size: 4, page_count: 2, total_records: 6 });
  const rest = await send("GET", `/users?page_size=4&next_page_token=${first.next_page_token}`);
  const second = listed.parse(await json(rest));
  expect(second.users).toHaveLength(2);
  expect(second.next_page_token).toBe("");
  const byNumber = listed.parse(await json(await send("GET", "/users?page_size=4&page_number=2")));
  expect(byNumber.users).toEqual(second.users);
  const other = await send("GET", `/users?page_size=5&next_page_token=${first.next_page_token}`);
  expect([other.status, await json(other)]).toEqual([
    400,
    { code: 300, message: "The next page token is invalid or expired." },
  ]);
  expect(await json(await send("GET", "/users?page_size=-5"))).toMatchObject({ page_size: 30 });
  expect(await json(await send("GET", "/users?page_size=999999"))).toMatchObject({ page_size: 2000 });
});

test("Update, deactivate and delete show in what Zoom answers next", async () => {
  const { id } = created.parse(await json(await invite("api@acme.example", "autoCreate")));
  expect((await send("PATCH", `/users/${id}`, { first_name: "Ada", dept: "IT" })).status).toBe(204);
  expect(await json(await send("GET", `/users/${id}`))).toMatchObject({ first_name: "Ada", dept: "IT" });
  expect((await send("PUT", `/users/${id}/status`, { action: "deactivate" })).status).toBe(204);
  expect(await json(await send("GET", "/users?status=inactive"))).toMatchObject({ users: [{ id }] });
  expect((await send("DELETE", `/users/${id}?action=delete`)).status).toBe(204);
  expect(await json(await send("GET", `/users/${id}`))).toEqual({
    code: 1001,
    message: `User does not exist: ${id}.`,
  });
});

test("A user-managed app may name nobody but its own person", async () => {
  const app = await makeApp(sandbox.url, owner, ["user:read:user"], "user_managed");
  const own = (await connect(sandbox.url, owner, app)).access_token;
  expect((await call(sandbox.url, own, "GET", "/users/me")).status).toBe(200);
  expect((await call(sandbox.url, own, "GET", "/users/olivia@acme.example")).status).toBe(200);
  expect(await json(await call(sandbox.url, own, "GET", "/users/hana@acme.example"))).toMatchObject({
    code: 4711,
  });
});
