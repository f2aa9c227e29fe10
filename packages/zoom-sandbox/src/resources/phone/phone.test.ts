import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;
const hana = "hana@acme.example";
const luis = "luis@acme.example";
const outside = { number: "+12125550111", name: "Ada Ackers" };

beforeAll(async () => {
  sandbox = await checkedSandbox({
    covers: [
      ...["phone/Users", "phone/Call Logs", "phone/Recordings", "phone/Voicemails", "phone/Phone Numbers"],
      "phone/SMS",
    ],
  });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const ring = async (body: object) => {
  const { status, body: call } = await sandbox.act("/_sandbox/phone/calls", body);
  expect(status, JSON.stringify(call)).toBe(201);
  return call;
};
const seconds = (count: number) => sandbox.clock.advance(count * 1000);

test("people get Zoom Phone with an extension, plans and numbers, and lose it", async () => {
  const { body: list } = await zoom.get("/phone/users?keyword=hana");
  expect(list.users).toMatchObject([{ email: hana, extension_number: 803, status: "activate" }]);
  const made = await zoom.post("/phone/users/batch", {
    users: [{ email: "mei@acme.example", calling_plans: ["200"], extension_number: "850" }],
  });
  expect(made.body).toMatchObject([{ email: "mei@acme.example" }]);
  const taken = await zoom.post("/phone/users/batch", {
    users: [{ email: "ben@acme.example", calling_plans: ["200"], extension_number: "850" }],
  });
  expect(taken.body).toMatchObject({ code: 300, message: "Extension number 850 is already in use." });
  const mei = "/phone/users/mei@acme.example";
  await zoom.patch(mei, { extension_number: "851" });
  await zoom.post(`${mei}/calling_plans`, { calling_plans: [{ type: 100 }] });
  await zoom.put(`${mei}/calling_plans`, { source_type: 200, target_type: 300 });
  await zoom.delete(`${mei}/calling_plans/100`);
  await zoom.patch(`${mei}/settings`, { area_code: "415" });
  expect((await zoom.get(`${mei}/settings`)).body).toMatchObject({ area_code: "415", status: "Active" });
  const lunch = { break_hour_name: "Lunch", break_hour_type: "every_business_day" };
  const easter = { name: "Easter", from: "2026-04-05T00:00:00Z", to: "2026-04-06T23:59:00Z" };
  await zoom.patch(`${mei}/settings`, {
    ...{ break_hours: { break_hour_settings: [lunch] }, holiday_hours: { holidays: [easter] } },
  });
  expect((await zoom.get(`${mei}/settings`)).body).toMatchObject({
    ...{ break_hours: [lunch], holiday_hours: [{ ...easter, holiday_id: expect.any(String) }] },
  });
  const { body: free } = await zoom.get("/phone/numbers?type=unassigned");
  const [number] = free.phone_numbers;
  await zoom.post(`${mei}/phone_numbers`, { phone_numbers: [{ id: number.id }] });
  expect((await zoom.get(mei)).body).toMatchObject({
    ...{ extension_number: 851, calling_plans: [{ type: 300 }], phone_numbers: [{ number: number.number }] },
  });
  const refused = await zoom.post(`/phone/users/${hana}/phone_numbers`, {
    phone_numbers: [{ id: number.id }],
  });
  expect(refused.status).toBe(400);
  expect((await zoom.delete(`${mei}/phone_numbers/${number.id}`)).status).toBe(204);
  await zoom.put("/phone/users/batch", {
    ...{ batch_type: "activate", activation_status: "deactivate", user_ids: [made.body[0].id] },
  });
  expect((await zoom.get(mei)).body.status).toBe("deactivate");
  expect((await zoom.get("/phone/users/ben@acme.example")).body.code).toBe(1001);
});

test("numbers are listed, renamed, brought along and given back", async () => {
  const { body: made } = await zoom.post("/phone/byoc_numbers", {
    ...{ carrier: "Carrier", phone_numbers: ["+33155550100"] },
  });
  const { id } = made.phone_numbers[0];
  await zoom.patch(`/phone/numbers/${id}`, { display_name: "Paris desk" });
  expect((await zoom.get(`/phone/numbers/${id}`)).body).toMatchObject({
    ...{ number: "+33155550100", display_name: "Paris desk", source: "external" },
  });
  expect((await zoom.get("/phone/numbers?type=byoc")).body.phone_numbers).toHaveLength(1);
  expect((await zoom.delete("/phone/numbers?phone_numbers=%2B33155550100")).status).toBe(204);
  expect((await zoom.get(`/phone/numbers/${id}`)).body.code).toBe(400);
});

test("a call from outside rings, is answered, held and recorded, and is in the log with its file", async () => {
  const before = sandbox.events.length;
  const call = await ring({ from: outside, to: { email: hana }, recorded: true });
  await seconds(10);
  await sandbox.act(`/_sandbox/phone/calls/${call.id}/answer`);
  await sandbox.act(`/_sandbox/phone/calls/${call.id}/hold`, { email: hana });
  await sandbox.act(`/_sandbox/phone/calls/${call.id}/unhold`, { email: hana });
  await seconds(95);
  await sandbox.act(`/_sandbox/phone/calls/${call.id}/end`);
  expect(sandbox.events.slice(before).map(({ event }) => event)).toEqual([
    ...["phone.callee_ringing", "phone.callee_answered", "phone.recording_started", "phone.callee_hold"],
    ...["phone.callee_unhold", "phone.callee_ended", "phone.callee_call_log_completed"],
    ...["phone.callee_call_history_completed", "phone.callee_call_element_completed"],
    ...["phone.recording_completed", "phone.recording_transcript_completed"],
  ]);

  const { body: logs } = await zoom.get(`/phone/users/${hana}/call_logs`);
  expect(logs.call_logs).toMatchObject([
    {
      ...{ direction: "inbound", caller_number: outside.number, callee_name: "Hana Hale", duration: 95 },
      ...{ waiting_time: 10, result: "Call connected", has_recording: true },
    },
  ]);
  const { id } = logs.call_logs[0];
  expect((await zoom.get("/phone/call_logs")).body.total_records).toBe(1);
  expect((await zoom.get(`/phone/call_logs/${id}`)).body.log_details).toHaveLength(1);
  expect((await zoom.put(`/phone/call_logs/${id}/client_code`, { client_code: "123" })).status).toBe(204);
  expect((await zoom.patch(`/phone/call_history/${id}/client_code`, { client_code: "x" })).body.code).toBe(
    301,
  );
  expect((await zoom.patch(`/phone/call_history/${id}/client_code`, { client_code: "42" })).status).toBe(204);
  const { body: history } = await zoom.get(
    "/phone/call_history?recording_status=recorded&directions=inbound",
  );
  expect(history.call_history ?? history.call_logs).toMatchObject([
    { call_result: "answered", duration: 95 },
  ]);
  expect((await zoom.get(`/phone/call_history/${id}`)).body.call_id).toBe(call.id);
  expect((await zoom.get(`/phone/call_element/${id}`)).body).toMatchObject({ result: "answered" });
  expect((await zoom.get(`/phone/call_history_detail/${id}`)).body).toMatchObject({ client_code: "42" });
  expect((await zoom.get(`/phone/users/${hana}/call_history?keyword=ackers`)).body.call_logs).toHaveLength(1);

  const { body: recording } = await zoom.get(`/phone/call_logs/${id}/recordings`);
  expect(recording).toMatchObject({ duration: 95, call_id: call.id });
  expect((await zoom.get(`/phone/call_element/${id}/recording`)).body.id).toBe(recording.id);
  expect((await zoom.get(`/phone/users/${hana}/recordings`)).body.recordings).toHaveLength(1);
  const key = recording.download_url.split("/").at(-1);
  const file = await zoom.get(`/phone/recording/download/${key}`);
  expect(file.headers.get("content-type")).toBe("audio/mpeg");
  const transcript = await zoom.get(`/phone/recording_transcript/download/${recording.id}`);
  expect(transcript.body.timeline[0].text).toContain("Ada Ackers");
  await zoom.patch(`/phone/recordings/${recording.id}`, { auto_delete_enable: true });
  expect((await zoom.get("/phone/recordings")).body.recordings).toMatchObject([{ auto_delete_enable: true }]);
  await zoom.delete(`/phone/recordings/${recording.id}`);
  expect((await zoom.get("/phone/recordings")).body.recordings).toEqual([]);
  expect((await zoom.get(`/phone/recording/download/${key}`)).body.code).toBe(404);
  await zoom.put(`/phone/recordings/${recording.id}/status`, { action: "recover" });
  expect((await zoom.get("/phone/recordings")).body.recordings).toHaveLength(1);
});

test("who does not answer gets a voicemail, by the clock alone", async () => {
  const message = "Please send the offer.";
  await ring({
    from: outside,
    to: { email: luis },
    ring: "PT20S",
    outcome: "voicemail",
    talk: "PT15S",
    message,
  });
  await seconds(40);
  expect(sandbox.eventsOf("phone.callee_missed")).toHaveLength(1);
  expect(sandbox.eventsOf("phone.voicemail_received")[0]?.payload.object).toMatchObject({ duration: 15 });
  const { body: list } = await zoom.get(`/phone/users/${luis}/voice_mails?status=unread`);
  const [voicemail] = list.voice_mails;
  expect(voicemail).toMatchObject({ caller_name: "Ada Ackers", duration: 15, status: "unread" });
  expect((await zoom.get(`/phone/voice_mails/${voicemail.id}`)).body.transcription.content).toBe(message);
  await zoom.patch(`/phone/voice_mails/${voicemail.id}?read_status=Read`);
  expect((await zoom.get("/phone/voice_mails?status=read")).body.voice_mails).toHaveLength(1);
  const id = voicemail.call_log_id;
  expect((await zoom.get(`/phone/users/${luis}/call_logs/${id}/voice_mail`)).body.id).toBe(voicemail.id);
  expect((await zoom.get(`/phone/call_element/${id}/voice_mail`)).body.id).toBe(voicemail.id);
  const key = voicemail.download_url.split("/").at(-1);
  expect((await zoom.get(`/phone/voice_mails/download/${key}`)).headers.get("content-type")).toBe(
    "audio/mpeg",
  );
  expect((await zoom.get(`/phone/users/${luis}/call_logs?type=missed`)).body.call_logs).toHaveLength(1);
  await zoom.delete(`/phone/voice_mails/${voicemail.id}`);
  expect((await zoom.get(`/phone/users/${luis}/voice_mails`)).body.voice_mails).toEqual([]);
  expect((await zoom.get("/phone/voice_mails?trashed=true")).body.voice_mails).toHaveLength(1);
  await zoom.delete(`/phone/users/${luis}/call_logs/${id}`);
  expect((await zoom.get(`/phone/users/${luis}/call_logs`)).body.call_logs).toEqual([]);
});

test("colleagues see the same call from both ends, with extensions for numbers; rejected is missed", async () => {
  await ring({ from: { email: hana }, to: { email: luis }, ring: "PT5S", outcome: "rejected" });
  await seconds(10);
  const [own] = (await zoom.get(`/phone/users/${hana}/call_logs`)).body.call_logs;
  const [other] = (await zoom.get(`/phone/users/${luis}/call_logs`)).body.call_logs;
  expect(own).toMatchObject({ direction: "outbound", caller_number: "803", callee_number: "804" });
  expect(other).toMatchObject({ direction: "inbound", call_id: own.call_id, result: "Call rejected" });
  const { body: first } = await zoom.get(`/phone/users/${hana}/call_history/sync?sync_type=FSync&count=1`);
  expect(first.call_logs).toMatchObject([{ call_id: own.call_id }]);
  const token = encodeURIComponent(first.sync_token);
  const { body: older } = await zoom.get(
    `/phone/users/${hana}/call_history/sync?sync_type=BSync&sync_token=${token}`,
  );
  expect(older.call_logs).toHaveLength(1);
  const { body: newer } = await zoom.get(
    `/phone/users/${hana}/call_logs/sync?sync_type=ISync&sync_token=${token}`,
  );
  expect(newer.call_logs).toEqual([]);
  await zoom.delete(`/phone/users/${hana}/call_history/${own.id}`);
  expect(sandbox.eventsOf("phone.call_history_deleted")[0]?.payload.object.call_log_ids).toEqual([own.id]);
});

test("a person without a telephone cannot be called, and a stranger cannot call a stranger", async () => {
  const nobody = await sandbox.act("/_sandbox/phone/calls", {
    from: outside,
    to: { email: "ben@acme.example" },
  });
  expect(nobody).toMatchObject({ status: 409, body: { error: expect.stringContaining("no Zoom Phone") } });
  const strangers = await sandbox.act("/_sandbox/phone/calls", { from: outside, to: outside });
  expect(strangers.body.error).toContain("One end must be a person of the account");
});

test("text messages go out and come in, and are one session", async () => {
  const { body: own } = await zoom.get(`/phone/users/${hana}`);
  const [{ number }] = own.phone_numbers;
  const sent = await zoom.post("/phone/sms/messages", {
    ...{ sender: { phone_number: number }, to_members: [{ phone_number: outside.number }], message: "Hello" },
  });
  expect(sent.status).toBe(201);
  await seconds(60);
  await sandbox.act("/_sandbox/phone/sms", { from: outside.number, to: number, text: "Hello to you" });
  expect(sandbox.eventsOf("phone.sms_received")[0]?.payload.object).toMatchObject({
    message: "Hello to you",
  });
  const { body: list } = await zoom.get(`/phone/users/${hana}/sms/sessions`);
  expect(list.sms_sessions).toHaveLength(1);
  expect((await zoom.get("/phone/sms/sessions")).body.sms_sessions).toHaveLength(1);
  const { session_id: id } = list.sms_sessions[0];
  // Who has no role for it sees their own.
  const asked = ["phone:read:admin"];
  const other = await sandbox.as(luis, asked);
  expect((await other.get("/phone/sms/sessions")).body.sms_sessions).toEqual([]);
  expect((await other.get(`/phone/sms/sessions/${id}`)).status).toBe(404);
  expect((await other.get(`/phone/sms/sessions/${id}/messages/${sent.body.message_id}`)).status).toBe(404);
  const herself = await sandbox.as(hana, asked);
  expect((await herself.get("/phone/sms/sessions")).body.sms_sessions).toHaveLength(1);
  const { body: messages } = await zoom.get(`/phone/sms/sessions/${id}`);
  expect(messages.sms_histories.map(({ direction }: { direction: string }) => direction)).toEqual([
    "In",
    "Out",
  ]);
  const one = await zoom.get(`/phone/sms/sessions/${id}/messages/${sent.body.message_id}`);
  expect(one.body).toMatchObject({ message: "Hello", delivery_status: "delivered" });
  const wrong = await zoom.post("/phone/sms/messages", {
    ...{ sender: { phone_number: number }, to_members: [{ phone_number: "555" }], message: "Hello" },
  });
  expect(wrong.body.code).toBe(316);
});

test("a call goes on to another person: blind, after a word, to a voicemail, or parked and taken up", async () => {
  const fresh = await sandbox.again();
  const act = async (call: { id: string }, what: string, body: object = {}) =>
    (await sandbox.act(`/_sandbox/phone/calls/${call.id}/${what}`, body)).body;
  const spoken = async () => {
    const call = await ring({ from: outside, to: { email: hana } });
    await act(call, "answer");
    return call;
  };
  const since = sandbox.events.length;
  const last = (event: string) =>
    sandbox.events.slice(since).findLast((one) => one.event === event)?.payload.object;
  const blind = await ring({ from: outside, to: { email: hana } });
  expect((await act(blind, "transfer", { email: hana, to: { email: luis } })).error).toContain(
    "not answered",
  );
  await act(blind, "answer");
  expect((await act(blind, "transfer", { email: luis, to: { email: hana } })).error).toContain(
    "not in this call",
  );
  const next = await act(blind, "transfer", { email: hana, to: { email: luis } });
  expect(next).toMatchObject({ caller: outside, callee: { name: "Luis Lopez" } });
  expect(last("phone.blind_transfer_initiated")).toMatchObject({
    call_id: blind.id,
    owner: { name: "Hana Hale" },
  });
  await act(next, "answer");
  await act(next, "end");

  const held = await spoken();
  const consult = await act(held, "transfer", { email: hana, to: { email: luis }, kind: "warm" });
  expect((await act(held, "transfer/complete")).error).toContain("does not speak");
  await act(consult, "answer");
  const handed = await act(held, "transfer/complete");
  expect(handed).toMatchObject({
    caller: outside,
    callee: { name: "Luis Lopez" },
    answer_time: expect.any(String),
  });
  await act(handed, "end");
  const kept = await spoken();
  await act(kept, "transfer", { email: hana, to: { email: luis }, kind: "warm" });
  await act(kept, "transfer/cancel");
  expect((await act(kept, "transfer/cancel")).error).toContain("not being transferred");
  expect(last("phone.warm_transfer_cancelled")).toMatchObject({ call_id: kept.id });

  await act(kept, "transfer", { email: hana, to: { email: luis }, kind: "voicemail", message: "It is me." });
  const { voice_mails: mails } = (await fresh.get(`/phone/users/${luis}/voice_mails`)).body;
  expect(mails[0]).toMatchObject({ caller_name: outside.name });

  const parked = await spoken();
  expect((await act(parked, "park", { email: hana })).park_code).toMatch(/^\*\d{3}$/);
  const taken = await act(parked, "retrieve", { email: luis });
  expect(taken).toMatchObject({
    caller: outside,
    callee: { name: "Luis Lopez" },
    answer_time: expect.any(String),
  });
  await act(taken, "end");
  expect(last("phone.callee_parked")).toMatchObject({ call_id: parked.id, callee: { name: "Hana Hale" } });
  for (const event of [
    "warm_transfer_initiated",
    "warm_transfer_completed",
    "transfer_call_to_voicemail_initiated",
  ])
    expect(last(`phone.${event}`)).toMatchObject({ transfer_phone_number: expect.stringContaining("+1415") });
});

test("the recording of a call is paused, resumed and stopped, and is as long as it ran", async () => {
  const fresh = await sandbox.again();
  const call = await ring({ from: outside, to: { email: luis }, recorded: true });
  const act = (what: string) => sandbox.act(`/_sandbox/phone/calls/${call.id}/${what}`);
  await act("answer");
  await seconds(20);
  await act("recording/pause");
  expect((await act("recording/pause")).status).toBe(409);
  await seconds(60);
  await act("recording/resume");
  await seconds(10);
  await act("recording/stop");
  expect((await act("recording/resume")).status).toBe(409);
  await seconds(30);
  await act("end");
  const { recordings } = (await fresh.get(`/phone/users/${luis}/recordings`)).body;
  expect(recordings[0]).toMatchObject({ duration: 30, caller_name: outside.name });
  expect(
    ["paused", "resumed", "stopped"].map((what) => sandbox.eventsOf(`phone.recording_${what}`).length),
  ).toEqual([1, 1, 1]);
});

test("a person who leaves gives their number back", async () => {
  const { body: user } = await zoom.get(`/phone/users/${luis}`);
  await zoom.delete(`/users/${luis}?action=delete`);
  expect((await zoom.get(`/phone/numbers/${user.phone_numbers[0].id}`)).body.assignee).toBeUndefined();
});
