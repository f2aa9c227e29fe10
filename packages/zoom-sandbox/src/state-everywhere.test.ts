/** A change is seen wherever it would be, and told by its event. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "./checked-sandbox.test-kit.ts";
import { visit } from "./visitor.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const DAY_MS = 86_400_000;
const days = "from=2026-11-20&to=2026-11-25";
const add = async (name: string) => {
  const user_info = { email: `${name}@acme.example`, type: 2, first_name: name, last_name: "Leaver" };
  const { id } = (await zoom.post("/users", { action: "autoCreate", user_info })).body;
  await zoom.patch(`/users/${id}/settings`, { feature: { webinar: true } });
  return id as string;
};
/** A meeting, a webinar and a recorded meeting of a person. */
async function things(userId: string) {
  const plan = { start_time: "2026-12-01T10:00:00Z" };
  const meeting = (await zoom.post(`/users/${userId}/meetings`, { topic: "Planned", ...plan })).body.id;
  const webinar = (await zoom.post(`/users/${userId}/webinars`, { topic: "Shown", ...plan })).body.id;
  const recorded = (await zoom.post(`/users/${userId}/meetings`, { topic: "Recorded", ...plan })).body.id;
  await sandbox.act(`/_sandbox/meetings/${recorded}/start`);
  await sandbox.act(`/_sandbox/meetings/${recorded}/recording/start`);
  await sandbox.clock.advance(60_000);
  await sandbox.act(`/_sandbox/meetings/${recorded}/end`);
  await sandbox.clock.advance(180_000);
  return { meeting, webinar, recorded } as Record<"meeting" | "webinar" | "recorded", number>;
}
const code = async (path: string) => {
  const { status, body } = await zoom.get(path);
  return status === 200 ? 200 : body.code;
};

test.each([
  ["nothing", {}],
  ["meetings", { transfer_meeting: "true" }],
  ["webinars", { transfer_webinar: "true" }],
  ["recordings", { transfer_recording: "true" }],
  ["all", { transfer_meeting: "true", transfer_webinar: "true", transfer_recording: "true" }],
])("who is deleted leaves %s to their heir, and the rest goes with them", async (what, choice) => {
  zoom = await sandbox.again();
  const id = await add(`leaves-${what}`);
  const email = `leaves-${what}@acme.example`;
  const { meeting, webinar, recorded } = await things(id);
  const query = new URLSearchParams({ action: "delete", transfer_email: "luis@acme.example", ...choice });
  expect((await zoom.delete(`/users/${id}?${query}`)).status).toBe(204);
  expect(sandbox.eventsOf("user.deleted").at(-1)?.payload).toMatchObject({
    ...{ operator: "olivia@acme.example", object: { id, email, type: 2 } },
  });
  expect(await code(`/users/${id}`)).toBe(1001);
  expect((await zoom.get(`/users/email?email=${email}`)).body.existed_email).toBe(false);
  const to = (kind: string) => what === kind || what === "all";
  expect(await code(`/meetings/${meeting}`)).toBe(to("meetings") ? 200 : 3001);
  expect(await code(`/webinars/${webinar}`)).toBe(to("webinars") ? 200 : 3001);
  expect(await code(`/meetings/${recorded}/recordings`)).toBe(to("recordings") ? 200 : 3301);
  const luis = async (path: string, key: string) =>
    (await zoom.get(`/users/luis@acme.example/${path}`)).body[key].map((one: { id: number }) => one.id);
  const own = [await luis("meetings", "meetings"), await luis(`recordings?${days}`, "meetings")];
  expect([own[0].includes(meeting), own[1].includes(recorded)]).toEqual([to("meetings"), to("recordings")]);
  if (to("meetings")) {
    expect((await zoom.get(`/meetings/${meeting}`)).body.host_email).toBe("luis@acme.example");
    const { upcoming_events } = (await zoom.get("/report/upcoming_events?from=2026-12-01&to=2026-12-02"))
      .body;
    const event = upcoming_events.find((one: { id: string }) => one.id === String(meeting));
    expect(event.host_name).toBe("Luis Lopez");
  }
  // What was held is history, under the name that it was held.
  expect((await zoom.get(`/past_meetings/${recorded}`)).body.user_email).toBe(email);
  const past = (await zoom.get(`/metrics/meetings?type=past&${days}`)).body.meetings;
  expect(past.find((one: { id: number }) => one.id === recorded).email).toBe(email);
});

test("who is deleted is in no list any more, and neither are their tokens and sessions of use", async () => {
  zoom = await sandbox.again();
  const id = await add("everywhere");
  const email = "everywhere@acme.example";
  const own = await sandbox.as(email);
  const { id: group } = (await zoom.post("/groups", { name: "Leavers" })).body;
  await zoom.post(`/groups/${group}/members`, { members: [{ id }] });
  await zoom.post(`/groups/${group}/admins`, { admins: [{ id }] });
  const { id: role } = (await zoom.post("/roles", { name: "Leaving", privileges: ["User:Read"] })).body;
  await zoom.post(`/roles/${role}/members`, { members: [{ id }] });
  const { id: channel } = (
    await zoom.post("/chat/users/me/channels", { name: "Leavers", type: 1, members: [{ email }] })
  ).body;
  await zoom.post("/phone/users/batch", {
    users: [{ email, extension_number: "7777", calling_plans: ["200"] }],
  });
  await zoom.post("/users/hana@acme.example/assistants", { assistants: [{ id }] });
  const contacts = (
    await zoom.post("/contacts/groups", { group_name: "Leavers", group_members: [{ type: 1, id }] })
  ).body.group_id;
  const { id: room } = (await zoom.post("/rooms", { name: "Leaver", type: "ZoomRoom", user_id: id })).body;

  const lists: [path: string, key: string][] = [
    ["/users?page_size=300", "users"],
    [`/groups/${group}/members`, "members"],
    [`/groups/${group}/admins`, "admins"],
    [`/roles/${role}/members`, "members"],
    [`/chat/users/me/channels/${channel}/members`, "members"],
    ["/phone/users", "users"],
    ["/users/hana@acme.example/assistants", "assistants"],
    [`/contacts/groups/${contacts}/members`, "group_members"],
  ];
  // Zoom: a group's administrators are listed by their addresses alone.
  const isIn = (text: string) => text.includes(id) || text.includes(email);
  const found = async () => {
    const all: string[] = [];
    for (const [path, key] of lists)
      if (isIn(JSON.stringify((await zoom.get(path)).body[key]))) all.push(path);
    return all;
  };
  const before = await found();
  expect(before).toEqual(lists.map(([path]) => path));
  expect((await own.get("/users/me")).status).toBe(200);
  const { total_members } = (await zoom.get(`/roles/${role}`)).body;
  expect(total_members).toBe(1);

  expect((await zoom.delete(`/users/${id}?action=delete`)).status).toBe(204);
  expect(await found()).toEqual([]);
  expect((await zoom.get(`/roles/${role}`)).body.total_members).toBe(0);
  expect((await zoom.get(`/groups/${group}`)).body.total_members).toBe(0);
  const dead = await own.get("/users/me");
  expect([dead.status, dead.body.code]).toEqual([401, 124]);
  expect(await code(`/phone/users/${id}`)).not.toBe(200);
  expect(await code(`/rooms/${room ?? "none"}`)).toBe(room ? 200 : 1012);
  // The address is free again.
  expect(typeof (await add("everywhere"))).toBe("string");
});

test("who is unlinked is told as disassociated, and leaves like who is deleted", async () => {
  const id = await add("unlinked");
  const { meeting } = await things(id);
  expect((await zoom.delete(`/users/${id}`)).status).toBe(204);
  expect(sandbox.eventsOf("user.disassociated").at(-1)?.payload).toMatchObject({
    ...{ operator: "olivia@acme.example", object: { id, email: "unlinked@acme.example" } },
  });
  expect([await code(`/users/${id}`), await code(`/meetings/${meeting}`)]).toEqual([1001, 3001]);
});

test("who is deactivated keeps what is theirs and can use none of it until activated", async () => {
  zoom = await sandbox.again();
  const id = await add("resting");
  const own = await sandbox.as("resting@acme.example");
  const { meeting } = await things(id);
  const set = (action: string) => zoom.put(`/users/${id}/status`, { action });
  expect((await set("deactivate")).status).toBe(204);
  expect(sandbox.eventsOf("user.deactivated").at(-1)?.payload.object).toMatchObject({ id });
  const listed = async (status: string) =>
    (await zoom.get(`/users?status=${status}&page_size=300`)).body.users.some(
      (one: { id: string }) => one.id === id,
    );
  expect([await listed("active"), await listed("inactive")]).toEqual([false, true]);
  expect((await zoom.get(`/users/${id}`)).body.status).toBe("inactive");
  expect((await own.get("/users/me")).body.code).toBe(124);
  expect(await code(`/meetings/${meeting}`)).toBe(200);
  expect((await sandbox.act(`/_sandbox/meetings/${meeting}/start`)).status).toBe(409);
  expect((await zoom.post(`/users/${id}/meetings`, {})).body.code).toBe(3161);
  const signIn = await fetch(`${sandbox.url}/signin`, {
    ...{ method: "POST", redirect: "manual" as const },
    body: new URLSearchParams({ email: "resting@acme.example", password: "sandbox" }),
  });
  expect(signIn.status).toBe(401);
  expect((await set("deactivate")).status, "once is enough").toBe(204);
  expect(sandbox.eventsOf("user.deactivated").filter(({ payload }) => payload.object.id === id)).toHaveLength(
    1,
  );
  expect((await set("activate")).status).toBe(204);
  expect(sandbox.eventsOf("user.activated").at(-1)?.payload.object).toMatchObject({ id });
  expect((await own.get("/users/me")).status).toBe(200);
  expect((await sandbox.act(`/_sandbox/meetings/${meeting}/start`)).status).toBe(200);
  await sandbox.act(`/_sandbox/meetings/${meeting}/end`);
});

test("an invited person who accepts is active and told, and one who signs out is told", async () => {
  const email = "newcomer@acme.example";
  const { id } = (await zoom.post("/users", { action: "create", user_info: { email, type: 1 } })).body;
  expect(await code(`/users/${id}`)).toBe(1120);
  const owner = await visit(sandbox.url, "olivia@acme.example");
  await owner.post(`/portal/users/${id}/accept`, {});
  expect(sandbox.eventsOf("user.invitation_accepted").at(-1)?.payload.object).toMatchObject({
    id,
    email,
    type: 1,
  });
  expect((await zoom.get(`/users/${id}`)).body).toMatchObject({ status: "active", verified: 1 });
  const person = await visit(sandbox.url, email);
  await person.post("/signout", {});
  expect(sandbox.eventsOf("user.signed_out").at(-1)?.payload.object).toMatchObject({ id, email });
});

test("another role is seen in the person, in both roles and in what their token may do", async () => {
  const id = await add("climber");
  const { id: role } = (await zoom.post("/roles", { name: "Looker", privileges: ["User:Read"] })).body;
  const members = async (of: string) => (await zoom.get(`/roles/${of}`)).body.total_members as number;
  const plain = await members("2");
  await zoom.post(`/roles/${role}/members`, { members: [{ id }] });
  expect((await zoom.get(`/users/${id}`)).body).toMatchObject({ role_id: role, role_name: "Looker" });
  expect([await members("2"), await members(role)]).toEqual([plain - 1, 1]);
  const told = () => sandbox.eventsOf("user.updated").at(-1)?.payload;
  expect(told()).toMatchObject({
    ...{
      operator: "olivia@acme.example",
      object: { id, role: "Looker" },
      old_object: { id, role: "Member" },
    },
  });
  expect((await zoom.get(`/users/${id}/permissions`)).body.permissions).toEqual(["User:Read"]);
  const scope = "user:read:list_users:admin";
  const client = await sandbox.as("climber@acme.example", [scope]);
  const sees = async () => {
    const { status, body } = await client.get("/users");
    return status === 200 ? body.users.length > 1 : body.code;
  };
  expect(await sees()).toBe(true);
  await zoom.patch(`/roles/${role}`, { privileges: ["Group:Read"] });
  expect(await sees()).toBe(4711);
  await zoom.patch(`/roles/${role}`, { privileges: ["User:Read"] });
  expect(await sees()).toBe(true);
  expect((await zoom.delete(`/roles/${role}`)).status).toBeLessThan(300);
  expect((await zoom.get(`/users/${id}`)).body).toMatchObject({ role_id: "2", role_name: "Member" });
  expect([await members("2"), await sees()]).toEqual([plain, 4711]);
  expect(told()).toMatchObject({ object: { id, role: "Member" }, old_object: { id, role: "Looker" } });
});

test("a recording in the trash is nowhere else, comes back whole, and is gone after thirty days", async () => {
  zoom = await sandbox.again();
  const { recorded } = await things("hana@acme.example");
  const whole = (await zoom.get(`/meetings/${recorded}/recordings`)).body;
  const { download_url: file } = whole.recording_files[0];
  const head = { headers: { authorization: `Bearer ${zoom.token}` } };
  const fetched = async () => (await fetch(file, head)).headers.get("content-type");
  const lists = async (query: string) =>
    (await zoom.get(`/users/hana@acme.example/recordings?${days}${query}`)).body.meetings.some(
      (one: { id: number }) => one.id === recorded,
    );
  expect([await lists(""), await lists("&trash=true"), await fetched()]).toEqual([true, false, "video/mp4"]);
  expect((await zoom.delete(`/meetings/${recorded}/recordings`)).status).toBe(204);
  expect(sandbox.eventsOf("recording.trashed").at(-1)?.payload.object).toMatchObject({
    ...{
      id: recorded,
      uuid: whole.uuid,
      total_size: whole.total_size,
      recording_count: whole.recording_count,
    },
  });
  expect([await lists(""), await lists("&trash=true")]).toEqual([false, true]);
  expect(await code(`/meetings/${recorded}/recordings`)).toBe(3301);
  expect(await code(`/meetings/${recorded}/transcript`)).toBe(3322);
  expect(await fetched()).not.toBe("video/mp4");
  const uuid = encodeURIComponent(encodeURIComponent(whole.uuid));
  expect((await zoom.put(`/meetings/${uuid}/recordings/status`, { action: "recover" })).status).toBe(200);
  expect(sandbox.eventsOf("recording.recovered").at(-1)?.payload.object).toMatchObject({
    ...{ id: recorded, total_size: whole.total_size },
  });
  expect((await zoom.get(`/meetings/${recorded}/recordings`)).body).toEqual(whole);
  expect(await fetched()).toBe("video/mp4");
  await zoom.delete(`/meetings/${recorded}/recordings`);
  await sandbox.clock.advance(30 * DAY_MS);
  zoom = await sandbox.again();
  expect(await lists("&trash=true")).toBe(false);
  expect((await zoom.put(`/meetings/${uuid}/recordings/status`, { action: "recover" })).body.code).toBe(3301);
});

test("who wants to watch a recording and is denied is told so, and nobody decides on who did not ask", async () => {
  const { recorded } = await things("hana@acme.example");
  const path = `/meetings/${recorded}/recordings/registrants`;
  await zoom.patch(`/meetings/${recorded}/recordings/settings`, { on_demand: true, approval_type: 1 });
  const { registrant_id } = (
    await zoom.post(path, { email: "ada@x.example", first_name: "Ada", last_name: "L" })
  ).body;
  const deny = (id: string) => zoom.put(`${path}/status`, { action: "deny", registrants: [{ id }] });
  expect((await deny("nobody")).body.code).toBe(3079);
  expect((await deny(registrant_id)).status).toBe(204);
  expect((await zoom.get(`${path}?status=denied`)).body.registrants).toMatchObject([
    { email: "ada@x.example" },
  ]);
  expect(sandbox.eventsOf("recording.registration_denied").at(-1)?.payload.object).toMatchObject({
    ...{ id: recorded, registrant: { id: registrant_id, email: "ada@x.example" } },
  });
});

test("a webinar that nobody recovers is gone for good after thirty days, and a meeting that is deleted twice too", async () => {
  const plan = { start_time: "2027-12-01T10:00:00Z" };
  const { id } = (await zoom.post("/users/mei@acme.example/webinars", { topic: "Gone", ...plan })).body;
  const { id: twice } = (await zoom.post("/users/mei@acme.example/meetings", { topic: "Twice", ...plan }))
    .body;
  await zoom.delete(`/webinars/${id}`);
  await zoom.delete(`/meetings/${twice}`);
  await sandbox.clock.advance(20 * DAY_MS);
  zoom = await sandbox.again();
  await zoom.put(`/meetings/${twice}/status`, { action: "recover" });
  await zoom.delete(`/meetings/${twice}`);
  await sandbox.clock.advance(10 * DAY_MS);
  zoom = await sandbox.again();
  const gone = (kind: string) =>
    sandbox.eventsOf(`${kind}.permanently_deleted`).map(({ payload }) => payload.object.id);
  expect(gone("webinar")).toContain(id);
  expect(gone("meeting"), "ten days since it was deleted again").not.toContain(twice);
  expect((await zoom.put(`/meetings/${twice}/status`, { action: "recover" })).status).toBe(204);
  await zoom.delete(`/meetings/${twice}`);
  await sandbox.clock.advance(30 * DAY_MS);
  zoom = await sandbox.again();
  expect(gone("meeting")).toContain(twice);
  expect((await zoom.put(`/meetings/${twice}/status`, { action: "recover" })).body.code).toBe(3001);
});

test("a deleted channel is gone from lists, sessions, marks and searches", async () => {
  const members = [{ email: "hana@acme.example" }];
  const { id } = (await zoom.post("/chat/users/me/channels", { name: "Brief", type: 1, members })).body;
  const message = (await zoom.post("/chat/users/me/messages", { message: "Keep this", to_channel: id })).body
    .id;
  const marked = await zoom.patch(`/chat/messages/bookmarks?message_id=${message}`, {
    ...{ action: "add_bookmark", to_channel: id },
  });
  expect(marked.status).toBe(204);
  const today = "from=2026-11-01&to=2027-12-31";
  const paths = [
    ["/chat/users/me/channels?page_size=300", id],
    [`/chat/users/me/sessions?${today}`, id],
    ["/chat/messages/bookmarks", message],
    [`/chat/users/me/messages?to_channel=${id}&${today}&search_key=Keep`, message],
  ] as const;
  const shows = async () =>
    Promise.all(
      paths.map(async ([path, wanted]) => JSON.stringify((await zoom.get(path)).body).includes(wanted)),
    );
  const before = await shows();
  expect(before).toEqual([true, true, true, true]);
  expect((await zoom.delete(`/chat/users/me/channels/${id}`)).status).toBe(204);
  expect(sandbox.eventsOf("chat_channel.deleted").at(-1)?.payload.object).toMatchObject({
    id,
    name: "Brief",
  });
  expect(await shows()).toEqual([false, false, false, false]);
  expect(
    (await zoom.post("/chat/users/me/messages", { message: "?", to_channel: id })).status,
  ).toBeGreaterThan(399);
  const { status } = await zoom.get(`/chat/users/me/messages/${message}?to_channel=${id}`);
  expect(status).toBeGreaterThan(399);
});

test("who has no telephone any more is rung by nobody, and their number is free again", async () => {
  const id = await add("caller");
  const email = "caller@acme.example";
  await zoom.post("/phone/users/batch", {
    users: [{ email, extension_number: "7001", calling_plans: ["200"] }],
  });
  const { phone_numbers } = (await zoom.get("/phone/numbers?type=unassigned")).body;
  const [free] = phone_numbers;
  expect(
    (await zoom.post(`/phone/users/${id}/phone_numbers`, { phone_numbers: [{ id: free.id }] })).status,
  ).toBe(200);
  const call = { from: { number: "+14155550100" }, to: { email }, ring: "PT1S", talk: "PT10S" };
  expect((await sandbox.act("/_sandbox/phone/calls", call)).status).toBe(201);
  await sandbox.clock.advance(60_000);
  expect((await zoom.delete(`/users/${id}?action=delete`)).status).toBe(204);
  const numbers = (await zoom.get("/phone/numbers?type=unassigned&page_size=100")).body.phone_numbers;
  expect(numbers.map((one: { id: string }) => one.id)).toContain(free.id);
  expect(
    (await zoom.get("/phone/users?page_size=100")).body.users.map((one: { id: string }) => one.id),
  ).not.toContain(id);
  expect((await sandbox.act("/_sandbox/phone/calls", call)).status).toBe(409);
  const again = await add("caller");
  await zoom.post("/phone/users/batch", {
    users: [{ email, extension_number: "7001", calling_plans: ["200"] }],
  });
  expect((await zoom.get(`/phone/users/${again}`)).body.extension_number).toBe(7001);
});
