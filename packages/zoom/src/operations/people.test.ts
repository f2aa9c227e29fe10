import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const hana = "hana@acme.example";

it("adds a person, changes them in every way, and deletes them", async () => {
  const email = "ada@acme.example";
  const { id: userId = "" } = await zoom.run("create-user", {
    ...{ action: "autoCreate", user_info: { email, type: 2, first_name: "Ada", last_name: "Ackers" } },
  });
  await zoom.run("update-user", { userId, dept: "Sales", use_pmi: false });
  await expect(zoom.run("get-user", { userId: email })).resolves.toMatchObject({
    dept: "Sales",
    use_pmi: false,
  });
  await zoom.run("update-user-settings", { userId, in_meeting: { chat: false } });
  const settings = await zoom.run("get-user-settings", { userId });
  expect(settings["in_meeting"]).toMatchObject({ chat: false });
  expect((await zoom.run("get-user-permissions", { userId })).permissions?.length).toBeGreaterThan(0);
  expect((await zoom.run("get-user-token", { userId, type: "zak" })).token).not.toBe("");
  expect((await zoom.run("check-user-email", { email })).existed_email).toBe(true);
  await zoom.run("add-user-assistants", { userId, assistants: [{ email: hana }] });
  const { assistants } = await zoom.run("list-user-assistants", { userId });
  expect(assistants).toMatchObject([{ email: hana }]);
  expect((await zoom.run("list-user-schedulers", { userId: hana })).schedulers).toHaveLength(1);
  await zoom.run("delete-user-assistant", { userId, assistantId: assistants?.[0]?.id });
  await zoom.run("update-user-presence", { userId, status: "Away" });
  expect((await zoom.run("get-user-presence", { userId })).status).toBe("Away");
  await zoom.run("update-user-password", { userId, password: "Correct-horse-7" });
  await zoom.run("update-user-email", { userId, email: "ada.ackers@acme.example" });
  await zoom.run("change-user-status", { userId, action: "deactivate" });
  const { users } = await zoom.run("list-users", { status: "inactive" });
  expect(users).toMatchObject([{ email: "ada.ackers@acme.example" }]);
  await zoom.run("change-user-status", { userId, action: "activate" });
  await zoom.run("revoke-user-sso-token", { userId });
  await zoom.run("delete-user", { userId, action: "delete", transfer_email: hana, transfer_meeting: true });
  expect(await failure(zoom.run("get-user", { userId }))).toMatchObject({ kind: "not-found" });
});

it("makes a group, fills it, sets it and deletes it", async () => {
  const { id: groupId = "" } = await zoom.run("create-group", { name: "Support" });
  await zoom.run("update-group", { groupId, name: "Customer support" });
  await zoom.run("add-group-members", { groupId, members: [{ email: hana }] });
  const { members } = await zoom.run("list-group-members", { groupId });
  expect(members).toMatchObject([{ email: hana }]);
  const memberId = members?.[0]?.id;
  await zoom.run("update-group-member", { groupId, memberId, action: "set_primary" });
  await zoom.run("add-group-admins", { groupId, admins: [{ email: "adam@acme.example" }] });
  expect((await zoom.run("list-group-admins", { groupId })).admins).toMatchObject([
    { email: "adam@acme.example" },
  ]);
  const { id: userId } = await zoom.run("get-user", { userId: "adam@acme.example" });
  await zoom.run("delete-group-admin", { groupId, userId });
  await zoom.run("update-group-settings", { groupId, in_meeting: { chat: false } });
  expect((await zoom.run("get-group-settings", { groupId }))["in_meeting"]).toMatchObject({ chat: false });
  await expect(zoom.run("get-group", { groupId })).resolves.toMatchObject({ name: "Customer support" });
  await zoom.run("delete-group-member", { groupId, memberId });
  await zoom.run("delete-group", { groupId });
  expect((await zoom.run("list-groups", {})).groups).toEqual([]);
});

it("makes a role, gives it, takes it and deletes it", async () => {
  const { id: roleId = "" } = await zoom.run("create-role", {
    ...{ name: "Events", description: "Runs events", privileges: ["Webinar:Read"] },
  });
  await zoom.run("update-role", { roleId, name: "Event team" });
  await zoom.run("assign-role", { roleId, members: [{ email: "mei@acme.example" }] });
  const { members } = await zoom.run("list-role-members", { roleId });
  expect(members).toMatchObject([{ email: "mei@acme.example" }]);
  await zoom.run("unassign-role", { roleId, memberId: members?.[0]?.id });
  await expect(zoom.run("get-role", { roleId })).resolves.toMatchObject({
    name: "Event team",
    total_members: 0,
  });
  await zoom.run("delete-role", { roleId });
  expect((await zoom.run("list-roles", {})).roles?.map(({ name }) => name)).not.toContain("Event team");
});

it("sets the account, its tracking fields and its devices", async () => {
  await zoom.run("update-account-settings", { accountId: "me", in_meeting: { chat: false } });
  const settings = await zoom.run("get-account-settings", { accountId: "me" });
  expect(settings["in_meeting"]).toMatchObject({ chat: false });
  const { id: fieldId = "" } = await zoom.run("create-tracking-field", {
    ...{ field: "Purpose", recommended_values: ["Marketing"], required: false, visible: true },
  });
  await zoom.run("update-tracking-field", { fieldId, field: "Aim" });
  expect((await zoom.run("get-tracking-field", { fieldId })).field).toBe("Aim");
  expect((await zoom.run("list-tracking-fields", {})).tracking_fields).toHaveLength(1);
  await zoom.run("delete-tracking-field", { fieldId });
  const device = { name: "Boardroom", ip: "192.0.2.10", protocol: "SIP", encryption: "auto" } as const;
  const { id: deviceId = "" } = await zoom.run("create-h323-device", device);
  await zoom.run("update-h323-device", { deviceId, ...device, name: "Lobby" });
  expect((await zoom.run("list-h323-devices", {})).devices).toMatchObject([{ name: "Lobby" }]);
  await zoom.run("delete-h323-device", { deviceId });
  expect((await zoom.run("list-sip-phones", {})).phones).toEqual([]);
});

it("reads a list to its end, as much as is wanted, or one page", async () => {
  const all = await zoom.run("list-users", {});
  expect(all.users).toHaveLength(6);
  expect((await zoom.run("list-users", { limit: 4 })).users).toHaveLength(4);
  const page = await zoom.run("list-users", { page_size: 2 });
  expect([page.users?.length, page.next_page_token === ""]).toEqual([2, false]);
});

it("refuses a field that Zoom does not have, naming it and what was meant", async () => {
  const error = await failure(zoom.run("create-group", { nmae: "Support" }));
  expect(error).toMatchObject({ kind: "invalid-input" });
  expect(error.message).toContain("nmae");
  expect(error.message).toContain("name");
});
