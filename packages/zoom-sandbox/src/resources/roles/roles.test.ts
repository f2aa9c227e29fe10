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
  "role:read:admin",
  "role:write:admin",
  "user:read:user:admin",
  "user:read:list_users:admin",
  "role:read:list_roles:admin",
];
const roleAnswer = z.looseObject({ id: z.string() });

beforeEach(async () => {
  sandbox = await createSandbox({ port: 0, company: "small", rateLimits: false });
  owner = await visit(sandbox.url, "olivia@acme.example");
  token = (await connect(sandbox.url, owner, await makeApp(sandbox.url, owner, scopes))).access_token;
});
afterEach(() => sandbox.close());

const send = (method: string, path: string, body?: unknown) => call(sandbox.url, token, method, path, body);
const makeRole = async (name: string, privileges: string[]) =>
  roleAnswer.parse(await json(await send("POST", "/roles", { name, description: "", privileges }))).id;

test("A custom role has an id of R and 22 characters and a name of its own", async () => {
  const id = await makeRole("Greenroom", ["Meeting:Read"]);
  expect(id).toMatch(/^R[\w-]{22}$/);
  const again = await send("POST", "/roles", { name: "Greenroom" });
  expect([again.status, await json(again)]).toEqual([
    400,
    { code: 1224, message: "Role name Greenroom has already been used." },
  ]);
  expect(await json(await send("GET", "/roles/none"))).toEqual({
    code: 1034,
    message: "Provided `role_id` does not exist.",
  });
  expect(await json(await send("GET", "/roles"))).toMatchObject({
    total_records: 4,
    roles: [{ id: "0", total_members: 1 }, { id: "1" }, { id: "2" }, { id }],
  });
});

test("Assigning answers the ids as one comma text with add_at, and moves people from their old role", async () => {
  const id = await makeRole("Greenroom", []);
  const body = { members: [{ email: "hana@acme.example" }, { email: "ben@acme.example" }] };
  const added = await send("POST", `/roles/${id}/members`, body);
  expect(added.status).toBe(201);
  const answer = z.looseObject({ ids: z.string(), add_at: z.string() }).parse(await json(added));
  const [hana = ""] = answer.ids.split(",");
  expect(answer.ids.split(",")).toHaveLength(2);
  expect(await json(await send("GET", `/roles/${id}/members`))).toMatchObject({ total_records: 2 });
  expect((await send("DELETE", `/roles/${id}/members/${hana}`)).status).toBe(204);
  expect(await json(await send("GET", `/users/${hana}`))).toMatchObject({
    role_id: "2",
    role_name: "Member",
  });
});

test("Members of the owner and member roles are not added or deleted by hand", async () => {
  for (const id of ["0", "2"]) {
    const refused = await send("POST", `/roles/${id}/members`, { members: [{ email: "ben@acme.example" }] });
    expect([refused.status, await json(refused)]).toEqual([
      400,
      { code: 300, message: "RoleId required. Can't delete or add members for Normal/Owner roles." },
    ]);
  }
});

test("Only the owner's token makes an admin or changes the role; whose role edits roles is refused with 400/200", async () => {
  const id = await makeRole("Role editors", ["Role:Edit"]);
  await send("POST", `/roles/${id}/members`, { members: [{ email: "ben@acme.example" }] });
  const ben = await visit(sandbox.url, "ben@acme.example");
  const bens = (await connect(sandbox.url, ben, await makeApp(sandbox.url, owner, scopes))).access_token;
  const asks = [
    ["POST", "/roles/1/members", { members: [{ email: "ben@acme.example" }] }],
    ["PATCH", "/roles/1", { privileges: [] }],
    ["DELETE", "/roles/1/members/adam@acme.example", undefined],
  ] as const;
  for (const [method, path, body] of asks) {
    const refused = await call(sandbox.url, bens, method, path, body);
    expect([refused.status, await json(refused)]).toMatchObject([400, { code: 200 }]);
  }
  expect(await json(await send("GET", "/roles/1/members"))).toMatchObject({ total_records: 1 });
  expect((await send("POST", "/roles/1/members", { members: [{ email: "ben@acme.example" }] })).status).toBe(
    201,
  );
});

test("Deleting a role drops its people to Member", async () => {
  const id = await makeRole("Greenroom", []);
  await send("POST", `/roles/${id}/members`, { members: [{ email: "ben@acme.example" }] });
  expect((await send("DELETE", `/roles/${id}`)).status).toBe(204);
  expect(await json(await send("GET", "/users/ben@acme.example"))).toMatchObject({ role_id: "2" });
});

test("A role edit changes at once what a token of its members may do", async () => {
  const id = await makeRole("Greenroom", ["Role:Read", "User:Read"]);
  await send("POST", `/roles/${id}/members`, { members: [{ email: "ben@acme.example" }] });
  const ben = await visit(sandbox.url, "ben@acme.example");
  const app = await makeApp(sandbox.url, owner, ["role:read:list_roles:admin", "user:read:list_users:admin"]);
  const bens = (await connect(sandbox.url, ben, app)).access_token;

  await owner.post(`/portal/roles/${id}/settings`, { privileges: ["Role:Read"] });
  expect((await call(sandbox.url, bens, "GET", "/roles")).status).toBe(200);
  const users = await call(sandbox.url, bens, "GET", "/users");
  expect([users.status, await json(users)]).toMatchObject([400, { code: 4711 }]);

  await owner.post(`/portal/roles/${id}/settings`, { privileges: ["User:Edit"] });
  expect((await call(sandbox.url, bens, "GET", "/roles")).status).toBe(400);
  expect((await call(sandbox.url, bens, "GET", "/users")).status).toBe(200);
});

test("Only a paid account may change a role: 400/200", async () => {
  const id = await makeRole("Greenroom", []);
  expect((await send("PATCH", `/roles/${id}`, { description: "Paid" })).status).toBe(204);
  await sandbox.close();
  sandbox = await createSandbox({ port: 0, company: "small", rateLimits: false, plan: "free" });
  owner = await visit(sandbox.url, "olivia@acme.example");
  token = (await connect(sandbox.url, owner, await makeApp(sandbox.url, owner, scopes))).access_token;
  const free = await makeRole("Greenroom", []);
  const refused = await send("PATCH", `/roles/${free}`, { description: "Free" });
  expect([refused.status, await json(refused)]).toEqual([
    400,
    { code: 200, message: "The account must be a paid account to update the role." },
  ]);
});
