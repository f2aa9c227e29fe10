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

test("a report on a meeting of over a year ago is refused with 12702 (4.4)", async () => {
  const { id } = await schedule({ type: 3 });
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  await sandbox.act(`/_sandbox/meetings/${id}/join`, { name: "Guest" });
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
  await sandbox.clock.advance(367 * 24 * HOUR_MS);
  zoom = await sandbox.again();
  for (const path of [
    `/report/meetings/${id}`,
    `/past_meetings/${id}`,
    `/metrics/meetings/${id}?type=past`,
  ]) {
    const old = await zoom.get(path);
    expect([path, old.status, old.body.code]).toEqual([path, 400, 12702]);
  }
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
