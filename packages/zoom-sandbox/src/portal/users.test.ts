/** User Management > Users, Roles and Groups by their forms: search, paging, CSV, bulk actions, transfer, rights. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { call, connect, json, makeApp, type Visitor, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
const events: { event: string; payload: Record<string, unknown> }[] = [];

beforeEach(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
    // Everybody here signs in first; that is told elsewhere.
    onEvent: (event, body) => {
      if (event !== "user.signed_in") events.push(JSON.parse(body) as (typeof events)[number]);
    },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  events.length = 0;
});
afterEach(() => sandbox.close());

const text = async (path: string, by = owner) => (await by.get(path)).text();
const rowsOf = (page: string) => [...page.matchAll(/aria-label="Edit ([^"]+)"/g)].map(([, email]) => email);
const idOf = async (email: string) =>
  new RegExp(`/portal/users/([\\w-]+)" aria-label="Edit ${email}"`).exec(
    await text(`/portal/users?q=${email}`),
  )?.[1] ?? "";
const invite = (emails: string, more: Record<string, string | string[]> = {}) =>
  owner.post("/portal/users", { emails, type: "1", ...more });
const addGroup = async (name: string) =>
  /\/portal\/groups\/([^?]+)/.exec(
    (await owner.post("/portal/groups", { name, description: "" })).headers.get("location") ?? "",
  )?.[1] ?? "";
const names = () => events.map(({ event }) => event);

test("the list is searched by words of name, email and department, and narrowed by role and type", async () => {
  expect(rowsOf(await text("/portal/users?q=sales+h"))).toEqual(["hana@acme.example"]);
  expect(rowsOf(await text("/portal/users?role=1"))).toEqual(["adam@acme.example"]);
  expect(rowsOf(await text("/portal/users?type=1"))).toEqual(["ben@acme.example"]);
  expect(await text("/portal/users?q=nobody")).toContain("Nobody fits.");
});

test("a long list comes in pages of 50 that keep the search, and a page beyond the end is the last", async () => {
  const many = Array.from({ length: 120 }, (_, index) => `p${String(index).padStart(3, "0")}@acme.example`);
  await invite(many.join(","));
  const first = await text("/portal/users?tab=pending&q=p0");
  expect(first).toContain("1 to 50 of 100");
  expect(first).toContain("tab=pending&amp;q=p0&amp;page=2");
  const last = await text("/portal/users?tab=pending&page=99");
  expect(last).toContain("101 to 120 of 120");
});

test("an invitation is sent again for 30 days more, or taken back; both are mailed or told", async () => {
  await invite("new@acme.example");
  const page = await text("/portal/users?tab=pending");
  expect(page).toContain("2026-12-23");
  const id = /\/portal\/users\/([\w-]{22})\/resend/.exec(page)?.[1] ?? "";
  await sandbox.clock.advance(10 * 86_400_000);
  await owner.post(`/portal/users/${id}/resend`, {});
  expect(await text("/portal/users?tab=pending")).toContain("2027-01-02");
  await owner.post(`/portal/users/${id}/delete`, {});
  expect(await text("/portal/users?tab=pending")).toContain("Nobody is invited.");
  expect(names()).toEqual(["user.created", "user.disassociated"]);
});

test("people are added into groups, edited out of them, and the group's page counts them", async () => {
  const [sales, ops] = [await addGroup("Sales"), await addGroup("Operations")];
  await invite("new@acme.example", { group_ids: [sales, ops] });
  const hana = await idOf("hana@acme.example");
  await owner.post(`/portal/users/${hana}`, { group_ids: ["", ops] });
  expect(rowsOf(await text(`/portal/users?group=${ops}`))).toEqual(["hana@acme.example"]);
  await owner.post(`/portal/users/${hana}`, { group_ids: "" });
  expect(rowsOf(await text(`/portal/users?group=${ops}`))).toEqual([]);
  await owner.post(`/portal/groups/${ops}/members`, { emails: "mei@acme.example, luis@acme.example" });
  expect(await text("/portal/groups")).toMatch(/Operations<\/a><\/th><td><\/td><td>3<\/td>/);
  expect(names()).toEqual([
    ...["group.created", "group.created", "user.created", "group.member_added", "group.member_added"],
    ...["group.member_added", "group.member_deleted", "group.member_added"],
  ]);
  expect(events.at(-1)?.payload).toMatchObject({
    operator: "olivia@acme.example",
    object: { id: ops, members: [{ email: "mei@acme.example" }, { email: "luis@acme.example" }] },
  });
});

test("a group has admins, another name, and goes with its memberships", async () => {
  const sales = await addGroup("Sales");
  const hana = await idOf("hana@acme.example");
  await owner.post(`/portal/groups/${sales}/admins`, { emails: "hana@acme.example" });
  expect(await text(`/portal/groups/${sales}?tab=admins`)).toContain("hana@acme.example");
  await owner.post(`/portal/groups/${sales}/admins/${hana}/remove`, {});
  expect(await text(`/portal/groups/${sales}?tab=admins`)).toContain("no admin of its own");
  await owner.post(`/portal/groups/${sales}/members`, { emails: "hana@acme.example" });
  await owner.post(`/portal/groups/${sales}`, { name: "Sellers", description: "Who sell" });
  const nobody = await owner.post(`/portal/groups/${sales}/members`, { emails: " " });
  expect(await nobody.text()).toContain("Email: enter at least one address.");
  const taken = await owner.post("/portal/groups", { name: "sellers", description: "" });
  expect([taken.status, await taken.text()]).toEqual([400, expect.stringContaining("already in use")]);
  expect(await text(`/portal/groups/${sales}`)).not.toContain(
    `method="post" action="/portal/groups/${sales}/delete"`,
  );
  const question = await text(`/portal/groups/${sales}/delete`);
  expect(question).toContain("Delete the group Sellers?");
  expect(question).toContain("1 person in it stay");
  await owner.post(`/portal/groups/${sales}/delete`, {});
  expect(await text("/portal/groups")).toContain("There is no group yet.");
  expect(await text(`/portal/users/${hana}`)).not.toContain("Sellers");
  expect(names()).toEqual([
    ...["group.created", "group.admin_added", "group.admin_deleted", "group.member_added"],
    ...["group.updated", "group.deleted"],
  ]);
});

test("a person's form that is refused saves nothing of itself", async () => {
  const group = await addGroup("Sales");
  const made = await owner.post("/portal/roles", { name: "Looks", description: "" });
  const role_id = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  const hana = await idOf("hana@acme.example");
  events.length = 0;
  for (const [wrong, says] of [
    [{ dept: "long".repeat(40) }, "Department has 160 characters; enter at most 128."],
    [{ type: "99" }, "User Type must be one of 1 (Basic), 2 (Licensed), 4 (Unassigned)."],
    [{ group_ids: [group, "none"] }, "A group with this none does not exist."],
    [{ role_id: "0" }, "User Role: an account has one owner, who stays it."],
  ] as const) {
    const refused = await owner.post(`/portal/users/${hana}`, {
      ...{ role_id, type: "1", dept: "Elsewhere", ...wrong },
      ...("group_ids" in wrong ? { group_ids: [...wrong.group_ids] } : { group_ids: group }),
    });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
  }
  const page = await text(`/portal/users/${hana}`);
  expect(page).toMatch(/<option value="2" selected>Licensed/);
  expect(page).toMatch(/<option value="2" selected>Member/);
  expect(page).toContain('name="dept" maxlength="128" value="Sales"');
  expect(names()).toEqual([]);
});

test("an address that is written twice is invited once, and who is invited is not activated by hand", async () => {
  await invite("New@acme.example, new@acme.example");
  const page = await text("/portal/users?tab=pending");
  const id = /\/portal\/users\/([\w-]{22})\/accept/.exec(page)?.[1] ?? "";
  expect(page.match(/new@acme\.example<\/td>/gi)).toHaveLength(1);
  const forced = await owner.post(`/portal/users/${id}/activate`, {});
  expect(await forced.text()).toContain("new@acme.example is invited only: accept the invitation first.");
  expect(await text(`/portal/users/${id}/delete`)).toContain("Take back the invitation of new@acme.example?");
});

test("a role that reaches some groups shows, exports and changes their people alone", async () => {
  const sales = await addGroup("Sales");
  await owner.post(`/portal/groups/${sales}/members`, { emails: "ben@acme.example" });
  const made = await owner.post("/portal/roles", { name: "Sales lead", description: "" });
  const role = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  await owner.post(`/portal/roles/${role}/settings`, { privileges: ["User:Edit"], user_groups: ["", sales] });
  await owner.post(`/portal/roles/${role}/members`, { emails: "hana@acme.example" });
  const hana = await visit(sandbox.url, "hana@acme.example");
  expect(rowsOf(await text("/portal/users", hana))).toEqual(["hana@acme.example", "ben@acme.example"]);
  expect((await text("/portal/users/export.csv", hana)).match(/@/g)).toHaveLength(2);
  const luis = await idOf("luis@acme.example");
  expect((await hana.get(`/portal/users/${luis}`)).status).toBe(403);
  const refused = await hana.post("/portal/users/bulk", { ids: luis, action: "deactivate" });
  expect(await refused.text()).toContain("Your role does not reach luis@acme.example");
  const imported = await hana.post("/portal/users/import", { csv: "Email,Department\nluis@acme.example,IT" });
  expect(imported.status).toBe(400);
  // It may edit neither roles nor groups, so the page offers neither, and takes neither.
  const ben = await idOf("ben@acme.example");
  const page = await text(`/portal/users/${ben}`, hana);
  expect(page).not.toContain('name="role_id"');
  expect(page).toContain("Your role may not edit groups.");
  const taken: Record<string, string>[] = [{ role_id: role }, { group_ids: "" }];
  for (const given of taken) expect((await hana.post(`/portal/users/${ben}`, given)).status).toBe(400);
  expect((await hana.post(`/portal/users/${ben}`, { dept: "Sales north" })).status).toBe(303);
  expect(await text(`/portal/users/${ben}`)).toContain('value="Sales north"');
});

test("many people are deactivated, licensed or deleted at once", async () => {
  const ids = [await idOf("hana@acme.example"), await idOf("ben@acme.example")];
  const run = (action: string) => owner.post("/portal/users/bulk", { ids, action });
  await run("type:1");
  await run("deactivate");
  expect(names()).toEqual(["user.updated", "user.deactivated", "user.deactivated"]);
  // Deleting asks first, on a page that names everybody.
  const asked = (await run("delete")).headers.get("location") ?? "";
  const question = await text(asked);
  expect(question).toContain("Delete 2 people?");
  expect(question).toContain("<li>hana@acme.example</li><li>ben@acme.example</li>");
  expect(rowsOf(await text("/portal/users"))).toHaveLength(6);
  const sure = (given: string[], more: Record<string, string> = {}) =>
    owner.post("/portal/users/bulk", { ids: given, action: "delete", confirmed: "true", ...more });
  const owned = await sure([...ids, await idOf("olivia@acme.example")]);
  expect([owned.status, await owned.text()]).toEqual([
    400,
    expect.stringContaining("olivia@acme.example owns the account and cannot be deleted; choose others."),
  ]);
  const leaver = await sure(ids, { transfer_email: "ben@acme.example" });
  expect([leaver.status, await leaver.text()]).toEqual([
    400,
    expect.stringContaining("ben@acme.example is no other active user"),
  ]);
  expect(rowsOf(await text("/portal/users"))).toHaveLength(6);
  await sure(ids);
  expect(rowsOf(await text("/portal/users"))).toHaveLength(4);
  expect((await sure(ids)).status).toBe(400);
  expect((await owner.post("/portal/users/bulk", { action: "delete" })).status).toBe(400);
});

test("a deleted person's meetings to come go to whom the form names", async () => {
  const app = await makeApp(sandbox.url, owner, [
    "meeting:write:meeting:admin",
    "meeting:read:meeting:admin",
  ]);
  const { access_token } = await connect(sandbox.url, owner, app);
  const make = await call(sandbox.url, access_token, "POST", "/users/hana@acme.example/meetings", {
    ...{ topic: "Handover", type: 2, start_time: "2026-12-01T10:00:00Z", duration: 30 },
  });
  const { id } = (await json(make)) as { id: number };
  const hana = await idOf("hana@acme.example");
  const wrong = await owner.post(`/portal/users/${hana}/delete`, { transfer_email: "hana@acme.example" });
  expect(wrong.status).toBe(400);
  await owner.post(`/portal/users/${hana}/delete`, {
    ...{ transfer_email: "mei@acme.example", transfer_meetings: "true" },
  });
  const moved = await json(await call(sandbox.url, access_token, "GET", `/meetings/${id}`));
  expect(moved).toMatchObject({ topic: "Handover", host_email: "mei@acme.example" });
});

test("the account has another name for everybody, and its apps hear of it", async () => {
  await owner.post("/portal/account", { account_name: "Acme Worldwide" });
  expect(await text("/portal/account")).toContain('value="Acme Worldwide"');
  expect(events.at(-1)).toMatchObject({
    event: "account.updated",
    payload: { object: { account_name: "Acme Worldwide" }, old_object: { account_name: "Acme Events" } },
  });
});

test("a member's menu offers no admin pages, and a role that only views offers no changes", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  const home = await hana.get("/portal");
  expect(home.headers.get("location")).toBe("/portal/meetings");
  const added = await text("/marketplace/added", hana);
  expect(added).not.toContain("App requests");
  const made = await owner.post("/portal/roles", { name: "Looks", description: "" });
  const role = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  await owner.post(`/portal/roles/${role}/settings`, { privileges: ["User:Read", "Role:Read"] });
  await owner.post(`/portal/roles/${role}/members`, { emails: "hana@acme.example" });
  const users = await text("/portal/users", hana);
  expect(users).toContain("See luis@acme.example");
  expect(users).not.toContain("Add Users");
  expect(users).not.toContain(">Groups<");
  expect((await hana.post("/portal/users", { emails: "x@acme.example" })).status).toBe(403);
  // Looking at one, and at a role, offers no button either.
  const one = await text(`/portal/users/${await idOf("luis@acme.example")}`, hana);
  expect(one).toContain("<dt>Job Title</dt><dd>Success lead</dd>");
  const settings = await text(`/portal/roles/${role}`, hana);
  expect(settings).toMatch(/value="User:Read" aria-label="View Users" checked disabled/);
  const members = await text(`/portal/roles/${role}?tab=members`, hana);
  for (const shown of [one, settings, members])
    expect(/<main[\s\S]*<\/main>/.exec(shown)?.[0]).not.toContain("<button");
});
