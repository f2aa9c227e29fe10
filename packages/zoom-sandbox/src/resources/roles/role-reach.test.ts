import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";
import { visit } from "../../visitor.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["accounts/Roles"] });
});
afterAll(() => sandbox.finish());

test("Roles of Zoom IQ are listed apart: type=common is the default", async () => {
  const body = { name: "Coach", description: "", privileges: [], type: "iq" };
  const made = await sandbox.owner.post("/roles", body);
  expect(made).toMatchObject({ status: 201, body: { name: "Coach", type: "iq" } });
  const iq = await sandbox.owner.get("/roles?type=iq");
  expect(iq.body).toMatchObject({ total_records: 1, roles: [{ id: made.body.id, type: "iq" }] });
  for (const path of ["/roles", "/roles?type=common"]) {
    const ids = (await sandbox.owner.get(path)).body.roles.map(({ id }: { id: string }) => id);
    expect(ids).not.toContain(made.body.id);
    expect(ids).toContain("0");
  }
});

test("A privilege narrowed to a group reaches only its people, at once and until it is widened", async () => {
  const { owner } = sandbox;
  const group = (await owner.post("/groups", { name: "Sales" })).body.id;
  await owner.post(`/groups/${group}/members`, { members: [{ email: "hana@acme.example" }] });
  const role = (await owner.post("/roles", { name: "Sales lead", privileges: ["User:Read"] })).body.id;
  await owner.post(`/roles/${role}/members`, { members: [{ email: "mei@acme.example" }] });
  const mei = await sandbox.as("mei@acme.example", ["user:read:user:admin", "user:read:list_users:admin"]);
  expect((await mei.get("/users/ben@acme.example")).status).toBe(200);

  const portal = await visit(sandbox.url, "olivia@acme.example");
  const narrow = (user_groups: string[]) =>
    portal.post(`/portal/roles/${role}/settings`, { privileges: ["User:Read"], user_groups });
  await narrow(["", group]);
  expect((await owner.get(`/roles/${role}`)).body.privilege_scopes).toEqual([
    { permission_id: "User:Read", group_ids: [group] },
  ]);
  expect((await mei.get("/users/hana@acme.example")).status).toBe(200);
  expect(await mei.get("/users/ben@acme.example")).toMatchObject({ status: 400, body: { code: 200 } });
  const seen = (await mei.get("/users")).body.users.map(({ email }: { email: string }) => email);
  expect(seen.toSorted()).toEqual(["hana@acme.example", "mei@acme.example"]);
  expect((await owner.get("/users/ben@acme.example")).status).toBe(200);

  await narrow([""]);
  expect((await owner.get(`/roles/${role}`)).body).not.toHaveProperty("privilege_scopes");
  expect((await mei.get("/users/ben@acme.example")).status).toBe(200);
});

test("What is the account's alone is closed at once when the role loses its privilege", async () => {
  const { owner } = sandbox;
  const privileges = ["UsageReport:Read", "MobileDeviceManagement:Read", "Group:Read"];
  const role = (await owner.post("/roles", { name: "Looks at all", privileges })).body.id;
  await owner.post(`/roles/${role}/members`, { members: [{ email: "ben@acme.example" }] });
  const ben = await sandbox.as("ben@acme.example", [
    ...["report:read:admin", "device:read:admin", "contact_group:read:admin"],
  ]);
  const statuses = async () =>
    Promise.all(
      ["/report/daily", "/devices", "/contacts/groups"].map(async (path) => (await ben.get(path)).status),
    );
  expect(await statuses()).toEqual([200, 200, 200]);
  await owner.patch(`/roles/${role}`, { privileges: ["Group:Read"] });
  expect(await statuses()).toEqual([400, 400, 200]);
  await owner.delete(`/roles/${role}`);
  expect(await statuses()).toEqual([400, 400, 400]);
});

test("Granular scopes without :admin reach roles as far as the person's own role does (zoom-api.md 8.7b: 400/200)", async () => {
  const luis = await sandbox.as("luis@acme.example", ["role:read:list_roles", "role:read:role"]);
  expect(await luis.get("/roles")).toMatchObject({ status: 400, body: { code: 200 } });
  expect(await luis.get("/roles/2")).toMatchObject({
    status: 400,
    body: { code: 200, message: "You do not have the permission to retrieve role information." },
  });
  const { id } = (await sandbox.owner.post("/roles", { name: "Reader", privileges: ["Role:Read"] })).body;
  await sandbox.owner.post(`/roles/${id}/members`, { members: [{ email: "luis@acme.example" }] });
  expect((await luis.get("/roles")).status).toBe(200);
  expect((await luis.get("/roles/2")).status).toBe(200);
});

test("A role is given to at most 30 people at once, and to all of them or none", async () => {
  const { owner } = sandbox;
  const { id } = (await owner.post("/roles", { name: "Helpers", privileges: [] })).body;
  const many = Array.from({ length: 31 }, () => ({ email: "ben@acme.example" }));
  expect(await owner.post(`/roles/${id}/members`, { members: many })).toMatchObject({
    status: 400,
    body: { code: 300 },
  });
  const withOwner = [{ email: "ben@acme.example" }, { email: "olivia@acme.example" }];
  expect((await owner.post(`/roles/${id}/members`, { members: withOwner })).status).toBe(400);
  expect((await owner.get(`/roles/${id}/members`)).body).toMatchObject({ total_records: 0, members: [] });
  expect(
    await owner.post(`/roles/${id}/members`, { members: [{ email: "ben@acme.example" }] }),
  ).toMatchObject({
    status: 201,
    body: { add_at: expect.any(String) },
  });
  const ben = (await owner.get("/users/ben@acme.example")).body;
  expect((await owner.get(`/roles/${id}/members?page_size=1`)).body.members).toMatchObject([{ id: ben.id }]);
  expect((await owner.delete(`/roles/${id}/members/${ben.id}`)).status).toBe(204);
  expect((await owner.patch(`/roles/${id}`, { description: "Changed" })).status).toBe(204);
  expect((await owner.get(`/roles/${id}`)).body).toMatchObject({ description: "Changed" });
  expect((await owner.delete(`/roles/${id}`)).status).toBe(204);
});
