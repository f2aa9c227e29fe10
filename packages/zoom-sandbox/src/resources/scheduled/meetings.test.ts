import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({
    covers: [
      ...["meetings/Meetings", "meetings/Invitation & Registration", "meetings/Polls", "meetings/Surveys"],
      ...[
        "meetings/Templates",
        "meetings/Summaries",
        "meetings/In-Meeting Features",
        "meetings/In-Meeting Apps",
      ],
      ...["meetings/Live streaming"],
    ],
  });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const schedule = async (body: object = {}, user = "hana@acme.example") =>
  (
    await zoom.post(`/users/${user}/meetings`, {
      topic: "Weekly",
      start_time: "2026-12-01T10:00:00Z",
      ...body,
    })
  ).body;
const act = (id: number, what: string, body?: object) =>
  sandbox.act(`/_sandbox/meetings/${id}/${what}`, body);

test("every kind of meeting is scheduled, and wrong fields are named", async () => {
  for (const type of [1, 2, 3, 8, 10]) {
    const recurrence = type === 8 ? { recurrence: { type: 2, weekly_days: "2,4", end_times: 4 } } : {};
    const meeting = await schedule({ type, ...recurrence });
    expect(meeting).toMatchObject({
      type,
      topic: "Weekly",
      host_email: "hana@acme.example",
      status: "waiting",
    });
    expect(meeting.occurrences?.length ?? 0).toBe(type === 8 ? 4 : 0);
  }
  const wrong = await zoom.post("/users/me/meetings", {
    ...{
      type: 5,
      timezone: "Moon/Base",
      start_time: "soon",
      duration: 2_000,
      password: "way too long a word",
    },
    recurrence: { type: 1, repeat_interval: 100, end_times: 61 },
  });
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors.map(({ field }: { field: string }) => field)).toEqual(
    expect.arrayContaining(["password"]),
  );
  const times = await zoom.post("/users/me/meetings", { timezone: "Moon/Base" });
  expect(times.body.errors.map(({ field }: { field: string }) => field)).toEqual(["timezone"]);
  const noDay = await zoom.post("/users/me/meetings", { start_time: "2027-02-29T10:00:00Z" });
  expect(noDay.body.errors.map(({ field }: { field: string }) => field)).toEqual(["start_time"]);
  const long = await zoom.post("/users/me/meetings", { duration: 2_000 });
  expect(long.body.errors.map(({ field }: { field: string }) => field)).toEqual(["duration"]);
  const often = await zoom.post("/users/me/meetings", { type: 8, recurrence: { type: 1, end_times: 61 } });
  expect(often.body.errors.map(({ field }: { field: string }) => field)).toEqual(["recurrence.end_times"]);
  const far = await zoom.post("/users/me/meetings", {
    type: 8,
    recurrence: { type: 2, repeat_interval: 51 },
  });
  expect(far.body.errors.map(({ field }: { field: string }) => field)).toEqual([
    "recurrence.repeat_interval",
  ]);
});

test("a start without Z is in the meeting's zone", async () => {
  const meeting = await schedule({ start_time: "2026-12-01T10:00:00", timezone: "Asia/Tokyo" });
  expect(meeting.start_time).toBe("2026-12-01T01:00:00Z");
});

test("an update tells what changed and what it was; one occurrence changes alone, a deleted one stays listed", async () => {
  const { id } = await schedule({ type: 8, recurrence: { type: 1, repeat_interval: 1, end_times: 3 } });
  const { occurrences } = (await zoom.get(`/meetings/${id}`)).body;
  const [first, second] = occurrences;
  await zoom.patch(`/meetings/${id}?occurrence_id=${second.occurrence_id}`, {
    start_time: "2026-12-02T15:00:00Z",
    duration: 15,
  });
  expect((await zoom.get(`/meetings/${id}?occurrence_id=${second.occurrence_id}`)).body).toMatchObject({
    ...{ start_time: "2026-12-02T15:00:00Z", duration: 15 },
  });
  expect((await zoom.delete(`/meetings/${id}?occurrence_id=${first.occurrence_id}`)).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}`)).body.occurrences[0].status).toBe("deleted");
  expect((await zoom.delete(`/meetings/${id}?occurrence_id=${first.occurrence_id}`)).body).toEqual({
    ...{ code: 300, message: "Invalid parameter: `occurrence_id`." },
  });
  expect((await zoom.patch(`/meetings/${id}`, { topic: "Daily" })).status).toBe(204);
  expect(sandbox.eventsOf("meeting.updated").at(-1)?.payload).toMatchObject({
    ...{ scope: "all", object: { id, topic: "Daily" }, old_object: { id, topic: "Weekly" } },
  });
  // Only what has changed is told, of the settings too; what changes nothing is not told.
  await zoom.patch(`/meetings/${id}`, { topic: "Daily", agenda: "All", settings: { mute_upon_entry: true } });
  const { object, old_object } = sandbox.eventsOf("meeting.updated").at(-1)?.payload ?? {};
  const head = { id, uuid: expect.any(String), host_id: expect.any(String) };
  expect(object).toEqual({ ...head, agenda: "All", settings: { mute_upon_entry: true } });
  expect(old_object).toEqual({ ...head, agenda: "", settings: { mute_upon_entry: false } });
  const count = sandbox.eventsOf("meeting.updated").length;
  await zoom.patch(`/meetings/${id}`, { topic: "Daily" });
  expect(sandbox.eventsOf("meeting.updated")).toHaveLength(count);

  await zoom.patch(`/meetings/${id}`, { settings: { approval_type: 0 } });
  const register = (one: { occurrence_id: string }, email: string) =>
    zoom.post(`/meetings/${id}/registrants?occurrence_ids=${one.occurrence_id}`, {
      email,
      first_name: "Ada",
    });
  expect((await register(first, "ada@x.example")).body.code).toBe(3000);
  expect((await register(second, "ada@x.example")).body.occurrences).toMatchObject([
    { occurrence_id: second.occurrence_id },
  ]);
  const { upcoming_events } = (await zoom.get("/report/upcoming_events?from=2026-12-01&to=2026-12-04")).body;
  const own = upcoming_events.filter((one: { id: string }) => one.id === String(id));
  expect(own.map((one: { start_time: string }) => one.start_time.slice(8, 10))).toEqual(["02", "03"]);
});

test("a deleted meeting is recovered within 30 days, and gone for good after them", async () => {
  const { id } = await schedule();
  expect((await zoom.delete(`/meetings/${id}`)).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}`)).body).toEqual({
    code: 3001,
    message: `Meeting does not exist: ${id}.`,
  });
  expect((await zoom.put(`/meetings/${id}/status`, { action: "recover" })).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}`)).status).toBe(200);
  expect(sandbox.eventsOf("meeting.recovered").at(-1)?.payload.object.id).toBe(id);
});

test("what was never held expires 30 days after its time", async () => {
  const host = "luis@acme.example";
  const { id } = await schedule({ topic: "Never held" }, host);
  const held = await schedule({ topic: "Held" }, host);
  await act(held.id, "start");
  await act(held.id, "end");
  const zoomThen = async (at: string) => {
    await sandbox.clock.set(new Date(at));
    return sandbox.again();
  };
  const dayBefore = await zoomThen("2026-11-30T11:00:00Z");
  expect((await dayBefore.get(`/users/${host}/upcoming_meetings`)).body.meetings).toMatchObject([
    ...[{ topic: "Never held" }, { topic: "Held" }],
  ]);
  expect((await (await zoomThen("2026-12-31T09:00:00Z")).get(`/meetings/${id}`)).status).toBe(200);
  zoom = await zoomThen("2026-12-31T10:00:01Z");
  expect((await zoom.get(`/meetings/${id}`)).body.code).toBe(3001);
  const { meetings } = (await zoom.get(`/users/${host}/meetings`)).body;
  expect(meetings.map(({ topic }: { topic: string }) => topic)).toEqual(["Held"]);
  await sandbox.clock.set(new Date("2026-11-23T12:00:00Z"));
  zoom = await sandbox.again();
});

test("a meeting for somebody else needs their trust, or an admin", async () => {
  const ben = await sandbox.as("ben@acme.example");
  const refused = await ben.post("/users/me/meetings", {
    topic: "For Hana",
    schedule_for: "hana@acme.example",
  });
  expect([refused.status, refused.body.code]).toEqual([400, 3000]);
  await zoom.post("/users/hana@acme.example/assistants", { assistants: [{ email: "ben@acme.example" }] });
  const made = await ben.post("/users/me/meetings", { topic: "For Hana", schedule_for: "hana@acme.example" });
  expect(made.body.host_email).toBe("hana@acme.example");
  expect((await zoom.post("/users/me/meetings", { schedule_for: "nobody@acme.example" })).body.code).toBe(
    300,
  );
});

test("breakout rooms are dropped without a word when the host's setting is off", async () => {
  const rooms = { settings: { breakout_room: { enable: true, rooms: [{ name: "One", participants: [] }] } } };
  expect((await schedule(rooms)).settings.breakout_room.enable).toBe(true);
  await zoom.patch("/users/hana@acme.example/settings", { in_meeting: { breakout_room: false } });
  expect((await schedule(rooms)).settings.breakout_room).toBeUndefined();
});

test("the meetings of a person who leaves go to another, or with them", async () => {
  const add = async (email: string) => {
    await zoom.post("/users", { action: "autoCreate", user_info: { email, type: 2 } });
    return (await schedule({}, email)).id as number;
  };
  const kept = await add("giver@acme.example");
  const lost = await add("taker@acme.example");
  await zoom.delete(
    "/users/giver@acme.example?action=delete&transfer_email=luis@acme.example&transfer_meeting=true",
  );
  await zoom.delete("/users/taker@acme.example?action=delete");
  expect((await zoom.get(`/meetings/${kept}`)).body.host_email).toBe("luis@acme.example");
  expect((await zoom.get(`/meetings/${lost}`)).body.code).toBe(3001);

  const live = await add("hosting@acme.example");
  await sandbox.act(`/_sandbox/meetings/${live}/start`);
  const off = await zoom.put("/users/hosting@acme.example/status", { action: "deactivate" });
  expect(off.status).toBe(204);
  const refused = await zoom.post("/users/hosting@acme.example/meetings", { topic: "No" });
  expect([refused.status, refused.body.code]).toEqual([400, 3161]);
  await zoom.delete("/users/hosting@acme.example?action=delete");
  expect(sandbox.eventsOf("meeting.ended").at(-1)?.payload.object).toMatchObject({ id: String(live) });
  const days = "from=2026-11-01&to=2026-11-30";
  expect((await zoom.get(`/metrics/meetings?type=live&${days}`)).body.meetings).toEqual([]);
  // What was held under a name keeps it.
  expect((await zoom.get(`/past_meetings/${live}`)).body.user_email).toBe("hosting@acme.example");
});

test("registration asks its questions and knows an address again", async () => {
  const { id } = await schedule({ settings: { approval_type: 1 } });
  const add = (email: string, more: object = {}) =>
    zoom.post(`/meetings/${id}/registrants`, { email, first_name: "Ada", ...more });
  await zoom.patch(`/meetings/${id}/registrants/questions`, {
    questions: [{ field_name: "org", required: true }],
    custom_questions: [{ title: "Diet", type: "short", required: true }],
  });
  expect((await zoom.get(`/meetings/${id}/registrants/questions`)).body.questions).toEqual([
    { field_name: "org", required: true },
  ]);
  expect((await add("a@x.example")).body.errors.map(({ field }: { field: string }) => field)).toEqual([
    "org",
    "custom_questions.Diet",
  ]);
  const answers = { org: "Acme", custom_questions: [{ title: "Diet", value: "none" }] };
  const first = (await add("a@x.example", answers)).body;
  expect(first.join_url).toBeUndefined();
  expect((await add("A@x.example", answers)).body.registrant_id).toBe(first.registrant_id);
  expect((await add("hana@acme.example", answers)).body.code).toBe(3027);
  await add("b@x.example", answers);
  const decide = (action: string, registrants: object[]) =>
    zoom.put(`/meetings/${id}/registrants/status`, { action, registrants });
  expect((await decide("approve", [{ id: first.registrant_id }])).status).toBe(204);
  await decide("deny", [{ email: "b@x.example" }]);
  expect((await zoom.get(`/meetings/${id}/registrants`)).body.registrants).toMatchObject([
    { email: "a@x.example", org: "Acme" },
  ]);
  expect((await zoom.get(`/meetings/${id}/registrants?status=denied`)).body.total_records).toBe(1);
  expect((await zoom.get(`/meetings/${id}/registrants/${first.registrant_id}`)).body.status).toBe("approved");
  expect((await zoom.delete(`/meetings/${id}/registrants/${first.registrant_id}`)).status).toBe(204);
  expect(
    ["created", "approved", "denied", "cancelled"].map(
      (what) => sandbox.eventsOf(`meeting.registration_${what}`).length > 0,
    ),
  ).toEqual(Array(4).fill(true));
});

test("thirty register at once, and not for a recurring meeting", async () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    email: `p${index}@x.example`,
    first_name: `P${index}`,
  }));
  const { id } = await schedule({ settings: { approval_type: 0 } });
  const made = await zoom.post(`/meetings/${id}/batch_registrants`, { registrants: many });
  expect([made.status, made.body.registrants.length]).toEqual([201, 30]);
  const weekly = await schedule({
    type: 8,
    recurrence: { type: 1, end_times: 2 },
    settings: { approval_type: 0 },
  });
  expect(
    (await zoom.post(`/meetings/${weekly.id}/batch_registrants`, { registrants: many.slice(0, 2) })).body
      .code,
  ).toBe(303);
});

test("invitations and links to join by are given", async () => {
  const { id, password } = await schedule({ topic: "Invited" });
  const { invitation } = (await zoom.get(`/meetings/${id}/invitation`)).body;
  expect(invitation).toContain("Topic: Invited");
  expect(invitation).toContain(`Passcode: ${password}`);
  const links = (
    await zoom.post(`/meetings/${id}/invite_links`, { attendees: [{ name: "Ada" }], ttl: 1_000 })
  ).body.attendees;
  expect(links).toMatchObject([{ name: "Ada", join_url: expect.stringContaining(`/w/${id}`) }]);
  expect((await zoom.post(`/meetings/${id}/sip_dialing`, {})).body.sip_dialing).toContain(String(id));
  for (const what of ["live_streaming", "local_recording"]) {
    expect((await zoom.get(`/meetings/${id}/jointoken/${what}`)).body).toMatchObject({ expire_in: 120 });
  }
  expect((await zoom.get(`/meetings/${id}/token`)).body.token).toContain(`id=${id}`);
});

test("polls and quizzes are kept, at most fifty, and a survey", async () => {
  const { id } = await schedule();
  const poll = {
    title: "Lunch",
    poll_type: 1,
    questions: [{ name: "What?", type: "single", answers: ["Pizza", "Soup"] }],
  };
  const made = (await zoom.post(`/meetings/${id}/polls`, poll)).body;
  expect(made).toMatchObject({ title: "Lunch", status: "notstart" });
  const empty = await zoom.post(`/meetings/${id}/polls`, {
    title: "x",
    questions: [{ name: "?", type: "single", answers: [] }],
  });
  expect(empty.body.code).toBe(300);
  await zoom.put(`/meetings/${id}/polls/${made.id}`, { ...poll, title: "Dinner" });
  expect((await zoom.get(`/meetings/${id}/polls/${made.id}`)).body.title).toBe("Dinner");
  await zoom.post(`/meetings/${id}/batch_polls`, { polls: [poll, { ...poll, anonymous: true }] });
  expect((await zoom.get(`/meetings/${id}/polls`)).body.polls).toHaveLength(3);
  expect((await zoom.get(`/meetings/${id}/polls?anonymous=true`)).body.polls).toHaveLength(1);
  expect((await zoom.delete(`/meetings/${id}/polls/${made.id}`)).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}/polls/${made.id}`)).body.code).toBe(404);

  const survey = { show_in_the_browser: true, custom_survey: { title: "How was it?" } };
  expect((await zoom.patch(`/meetings/${id}/survey`, survey)).status).toBe(204);
  expect((await zoom.get(`/meetings/${id}/survey`)).body).toMatchObject(survey);
  expect((await zoom.patch(`/meetings/${id}/survey`, { third_party_survey: "ftp://x" })).body.code).toBe(300);
  expect((await zoom.delete(`/meetings/${id}/survey`)).status).toBe(204);
});

test("a template gives its settings to the next meeting", async () => {
  const { id } = await schedule({ settings: { mute_upon_entry: true } });
  const made = (
    await zoom.post("/users/hana@acme.example/meeting_templates", { meeting_id: id, name: "Muted" })
  ).body;
  expect((await zoom.get("/users/hana@acme.example/meeting_templates")).body.templates).toMatchObject([
    { name: "Muted" },
  ]);
  const again = await zoom.post("/users/hana@acme.example/meeting_templates", {
    meeting_id: id,
    name: "Muted",
  });
  expect(again.body.code).toBe(3000);
  expect((await schedule({ template_id: made.id })).settings.mute_upon_entry).toBe(true);
});

test("a held meeting shows its people, questions and poll answers, by id and by any uuid", async () => {
  const { id, uuid } = await schedule({ settings: { waiting_room: false } });
  const poll = (
    await zoom.post(`/meetings/${id}/polls`, {
      title: "Q",
      questions: [{ name: "Yes?", type: "single", answers: ["yes", "no"] }],
    })
  ).body;
  await act(id, "start");
  const ada = (await act(id, "join", { name: "Ada", email: "ada@x.example", device: "mobile" })).body;
  await act(id, "polls/raise", { poll_id: poll.id });
  await act(id, "polls/answer", { user_id: ada.user_id, answers: [{ question: "Yes?", answer: "yes" }] });
  await act(id, "questions/ask", { user_id: ada.user_id, question: "Why?" });
  await sandbox.clock.advance(10 * 60_000);
  await act(id, "end");
  const whole = (await zoom.get(`/past_meetings/${id}`)).body;
  expect(whole).toMatchObject({ uuid, duration: 10, participants_count: 2, user_email: "hana@acme.example" });
  const encoded = encodeURIComponent(encodeURIComponent(uuid));
  expect((await zoom.get(`/past_meetings/${encoded}/participants`)).body.participants).toMatchObject([
    { name: "Hana Hale", internal_user: true },
    { name: "Ada", duration: 600 },
  ]);
  expect((await zoom.get(`/past_meetings/${id}/instances`)).body.meetings).toMatchObject([{ uuid }]);
  expect((await zoom.get(`/past_meetings/${id}/polls`)).body.questions).toMatchObject([
    { question_details: [{ question: "Yes?", answer: "yes", polling_id: poll.id }] },
  ]);
  expect((await zoom.get(`/past_meetings/${id}/qa`)).status).toBe(200);
});

test("a live meeting is steered by an app: record, invite, send away, AI Companion with its summary", async () => {
  const fresh = await sandbox.again();
  const { id } = await schedule({ settings: { waiting_room: false } });
  const control = (method: string, params: object = {}) =>
    fresh.patch(`/live_meetings/${id}/events`, { method, params });
  expect((await control("recording.start")).body.code).toBe(3000);
  await act(id, "start");
  const ada = (await act(id, "join", { name: "Ada" })).body;
  expect((await control("recording.start")).status).toBe(202);
  for (const what of ["pause", "resume", "stop"])
    expect((await control(`recording.${what}`)).status).toBe(202);
  expect((await control("recording.stop")).body.code).toBe(300);
  expect((await control("participant.invite", { contacts: [{ email: "ben@acme.example" }] })).status).toBe(
    202,
  );
  expect(
    (await control("participant.invite.callout", { phone_number: "+15550100", invitee_name: "Bo" })).status,
  ).toBe(202);
  expect((await control("ai_companion.start", { ai_companion_mode: "summary" })).status).toBe(202);
  expect((await control("waiting_room.update", { waiting_room_title: "Soon" })).status).toBe(202);
  expect((await control("participant.remove", { participant_uuid: ada.participant_uuid })).status).toBe(202);
  const sent = (await act(id, "chat", { name: "Hana Hale", text: "helo" })).body;
  expect(
    (
      await fresh.patch(`/live_meetings/${id}/chat/messages/${encodeURIComponent(sent.id)}`, {
        message_content: "hello",
      })
    ).status,
  ).toBe(204);
  expect(
    (await fresh.delete(`/live_meetings/${id}/chat/messages/${encodeURIComponent(sent.id)}`)).status,
  ).toBe(204);

  await fresh.patch(`/meetings/${id}/livestream`, {
    stream_url: "rtmp://x",
    stream_key: "k",
    page_url: "https://x.example",
  });
  expect((await fresh.get(`/meetings/${id}/livestream`)).body.stream_key).toBe("k");
  expect((await fresh.patch(`/meetings/${id}/livestream/status`, { action: "start" })).status).toBe(204);
  expect(sandbox.eventsOf("meeting.live_streaming_started")).toHaveLength(1);
  await act(id, "end");
  await sandbox.clock.advance(180_000);
  const summary = (await fresh.get(`/meetings/${id}/meeting_summary`)).body;
  expect(summary).toMatchObject({ meeting_id: id, meeting_host_email: "hana@acme.example" });
  expect((await fresh.get("/meetings/meeting_summaries")).body.summaries).toHaveLength(1);
  expect(sandbox.eventsOf("meeting.summary_completed")).toHaveLength(1);

  const edit = { summary_overview: "We launch on Monday.", next_steps: ["Mei books the hall."] };
  expect((await act(id, "summary/edit", { by: "luis@acme.example", ...edit })).status).toBe(200);
  expect((await fresh.get(`/meetings/${id}/meeting_summary`)).body).toMatchObject({
    ...{ summary_overview: summary.summary_overview, edited_summary: edit },
    summary_last_modified_user_email: "luis@acme.example",
  });
  expect(sandbox.eventsOf("meeting.summary_updated")[0]?.payload).toMatchObject({
    ...{ operator: "luis@acme.example", object: { edited_summary: edit, meeting_id: id } },
  });
  const emails = ["mei@acme.example", "ada@x.example"];
  expect((await act(id, "summary/share", { emails })).body.shared_with).toEqual(emails);
  expect(sandbox.eventsOf("meeting.summary_shared")[0]?.payload).toMatchObject({
    operator: "hana@acme.example",
    object: { share_with_users: emails.map((user_email) => ({ user_email })) },
  });
  const { mails } = (await (await fetch(`${sandbox.url}/_sandbox/mails`)).json()) as { mails: object[] };
  expect(mails[0]).toMatchObject({ to: "ada@x.example", text: "We launch on Monday." });

  expect((await fresh.delete(`/meetings/${id}/meeting_summary`)).status).toBe(204);
  expect((await fresh.get(`/meetings/${id}/meeting_summary`)).body.code).toBe(2305);
  expect((await act(id, "summary/share", { emails })).body.error).toContain("trash");
  await act(id, "summary/recover");
  expect((await fresh.get(`/meetings/${id}/meeting_summary`)).status).toBe(200);
  expect((await act(id, "summary/delete")).status).toBe(409);
  await act(id, "summary/trash");
  await act(id, "summary/delete");
  expect((await fresh.get(`/meetings/${id}/meeting_summary`)).body.code).toBe(3001);
  expect(
    ["trashed", "recovered", "deleted"].map((what) => sandbox.eventsOf(`meeting.summary_${what}`).length),
  ).toEqual([2, 1, 1]);
});

test("an app opens with a meeting until it has started", async () => {
  const { id } = await schedule();
  expect((await zoom.post(`/meetings/${id}/open_apps`)).body).toMatchObject({
    id,
    app_id: expect.any(String),
  });
  expect((await zoom.delete(`/meetings/${id}/open_apps`)).status).toBe(204);
  await act(id, "start");
  expect((await zoom.post(`/meetings/${id}/open_apps`)).body.code).toBe(3000);
  await act(id, "end");
});

test("a host's hundred changes a day, and a registrant's three, until midnight in UTC", async () => {
  const limited = await checkedSandbox({ covers: [], rateLimits: true });
  let owner = limited.owner;
  const path = "/users/hana@acme.example/meetings";
  const settings = { approval_type: 0 };
  const { id } = (await owner.post(path, { start_time: "2026-12-01T10:00:00Z", settings })).body;
  for (let count = 1; count < 100; count += 1) {
    await limited.clock.advance(100);
    await owner.patch(`/meetings/${id}`, { topic: `t${count}` });
  }
  await limited.clock.advance(1_000);
  const day = { "x-ratelimit-type": "Daily-limit", "x-ratelimit-remaining": "0" };
  const until = { "retry-after": "2026-11-24T00:00:00Z" };
  const webinars = "/users/hana@acme.example/webinars";
  await owner.patch("/users/hana@acme.example/settings", { feature: { webinar: true } });
  // Meetings and webinars are counted together, creations and updates alike; deletions are not.
  for (const refused of [
    await owner.post(path, {}),
    await owner.patch(`/meetings/${id}`, {}),
    await owner.post(webinars, {}),
  ]) {
    expect([refused.status, refused.body]).toEqual([
      429,
      {
        code: 429,
        message:
          "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00.",
      },
    ]);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      ...day,
      ...until,
      "x-ratelimit-limit": "100",
    });
  }
  expect((await owner.post("/users/mei@acme.example/meetings", {})).status, "another host").toBe(201);

  const register = (email = "a@x.example") =>
    owner.post(`/meetings/${id}/registrants`, { email, first_name: "A" });
  for (let count = 0; count < 3; count += 1) expect((await register()).status).toBe(201);
  const fourth = await register("A@x.example");
  expect([fourth.status, fourth.body.message]).toEqual([
    429,
    "You have exceeded the daily rate limit of (3) for Add meeting registrant API requests for the registrant (A@x.example). You can resume these API requests at GMT 00:00:00.",
  ]);
  expect(Object.fromEntries(fourth.headers)).toMatchObject({ ...day, ...until, "x-ratelimit-limit": "3" });
  expect((await register("b@x.example")).status, "another address").toBe(201);
  const [one] = (await owner.get(`/meetings/${id}/registrants`)).body.registrants;
  const decide = async (action: string) =>
    (await owner.put(`/meetings/${id}/registrants/status`, { action, registrants: [{ id: one.id }] })).status;
  for (let count = 0; count < 10; count += 1) expect(await decide(count % 2 ? "approve" : "deny")).toBe(204);
  expect(await decide("deny")).toBe(429);

  await limited.clock.set(new Date("2026-11-23T23:59:59Z"));
  owner = await limited.again();
  expect((await register()).status).toBe(429);
  expect((await owner.post(path, {})).status).toBe(429);
  await limited.clock.advance(1_000);
  expect([(await register()).status, await decide("deny"), (await owner.post(path, {})).status]).toEqual([
    ...[201, 204, 201],
  ]);
  expect((await owner.delete(`/meetings/${id}`)).status).toBe(204);
  await limited.close();
}, 180_000);
