import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["users/Users"] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const add = async (email: string, action = "autoCreate", more: object = {}) =>
  (await zoom.post("/users", { action, user_info: { email, type: 1, ...more } })).body as { id: string };
const png = new File([Buffer.from("89504e470d0a1a0a", "hex")], "me.png", { type: "image/png" });
const form = (field: string, file: File) => {
  const body = new FormData();
  body.set(field, file);
  return body;
};

test("people are created in four ways, listed with what was asked for, and checked by address", async () => {
  const { id } = await add("grace@acme.example", "autoCreate", { first_name: "Grace", last_name: "Gray" });
  const again = await zoom.post("/users", {
    action: "autoCreate",
    user_info: { email: "GRACE@acme.example", type: 1 },
  });
  expect([again.status, again.body.code]).toEqual([409, 1005]);
  const invited = await add("invited@acme.example", "create");
  expect((await zoom.get(`/users/${invited.id}`)).body).toEqual({
    code: 1120,
    message: "Invitation not found.",
  });
  expect((await zoom.get("/users?status=pending")).body.users).toMatchObject([
    { email: "invited@acme.example" },
  ]);
  const listed = (await zoom.get("/users?include_fields=host_key,custom_attributes&page_size=300")).body;
  const grace = listed.users.find((one: { id: string }) => one.id === id);
  expect(grace).toMatchObject({ host_key: expect.stringMatching(/^\d{6}$/), custom_attributes: [] });
  expect((await zoom.get("/users?page_size=2&page_number=2")).body).toMatchObject({
    page_number: 2,
    page_size: 2,
  });
  expect((await zoom.get("/users/email?email=Grace@acme.example")).body).toEqual({ existed_email: true });
  expect((await zoom.get("/users/email?email=nobody@acme.example")).body).toEqual({ existed_email: false });
  expect((await zoom.get("/users/summary")).body).toMatchObject({
    pending_users_count: 1,
    licensed_users_count: 5,
  });
  expect(
    (await zoom.post("/users", { action: "create", user_info: { email: "x", type: 1 } })).body.errors,
  ).toEqual([{ field: "user_info.email", message: "Invalid field." }]);
});

test("a change tells what was changed and what it was before; a taken personal link is refused", async () => {
  const { id } = await add("change@acme.example");
  expect(
    (await zoom.patch(`/users/${id}`, { dept: "Sales", vanity_name: "changeling", job_title: "Rep" })).status,
  ).toBe(204);
  expect((await zoom.get(`/users/${id}`)).body).toMatchObject({
    dept: "Sales",
    job_title: "Rep",
    account_number: expect.any(Number),
  });
  expect(sandbox.eventsOf("user.updated").at(-1)?.payload).toMatchObject({
    object: { id, dept: "Sales" },
    old_object: { id, dept: "" },
  });
  await zoom.patch(`/users/${id}`, { first_name: "Robin" });
  expect(sandbox.eventsOf("user.updated").at(-1)?.payload.object).toEqual({
    ...{ id, first_name: "Robin", display_name: (await zoom.get(`/users/${id}`)).body.display_name },
  });
  const { id: group_id } = (await zoom.post("/groups", { name: "Changers" })).body;
  expect((await zoom.patch(`/users/${id}`, { group_id: "nowhere" })).body.code).toBe(300);
  expect((await zoom.patch(`/users/${id}`, { group_id })).status).toBe(204);
  expect(sandbox.eventsOf("group.member_added").at(-1)?.payload.object).toMatchObject({
    ...{ id: group_id, members: [{ id }] },
  });
  expect((await zoom.get(`/groups/${group_id}/members`)).body.members).toMatchObject([{ id }]);
  const nobody = await zoom.post("/users", { action: "autoCreate" });
  expect([nobody.status, nobody.body.code]).toEqual([400, 300]);
  const taken = await zoom.patch("/users/hana@acme.example", { vanity_name: "changeling" });
  expect([taken.status, taken.body.code]).toEqual([400, 4100]);
  expect((await zoom.get("/users/vanity_name?vanity_name=changeling")).body).toEqual({ existed: true });
  const zone = await zoom.patch(`/users/${id}`, { timezone: "Mars/Base" });
  expect(zone.body.errors).toEqual([{ field: "timezone", message: "Invalid field." }]);
  expect(
    (
      await zoom.post("/users/features", {
        feature_type: "user_type",
        feature_value: "2",
        users: [{ id }, { id: "nobody" }],
      })
    ).body,
  ).toMatchObject({
    success_user_ids: [id],
    fail_details: [{ user_ids: ["nobody"], reason: "Users not found" }],
  });
  expect((await zoom.get(`/users/${id}`)).body.type).toBe(2);
});

test("an address is changed by admins alone, and the person is found by the new one", async () => {
  const { id } = await add("old@acme.example");
  expect((await zoom.put(`/users/${id}/email`, { email: "new@acme.example" })).status).toBe(204);
  expect((await zoom.get("/users/new@acme.example")).body.id).toBe(id);
  expect((await zoom.get("/users/old@acme.example")).body.code).toBe(1001);
  expect((await zoom.put(`/users/${id}/email`, { email: "hana@acme.example" })).status).toBe(409);
  const hana = await sandbox.as("hana@acme.example");
  expect((await hana.put("/users/me/email", { email: "h@acme.example" })).body.code).toBe(200);
});

test("a password follows Zoom's rules, each with its code", async () => {
  const { id } = await add("pass@acme.example");
  const set = async (password: string) =>
    (await zoom.put(`/users/${id}/password`, { password })).body?.code ?? 204;
  expect(
    await Promise.all(["Ab1", "12345678", "abcdefgh", "aaaaaaa1", "Abcdef123", "Str0ng one"].map(set)),
  ).toEqual([1124, 1125, 1126, 1128, 1131, 204]);
});

test("settings start at Zoom's defaults, keep what was changed, and tell old and new", async () => {
  const { id } = await add("settings@acme.example");
  expect((await zoom.get(`/users/${id}/settings`)).body).toMatchObject({
    ...{ in_meeting: { chat: true, waiting_room: true }, feature: { meeting_capacity: 100, webinar: false } },
  });
  expect((await zoom.patch(`/users/${id}/settings`, { in_meeting: { waiting_room: false } })).status).toBe(
    204,
  );
  expect((await zoom.get(`/users/${id}/settings`)).body.in_meeting).toMatchObject({
    waiting_room: false,
    chat: true,
  });
  expect(sandbox.eventsOf("user.settings_updated").at(-1)?.payload).toMatchObject({
    object: { settings: { in_meeting: { waiting_room: false } } },
    old_object: { settings: { in_meeting: { waiting_room: true } } },
  });
  expect((await zoom.get(`/users/${id}/settings?option=meeting_security`)).body).toHaveProperty(
    "meeting_security",
  );
  expect(Object.keys((await zoom.get(`/users/${id}/settings?option=meeting_security`)).body)).toEqual([
    "meeting_security",
  ]);
  expect((await zoom.get(`/users/${id}/settings?custom_query_fields=waiting_room`)).body).toEqual({
    in_meeting: { waiting_room: false },
  });
  const webinar = await zoom.patch(`/users/${id}/settings`, { feature: { webinar: true } });
  expect([webinar.status, webinar.body.code]).toEqual([400, 1122]);
});

test("a picture is served where pic_url says, until it is removed", async () => {
  expect((await zoom.post("/users/hana@acme.example/picture", form("pic_file", png))).status).toBe(201);
  const { pic_url } = (await zoom.get("/users/hana@acme.example")).body;
  const picture = await fetch(pic_url);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  const text = new File(["no"], "me.txt", { type: "text/plain" });
  expect((await zoom.post("/users/hana@acme.example/picture", form("pic_file", text))).body.code).toBe(120);
  expect((await zoom.delete("/users/hana@acme.example/picture")).status).toBe(204);
  expect((await zoom.get("/users/hana@acme.example")).body.pic_url).toBe("");
  expect((await fetch(pic_url)).status).toBe(404);
  const [added, removed] = sandbox.eventsOf("user.updated").slice(-2);
  expect(added?.payload).toMatchObject({ object: { pic_url }, old_object: { pic_url: "" } });
  expect(removed?.payload).toMatchObject({ object: { pic_url: "" }, old_object: { pic_url } });
});

test("virtual backgrounds are uploaded, listed in the settings and removed", async () => {
  const path = "/users/hana@acme.example/settings/virtual_backgrounds";
  const { id } = (await zoom.post(path, form("file", png))).body;
  const { in_meeting } = (await zoom.get("/users/hana@acme.example/settings")).body;
  expect(in_meeting.virtual_background_settings.files).toMatchObject([{ id, name: "me.png", type: "image" }]);
  expect((await zoom.delete(`${path}?file_ids=nothing`)).body.code).toBe(300);
  expect((await zoom.delete(`${path}?file_ids=${id}`)).status).toBe(204);
});

test("assistants and schedulers are two sides of one relation", async () => {
  const added = await zoom.post("/users/hana@acme.example/assistants", {
    assistants: [{ email: "ben@acme.example" }],
  });
  const ben = (await zoom.get("/users/ben@acme.example")).body.id;
  expect(added.body).toMatchObject({ ids: ben, add_at: expect.any(String) });
  expect((await zoom.get("/users/hana@acme.example/assistants")).body.assistants).toMatchObject([
    { email: "ben@acme.example" },
  ]);
  expect((await zoom.get("/users/ben@acme.example/schedulers")).body.schedulers).toMatchObject([
    { email: "hana@acme.example" },
  ]);
  expect((await zoom.delete("/users/ben@acme.example/schedulers/hana@acme.example")).status).toBe(204);
  expect((await zoom.get("/users/hana@acme.example/assistants")).body.assistants).toEqual([]);
  for (const email of ["ben@acme.example", "luis@acme.example"]) {
    await zoom.post("/users/hana@acme.example/assistants", { assistants: [{ email }] });
  }
  expect((await zoom.delete(`/users/hana@acme.example/assistants/${ben}`)).status).toBe(204);
  expect((await zoom.delete("/users/luis@acme.example/schedulers")).status).toBe(204);
  expect((await zoom.delete("/users/hana@acme.example/assistants")).status).toBe(204);
});

test("presence is what was set; Do not disturb ends by itself", async () => {
  const path = "/users/hana@acme.example/presence_status";
  expect((await zoom.put(path, { status: "Away" })).status).toBe(204);
  expect((await zoom.get(path)).body).toEqual({ status: "Away" });
  expect((await zoom.put(path, { status: "Do_No_Disturb", duration: 30 })).status).toBe(204);
  expect((await zoom.get(path)).body).toEqual({
    ...{ status: "Do_No_Disturb", end_time: "2026-11-23T12:30:00Z", remaining_time: 30 },
  });
  await sandbox.clock.advance(30 * 60_000);
  expect((await zoom.get(path)).body).toEqual({ status: "Available" });
  expect(sandbox.eventsOf("user.presence_status_updated").at(-1)?.payload.object.presence_status).toBe(
    "Do_Not_Disturb",
  );
});

test("ZAKs are given, and revoked together", async () => {
  const [one, two] = [
    (await zoom.get("/users/me/zak")).body.token,
    (await zoom.get("/users/me/token?type=zak&ttl=60")).body.token,
  ];
  expect(one).not.toBe(two);
  expect((await zoom.delete("/users/me/token")).status).toBe(204);
});

test("a person who is deleted is gone; the owner cannot be", async () => {
  const { id } = await add("leaver@acme.example");
  const self = await zoom.delete(
    `/users/${id}?action=delete&transfer_email=leaver@acme.example&transfer_meeting=true`,
  );
  expect([self.status, self.body.code]).toEqual([400, 300]);
  expect((await zoom.delete(`/users/${id}?action=explode`)).body.code).toBe(300);
  expect(
    (await zoom.delete(`/users/${id}?action=delete&transfer_email=hana@acme.example&transfer_meeting=true`))
      .status,
  ).toBe(204);
  const gone = await zoom.get(`/users/${id}`);
  expect([gone.status, gone.body]).toEqual([404, { code: 1001, message: `User does not exist: ${id}.` }]);
  expect((await zoom.delete("/users/me")).body.code).toBe(1117);
  expect((await zoom.get("/users/hana@acme.example/permissions")).body.permissions).toContain("Meeting:Join");
});

test("deactivated people are listed as such, and come back", async () => {
  const { id } = await add("rest@acme.example");
  expect((await zoom.put(`/users/${id}/status`, { action: "deactivate" })).status).toBe(204);
  expect((await zoom.get("/users?status=inactive")).body.users).toMatchObject([{ id }]);
  await zoom.put(`/users/${id}/status`, { action: "activate" });
  expect(sandbox.eventsOf("user.activated").at(-1)?.payload.object.id).toBe(id);
});

test("a person's meeting template is shown with its settings", async () => {
  const { id } = (await zoom.post("/users/hana@acme.example/meetings", { topic: "T" })).body;
  const made = (
    await zoom.post("/users/hana@acme.example/meeting_templates", { meeting_id: id, name: "Mine" })
  ).body;
  const path = "/users/hana@acme.example/meeting_templates";
  expect((await zoom.get(`${path}/${made.id}`)).body).toMatchObject({ name: "Mine" });
  expect((await zoom.get(`${path}/none`)).body.code).toBe(300);
});

test("the forms of a summary that a person may choose are listed", async () => {
  const { body, status } = await zoom.get("/users/hana@acme.example/meeting_summary_templates");
  expect(status).toBe(200);
  expect(body.map(({ name }: { name: string }) => name)).toContain("General");
});

test("a personal room of a person is a device to collaborate with", async () => {
  const me = (await zoom.get("/users/me")).body.id;
  const room = (await zoom.post("/rooms", { name: "Desk", type: "PersonalZoomRoom", user_id: me })).body;
  const [device] = (await zoom.get("/users/me/collaboration_devices")).body.collaboration_devices;
  expect(device).toMatchObject({ id: room.id, device_name: "Desk", status: "Online" });
  expect((await zoom.get(`/users/me/collaboration_devices/${device.id}`)).body.room_name).toBe("Desk");
  expect((await zoom.get("/users/me/collaboration_devices/none")).body.code).toBe(1238);
});
