/** What surprises clients of Zoom, by the section of the project's notes on Zoom's API that says so; other files test the rest of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "./checked-sandbox.test-kit.ts";
import { operations } from "./operations/operations.ts";
import { connect, makeApp, postToken, visit } from "./visitor.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const HOUR_MS = 3_600_000;
const schedule = async (body: object = {}) =>
  (await zoom.post("/users/hana@acme.example/meetings", { topic: "Quirk", ...body })).body;

test("an unknown status lists the active people (3.4)", async () => {
  const [unknown, active] = await Promise.all(
    ["retired", "active"].map((one) => zoom.get(`/users?status=${one}`)),
  );
  expect(unknown?.status).toBe(200);
  expect(unknown?.body.users).toEqual(active?.body.users);
});

test("a page_size beyond the most is the most, and nonsense is the default (3.4)", async () => {
  expect((await zoom.get("/users?page_size=999999")).body.page_size).toBe(2000);
  expect((await zoom.get("/users?page_size=-5")).body.page_size).toBe(30);
  expect((await zoom.get("/users?page_size=abc")).body.page_size).toBe(30);
});

test.each([
  ["/users/me/meetings", 300],
  ["/contacts/groups", 50],
  ["/chat/users/me/channels", 1000],
  ["/chat/users/me/contacts?type=company", 50],
  ["/contacts?search_key=a", 25],
])("the most of a page is Zoom's own for %s (4.1)", async (path, most) => {
  const { body } = await zoom.get(`${path}${path.includes("?") ? "&" : "?"}page_size=999999`);
  expect(body.page_size).toBe(most);
});

test("the most of a page is Zoom's own for members, conversations, quality and logs (4.1)", async () => {
  const { id: group } = (await zoom.post("/groups", { name: "Paged" })).body;
  const { id: channel } = (await zoom.post("/chat/users/me/channels", { name: "Paged", type: 1 })).body;
  const { id } = await schedule();
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  const { apps } = (await zoom.get("/marketplace/apps?type=account_created")).body;
  const today = "from=2026-11-23T00:00:00Z&to=2026-11-23T23:59:59Z";
  for (const [path, most] of [
    [`/groups/${group}/members`, 2000],
    [`/chat/users/me/messages?to_channel=${channel}&${today}`, 50],
    [`/chat/users/me/sessions?${today}`, 50],
    ["/chat/messages/bookmarks", 50],
    [`/chat/channels/${channel}/pinned?include_history=true`, 50],
    [`/chat/users/me/channels/${channel}/members`, 100],
    [`/metrics/meetings/${id}/participants/qos?type=live`, 10],
    [`/marketplace/apps/${apps[0].app_id}/api_call_logs`, 100],
  ] as const) {
    const { status, body } = await zoom.get(`${path}${path.includes("?") ? "&" : "?"}page_size=999999`);
    expect([path, status, body.page_size]).toEqual([path, 200, most]);
  }
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
});

test("people, meetings, webinars, registrants and groups have the old page fields beside the token (4.1)", async () => {
  const { id } = await schedule({ start_time: "2026-12-10T10:00:00Z", settings: { approval_type: 0 } });
  const { id: group } = (await zoom.post("/groups", { name: "Old fields" })).body;
  for (const path of [
    ...["/users", "/users/me/meetings", "/users/mei@acme.example/webinars"],
    ...[`/meetings/${id}/registrants`, `/groups/${group}/members`],
  ])
    expect([path, (await zoom.get(path)).body]).toMatchObject([
      path,
      {
        ...{ page_size: 30, page_number: 1, next_page_token: "" },
        ...{ page_count: expect.any(Number), total_records: expect.any(Number) },
      },
    ]);
});

test("ids have Zoom's shapes: numbers of ten or eleven digits, 22 characters, and R before those of roles (4.1)", async () => {
  const { id, uuid, host_id } = await schedule();
  expect(String(id)).toMatch(/^[1-9]\d{9,10}$/);
  expect(typeof id).toBe("number");
  expect(uuid).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  const key = /^[\w-]{22}$/;
  expect(host_id).toMatch(key);
  expect((await zoom.get("/users/me")).body.account_id).toMatch(key);
  expect((await zoom.post("/groups", { name: "Shapes" })).body.id).toMatch(key);
  expect((await zoom.post("/roles", { name: "Shapes" })).body.id).toMatch(/^R[\w-]{22}$/);
  const { roles } = (await zoom.get("/roles")).body;
  expect(roles.slice(0, 3).map((one: { id: string }) => one.id)).toEqual(["0", "1", "2"]);
});

test("times are answered in UTC with a Z and whole seconds, however they were sent (4.1)", async () => {
  const sent = { start_time: "2026-12-10T10:00:00.250", timezone: "America/New_York" };
  const meeting = await schedule(sent);
  expect(meeting).toMatchObject({ start_time: "2026-12-10T15:00:00Z", timezone: sent.timezone });
  expect(meeting.created_at).toBe("2026-11-23T12:00:00Z");
});

test("unknown query parameters are ignored, and a list keeps its order (3.4)", async () => {
  const [first, second] = [await zoom.get("/users"), await zoom.get("/users?colour=green")];
  expect(second.body.users).toEqual(first.body.users);
});

test("role_id is a text in lists of people, total_members of a role is a number (3.4)", async () => {
  const { body } = await zoom.get("/users");
  expect(body.users.map(({ role_id }: { role_id: unknown }) => typeof role_id)).not.toContain("number");
  expect((await zoom.get("/roles")).body.roles[0]).toMatchObject({ total_members: expect.any(Number) });
});

test("the 404 of an unknown telephone number carries the code 404 (3.4)", async () => {
  const refused = await zoom.patch("/phone/numbers/nowhere", { display_name: "x" });
  expect([refused.status, refused.body.code]).toEqual([404, 404]);
});

test("lists of Zoom Phone have no page_count (4.1)", async () => {
  expect((await zoom.get("/phone/users")).body).not.toHaveProperty("page_count");
});

test("a meeting is made with 201, changed and deleted with an empty 204, and then is 404 with 3001 (3.4)", async () => {
  const made = await zoom.post("/users/me/meetings", { topic: "Short" });
  expect(made.status).toBe(201);
  const path = `/meetings/${made.body.id}`;
  const changed = await zoom.patch(path, { agenda: "None" });
  expect([changed.status, changed.body]).toEqual([204, ""]);
  const gone = await zoom.delete(path);
  expect([gone.status, gone.body]).toEqual([204, ""]);
  const missing = await zoom.get(path);
  expect([missing.status, missing.body.code]).toEqual([404, 3001]);
});

test("a meeting that ended is waiting again: there is no status ended (3.4)", async () => {
  const { id } = await schedule();
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  expect((await zoom.get(`/meetings/${id}`)).body.status).toBe("started");
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
  expect((await zoom.get(`/meetings/${id}`)).body.status).toBe("waiting");
});

test("a start_url is good for two hours (3.4)", async () => {
  const { start_url: url } = await schedule();
  const page = async () => (await fetch(url, { redirect: "manual" })).status;
  expect(await page()).toBeLessThan(400);
  await sandbox.clock.advance(2 * HOUR_MS + 1000);
  expect(await page()).toBe(403);
  zoom = await sandbox.again();
});

test("people register themselves on the registration page, and join by their own link (4.2)", async () => {
  const { id, registration_url: url } = await schedule({
    ...{ start_time: "2026-12-10T10:00:00Z", settings: { approval_type: 0 } },
  });
  await zoom.patch(`/meetings/${id}/registrants/questions`, {
    questions: [{ field_name: "city", required: true }],
  });
  expect(await (await fetch(url)).text()).toContain('name="city"');
  const post = (fields: Record<string, string>) =>
    fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  const person = { first_name: "Ada", email: "ada@northwind.example" };
  const lacking = await post(person);
  expect([lacking.status, await lacking.text()]).toEqual([400, expect.stringContaining("(city)")]);
  const page = await (await post({ ...person, city: "Paris" })).text();
  const link = /href="([^"]*\/w\/[^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
  expect((await zoom.get(`/meetings/${id}/registrants`)).body.registrants).toMatchObject([{ city: "Paris" }]);
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  expect((await fetch(link, { method: "POST" })).status).toBe(200);
  const { participants } = (await zoom.get(`/metrics/meetings/${id}/participants?type=live`)).body;
  expect(participants.map((one: { user_name: string }) => one.user_name)).toContain("Ada");
});

test("a uuid that begins with a slash or holds two is encoded twice; the others once or twice (4.1)", async () => {
  const uuids: string[] = [];
  const { id } = await schedule({ type: 3 });
  while (!uuids.some((uuid) => uuid.startsWith("/")) || uuids.length < 2) {
    await sandbox.act(`/_sandbox/meetings/${id}/start`);
    await sandbox.act(`/_sandbox/meetings/${id}/end`);
    uuids.push((await zoom.get(`/past_meetings/${id}/instances`)).body.meetings.at(-1).uuid);
  }
  for (const uuid of uuids) {
    const once = encodeURIComponent(uuid);
    const ways = uuid.startsWith("/") || uuid.includes("//") ? [] : [once];
    for (const way of [...ways, encodeURIComponent(once)])
      expect((await zoom.get(`/past_meetings/${way}`)).body.uuid).toBe(uuid);
  }
});

test("a meeting is scheduled for an hour with a passcode unless told otherwise; a webinar has the type 5 (4.2)", async () => {
  const plain = await schedule();
  expect(plain).toMatchObject({ type: 2, duration: 60, timezone: expect.any(String) });
  expect(plain.password).toMatch(/^\d{6}$/);
  expect((await schedule({ default_password: false })).password).toBe("");
  expect((await schedule({ default_password: false, password: "own" })).password).toBe("own");
  expect((await zoom.post("/users/mei@acme.example/webinars", { topic: "Five" })).body.type).toBe(5);
});

test("a topic has at most 200 characters, an agenda 2000, a passcode ten (4.2)", async () => {
  const fields = async (body: object) => {
    const { status, body: answer } = await zoom.post("/users/hana@acme.example/meetings", body);
    return status === 201 ? [] : answer.errors.map(({ field }: { field: string }) => field);
  };
  expect(
    await fields({ topic: "x".repeat(200), agenda: "x".repeat(2_000), password: "x".repeat(10) }),
  ).toEqual([]);
  expect(await fields({ topic: "x".repeat(201) })).toEqual(["topic"]);
  expect(await fields({ agenda: "x".repeat(2_001) })).toEqual(["agenda"]);
  expect(await fields({ password: "x".repeat(11) })).toEqual(["password"]);
});

test("a meeting alone says how it is started and joined, with a ZAK; in a list it says neither (4.2)", async () => {
  const made = await schedule({ topic: "Whole", start_time: "2026-12-10T10:00:00Z" });
  const whole = [
    ...["uuid", "id", "host_id", "host_email", "assistant_id", "topic", "type", "status", "start_time"],
    ...["duration", "timezone", "agenda", "created_at", "start_url", "join_url", "password", "h323_password"],
    ...["pstn_password", "encrypted_password", "settings", "creation_source", "pre_schedule"],
  ];
  for (const meeting of [made, (await zoom.get(`/meetings/${made.id}`)).body])
    expect(Object.keys(meeting)).toEqual(expect.arrayContaining(whole));
  expect(new URL(made.start_url).searchParams.get("zak")).toBeTruthy();
  expect([made.status, made.creation_source]).toEqual(["waiting", "open_api"]);
  const { meetings } = (await zoom.get("/users/hana@acme.example/meetings?page_size=300")).body;
  const listed = Object.keys(meetings.find((one: { id: number }) => one.id === made.id));
  expect(listed.toSorted()).toEqual([
    ...["agenda", "created_at", "duration", "host_id", "id", "join_url", "start_time", "timezone"],
    ...["topic", "type", "uuid"],
  ]);
});

test("registrants are listed as approved unless asked otherwise, and thirty are added or decided on at once (4.2)", async () => {
  const { id } = await schedule({ start_time: "2026-12-10T10:00:00Z", settings: { approval_type: 1 } });
  const many = Array.from({ length: 31 }, (_, index) => ({ email: `r${index}@x.example`, first_name: "R" }));
  const batch = (registrants: object[]) => zoom.post(`/meetings/${id}/batch_registrants`, { registrants });
  expect((await batch(many)).status).toBe(400);
  expect((await batch(many.slice(0, 30))).status).toBe(201);
  const count = async (query = "") =>
    (await zoom.get(`/meetings/${id}/registrants${query}`)).body.total_records;
  expect([await count(), await count("?status=pending")]).toEqual([0, 30]);
  const decide = (registrants: object[]) =>
    zoom.put(`/meetings/${id}/registrants/status`, { action: "approve", registrants });
  expect((await decide(many)).status).toBe(400);
  expect((await decide(many.slice(0, 30).map(({ email }) => ({ email })))).status).toBe(204);
  expect([await count(), await count("?status=pending"), await count("?status=nonsense")]).toEqual([
    30, 0, 30,
  ]);
});

test("a meeting has at most fifty polls (4.2)", async () => {
  const { id } = await schedule();
  const poll = { title: "P", questions: [{ name: "?", type: "single", answers: ["a", "b"] }] };
  const batch = (count: number) =>
    zoom.post(`/meetings/${id}/batch_polls`, { polls: Array.from({ length: count }, () => poll) });
  expect((await batch(26)).body.code, "twenty-five at once").toBe(300);
  for (const count of [25, 20]) expect((await batch(count)).status).toBe(201);
  const kept = async () => (await zoom.get(`/meetings/${id}/polls`)).body.polls.length;
  expect([(await batch(6)).body.code, await kept()]).toEqual([4400, 45]);
  expect((await batch(4)).status).toBe(201);
  expect((await zoom.post(`/meetings/${id}/polls`, poll)).status).toBe(201);
  const refused = await zoom.post(`/meetings/${id}/polls`, poll);
  expect([refused.status, refused.body.code, await kept()]).toEqual([400, 4400, 50]);
});

test("the agenda is cut to 250 characters in lists (4.2)", async () => {
  const { id } = await schedule({ type: 3, agenda: "x".repeat(400) });
  const { meetings } = (await zoom.get("/users/hana@acme.example/meetings?page_size=300")).body;
  expect(meetings.find((one: { id: number }) => one.id === id).agenda).toHaveLength(250);
  expect((await zoom.get(`/meetings/${id}`)).body.agenda).toHaveLength(400);
});

test("a day of 1440 minutes is the longest meeting, and sixty the most occurrences (4.2, 8.4)", async () => {
  const long = await zoom.post("/users/me/meetings", { duration: 1441 });
  expect(long.status).toBe(400);
  const recurrence = { type: 1, end_times: 61 };
  expect((await zoom.post("/users/me/meetings", { type: 8, recurrence })).status).toBe(400);
});

test("occurrences are named by their start in epoch milliseconds, as text (4.2)", async () => {
  const meeting = await schedule({
    ...{ type: 8, start_time: "2026-12-01T10:00:00Z", recurrence: { type: 1, end_times: 2 } },
  });
  expect(meeting.occurrences[0].occurrence_id).toBe(String(Date.parse("2026-12-01T10:00:00Z")));
});

test("occurrences that are over are shown when asked (4.2)", async () => {
  const { id } = await schedule({
    ...{
      type: 8,
      start_time: "2026-11-24T10:00:00Z",
      timezone: "UTC",
      recurrence: { type: 1, end_times: 5 },
    },
  });
  await sandbox.clock.set(new Date("2026-11-26T12:00:00Z"));
  zoom = await sandbox.again();
  expect((await zoom.get(`/meetings/${id}`)).body.occurrences).toHaveLength(2);
  expect((await zoom.get(`/meetings/${id}?show_previous_occurrences=true`)).body.occurrences).toHaveLength(5);
});

test("recordings are listed for a month at most (4.3)", async () => {
  const refused = await zoom.get("/users/me/recordings?from=2026-01-01&to=2026-03-01");
  expect([refused.status, refused.body.code]).toEqual([400, 300]);
});

test("recordings are those of today unless days are named, whose dates do not filter the trash (4.3)", async () => {
  const { id } = await schedule();
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  await sandbox.act(`/_sandbox/meetings/${id}/recording/start`);
  await sandbox.clock.advance(60_000);
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
  await sandbox.clock.advance(120_000);
  const day = sandbox.clock.now().toISOString().slice(0, 10);
  const list = async (query = "") => {
    const { from, to, meetings } = (await zoom.get(`/users/hana@acme.example/recordings${query}`)).body;
    return { from, to, ids: meetings.map((one: { id: number }) => one.id) };
  };
  const next = new Date(sandbox.clock.now().getTime() + 24 * HOUR_MS).toISOString().slice(0, 10);
  expect(await list()).toEqual({ from: day, to: next, ids: [id] });
  expect((await list(`?meeting_id=${id}`)).ids).toEqual([id]);
  expect((await list("?meeting_id=1")).ids).toEqual([]);
  expect((await list("?from=2026-01-01&to=2026-01-31")).ids).toEqual([]);
  await zoom.delete(`/meetings/${id}/recordings`);
  expect((await list()).ids).toEqual([]);
  expect((await list("?trash=true&from=2026-01-01&to=2026-01-31")).ids).toEqual([id]);
});

test("the timeline of a recording has neither id nor status nor size (4.3)", async () => {
  const { id } = await schedule();
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  await sandbox.act(`/_sandbox/meetings/${id}/recording/start`);
  await sandbox.clock.advance(60_000);
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
  await sandbox.clock.advance(120_000);
  const { recording_files } = (await zoom.get(`/meetings/${id}/recordings`)).body;
  const told = sandbox.eventsOf("recording.completed").at(-1)?.payload.object.recording_files;
  for (const files of [recording_files, told])
    for (const { file_type, ...file } of files) {
      const has = ["id", "status", "file_size"].map((field) => field in file);
      expect([file_type, has]).toEqual([file_type, Array(3).fill(file_type !== "TIMELINE")]);
    }
  expect(recording_files.map(({ file_type }: { file_type: string }) => file_type)).toContain("TIMELINE");
});

test("a report on a meeting of over a year ago is refused with 12702 (4.4)", async () => {
  const { id } = await schedule({ type: 3 });
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  await sandbox.act(`/_sandbox/meetings/${id}/join`, { name: "Guest" });
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
  const { id: webinar } = (await zoom.post("/users/mei@acme.example/webinars", { topic: "Old" })).body;
  await sandbox.act(`/_sandbox/webinars/${webinar}/start`);
  await sandbox.act(`/_sandbox/webinars/${webinar}/end`);
  await sandbox.clock.advance(367 * 24 * HOUR_MS);
  zoom = await sandbox.again();
  for (const [kind, of] of [
    ["meeting", id],
    ["webinar", webinar],
  ])
    for (const path of [
      `/report/${kind}s/${of}`,
      `/past_${kind}s/${of}/participants`,
      `/metrics/${kind}s/${of}?type=past`,
    ]) {
      const old = await zoom.get(path);
      const refusal = { code: 12702, message: `Can not access a ${kind} a year ago.` };
      expect([path, old.status, old.body]).toEqual([path, 400, refusal]);
    }
});

test("a person alone says more than in the list: the role's name, the account, the telephone numbers (4.5)", async () => {
  const { users } = (await zoom.get("/users")).body;
  const listed = users.find((one: { email: string }) => one.email === "olivia@acme.example");
  const alone = (await zoom.get("/users/olivia@acme.example")).body;
  const more = ["role_name", "account_id", "account_number", "jid", "job_title", "phone_numbers", "pic_url"];
  expect(Object.keys(alone)).toEqual(
    expect.arrayContaining([...more, "personal_meeting_url", "login_types"]),
  );
  for (const field of more) expect(listed).not.toHaveProperty(field);
  expect(listed.last_client_version).toMatch(/^\d+\.\d+\.\d+\.\d+\(\w+\)$/);
});

test("who is invited has no profile until they accept, is taken back by disassociate only, and may accept for 30 days (4.5)", async () => {
  const invite = async (email: string) =>
    (await zoom.post("/users", { action: "create", user_info: { email, type: 1 } })).body.id;
  const id = await invite("first@acme.example");
  for (const answer of [await zoom.get(`/users/${id}`), await zoom.delete(`/users/${id}?action=delete`)])
    expect([answer.status, answer.body.code]).toEqual([400, 1120]);
  expect((await zoom.delete(`/users/${id}`)).status, "disassociate is the default").toBe(204);
  const pending = async () =>
    (await zoom.get("/users?status=pending")).body.users.map(({ email }: { email: string }) => email);
  expect(await pending()).toEqual([]);
  const { id: active } = (
    await zoom.post("/users", {
      ...{ action: "autoCreate", user_info: { email: "active@acme.example", type: 1 } },
    })
  ).body;
  expect((await zoom.get(`/users/${active}`)).body.status).toBe("active");
  const second = await invite("second@acme.example");
  expect(await pending()).toEqual(["second@acme.example"]);
  await sandbox.clock.advance(30 * 24 * HOUR_MS + 1_000);
  zoom = await sandbox.again();
  const owner = await visit(sandbox.url, "olivia@acme.example");
  await owner.post(`/portal/users/${second}/accept`, {});
  expect((await zoom.get(`/users/${second}`)).body.code, "too late").toBe(1120);
});

test("a person's status takes four actions, of which two clock them in and out (4.5)", async () => {
  const path = "/users/ben@acme.example/status";
  for (const action of ["deactivate", "activate", "clock_in", "clock_out"])
    expect([action, (await zoom.put(path, { action })).status]).toEqual([action, 204]);
  expect((await zoom.put(path, { action: "retire" })).body.code).toBe(300);
});

test("a group takes thirty people at once and ten admins, each by id or address (4.5)", async () => {
  const { id } = (await zoom.post("/groups", { name: "Limits" })).body;
  const people: string[] = [];
  for (let index = 0; index < 11; index += 1) {
    const user_info = { email: `limit${index}@acme.example`, type: 1 };
    people.push((await zoom.post("/users", { action: "autoCreate", user_info })).body.id);
  }
  const many = Array.from({ length: 31 }, () => ({ email: "limit0@acme.example" }));
  expect((await zoom.post(`/groups/${id}/members`, { members: many })).body.code).toBe(300);
  const both = [{ email: "limit0@acme.example" }, { id: people[1] }];
  expect((await zoom.post(`/groups/${id}/members`, { members: both })).body.ids).toBe(
    `${people[0]},${people[1]}`,
  );
  const admins = people.map((one) => ({ id: one }));
  expect((await zoom.post(`/groups/${id}/admins`, { admins })).body.code).toBe(300);
  expect((await zoom.post(`/groups/${id}/admins`, { admins: admins.slice(0, 10) })).status).toBe(201);
  expect((await zoom.post(`/groups/${id}/admins`, { admins: admins.slice(10) })).body.code).toBe(300);
});

test("the stock roles have Zoom's words and a person has one role, which is Member when it is taken away (4.5)", async () => {
  const { roles } = (await zoom.get("/roles")).body;
  expect(roles.slice(0, 3)).toMatchObject([
    { name: "Owner", description: "Account owner has full privileges to access and manage a Zoom account." },
    { name: "Admin", description: "Admins have wide range privileges to access and manage a Zoom account." },
    {
      ...{ name: "Member", description: expect.stringMatching(/^Members have access to basic Zoom video/) },
    },
  ]);
  const [one, two] = await Promise.all(
    ["One role", "Two roles"].map(async (name) => (await zoom.post("/roles", { name })).body.id),
  );
  const ben = "ben@acme.example";
  for (const role of [one, two]) await zoom.post(`/roles/${role}/members`, { members: [{ email: ben }] });
  expect((await zoom.get(`/roles/${one}`)).body.total_members).toBe(0);
  const { id } = (await zoom.get(`/users/${ben}`)).body;
  expect((await zoom.delete(`/roles/${two}/members/${id}`)).status).toBe(204);
  expect((await zoom.get(`/users/${ben}`)).body).toMatchObject({ role_id: "2", role_name: "Member" });
});

test("at most twenty people come into a channel at once (4.6)", async () => {
  const members = Array.from({ length: 21 }, () => ({ email: "hana@acme.example" }));
  const made = await zoom.post("/chat/users/me/channels", { name: "Crowd", type: 1, members });
  expect(made.status).toBe(400);
  const { id } = (await zoom.post("/chat/users/me/channels", { name: "Crowd", type: 1 })).body;
  const invited = (count: number) =>
    zoom.post(`/chat/users/me/channels/${id}/members`, { members: members.slice(0, count) });
  expect((await invited(21)).status).toBe(400);
  expect((await invited(20)).status).toBe(201);
});

test("no operation takes an app out of the account: its page does, and a revoked token (4.7)", async () => {
  const deletions = [...operations().values()].filter(
    ({ method, path }) => method === "DELETE" && path.startsWith("/marketplace/"),
  );
  expect(deletions.map(({ path }) => path).toSorted()).toEqual([
    "/marketplace/app/event_subscription",
    "/marketplace/app/event_subscription/{eventSubscriptionId}",
    "/marketplace/apps/{appId}",
  ]);
  const owner = await visit(sandbox.url, "olivia@acme.example");
  const app = await makeApp(sandbox.url, owner, ["user:read:user:admin"]);
  const { access_token } = await connect(sandbox.url, owner, app);
  const me = () =>
    fetch(`${sandbox.url}/v2/users/me`, { headers: { authorization: `Bearer ${access_token}` } });
  expect((await me()).status).toBe(200);
  await postToken(sandbox.url, app, { token: access_token }, "/oauth/revoke");
  const dead = await me();
  expect([dead.status, await dead.json()]).toEqual([401, { code: 124, message: "Invalid access token." }]);
});

test("members of groups and roles are answered as one text with commas, with added_at and add_at (8.7)", async () => {
  const { body: group } = await zoom.post("/groups", { name: "Quirks" });
  const members = [{ email: "hana@acme.example" }, { email: "luis@acme.example" }];
  const { body: added } = await zoom.post(`/groups/${group.id}/members`, { members });
  expect(added).toEqual({ ids: expect.stringMatching(/^[\w-]+,[\w-]+$/), added_at: expect.any(String) });
  const { body: role } = await zoom.post("/roles", { name: "Quirky" });
  const { body: assigned } = await zoom.post(`/roles/${role.id}/members`, { members });
  expect(assigned).toEqual({ ids: expect.stringMatching(/^[\w-]+,[\w-]+$/), add_at: expect.any(String) });
});

test.each([
  ["GET", "/users", 400, 4711],
  ["GET", "/phone/users", 400, 104],
  ["GET", "/marketplace/apps", 401, 201],
  ["GET", "/roles", 400, 4700],
])("without its scope %s %s answers %i with the code %i (8.2)", async (method, path, status, code) => {
  const client = await sandbox.as("olivia@acme.example", ["meeting:read:meeting:admin"]);
  const refused = method === "GET" ? await client.get(path) : await client.post(path);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  expect(refused.body.message).toMatch(/^Invalid access token, does not contain/);
});

test("an access token says 3599 seconds (8.4)", async () => {
  const owner = await visit(sandbox.url, "olivia@acme.example");
  const app = await makeApp(sandbox.url, owner, ["user:read:user:admin"]);
  expect((await connect(sandbox.url, owner, app)).expires_in).toBe(3599);
});

test("both trees answer under one origin: /v2/oauth/token as api.zoom.us has it, /oauth/token as zoom.us (8.8)", async () => {
  const owner = await visit(sandbox.url, "olivia@acme.example");
  const app = await makeApp(sandbox.url, owner, ["user:read:user:admin"], "server_to_server");
  const fields = { grant_type: "account_credentials", account_id: app.account_id };
  for (const path of ["/oauth/token", "/v2/oauth/token"])
    expect((await postToken(sandbox.url, app, fields, path)).status).toBe(200);
});

test("operations without a granular scope cannot be called by an app that has only such (8.10)", async () => {
  const granular = [...operations().values()].flatMap(({ scopes }) =>
    scopes.filter((one) => one.split(":").length > 2),
  );
  const classicOnly = [...operations().values()].find(
    ({ method, path, scopes }) =>
      method === "GET" &&
      !path.includes("{") &&
      scopes.length > 0 &&
      scopes.every((one) => !granular.includes(one)),
  );
  expect(classicOnly).toBeDefined();
  const client = await sandbox.as("olivia@acme.example", [...new Set(granular)]);
  expect((await client.get(classicOnly?.path ?? "")).body.message).toMatch(/does not contain scopes/);
});

test("an event's object.id is a number where something is planned or registered, and text where it is held (5.2)", async () => {
  for (const kind of ["meeting", "webinar"]) {
    const before = sandbox.events.length;
    const body = { topic: "Typed", start_time: "2030-01-20T10:00:00Z", settings: { approval_type: 0 } };
    const { id } = (await zoom.post(`/users/hana@acme.example/${kind}s`, body)).body;
    await zoom.post(`/${kind}s/${id}/registrants`, { email: "ada@northwind.example", first_name: "Ada" });
    await zoom.patch(`/${kind}s/${id}`, { topic: "Typed again" });
    await sandbox.act(`/_sandbox/${kind}s/${id}/start`);
    await sandbox.act(`/_sandbox/${kind}s/${id}/end`);
    await zoom.delete(`/${kind}s/${id}`);
    const own = sandbox.events.slice(before).filter(({ event }) => event.startsWith(`${kind}.`));
    const types = own.map(({ event, payload }) => [event.slice(kind.length + 1), typeof payload.object.id]);
    expect(Object.fromEntries(types)).toMatchObject({
      ...{ created: "number", registration_created: "number", updated: "number", deleted: "number" },
      ...{ started: "string", participant_joined: "string", participant_left: "string", ended: "string" },
    });
  }
});
