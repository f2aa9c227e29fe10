import { afterAll, beforeAll, expect, test } from "vitest";
import type { Participant } from "./session-rows.ts";
import { type CheckedSandbox, checkedSandbox } from "../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
const hana = "hana@acme.example";
const luis = "luis@acme.example";
const mei = "mei@acme.example";

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [], seed: "people" });
});
afterAll(() => sandbox.finish());

/** A meeting of Hana, and what people do in it. */
async function meeting(body: object = {}) {
  const { body: made } = await sandbox.owner.post(`/users/${hana}/meetings`, { topic: "Review", ...body });
  const since = sandbox.events.length;
  const path = `/_sandbox/meetings/${made.id}`;
  return {
    id: made.id as number,
    act: async (what: string, given?: object) => {
      const answer = await sandbox.act(`${path}/${what}`, given);
      expect([answer.status, answer.body.error]).toEqual([200, undefined]);
      return answer.body;
    },
    refused: async (what: string, given?: object) => {
      const answer = await sandbox.act(`${path}/${what}`, given);
      expect(answer.status).toBe(409);
      return answer.body.error as string;
    },
    /** Refused because of how it was asked: by field. */
    wrong: async (what: string, given?: unknown) => {
      const answer = await sandbox.act(`${path}/${what}`, given);
      expect(answer.status).toBe(400);
      return answer.body as { error: string; errors: { field: string; message: string }[] };
    },
    // Tests look into views of every kind.
    // oxlint-disable-next-line typescript/no-explicit-any
    view: async (): Promise<any> => await (await fetch(`${sandbox.url}${path}`)).json(),
    /** What Zoom told since the meeting was made; files of an earlier recording may be finished meanwhile. */
    told: () =>
      sandbox.events
        .slice(since)
        .map(({ event }) => event.replace("meeting.", ""))
        .filter((event) => !/^recording\..*completed$/.test(event)),
    last: (event: string) => sandbox.events.slice(since).findLast((one) => one.event === event)?.payload,
  };
}

test("a meeting is started by its host, people join by four kinds of device, and it ends for everyone", async () => {
  const { id, act, told, last, view } = await meeting();
  const { uuid } = await act("start");
  expect(last("meeting.started").object).toMatchObject({ id: String(id), uuid, host_email: hana });
  await act("join", { email: luis, device: "mobile" });
  const phone = await act("join", { device: "telephone", phone_number: "+33123456789" });
  await act("join", { name: "Room 1", device: "room" });
  const { user_id } = await act("join", { name: "Grace" });
  expect(last("meeting.participant_joined").object.participant).toMatchObject({
    ...{ user_name: "Grace", user_id, id: "", email: "", participant_user_id: "" },
  });
  const { session } = await view();
  expect(session.present.map(({ name, device }: Participant) => [name, device])).toEqual([
    ["Hana Hale", "desktop"],
    ["Luis Lopez", "mobile"],
    ["+33123456789", "telephone"],
    ["Room 1", "room"],
    ["Grace", "desktop"],
  ]);
  expect(phone.phone_number).toBe("+33123456789");
  await act("end");
  expect(told()).toEqual([
    ...["started", ...Array(5).fill("participant_joined"), ...Array(5).fill("participant_left"), "ended"],
  ]);
  expect(last("meeting.participant_left").object.participant.leave_reason).toBe(
    "Grace left the meeting.<br>Reason: Host ended the meeting.",
  );
});

test("an id is text in the events of people and a number in those of recordings and calls", async () => {
  const { id, act, last } = await meeting();
  await act("start");
  await act("recording/start");
  await act("calls/phone", { name: "Ada", phone_number: "+49 30 123456" });
  expect(last("meeting.participant_joined").object.id).toBe(String(id));
  expect(last("recording.started").object.id).toBe(id);
  expect(last("meeting.participant_phone_callout_ringing").object).toMatchObject({
    ...{ id, participant: { invitee_name: "Ada", phone_number: 4930123456 } },
  });
  await act("end");
});

test("each time a meeting is held it has another uuid", async () => {
  const { act } = await meeting({ type: 3 });
  const first = await act("start");
  await act("end");
  const second = await act("start");
  expect(second.uuid).not.toBe(first.uuid);
  await act("end");
});

test("who comes before the host waits, and is in when the host comes", async () => {
  const { id, act, refused, told, last, view } = await meeting({ start_time: "2026-11-23T12:00:00Z" });
  expect(await refused("join", { name: "Early" })).toMatch(/not under way/);
  expect(await act("join", { name: "Grace", wait: true })).toMatchObject({ waits_for: "host" });
  await act("join", { name: "Impatient", wait: true });
  await act("stop-waiting", { name: "Impatient" });
  expect(last("meeting.participant_jbh_waiting_left").object).toMatchObject({ id });
  expect((await view()).waiting).toHaveLength(1);
  await act("join", { email: hana });
  expect(told()).toEqual([
    ...["participant_jbh_waiting", "participant_jbh_waiting", "participant_jbh_waiting_left"],
    ...["started", "participant_joined", "participant_joined"],
  ]);
  expect((await view()).waiting).toEqual([]);
  await act("end");
});

test("people join before the host where the meeting allows it, and it ends when the last has left", async () => {
  const settings = { join_before_host: true, jbh_time: 5 };
  const { act, refused, told } = await meeting({ settings, start_time: "2026-11-23T12:10:00Z" });
  expect(await refused("join", { name: "Grace" })).toMatch(/not under way/);
  await sandbox.clock.advance(5 * 60_000);
  await act("join", { name: "Grace" });
  expect(told()).toEqual(["started", "participant_jbh_joined", "participant_joined"]);
  await act("leave", { name: "Grace" });
  expect(told().slice(3)).toEqual(["participant_left", "ended"]);
});

test("the waiting room: admitted, sent back, left", async () => {
  const { act, refused, told, last, view } = await meeting({ settings: { waiting_room: true } });
  await act("start");
  expect(await act("join", { name: "Grace" })).toMatchObject({ waits_for: "admission" });
  await act("join", { email: luis });
  await act("admit", { email: luis });
  await act("admit", { all: true });
  expect((await view()).session.present).toHaveLength(3);
  await act("waiting-room", { name: "Grace" });
  expect(last("meeting.participant_put_in_waiting_room").object.participant.user_name).toBe("Grace");
  expect(await refused("waiting-room", { email: hana })).toMatch(/^The host cannot be sent away/);
  await act("stop-waiting", { name: "Grace" });
  expect(told()).toEqual([
    ...[
      "started",
      "participant_joined",
      "participant_joined_waiting_room",
      "participant_joined_waiting_room",
    ],
    ...["participant_admitted", "participant_joined", "participant_admitted", "participant_joined"],
    ...["participant_put_in_waiting_room", "participant_left", "participant_joined_waiting_room"],
    "participant_left_waiting_room",
  ]);
  await act("end");
});

test("a wrong passcode, no registration, a full meeting and a removed person are refused", async () => {
  const { act, refused } = await meeting({ password: "abc123", settings: { approval_type: 1 } });
  await act("start");
  expect(await refused("join", { name: "Grace", passcode: "wrong" })).toMatch(/^The passcode is wrong/);
  expect(await refused("join", { name: "Grace", passcode: "abc123" })).toMatch(/requires registration/);
  const open = await meeting();
  await open.act("start");
  await open.act("join", { email: "grace@example.com", name: "Grace" });
  await open.act("remove", { email: "grace@example.com" });
  expect(open.last("meeting.participant_left").object.participant.leave_reason).toMatch(/Removed by host\.$/);
  expect(await open.refused("join", { email: "grace@example.com", name: "G." })).toMatch(
    /removed this person/,
  );
  await Promise.all([act("end"), open.act("end")]);
});

test("a pending registrant is refused, an approved one is known by the registration", async () => {
  const { id, act, refused, last } = await meeting({ settings: { approval_type: 1 } });
  const person = { email: "ada@example.com", first_name: "Ada", last_name: "Ackers" };
  const { body } = await sandbox.owner.post(`/meetings/${id}/registrants`, person);
  await act("start");
  expect(await refused("join", { email: person.email })).toMatch(/is pending/);
  await sandbox.owner.put(`/meetings/${id}/registrants/status`, {
    ...{ action: "approve", registrants: [{ id: body.registrant_id, email: person.email }] },
  });
  await act("join", { email: person.email });
  expect(last("meeting.participant_joined").object.participant).toMatchObject({
    ...{ user_name: "Ada Ackers", email: person.email, registrant_id: body.registrant_id },
  });
  await act("end");
});

test("a meeting holds as many as its host's plan lets in", async () => {
  const { body: made } = await sandbox.owner.post("/users/ben@acme.example/meetings", { topic: "Small" });
  const path = `/_sandbox/meetings/${made.id}`;
  await sandbox.act(`${path}/start`);
  for (let index = 1; index < 100; index += 1) await sandbox.act(`${path}/join`, { name: `Guest ${index}` });
  expect((await sandbox.act(`${path}/join`, { name: "One more" })).body.error).toMatch(
    /^The meeting has reached its capacity of 100, .*: somebody must leave first\.$/,
  );
  await sandbox.act(`${path}/end`);
});

test("an alternative host may start; the scheduled host who comes is host again", async () => {
  const { act, refused, told, view } = await meeting({ settings: { alternative_hosts: luis } });
  expect(await refused("start", { email: mei })).toMatch(/Only the host/);
  await act("start", { email: luis });
  await act("join", { email: hana });
  const { present } = (await view()).session;
  expect(present.map(({ name, role, co_host }: Participant) => [name, role, co_host ?? false])).toEqual([
    ["Luis Lopez", "attendee", true],
    ["Hana Hale", "host", false],
  ]);
  expect(told()).toContain("participant_role_changed");
  await act("end");
});

test("a co-host becomes host when the host leaves; with guests alone it ends", async () => {
  const { act, last, told } = await meeting();
  await act("start");
  await act("join", { name: "Grace" });
  await act("role", { name: "Grace", role: "co-host" });
  expect(last("meeting.participant_role_changed").object.participant).toMatchObject({
    ...{ old_role: "attendee", new_role: "co-host", user_name: "Grace" },
  });
  await act("leave", { email: hana });
  expect(last("meeting.participant_role_changed").object.participant).toMatchObject({
    ...{ old_role: "co-host", new_role: "host" },
  });
  await act("join", { name: "Heidi" });
  await act("leave", { name: "Grace", cause: "network" });
  expect(last("meeting.participant_left").object.participant.leave_reason).toBe(
    "Heidi left the meeting.<br>Reason: Host closed the meeting.",
  );
  expect(told().at(-1)).toBe("ended");
});

test("who comes back is the same person with another number", async () => {
  const { act } = await meeting();
  await act("start");
  const first = await act("join", { name: "Grace" });
  await act("leave", { user_id: first.user_id, cause: "disconnected" });
  const second = await act("join", { name: "Grace" });
  expect(second.user_id).not.toBe(first.user_id);
  expect(second.participant_uuid).toBe(first.participant_uuid);
  await act("end");
});

test("sharing starts, changes and ends with the person, in the meeting and in a breakout room", async () => {
  const { id, act, told, last } = await meeting();
  await act("start");
  await act("join", { email: luis });
  await act("share/start", { email: luis, content: "application" });
  await act("share/start", { email: luis });
  expect(last("meeting.sharing_started").object.participant.sharing_details.content).toBe("desktop");
  const { rooms } = await act("breakout-rooms/open", { rooms: ["Blue", "Red"] });
  await act("breakout-rooms/join", { email: luis, room: "Blue" });
  const { participant, breakout_room_uuid } = last("meeting.participant_joined_breakout_room").object;
  expect(breakout_room_uuid).toBe(rooms[0].id);
  expect(participant.user_id).not.toBe(participant.parent_user_id);
  await act("share/start", { email: luis, content: "whiteboard" });
  await act("breakout-rooms/close");
  await act("end");
  const { body: dashboard } = await sandbox.owner.get(`/metrics/meetings/${id}/participants?type=past`);
  expect(dashboard.participants).toMatchObject([
    { user_name: "Hana Hale", share_whiteboard: false, leave_reason: "Host ended the meeting." },
    { user_name: "Luis Lopez", share_desktop: true, share_whiteboard: true, share_application: true },
  ]);
  expect(told().slice(3, -3)).toEqual([
    ...["sharing_started", "sharing_ended", "sharing_started", "sharing_ended"],
    ...["participant_joined_breakout_room", "breakout_room_sharing_started", "breakout_room_sharing_ended"],
    "participant_left_breakout_room",
  ]);
});

test("chat goes to everyone, the host or one person, with files that can be downloaded", async () => {
  const { id, act, last, refused, wrong } = await meeting();
  await act("start");
  await act("join", { email: luis });
  await act("chat", { email: luis, text: "Hello" });
  expect(last("meeting.chat_message_sent").object).toMatchObject({
    ...{ id, chat_message: { sender_type: "guest", recipient_type: "everyone", message_content: "Hello" } },
  });
  await act("chat", { email: hana, text: "Hi", to: { email: luis } });
  expect(last("meeting.chat_message_sent").object.chat_message).toMatchObject({
    ...{ sender_type: "host", recipient_type: "guest", recipient_email: luis },
  });
  const file = { name: "notes.txt", content: "agreed" };
  const sent = await act("chat", { email: luis, text: "Notes", to: "host", file });
  const { object } = last("meeting.chat_message_file_sent");
  expect(object).toMatchObject({ meeting_id: id, chat_message_file: { file_size: 6, file_type: "txt" } });
  expect(await (await fetch(object.chat_message_file.download_url)).text()).toBe("agreed");
  const big = await act("chat", { email: luis, file: { name: "film.mov", size: 2e9 } });
  const part = await fetch(`${sandbox.url}/chat-file/${encodeURIComponent(big.file.id)}`, {
    headers: { range: "bytes=1999999998-" },
  });
  expect([part.status, await part.text()]).toEqual([206, "xx"]);
  await act("join", { name: "Grace" });
  expect(await refused("chat/download", { name: "Grace", file_id: sent.file.id })).toMatch(
    /that Grace sees\.$/,
  );
  await act("chat/download", { email: hana, file_id: sent.file.id });
  expect(last("meeting.chat_message_file_downloaded")).toMatchObject({ operator: hana });
  expect((await wrong("chat", { email: luis })).errors).toEqual([
    { field: "text", message: "a message needs a text or a file" },
  ]);
  await act("end");
});

test("a poll is raised and answered, questions are asked and answered", async () => {
  const { act, refused, view } = await meeting();
  await act("start");
  await act("join", { email: luis });
  const questions = [{ name: "Agree?", answers: ["Yes", "No"] }];
  await act("polls/raise", { title: "Vote", questions });
  await act("polls/answer", { email: luis, answers: [{ question: "Agree?", answer: "Yes" }] });
  await act("polls/answer", { email: luis, answers: [{ question: "Agree?", answer: "No" }] });
  await act("polls/close", {});
  expect(await refused("polls/answer", { email: luis })).toBe(
    "No poll is open: raise it first (polls/raise).",
  );
  await act("questions/ask", { email: luis, question: "When?" });
  await act("questions/ask", { email: luis, question: "Who?", anonymous: true });
  await act("questions/answer", { question: "When?", text: "Soon" });
  await act("questions/dismiss");
  const { session } = await view();
  expect(session.polls).toMatchObject([{ title: "Vote", answered: 1 }]);
  expect(session.questions).toMatchObject([
    { asker_email: luis, status: "answered", answers: [{ text: "Soon", answerer_email: hana }] },
    { asker_name: "Anonymous Attendee", status: "dismissed" },
  ]);
  await act("end");
});

test("a recording is started, paused, resumed and stopped; an automatic one ends with the meeting", async () => {
  const { act, told, last, refused } = await meeting({ settings: { auto_recording: "cloud" } });
  await act("start");
  await sandbox.clock.advance(60_000);
  await act("recording/pause");
  await sandbox.clock.advance(60_000);
  await act("recording/resume");
  const stopped = await act("recording/stop");
  expect(stopped.pauses).toHaveLength(1);
  expect(last("recording.stopped").object.recording_file).toMatchObject({ recording_end: stopped.end_time });
  expect(await refused("recording/stop")).toBe(
    "It is not being recorded: start that first (recording/start).",
  );
  await act("recording/start");
  await act("end");
  expect(told().filter((event) => event.startsWith("recording"))).toEqual([
    ...["recording.started", "recording.paused", "recording.resumed", "recording.stopped"],
    ...["recording.started", "recording.stopped"],
  ]);
});

test("telephones and room systems are called; what nobody answers within a minute is missed", async () => {
  const { act, told, last } = await meeting();
  await act("start");
  await act("calls/phone", { name: "Ada", phone_number: "+33123456789" });
  await act("calls/end", { call: "Ada", outcome: "accepted" });
  expect(last("meeting.participant_joined").object.participant.phone_number).toBe("+33123456789");
  await act("calls/phone", { name: "Bo", phone_number: "+33123456780" });
  await act("calls/end", { call: "Bo", outcome: "rejected" });
  await act("calls/phone", { name: "Cleo", phone_number: "+33123456781" });
  await sandbox.clock.advance(60_000);
  for (const outcome of ["accepted", "rejected", "missed", "failed"]) {
    await act("calls/room", { device_ip: "192.0.2.9", call_type: "sip" });
    await act("calls/end", { call: "192.0.2.9", outcome });
  }
  const phone = "participant_phone_callout";
  const room = "participant_room_system_callout";
  expect(told().filter((event) => event.includes("callout"))).toEqual([
    ...[`${phone}_ringing`, `${phone}_accepted`, `${phone}_ringing`, `${phone}_rejected`],
    ...[`${phone}_ringing`, `${phone}_missed`],
    ...["accepted", "rejected", "missed", "failed"].flatMap((end) => [`${room}_ringing`, `${room}_${end}`]),
  ]);
  await act("end");
});

test("people of the account are invited, and accept, reject or let it ring", async () => {
  const { act, told, last } = await meeting();
  await act("start");
  await act("invitations/send", { email: luis });
  const { participant } = last("meeting.invitation_dispatched").object;
  expect(participant).toEqual({ participant_user_id: expect.stringMatching(/^[\w-]{22}$/), email: luis });
  expect(last("meeting.invitation_dispatched")).toMatchObject({ operator: hana });
  await act("invitations/answer", { email: luis, outcome: "accepted" });
  expect(last("meeting.invitation_accepted")).toMatchObject({ operator: luis });
  await act("invitations/send", { email: mei, by: luis });
  await act("invitations/answer", { email: mei, outcome: "rejected" });
  await act("invitations/send", { email: mei });
  await sandbox.clock.advance(60_000);
  expect(told().slice(2)).toEqual([
    ...["invitation_dispatched", "invitation_accepted", "participant_joined"],
    ...["invitation_dispatched", "invitation_rejected", "invitation_dispatched", "invitation_timeout"],
  ]);
  await act("end");
});

test("live streams, the AI Companion, feedback, tested devices and alerts are told", async () => {
  const { id, act, told, last } = await meeting();
  await act("device-test", { email: luis, camera: 1, os: "macOS" });
  await act("risk-alert");
  await act("start");
  await act("live-stream/start", { service: "Twitch" });
  await act("ai-companion/start", { questions: false });
  await act("ai-companion/start");
  await act("alert", { issues: ["High CPU occupation"] });
  await act("feedback", { email: hana, satisfied: false, details: ["2"], comments: "Hollow" });
  await act("join", { email: luis });
  await act("join", { device: "telephone", phone_number: "+33123456789" });
  await act("bind", { name: "+33123456789", to: { email: luis } });
  await act("end");
  expect(last("meeting.ai_companion_started").object).toMatchObject({
    ...{ meeting_number: id, ai_companion: { questions: true, summary: false } },
  });
  expect(last("meeting.participant_feedback").object.participant.feedback.feedback_details).toEqual([
    { id: "2", name: "Poor audio quality" },
  ]);
  expect(told().filter((event) => !/participant_(joined|left)$/.test(event))).toEqual([
    ...["device_tested", "risk_alert", "started", "live_streaming_started", "ai_companion_started"],
    ...["ai_companion_started", "alert", "participant_feedback", "participant_bind"],
    ...["live_streaming_stopped", "ai_companion_stopped", "ended"],
  ]);
});

test("mute, camera and who is meant are checked", async () => {
  const { act, refused, wrong, view } = await meeting({ settings: { mute_upon_entry: true } });
  await act("start");
  await act("join", { email: luis });
  await act("unmute", { email: luis });
  await act("camera", { email: luis, on: false });
  expect((await view()).session.present[1]).toMatchObject({ muted: false, camera_on: false });
  await act("mute", { all: true });
  expect((await view()).session.present.every(({ muted }: Participant) => muted)).toBe(true);
  expect(await refused("mute", { email: mei })).toBe(
    `Nobody with the email ${mei} is in the meeting; there are: Hana Hale (${hana}), Luis Lopez (${luis}).`,
  );
  expect((await wrong("camera", { email: luis })).error).toBe("on: is missing: it must be true or false");
  await act("end");
});

test("a meeting that is not there answers 404", async () => {
  expect((await sandbox.act("/_sandbox/meetings/1/start")).status).toBe(404);
});

/** A webinar of Mei with a panelist and two who registered, which has just begun. */
async function webinar(settings: object = {}) {
  const yaml = JSON.stringify({
    name: "Webinar",
    webinar: { topic: "Launch", host: mei, settings },
    people: {
      luis: { email: luis, panelist: true },
      ada: { email: "ada@example.com", name: "Ada Ackers", registered: true },
    },
    steps: [{ at: "PT0S", start: {} }],
  });
  const response = await fetch(`${sandbox.url}/_sandbox/scenarios`, { method: "POST", body: yaml });
  const { webinar_id } = (await response.json()) as { webinar_id: number };
  const since = sandbox.events.length;
  const act = async (what: string, given?: object) => {
    const answer = await sandbox.act(`/_sandbox/webinars/${webinar_id}/${what}`, given);
    return { ...answer.body, status: answer.status };
  };
  const last = (event: string) => sandbox.events.slice(since).findLast((one) => one.event === event)?.payload;
  return { act, last };
}

test("in a webinar panelists talk and share, attendees watch, and only the registered come in", async () => {
  const { act, last } = await webinar();
  expect(await act("join", { email: luis })).toMatchObject({ role: "panelist", muted: false });
  expect(await act("join", { email: "ada@example.com" })).toMatchObject({ role: "attendee", muted: true });
  expect((await act("join", { name: "Stranger" })).error).toMatch(/requires registration/);
  expect((await act("share/start", { email: "ada@example.com" })).error).toMatch(/attendee/);
  expect((await act("breakout-rooms/open", { rooms: ["Blue"] })).error).toMatch(/no breakout rooms/);
  expect((await act("camera", { email: "ada@example.com", on: true })).error).toMatch(
    /no camera: make them a panelist/,
  );
  expect((await act("waiting-room", { email: "ada@example.com" })).error).toBe(
    "A webinar has no waiting room.",
  );
  await act("share/start", { email: luis, content: "camera" });
  await act("chat", { email: luis, text: "Welcome", file: { name: "agenda.pdf", size: 2048 } });
  expect(last("webinar.chat_message_sent").object.chat_message.sender_type).toBe("panelist");
  expect(last("webinar.chat_message_file_sent").object.webinar_uuid).toBe(
    last("webinar.sharing_started").object.uuid,
  );
  await act("chat/download", { email: "ada@example.com", file_id: "agenda.pdf" });
  expect(last("webinar.chat_message_file_downloaded")).toMatchObject({ operator: "ada@example.com" });
  await act("role", { email: luis, role: "co-host" });
  expect(last("webinar.participant_role_changed").object.participant.new_role).toBe("co-host");
  await act("alert", { issues: ["Unstable audio quality"] });
  await act("feedback", { email: luis, satisfied: true });
  expect(last("webinar.participant_feedback").object.participant.feedback).toEqual({ satisfied: true });
  await act("join", { device: "telephone", phone_number: "+33123456789" });
  await act("bind", { name: "+33123456789", to: { email: luis } });
  expect(last("webinar.participant_bind").object.participant.bind_user_id).toMatch(/^\d+$/);
  await act("end");
  expect(last("webinar.participant_left").object.participant.leave_reason).toMatch(
    /left the webinar\.<br>Reason: Host ended the webinar\.$/,
  );
  expect(last("webinar.ended").object).toMatchObject({ host_email: mei, practice_session: false });
});

test("attendees come in when the practice session is over", async () => {
  const { act, last } = await webinar({ practice_session: true });
  await act("join", { email: luis });
  expect((await act("join", { email: "ada@example.com" })).error).toMatch(/practice session/);
  await act("broadcast");
  expect((await act("join", { email: "ada@example.com" })).status).toBe(200);
  expect((await act("broadcast")).status).toBe(409);
  await act("leave", { email: mei });
  expect(last("webinar.participant_role_changed").object.participant).toMatchObject({
    ...{ user_name: "Luis Lopez", new_role: "host" },
  });
  await act("end");
});

test("what makes no sense is refused with what would: nobody named, an answer nobody offers, rooms that are not open", async () => {
  const { id, act, refused, wrong } = await meeting();
  await act("start");
  await act("join", { name: "Grace" });
  expect((await wrong("admit")).error).toBe("user_id: name somebody by user_id, email or name");
  for (const [what, body, errors] of [
    [
      "join",
      { device: "fax", nmae: "Ada" },
      [
        "device must be one of desktop, mobile, telephone, room",
        "nmae is not known here; known are name, email, device, phone_number, passcode, location, network_type, wait",
      ],
    ],
    [
      "chat",
      { name: "Grace", text: 5, to: "all" },
      [
        "text must be a text, not a number",
        "to must be one of everyone, host, or an object with user_id, email, name",
      ],
    ],
    [
      "polls/raise",
      { title: "P", questions: [{ name: 1 }] },
      ["questions.0.name must be a text, not a number"],
    ],
    ["polls/raise", {}, [" must be an object with poll_id, or an object with title, anonymous, questions"]],
    ["join", { name: "  " }, ["name must not be empty"]],
    [
      "join",
      { phone_number: "+493012345" },
      ["phone_number belongs to the device telephone alone: give that, or leave it out"],
    ],
    [
      "join",
      { device: "telephone", phone_number: "none" },
      ["phone_number must be a telephone number such as +493012345"],
    ],
    [
      "polls/raise",
      { title: "P", questions: [{ name: "Q", type: "odd" }] },
      [expect.stringMatching(/^questions.0.type must be one of single, multiple, /)],
    ],
    [
      "polls/raise",
      { title: "P", questions: [{ name: "Q" }] },
      ["questions.0.answers are missing: a question of the type single has some to choose from"],
    ],
    [
      "chat",
      { name: "Grace", file: { name: "a", size: 1e15 } },
      [expect.stringMatching(/^file.size Too big/)],
    ],
    ["role", { name: "Grace" }, ["role is missing: it must be one of host, co-host, panelist, attendee"]],
    ["end", [], [" must be an object, not a list"]],
    [
      "invitations/send",
      { email: "nobody@acme.example" },
      ["email nobody@acme.example is nobody of the account; name one of its people"],
    ],
  ] as const)
    expect((await wrong(what, body)).errors.map(({ field, message }) => `${field} ${message}`)).toEqual(
      errors,
    );
  const broken = await fetch(`${sandbox.url}/_sandbox/meetings/${id}/mute`, {
    method: "POST",
    body: "{all:",
  });
  expect([broken.status, await broken.text()]).toEqual([
    400,
    expect.stringContaining("The body: is not JSON"),
  ]);
  expect(await refused("breakout-rooms/close")).toMatch(/^No breakout room is open/);
  const questions = [
    { name: "Which day?", type: "single", answers: ["Monday", "Friday"] },
    { name: "Which snacks?", type: "multiple", answers: ["Nuts", "Fruit"] },
  ];
  await act("polls/raise", { title: "Plans", questions });
  const answer = (question: string, text: string) => ({
    name: "Grace",
    answers: [{ question, answer: text }],
  });
  expect(await refused("polls/answer", answer("Which day?", "Sunday"))).toBe(
    '"Sunday" is no answer to "Which day?"; choose from: Monday, Friday.',
  );
  expect(await refused("polls/answer", answer("Which snacks?", "Nuts;Soup"))).toContain(
    '"Soup" is no answer',
  );
  await act("polls/answer", answer("Which snacks?", "Nuts;Fruit"));
  await act("end");
});
