import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;
/** A meeting of two people for ten minutes, and a webinar. */
let meeting: { id: number; uuid: string };
let webinar: { id: number; uuid: string };
const days = "from=2026-11-20&to=2026-11-24";

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/Reports", "accounts/Dashboards"] });
  zoom = sandbox.owner;
  meeting = (await zoom.post("/users/hana@acme.example/meetings", { topic: "Review" })).body;
  const act = (path: string, body?: object) => sandbox.act(`/_sandbox/${path}`, body);
  const poll = { title: "P", questions: [{ name: "Good?", type: "single", answers: ["yes", "no"] }] };
  const { id: pollId } = (await zoom.post(`/meetings/${meeting.id}/polls`, poll)).body;
  await act(`meetings/${meeting.id}/start`);
  const ada = (
    await act(`meetings/${meeting.id}/join`, { name: "Ada", device: "telephone", phone_number: "+15550100" })
  ).body;
  await act(`meetings/${meeting.id}/join`, { name: "Room 1", device: "room" });
  await act(`meetings/${meeting.id}/share/start`, { name: "Hana Hale", content: "screen" });
  await act(`meetings/${meeting.id}/polls/raise`, { poll_id: pollId });
  await act(`meetings/${meeting.id}/polls/answer`, {
    user_id: ada.user_id,
    answers: [{ question: "Good?", answer: "yes" }],
  });
  await act(`meetings/${meeting.id}/questions/ask`, { user_id: ada.user_id, question: "Why?" });
  await sandbox.clock.advance(10 * 60_000);
  await act(`meetings/${meeting.id}/feedback`, {
    name: "Hana Hale",
    satisfied: false,
    details: ["2"],
    comments: "echo",
  });
  await act(`meetings/${meeting.id}/end`);
  webinar = (await zoom.post("/users/mei@acme.example/webinars", { topic: "Launch" })).body;
  await act(`webinars/${webinar.id}/start`);
  await act(`webinars/${webinar.id}/join`, { name: "Bo", email: "bo@x.example" });
  await sandbox.clock.advance(5 * 60_000);
  await act(`webinars/${webinar.id}/end`);
});
afterAll(() => sandbox.finish());

test("what a meeting's report says agrees with its past, its dashboard and its host's list", async () => {
  const report = (await zoom.get(`/report/meetings/${meeting.id}`)).body;
  const past = (await zoom.get(`/past_meetings/${meeting.id}`)).body;
  const dashboard = (await zoom.get(`/metrics/meetings/${meeting.id}?type=past`)).body;
  const listed = (await zoom.get(`/report/users/hana@acme.example/meetings?${days}`)).body.meetings[0];
  expect(report).toMatchObject({
    uuid: past.uuid,
    duration: 10,
    participants_count: 3,
    total_minutes: past.total_minutes,
  });
  expect(dashboard).toMatchObject({
    uuid: past.uuid,
    duration: "00:10:00",
    participants: 3,
    has_pstn: true,
    has_screen_share: true,
    has_poll: true,
  });
  expect(listed).toMatchObject({
    uuid: past.uuid,
    duration: 10,
    participants_count: 3,
    has_screen_share: true,
  });
  const people = (await zoom.get(`/report/meetings/${meeting.id}/participants`)).body.participants;
  expect(people.map(({ name, duration }: { name: string; duration: number }) => [name, duration])).toEqual([
    ["Hana Hale", 600],
    ["Ada", 600],
    ["Room 1", 600],
  ]);
  expect(
    (await zoom.get(`/report/meetings/${meeting.id}/participants?include_fields=registrant_id`)).body
      .participants[0],
  ).toHaveProperty("registrant_id");
});

test("polls, questions and surveys of a session are reported by person", async () => {
  for (const [kind, id] of [
    ["meetings", meeting.id],
    ["webinars", webinar.id],
  ] as const) {
    for (const what of ["polls", "qa", "survey", "participants"]) {
      expect((await zoom.get(`/report/${kind}/${id}/${what}`)).status).toBe(200);
    }
  }
  expect((await zoom.get(`/report/meetings/${meeting.id}/polls`)).body.questions).toMatchObject([
    { question_details: [{ question: "Good?", answer: "yes" }] },
  ]);
  expect((await zoom.get(`/report/webinars/${webinar.id}`)).body).toMatchObject({
    topic: "Launch",
    participants_count: 2,
  });
});

test("a meeting of one person has no report", async () => {
  const alone = (await zoom.post("/users/me/meetings", { topic: "Alone" })).body;
  await sandbox.act(`/_sandbox/meetings/${alone.id}/start`);
  await sandbox.act(`/_sandbox/meetings/${alone.id}/end`);
  expect((await zoom.get(`/report/meetings/${alone.id}`)).body.code).toBe(3001);
});

test("the day's numbers are the sum of its sessions; old months are refused", async () => {
  const { dates } = (await zoom.get("/report/daily?year=2026&month=11")).body;
  const day = dates.find(({ date }: { date: string }) => date === "2026-11-23");
  expect(day).toMatchObject({ meetings: 3, participants: 6 });
  const old = await zoom.get("/report/daily?year=2026&month=3");
  expect([old.status, old.body.code]).toEqual([400, 300]);
});

test("hosts are active or not, and telephones are counted", async () => {
  const active = (await zoom.get(`/report/users?type=active&${days}`)).body;
  expect(active.total_meetings).toBe(3);
  expect(active.users.map(({ email }: { email: string }) => email)).toEqual(
    expect.arrayContaining(["hana@acme.example", "mei@acme.example"]),
  );
  const inactive = (await zoom.get(`/report/users?type=inactive&${days}`)).body.users;
  expect(inactive.map(({ email }: { email: string }) => email)).toContain("ben@acme.example");
  expect((await zoom.get(`/report/telephone?${days}`)).body.telephony_usage).toMatchObject([
    { phone_number: "+15550100", duration: 10, host_email: "hana@acme.example" },
  ]);
  expect(
    (await zoom.get(`/report/users/hana@acme.example/meetings?type=pastJoined&${days}`)).body.total_records,
  ).toBe(1);
});

test("a period is at most a month, of real days", async () => {
  const long = await zoom.get("/report/users?from=2026-01-01&to=2026-11-01");
  expect([long.status, long.body.errors]).toEqual([400, [{ field: "to", message: "Invalid field." }]]);
  for (const [from, to, field] of [
    ["soon", "2026-11-01", "from"],
    ["2026-02-30", "2026-03-01", "from"],
    ["2026-11-02", "2026-11-01", "to"],
    ["2026-10-01", "2026-11-02", "to"],
  ])
    expect((await zoom.get(`/report/users?from=${from}&to=${to}`)).body.errors?.[0].field).toBe(field);
  expect((await zoom.get("/report/users?from=2026-10-01&to=2026-11-01")).status, "a month").toBe(200);
});

test("history, activities and what is to come are listed and searched", async () => {
  expect(
    (await zoom.get(`/report/history_meetings?${days}&meeting_type=webinar`)).body.history_meetings,
  ).toMatchObject([{ type: "Webinar", topic: "Launch", participants: 2 }]);
  expect(
    (await zoom.get(`/report/history_meetings?${days}&search_key=revi`)).body.history_meetings,
  ).toHaveLength(1);
  const logs = (
    await zoom.get(
      `/report/meeting_activities?${days}&activity_type=User%20Join&meeting_number=${meeting.id}`,
    )
  ).body;
  expect(logs.meeting_activity_logs).toHaveLength(3);
  await zoom.post("/users/me/meetings", { topic: "Ahead", start_time: "2026-11-24T10:00:00Z" });
  expect((await zoom.get(`/report/upcoming_events?${days}&type=meeting`)).body.upcoming_events).toEqual(
    expect.arrayContaining([expect.objectContaining({ topic: "Ahead" })]),
  );
});

test("sign-ins, changes, bills and storage are reported", async () => {
  const signIns = (await zoom.get(`/report/activities?${days}`)).body.activity_logs;
  expect(signIns[0]).toMatchObject({ email: "olivia@acme.example", type: "Sign in" });
  await zoom.patch("/users/hana@acme.example", { dept: "Field" });
  const logs = (await zoom.get(`/report/operationlogs?${days}&category_type=user`)).body.operation_logs;
  expect(logs[0]).toMatchObject({ operator: "olivia@acme.example", category_type: "user", action: "Update" });
  const [bill] = (await zoom.get("/report/billing")).body.billing_reports;
  expect(
    (await zoom.get(`/report/billing/invoices?billing_id=${bill.id}`)).body.invoices[0].total_amount,
  ).toBe(bill.total_amount);
  expect((await zoom.get("/report/billing/invoices?billing_id=none")).body.code).toBe(5010);
  expect((await zoom.get(`/report/cloud_recording?${days}`)).body.cloud_recording_storage).toHaveLength(5);
});

test("dashboards list what is live and what is past, with people and their quality", async () => {
  const live = (await zoom.post("/users/me/meetings", { topic: "Live" })).body;
  await sandbox.act(`/_sandbox/meetings/${live.id}/start`);
  expect((await zoom.get(`/metrics/meetings?type=live&${days}`)).body.meetings).toMatchObject([
    { topic: "Live" },
  ]);
  expect(
    (await zoom.get(`/metrics/meetings/${live.id}/participants?type=live`)).body.participants,
  ).toHaveLength(1);
  await sandbox.act(`/_sandbox/meetings/${live.id}/end`);
  expect((await zoom.get(`/metrics/meetings/${live.id}?type=live`)).status).toBe(404);
  expect((await zoom.get(`/metrics/meetings?type=past&${days}`)).body.meetings.length).toBeGreaterThan(1);
  expect((await zoom.get(`/metrics/webinars?type=past&${days}`)).body.webinars).toMatchObject([
    { topic: "Launch" },
  ]);
  for (const [kind, id] of [
    ["meetings", meeting.id],
    ["webinars", webinar.id],
  ] as const) {
    const people = (await zoom.get(`/metrics/${kind}/${id}/participants?type=past`)).body.participants;
    expect(people.length).toBeGreaterThan(1);
    const qos = (await zoom.get(`/metrics/${kind}/${id}/participants/qos?type=past&page_size=99`)).body;
    expect(qos.page_size, "at most ten at a time").toBe(10);
    expect(qos.participants[0].user_qos[0].audio_input.bitrate).toMatch(/kbps$/);
    const one = (await zoom.get(`/metrics/${kind}/${id}/participants/${people[0].user_id}/qos?type=past`))
      .body;
    expect(one.user_qos).toEqual(qos.participants[0].user_qos);
    expect((await zoom.get(`/metrics/${kind}/${id}/participants/sharing?type=past`)).status).toBe(200);
    expect((await zoom.get(`/metrics/${kind}/${id}/participants/satisfaction?type=past`)).status).toBe(200);
    expect((await zoom.get(`/metrics/${kind}/${id}?type=past`)).status).toBe(200);
  }
  expect(
    (await zoom.get(`/metrics/meetings/${meeting.id}/participants/sharing?type=past`)).body.participants,
  ).toMatchObject([{ user_name: "Hana Hale", details: [{ content: "screen" }] }]);
});

test("the account's quality, clients, feedback and connectors are summed up", async () => {
  const { quality } = (await zoom.get(`/metrics/quality?${days}&type=participants`)).body;
  expect(Object.values(quality.audio as Record<string, number>).reduce((a, b) => a + b)).toBe(5);
  expect((await zoom.get("/metrics/client_versions")).body.client_versions[0].total_count).toBe(6);
  expect((await zoom.get(`/metrics/client/feedback?${days}`)).body.client_feedbacks).toMatchObject([
    { feedback_id: "2", participants_count: 1 },
  ]);
  expect((await zoom.get(`/metrics/client/feedback/2?${days}`)).body.client_feedback_details).toMatchObject([
    { participant_name: "Hana Hale" },
  ]);
  const satisfied = (await zoom.get(`/metrics/client/satisfaction?${days}`)).body.client_satisfaction;
  expect(satisfied.at(-2)).toMatchObject({ date: "2026-11-23", not_good_count: 1, satisfaction_percent: 0 });
  const crc = (await zoom.get(`/metrics/crc?${days}`)).body.crc_ports_usage;
  expect(
    crc.flatMap(({ crc_ports_hour_usage: hours }: { crc_ports_hour_usage: { max_usage: number }[] }) =>
      hours.map((one) => one.max_usage),
    ),
  ).toContain(1);
  expect((await zoom.get(`/metrics/chat?${days}`)).body.users).toEqual([]);
  await zoom.post("/chat/users/me/messages", { message: "Hi", to_contact: "hana@acme.example" });
  const { id: channel } = (await zoom.post("/chat/users/me/channels", { name: "All", type: 1 })).body;
  await zoom.post("/chat/users/me/messages", { message: "Hello", to_channel: channel });
  await zoom.post("/chat/users/me/messages", { message: "Hello again", to_channel: channel });
  expect((await zoom.get(`/metrics/chat?${days}`)).body.users).toMatchObject([
    { email: "olivia@acme.example", total_sent: 3, group_sent: 2, p2p_sent: 1, text_sent: 3, files_sent: 0 },
  ]);
});

test("rooms and what is wrong with them are shown", async () => {
  const room = (await zoom.post("/rooms", { name: "Spree", type: "ZoomRoom" })).body;
  await sandbox.act(`/_sandbox/rooms/${room.id}/alert`, { issue: "Camera disconnected" });
  expect((await zoom.get("/metrics/zoomrooms")).body.zoom_rooms).toMatchObject([
    { room_name: "Spree", issues: ["Camera disconnected"] },
  ]);
  expect((await zoom.get(`/metrics/zoomrooms/issues?${days}`)).body.issues).toMatchObject([
    { issue_name: "Camera disconnected", zoom_rooms_count: 1 },
  ]);
  expect((await zoom.get(`/metrics/zoomrooms/${room.room_id}?${days}`)).body.room_name).toBe("Spree");
  expect((await zoom.get(`/metrics/issues/zoomrooms?${days}`)).body.zoom_rooms).toMatchObject([
    { issues_count: 1 },
  ]);
  expect(
    (await zoom.get(`/metrics/issues/zoomrooms/${room.room_id}?${days}`)).body.issue_details,
  ).toHaveLength(1);
  expect(sandbox.eventsOf("zoomroom.alert")).toHaveLength(1);
});

test("dashboards come with the Business plan", async () => {
  const plan = (name: string) =>
    fetch(`${sandbox.url}/_sandbox/settings`, { method: "PUT", body: JSON.stringify({ plan: name }) });
  await plan("pro");
  for (const [path, code] of [
    ["/metrics/zoomrooms", 200],
    [`/metrics/webinars?type=past&${days}`, 200],
    [`/metrics/meetings?type=past&${days}`, 400],
  ]) {
    const refused = await zoom.get(String(path));
    expect([path, refused.status, refused.body.code]).toEqual([path, 400, code]);
  }
  await plan("business");
});

test("disclaimers that people answered and help they got are reported, and found", async () => {
  const { id } = (await zoom.post("/users/hana@acme.example/meetings", { topic: "Help" })).body;
  const act = (what: string, body: object = {}) => sandbox.act(`/_sandbox/meetings/${id}/${what}`, body);
  await act("start");
  await act("join", { email: "luis@acme.example" });
  await act("join", { name: "Ada" });
  await act("disclaimer", { name: "Ada", disclaimer_type: "recording" });
  await act("disclaimer", {
    ...{ email: "luis@acme.example", disclaimer_type: "caption", disclaimer_status: "Cancel" },
  });
  expect((await act("remote-support/start", { name: "Ada", by: { name: "Ada" } })).status).toBe(409);
  await act("remote-support/start", { name: "Ada", by: { email: "hana@acme.example" } });
  await sandbox.clock.advance(90_000);
  await act("end");
  const disclaimers = async (more = "") =>
    (await zoom.get(`/report/disclaimer?${days}${more}`)).body.disclaimer_records.map(
      (row: Record<string, unknown>) => [row["disclaimer_type"], row["disclaimer_status"], row["is_guest"]],
    );
  expect(await disclaimers()).toEqual([
    ["recording", "Agree", true],
    ["caption", "Cancel", false],
  ]);
  expect(await disclaimers("&disclaimer_type=caption")).toHaveLength(1);
  expect(await disclaimers("&search_value=Luis@acme.example")).toHaveLength(1);
  const { id: group } = (await zoom.post("/groups", { name: "Helpers" })).body;
  expect(await disclaimers(`&group_id=${group}`)).toEqual([]);
  await zoom.post(`/groups/${group}/members`, { members: [{ email: "luis@acme.example" }] });
  expect(await disclaimers(`&group_id=${group}`)).toHaveLength(1);
  for (const report of ["disclaimer", "history_meetings"]) {
    const refused = await zoom.get(`/report/${report}?${days}&group_id=none`);
    expect([report, refused.status, refused.body.code]).toEqual([report, 403, 12703]);
  }
  expect((await zoom.get(`/report/disclaimer?${days}&disclaimer_type=tea`)).body.code).toBe(300);
  expect((await zoom.get(`/report/remote_support?${days}`)).body.remote_support_logs).toMatchObject([
    {
      ...{ supporter_email: "hana@acme.example", supportee_name: "Ada", meeting_number: id },
      ...{ wait_time: "00:00:00", duration: "00:01:30" },
    },
  ]);
});
