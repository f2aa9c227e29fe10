import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

interface Occurrence {
  occurrence_id: string;
  start_time: string;
  duration: number;
  status: string;
}
const hana = "hana@acme.example";
const schedule = async (body: object, kind = "meetings", user = hana) =>
  (await zoom.post(`/users/${user}/${kind}`, { topic: "Series", type: kind === "meetings" ? 8 : 9, ...body }))
    .body;
const starts = ({ occurrences }: { occurrences: Occurrence[] }) => occurrences.map((one) => one.start_time);
const listed = async (user: string, query: string) =>
  (await zoom.get(`/users/${user}/meetings?${query}`)).body.meetings as (Occurrence & { topic: string })[];

test("meetings are listed by kind of list, each at the time that the list is about", async () => {
  const host = "mei@acme.example";
  const topics = async (type: string) => (await listed(host, `type=${type}`)).map(({ topic }) => topic);
  await schedule({ topic: "behind", type: 2, start_time: "2026-11-23T13:00:00Z" }, "meetings", host);
  await schedule({ topic: "soon", type: 2, start_time: "2026-11-24T10:00:00Z" }, "meetings", host);
  await schedule({ topic: "ahead", type: 2, start_time: "2026-12-01T10:00:00Z" }, "meetings", host);
  await schedule({ topic: "far", type: 2, start_time: "2027-08-01T10:00:00Z" }, "meetings", host);
  await schedule({ topic: "any time", type: 3 }, "meetings", host);
  await sandbox.clock.set(new Date("2026-11-23T14:00:00Z"));
  zoom = await sandbox.again();
  const instant = await schedule({ topic: "instant", type: 1 }, "meetings", host);
  const act = (what: string) => sandbox.act(`/_sandbox/meetings/${instant.id}/${what}`);
  await act("start");
  expect(await topics("scheduled")).toEqual(["behind", "soon", "ahead", "far", "any time"]);
  expect(await topics("upcoming")).toEqual(["soon", "ahead", "any time"]);
  expect(await topics("previous_meetings")).toEqual(["behind"]);
  expect(await topics("live")).toEqual(["instant"]);
  await act("end");
  expect(await topics("live")).toEqual([]);

  const invitees = { meeting_invitees: [{ email: "MEI@acme.example" }] };
  await schedule({ topic: "invited", type: 2, start_time: "2026-11-24T09:00:00Z", settings: invitees });
  const { total_records, meetings } = (await zoom.get(`/users/${host}/upcoming_meetings`)).body;
  expect(meetings).toMatchObject([
    { topic: "soon", is_host: true },
    { topic: "invited", is_host: false },
  ]);
  expect(total_records).toBe(2);
});

test("from and to are days of the zone that is named, both included", async () => {
  const host = "luis@acme.example";
  // Eleven in the evening in New York is the next day in UTC.
  await schedule({ topic: "late", type: 2, start_time: "2026-12-02T04:00:00Z" }, "meetings", host);
  const found = async (query: string) => (await listed(host, query)).length;
  expect(await found("from=2026-12-01&to=2026-12-01")).toBe(0);
  expect(await found("from=2026-12-01&to=2026-12-01&timezone=America/New_York")).toBe(1);
  expect(await found("from=2026-12-02&to=2026-12-02")).toBe(1);
  for (const [query, field] of [
    ["from=2026-02-30", "from"],
    ["to=soon", "to"],
    ["from=2026-12-01&timezone=Moon/Base", "timezone"],
  ]) {
    const refused = await zoom.get(`/users/${host}/meetings?${query}`);
    expect([refused.status, refused.body.errors?.[0].field]).toEqual([400, field]);
  }
});

test("a series keeps its local time when the clocks change, in spring and autumn, north and south", async () => {
  const weekly = { type: 2, weekly_days: "1,2", end_times: 4 };
  const of = async (timezone: string, start_time: string, recurrence: object = weekly) =>
    starts(await schedule({ timezone, start_time, recurrence }));
  // Berlin goes forward on Sunday 28 March 2027.
  expect(await of("Europe/Berlin", "2027-03-22T09:00:00")).toEqual([
    ...["2027-03-22T08:00:00Z", "2027-03-28T07:00:00Z", "2027-03-29T07:00:00Z", "2027-04-04T07:00:00Z"],
  ]);
  // New York goes back on Sunday 7 November 2027; nine there was 13:00 in UTC.
  expect(await of("America/New_York", "2027-11-01T09:00:00")).toEqual([
    ...["2027-11-01T13:00:00Z", "2027-11-07T14:00:00Z", "2027-11-08T14:00:00Z", "2027-11-14T14:00:00Z"],
  ]);
  // Sydney goes forward on Sunday 3 October 2027, at two: half past two is not on its clocks that day.
  const daily = { type: 1, end_times: 3 };
  expect(await of("Australia/Sydney", "2027-10-02T02:30:00", daily)).toEqual([
    ...["2027-10-01T16:30:00Z", "2027-10-02T16:30:00Z", "2027-10-03T15:30:00Z"],
  ]);
  expect(await of("Asia/Kathmandu", "2027-03-01T00:15:00", daily)).toEqual([
    ...["2027-02-28T18:30:00Z", "2027-03-01T18:30:00Z", "2027-03-02T18:30:00Z"],
  ]);
});

test("months repeat by their day or by the day of a week, and leave out a day that they do not have", async () => {
  const of = async (start_time: string, recurrence: object) =>
    starts(await schedule({ timezone: "UTC", start_time, recurrence: { type: 3, ...recurrence } })).map(
      (one) => one.slice(0, 10),
    );
  expect(await of("2027-01-31T10:00:00Z", { monthly_day: 31, end_times: 4 })).toEqual([
    ...["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"],
  ]);
  expect(await of("2028-01-01T10:00:00Z", { monthly_day: 29, end_times: 2 })).toEqual([
    ...["2028-01-29", "2028-02-29"],
  ]);
  // The last Friday.
  expect(await of("2027-01-01T10:00:00Z", { monthly_week: -1, monthly_week_day: 6, end_times: 3 })).toEqual([
    ...["2027-01-29", "2027-02-26", "2027-03-26"],
  ]);
  // The second Tuesday of every other month.
  const second = { monthly_week: 2, monthly_week_day: 3, repeat_interval: 2, end_times: 3 };
  expect(await of("2027-01-01T10:00:00Z", second)).toEqual(["2027-01-12", "2027-03-09", "2027-05-11"]);
});

test("a series ends after so many times, by a date that is included, or after sixty", async () => {
  const count = async (recurrence: object) =>
    (await schedule({ timezone: "UTC", start_time: "2027-01-04T10:00:00Z", recurrence })).occurrences.length;
  expect(await count({ type: 1, end_date_time: "2027-01-06T10:00:00Z" })).toBe(3);
  expect(await count({ type: 1, end_date_time: "2027-01-06T09:59:59Z" })).toBe(2);
  expect(await count({ type: 1, end_times: 0 })).toBe(60);
  expect(await count({ type: 1, end_date_time: "2029-01-01T00:00:00Z" })).toBe(60);
  const refused = await zoom.post(`/users/${hana}/meetings`, {
    ...{ type: 8, start_time: "2027-01-04T10:00:00Z" },
    recurrence: { type: 1, end_date_time: "2027-01-03T10:00:00Z" },
  });
  expect(refused.body.errors).toEqual([{ field: "recurrence.end_date_time", message: "Invalid field." }]);
  // Meetings may rest for longer than webinars.
  const often = (kind: string) =>
    zoom.post(`/users/mei@acme.example/${kind}`, {
      type: kind === "meetings" ? 8 : 9,
      recurrence: { type: 2, repeat_interval: 50 },
    });
  expect((await often("meetings")).status).toBe(201);
  expect((await often("webinars")).body.errors[0].field).toBe("recurrence.repeat_interval");
});

test("lists name the next time that was not deleted, and a series without any is gone until it is recovered", async () => {
  const host = "ben@acme.example";
  const recurrence = { type: 1, end_times: 3 };
  const start_time = "2026-11-25T10:00:00Z";
  const { id, occurrences } = await schedule({ start_time, recurrence, timezone: "UTC" }, "meetings", host);
  const remove = (one: Occurrence) => zoom.delete(`/meetings/${id}?occurrence_id=${one.occurrence_id}`);
  await remove(occurrences[0]);
  for (const type of ["upcoming", "scheduled"])
    expect((await listed(host, `type=${type}`))[0]?.start_time).toBe("2026-11-26T10:00:00Z");
  await zoom.patch(`/meetings/${id}?occurrence_id=${occurrences[1].occurrence_id}`, { duration: 15 });
  expect(await listed(host, "type=upcoming")).toMatchObject([{ duration: 15 }]);
  expect((await remove(occurrences[0])).body.code).toBe(300);
  await remove(occurrences[1]);
  expect((await listed(host, "type=upcoming"))[0]?.start_time).toBe("2026-11-27T10:00:00Z");
  expect((await remove(occurrences[2])).status).toBe(204);
  expect(sandbox.eventsOf("meeting.deleted").at(-1)?.payload).toMatchObject({
    ...{ operation: "single", object: { id, occurrences: [{ start_time: "2026-11-27T10:00:00Z" }] } },
  });
  expect((await zoom.get(`/meetings/${id}`)).body.code).toBe(3001);
  expect(await listed(host, "")).toEqual([]);
  expect((await zoom.put(`/meetings/${id}/status`, { action: "recover" })).status).toBe(204);
  expect(await listed(host, "type=upcoming")).toMatchObject([{ start_time: "2026-11-27T10:00:00Z" }]);
});

test("one occurrence has an agenda, a length and a few settings of its own, and only these are told", async () => {
  const recurrence = { type: 1, end_times: 2 };
  const { id, occurrences } = await schedule({
    start_time: "2026-12-01T10:00:00Z",
    recurrence,
    agenda: "All",
  });
  const path = `/meetings/${id}?occurrence_id=${occurrences[1].occurrence_id}`;
  const count = sandbox.eventsOf("meeting.updated").length;
  const change = { agenda: "Only today", duration: 20, topic: "Ignored" };
  const settings = { host_video: true, approval_type: 0 };
  expect((await zoom.patch(path, { ...change, settings })).status).toBe(204);
  expect((await zoom.get(path)).body).toMatchObject({
    ...{ agenda: "Only today", duration: 20, topic: "Series" },
    settings: { host_video: true, approval_type: 2 },
  });
  expect((await zoom.get(`/meetings/${id}`)).body).toMatchObject({
    ...{ agenda: "All", duration: 60, settings: { host_video: false } },
    occurrences: [{ duration: 60 }, { duration: 20 }],
  });
  const { scope, object, old_object } = sandbox.eventsOf("meeting.updated").at(-1)?.payload ?? {};
  expect(scope).toBe("single");
  expect(object).toMatchObject({ agenda: "Only today", duration: 20, settings: { host_video: true } });
  expect(object.occurrences).toEqual([{ ...occurrences[1], duration: 20 }]);
  expect(old_object).toMatchObject({ duration: 60, settings: { host_video: false } });
  expect(object).not.toHaveProperty("topic");
  // What changes nothing is not told.
  await zoom.patch(path, { duration: 20, topic: "Ignored", settings: { approval_type: 1 } });
  expect(sandbox.eventsOf("meeting.updated")).toHaveLength(count + 1);
});

test("a series that becomes a single meeting has no occurrences, and a single one that becomes a series has them", async () => {
  const recurrence = { type: 1, end_times: 2 };
  const { id } = await schedule({ start_time: "2026-12-01T10:00:00Z", recurrence });
  expect((await zoom.patch(`/meetings/${id}`, { type: 2 })).status).toBe(204);
  const single = (await zoom.get(`/meetings/${id}`)).body;
  expect(single).toMatchObject({ type: 2, start_time: "2026-12-01T10:00:00Z" });
  expect(single).not.toHaveProperty("occurrences");
  await zoom.patch(`/meetings/${id}`, { type: 3 });
  expect((await zoom.get(`/meetings/${id}`)).body).not.toHaveProperty("start_time");
  await zoom.patch(`/meetings/${id}`, { type: 8, start_time: "2026-12-05T10:00:00Z", recurrence });
  expect(starts((await zoom.get(`/meetings/${id}`)).body)).toEqual([
    ...["2026-12-05T10:00:00Z", "2026-12-06T10:00:00Z"],
  ]);
  // Zoom passes over a start that is over, when one is changed and when one is made.
  await zoom.patch(`/meetings/${id}`, { start_time: "2026-01-01T10:00:00Z", agenda: "Kept" });
  expect((await zoom.get(`/meetings/${id}`)).body).toMatchObject({
    ...{ agenda: "Kept", start_time: "2026-12-05T10:00:00Z" },
  });
  const late = await schedule({ type: 2, start_time: "2026-01-01T10:00:00Z" });
  expect(late.start_time).toBe(late.created_at);
});

test("a meeting given to somebody else needs their trust, and its link carries the new passcode", async () => {
  const ben = await sandbox.as("ben@acme.example");
  const { id } = (await ben.post("/users/me/meetings", { topic: "Mine", type: 2 })).body;
  const refused = await ben.patch(`/meetings/${id}`, { schedule_for: "luis@acme.example" });
  expect([refused.status, refused.body.code]).toEqual([400, 3000]);
  expect((await zoom.patch(`/meetings/${id}`, { schedule_for: "nobody@acme.example" })).body.code).toBe(300);
  expect((await zoom.patch(`/meetings/${id}`, { schedule_for: "luis@acme.example" })).status).toBe(204);
  const whole = (await zoom.get(`/meetings/${id}`)).body;
  expect(whole.host_email).toBe("luis@acme.example");
  const { object, old_object } = sandbox.eventsOf("meeting.updated").at(-1)?.payload ?? {};
  expect(object.host_id).toBe(whole.host_id);
  expect(old_object.host_id).not.toBe(whole.host_id);
  await zoom.patch(`/meetings/${id}`, { password: "Secret-1" });
  const after = (await zoom.get(`/meetings/${id}`)).body;
  expect(after.join_url).not.toBe(whole.join_url);
  expect(after.join_url).toContain(Buffer.from("Secret-1").toString("base64url"));
});

test("who registers for some occurrences is told with these, and who is not registered cannot be decided on", async () => {
  const { id, occurrences } = await schedule({
    ...{ start_time: "2026-12-01T10:00:00Z", recurrence: { type: 1, end_times: 3 } },
    settings: { approval_type: 1, registration_type: 3 },
  });
  const [, second] = occurrences;
  const ada = { email: "ada@x.example", first_name: "Ada" };
  await zoom.post(`/meetings/${id}/registrants?occurrence_ids=${second.occurrence_id}`, ada);
  const told = sandbox.eventsOf("meeting.registration_created").at(-1)?.payload.object.occurrences;
  expect(told.map((one: Occurrence) => one.occurrence_id)).toEqual([second.occurrence_id]);
  const at = async (one: Occurrence) =>
    (await zoom.get(`/meetings/${id}/registrants?status=pending&occurrence_id=${one.occurrence_id}`)).body
      .total_records;
  expect([await at(occurrences[0]), await at(second)]).toEqual([0, 1]);
  await zoom.post(`/meetings/${id}/registrants?occurrence_ids=${occurrences[0].occurrence_id}`, ada);
  expect([await at(occurrences[0]), await at(second), await at(occurrences[2])]).toEqual([1, 1, 0]);
  const decide = (action: string, registrants: object[]) =>
    zoom.put(`/meetings/${id}/registrants/status`, { action, registrants });
  const unknown = await decide("deny", [{ email: ada.email }, { id: "nobody" }]);
  expect([unknown.status, unknown.body]).toEqual([
    ...[404, { code: 3079, message: "This registrant does not exist: nobody." }],
  ]);
  expect((await decide("deny", [{}])).body.errors[0].field).toBe("registrants[0]");
  expect((await zoom.get(`/meetings/${id}/registrants?status=pending`)).body.total_records).toBe(1);
  expect((await decide("deny", [{ email: "ADA@x.example" }])).status).toBe(204);
  expect((await decide("deny", [{ email: ada.email }])).status, "denied already").toBe(204);
  expect(sandbox.eventsOf("meeting.registration_denied")).toHaveLength(1);
});

test("a meeting keeps what is said of the account's tracking fields, and nothing of fields that there are not", async () => {
  await zoom.post("/tracking_fields", { field: "Project", required: false });
  const tracking_fields = [
    { field: "Project", value: "Apollo" },
    { field: "Planet", value: "Mars" },
  ];
  const { id, ...made } = await schedule({ type: 2, start_time: "2026-12-01T10:00:00Z", tracking_fields });
  expect(made.tracking_fields).toEqual([{ field: "Project", value: "Apollo" }]);
  await zoom.patch(`/meetings/${id}`, { tracking_fields: [{ field: "Planet", value: "Venus" }] });
  expect((await zoom.get(`/meetings/${id}`)).body.tracking_fields).toEqual([]);
});

test("a meeting that is deleted while it is held ends first", async () => {
  const { id } = await schedule({ type: 2, start_time: "2026-12-01T10:00:00Z" });
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  const before = sandbox.events.length;
  expect((await zoom.delete(`/meetings/${id}`)).status).toBe(204);
  const told = sandbox.events.slice(before).map(({ event }) => event);
  expect(told).toEqual(["meeting.participant_left", "meeting.ended", "meeting.deleted"]);
  expect((await zoom.get(`/past_meetings/${id}`)).body).toMatchObject({ id, participants_count: 1 });
});
