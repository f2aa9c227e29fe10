/** What was played is the same wherever it is looked up: pasts, reports, dashboards, recordings, archives, surveys. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

// A story is a hundred calls, one after the other.
vi.setConfig({ testTimeout: 180_000 });

let sandbox: CheckedSandbox;
let zoom: Client;
const days = "from=2026-11-20&to=2026-11-24";
const MINUTE_MS = 60_000;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [] });
  zoom = sandbox.owner;
  const account = (await zoom.get("/users/me")).body.account_id;
  await zoom.patch(`/accounts/${account}/settings`, { recording: { archive: { enable: true } } });
});
afterAll(() => sandbox.finish());

interface Person {
  name: string;
  user_id: string;
  join_time: string;
  leave_time: string;
  duration: number;
  user_email: string;
  registrant_id: string;
}

/** Ada comes twice, Cy by telephone, Bo registers and stays away, Dan was denied, Eve registers when it is over. */
async function play(kind: "meetings" | "webinars") {
  zoom = await sandbox.again();
  const base = `/${kind}`;
  const host = "mei@acme.example";
  const poll = { title: "Lunch", questions: [{ name: "Soup?", type: "single", answers: ["yes", "no"] }] };
  const made = await zoom.post(`/users/${host}${base}`, {
    ...{ topic: `Played ${kind}`, type: kind === "meetings" ? 2 : 5, start_time: "2026-11-23T13:00:00Z" },
    ...{ duration: 30, settings: { approval_type: 0 } },
  });
  const { id, uuid } = made.body;
  const register = async (first_name: string) =>
    (
      await zoom.post(`${base}/${id}/registrants`, {
        ...{ email: `${first_name.toLowerCase()}@x.example`, first_name, last_name: "Guest" },
      })
    ).body;
  const ada = await register("Ada");
  await register("Bo");
  const dan = await register("Dan");
  await zoom.put(`${base}/${id}/registrants/status`, {
    ...{ action: "deny", registrants: [{ id: dan.registrant_id }] },
  });
  const question = { name: "Again?", type: "single", answers: ["yes", "no"] };
  await zoom.patch(`${base}/${id}/survey`, {
    custom_survey: { title: "How was it?", questions: [question] },
  });
  const { id: poll_id } = (await zoom.post(`${base}/${id}/polls`, poll)).body;

  const act = async (what: string, body: object = {}) => {
    const answer = await sandbox.act(`/_sandbox${base}/${id}/${what}`, body);
    expect([what, answer.status, answer.body.error]).toEqual([what, expect.toBeOneOf([200, 201]), undefined]);
    return answer.body;
  };
  const minutes = (count: number) => sandbox.clock.advance(count * MINUTE_MS);
  await act("start");
  await minutes(2);
  await act("recording/start");
  await act("join", { email: "ada@x.example" });
  await act("join", { name: "Cy", device: "telephone", phone_number: "+15550100" });
  await act("share/start", { email: host, content: "screen" });
  await act("chat", { email: "ada@x.example", text: "Hello" });
  await minutes(5);
  await act("share/stop", { email: host });
  await act("leave", { email: "ada@x.example" });
  await minutes(1);
  await act("join", { email: "ada@x.example", device: "mobile" });
  await act("polls/raise", { poll_id });
  await act("polls/answer", { email: "ada@x.example", answers: [{ question: "Soup?", answer: "yes" }] });
  await act("questions/ask", { email: "ada@x.example", question: "Why?" });
  await act("questions/answer", { question: "Why?", text: "Because." });
  await minutes(2);
  await act("recording/stop");
  await act("feedback", { email: "ada@x.example", satisfied: true });
  await act("end");
  await sandbox.act("/_sandbox/surveys/answers", {
    ...{ instance_id: uuid, name: "Ada Guest", email: "ada@x.example" },
    answers: [{ question: "Again?", answer: "yes" }],
  });
  await minutes(20);
  // Registration is open until the time that was planned is over.
  await register("Eve");
  return { id, uuid: encodeURIComponent(encodeURIComponent(uuid)), rawUuid: uuid, ada, poll_id };
}

test.each(["meetings", "webinars"] as const)("played %s are told alike everywhere", async (kind) => {
  const played = await play(kind);
  const { id, rawUuid } = played;
  const by = [id, played.uuid];
  const stays = [
    ["Mei Morgan", 600],
    ["Ada Guest", 300],
    ["Cy", 480],
    ["Ada Guest", 120],
  ];

  for (const one of by) {
    const past = (await zoom.get(`/past_${kind}/${one}/participants`)).body;
    const reported = (await zoom.get(`/report/${kind}/${one}/participants?include_fields=registrant_id`))
      .body;
    const seen = (
      await zoom.get(`/metrics/${kind}/${one}/participants?type=past&include_fields=registrant_id`)
    ).body;
    for (const list of [past, reported]) {
      expect(list.total_records).toBe(4);
      expect(list.participants.map(({ name, duration }: Person) => [name, duration])).toEqual(stays);
    }
    const times = ({ join_time, leave_time }: Person) => [join_time, leave_time];
    expect(seen.participants.map(times)).toEqual(past.participants.map(times));
    expect(reported.participants.map(times)).toEqual(past.participants.map(times));
    const registered = (list: { participants: Person[] }) =>
      list.participants.map(({ registrant_id }) => registrant_id);
    for (const list of [past, reported, seen])
      expect(registered(list)).toEqual(["", played.ada.registrant_id, "", played.ada.registrant_id]);
    expect(reported.participants.map(({ user_email }: Person) => user_email)).toEqual([
      ...["mei@acme.example", "ada@x.example", "", "ada@x.example"],
    ]);
    expect(seen.participants).toMatchObject([
      { share_desktop: true, recording: true, device: "Windows", role: "host" },
      { share_desktop: false, device: "Windows" },
      { device: "Phone" },
      { device: "iOS" },
    ]);
  }

  const head = { uuid: rawUuid, id, topic: `Played ${kind}` };
  const times = { start_time: "2026-11-23T", end_time: "2026-11-23T" };
  const total = 10 + 5 + 8 + 2;
  const report = (await zoom.get(`/report/${kind}/${id}`)).body;
  expect(report).toMatchObject({
    ...{ ...head, duration: 10, participants_count: 3, total_minutes: total, user_email: "mei@acme.example" },
  });
  expect(report.start_time).toContain(times.start_time);
  const dashboard = (await zoom.get(`/metrics/${kind}/${id}?type=past`)).body;
  const used = { has_pstn: true, has_screen_share: true, has_recording: true, has_poll: true };
  expect(dashboard).toMatchObject({
    ...{
      ...head,
      ...used,
      has_survey: true,
      duration: "00:10:00",
      participants: 3,
      email: "mei@acme.example",
    },
    ...{ start_time: report.start_time, end_time: report.end_time },
  });
  const list = async (query: string) => (await zoom.get(`/metrics/${kind}?${days}&${query}`)).body[kind];
  const [last] = (await list("type=past")).slice(-1);
  const shared = Object.keys(last).filter((field) => field in dashboard);
  expect(shared.length).toBeGreaterThan(20);
  for (const field of shared) expect([field, last[field]]).toEqual([field, dashboard[field]]);
  expect(await list("type=pastOne")).toEqual([]);
  expect(await list("type=live")).toEqual([]);
  if (kind === "meetings")
    expect((await zoom.get(`/past_meetings/${id}`)).body).toMatchObject({
      ...{ ...head, duration: 10, participants_count: 3, total_minutes: total },
      ...{ start_time: report.start_time, end_time: report.end_time },
    });
  const hosted = (await zoom.get(`/report/users/mei@acme.example/meetings?${days}`)).body.meetings;
  expect(hosted.find((one: { uuid: string }) => one.uuid === rawUuid)).toMatchObject({
    ...{ ...head, duration: 10, participants_count: 3, has_recording: true, has_screen_share: true },
  });
  const history = (await zoom.get(`/report/history_meetings?${days}&search_key=${id}`)).body.history_meetings;
  expect(history).toMatchObject([
    { meeting_uuid: rawUuid, participants: 3, total_participant_minutes: total, duration: 10 },
  ]);

  const asked = (await zoom.get(`/past_${kind}/${id}/qa`)).body.questions;
  expect(asked).toMatchObject([
    { name: "Ada Guest", question_details: [{ question: "Why?", answer: "Because." }] },
  ]);
  expect((await zoom.get(`/report/${kind}/${id}/qa`)).body.questions).toMatchObject(asked);
  const voted = (await zoom.get(`/past_${kind}/${id}/polls`)).body.questions;
  expect(voted).toMatchObject([
    {
      ...{ name: "Ada Guest", email: "ada@x.example" },
      question_details: [{ question: "Soup?", answer: "yes", polling_id: played.poll_id }],
    },
  ]);
  expect((await zoom.get(`/report/${kind}/${id}/polls`)).body.questions).toMatchObject(voted);
  expect((await zoom.get(`/report/${kind}/${id}/survey`)).body).toMatchObject({
    survey_name: "How was it?",
    survey_answers: [
      {
        ...{ email: "ada@x.example", first_name: "Ada", last_name: "Guest" },
        answer_details: [{ question: "Again?", answer: "yes" }],
      },
    ],
  });
  const metrics = (what: string) => zoom.get(`/metrics/${kind}/${id}/participants/${what}?type=past`);
  expect((await metrics("sharing")).body.participants).toMatchObject([
    { user_name: "Mei Morgan", details: [{ content: "screen" }] },
  ]);
  expect((await metrics("satisfaction")).body.participants).toMatchObject([
    { email: "ada@x.example", quality: "GOOD" },
  ]);
  expect((await metrics("qos")).body.total_records).toBe(4);

  const recording = (await zoom.get(`/meetings/${id}/recordings`)).body;
  expect(recording).toMatchObject({ uuid: rawUuid, id, topic: head.topic, duration: 8 });
  const kinds = recording.recording_files.map(({ file_type }: { file_type: string }) => file_type);
  expect(kinds).toEqual(expect.arrayContaining(["MP4", "M4A", "CHAT", "CSV", "TRANSCRIPT", "TIMELINE"]));
  const sizes = recording.recording_files.map(({ file_size = 0 }: { file_size?: number }) => file_size);
  expect(recording.total_size).toBe(sizes.reduce((a: number, b: number) => a + b, 0));

  const archived = (await zoom.get(`/past_meetings/${played.uuid}/archive_files`)).body;
  expect(archived).toMatchObject({ uuid: rawUuid, id, duration: 10, duration_in_second: 600 });
  expect(archived).toMatchObject({ start_time: report.start_time, meeting_type: "external" });
  const { meetings } = (await zoom.get("/archive_files?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z"))
    .body;
  expect(meetings).toContainEqual(archived);
  expect(sandbox.eventsOf("recording.archive_files_completed").at(-1)?.payload.object).toMatchObject({
    ...{ uuid: rawUuid, total_size: archived.total_size, recording_count: archived.recording_count },
  });
  expect((await zoom.delete(`/past_meetings/${played.uuid}/archive_files`)).status).toBe(204);
  expect((await zoom.get(`/past_meetings/${played.uuid}/archive_files`)).body.code).toBe(3001);
  expect(archived.archive_files[0].file_size).toBeGreaterThan(0);

  if (kind === "webinars") {
    const absent = (await zoom.get(`/past_webinars/${id}/absentees`)).body;
    expect(absent.registrants).toMatchObject([{ email: "bo@x.example" }]);
    expect(absent.total_records).toBe(1);
  }
});

test("the account's days, hosts, bytes and clients are the sums of what was played", async () => {
  const { dates } = (await zoom.get("/report/daily?year=2026&month=11")).body;
  const day = dates.find(({ date }: { date: string }) => date === "2026-11-23");
  expect(day).toMatchObject({ meetings: 2, participants: 6, meeting_minutes: 50 });
  const hosts = (await zoom.get(`/report/users?type=active&${days}`)).body;
  expect(hosts).toMatchObject({ total_meetings: 2, total_participants: 6, total_meeting_minutes: 50 });
  expect(hosts.users).toMatchObject([
    { email: "mei@acme.example", meetings: 2, participants: 6, meeting_minutes: 50 },
  ]);
  const calls = (await zoom.get(`/report/telephone?${days}`)).body.telephony_usage;
  expect(calls.map(({ duration }: { duration: number }) => duration)).toEqual([8, 8]);
  const { meetings } = (await zoom.get(`/users/mei@acme.example/recordings?${days}`)).body;
  const bytes = meetings.reduce((sum: number, one: { total_size: number }) => sum + one.total_size, 0);
  const storage = (await zoom.get(`/report/cloud_recording?${days}`)).body.cloud_recording_storage;
  expect(storage.find(({ date }: { date: string }) => date === "2026-11-23").usage).toBe(
    `${(bytes / 1_048_576).toFixed(2)} MB`,
  );
  const activities = (await zoom.get(`/report/meeting_activities?${days}&activity_type=All%20Activities`))
    .body.meeting_activity_logs;
  // Made, started and ended, and eight stays that began and ended.
  expect(activities).toHaveLength(2 * 3 + 8 * 2);
});

test("who joined one meeting and held another alone is in the lists that speak of it", async () => {
  const { id } = (await zoom.post("/users/luis@acme.example/meetings", { topic: "Alone", type: 2 })).body;
  await sandbox.act(`/_sandbox/meetings/${id}/start`);
  await sandbox.clock.advance(MINUTE_MS);
  await sandbox.act(`/_sandbox/meetings/${id}/end`);
  const { id: other } = (await zoom.post("/users/mei@acme.example/meetings", { topic: "Two", type: 2 })).body;
  await sandbox.act(`/_sandbox/meetings/${other}/start`);
  await sandbox.act(`/_sandbox/meetings/${other}/join`, { email: "luis@acme.example" });
  await sandbox.clock.advance(MINUTE_MS);
  await sandbox.act(`/_sandbox/meetings/${other}/end`);
  zoom = await sandbox.again();
  const topics = async (type: string) =>
    (await zoom.get(`/report/users/luis@acme.example/meetings?${days}&type=${type}`)).body.meetings.map(
      ({ topic }: { topic: string }) => topic,
    );
  expect(await topics("past")).toEqual([]);
  expect(await topics("pastOne")).toEqual(["Alone"]);
  expect(await topics("pastJoined")).toEqual(["Two"]);
  const alone = (await zoom.get(`/metrics/meetings?${days}&type=pastOne`)).body.meetings;
  expect(alone).toMatchObject([{ topic: "Alone", participants: 1 }]);
});

test("absentees of a series are those who were to come to the time that was held", async () => {
  const { id, occurrences } = (
    await zoom.post("/users/mei@acme.example/webinars", {
      ...{ topic: "Course", type: 9, start_time: "2026-11-24T10:00:00Z", timezone: "UTC" },
      ...{ recurrence: { type: 1, end_times: 2 }, settings: { approval_type: 0, registration_type: 3 } },
    })
  ).body;
  const register = (first_name: string, at: number) =>
    zoom.post(`/webinars/${id}/registrants?occurrence_ids=${occurrences[at].occurrence_id}`, {
      ...{ email: `${first_name}@x.example`, first_name },
    });
  await register("first", 0);
  await register("second", 1);
  for (const at of ["2026-11-24T10:02:00Z", "2026-11-25T09:58:00Z"]) {
    await sandbox.clock.set(new Date(at));
    await sandbox.act(`/_sandbox/webinars/${id}/start`);
    await sandbox.clock.advance(MINUTE_MS);
    await sandbox.act(`/_sandbox/webinars/${id}/end`);
  }
  zoom = await sandbox.again();
  const absent = async (query = "") =>
    (await zoom.get(`/past_webinars/${id}/absentees${query}`)).body.registrants.map(
      ({ first_name }: { first_name: string }) => first_name,
    );
  expect(await absent()).toEqual(["second"]);
  for (const [at, name] of ["first", "second"].entries())
    expect(await absent(`?occurrence_id=${occurrences[at].occurrence_id}`)).toEqual([name]);
});

test("what is still being made of a meeting when the state is saved is made after it is put back", async () => {
  zoom = await sandbox.again();
  const { id } = (await zoom.post("/users/hana@acme.example/meetings", { topic: "Saved", type: 2 })).body;
  const act = (what: string) => sandbox.act(`/_sandbox/meetings/${id}/${what}`);
  await act("start");
  await act("recording/start");
  await zoom.patch(`/live_meetings/${id}/events`, { method: "ai_companion.start", params: {} });
  await sandbox.clock.advance(10 * MINUTE_MS);
  await act("end");
  const told = (event: string) =>
    sandbox
      .eventsOf(event)
      .filter(({ payload }) => Number(payload.object.id ?? payload.object.meeting_id) === id);
  const events = [
    ...["recording.archive_files_completed", "meeting.summary_completed"],
    ...["recording.completed", "recording.transcript_completed"],
  ];
  const saveAndPutBack = async () => {
    const state = `${sandbox.url}/_sandbox/state`;
    const saved = await (await fetch(`${state}?full`)).text();
    await sandbox.clock.advance(5_000);
    expect((await fetch(state, { method: "PUT", body: saved })).status).toBeLessThan(300);
  };
  await saveAndPutBack();
  await sandbox.clock.advance(30_000);
  // The recording is there at once; its transcript, the archive and the summary take their time.
  await saveAndPutBack();
  await sandbox.clock.advance(5 * MINUTE_MS);
  expect(events.map((event) => told(event).length)).toEqual([1, 1, 1, 1]);
  zoom = await sandbox.again();
  expect((await zoom.get(`/meetings/${id}/meeting_summary`)).status).toBe(200);
  expect((await zoom.get(`/meetings/${id}/transcript`)).status).toBe(200);
});
