import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createSandbox } from "../../create-sandbox.ts";
import { type CheckedSandbox, checkedSandbox, type EmittedEvent } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [], seed: "scenarios" });
});
afterAll(() => sandbox.finish());

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../../scenarios/${name}.yaml`), "utf8");

async function post(body: string, query = "") {
  const response = await fetch(`${sandbox.url}/_sandbox/scenarios${query}`, { method: "POST", body });
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status: response.status, body: (await response.json()) as any };
}

// oxlint-disable-next-line typescript/no-explicit-any
async function read(path: string): Promise<any> {
  return (await fetch(`${sandbox.url}${path}`)).json();
}

// oxlint-disable-next-line typescript/no-explicit-any
async function rows(table: string): Promise<any[]> {
  const { tables } = await read("/_sandbox/state?full");
  return (tables[table] ?? []).map(([, row]: [string, unknown]) => row);
}

test("a scenario plays in a meeting that exists, and refuses one that does not", async () => {
  const { body: made } = await sandbox.owner.post("/users/hana@acme.example/meetings", { topic: "Kept" });
  const yaml = (id: number) =>
    `name: Again\nmeeting: { id: ${id} }\nsteps: [{at: PT0S, start: {}}, {at: PT1M, end: {}}]`;
  expect((await post(yaml(made.id), "?now")).body).toMatchObject({ meeting_id: made.id, failed: [] });
  const { body: under } = await sandbox.owner.post("/users/hana@acme.example/meetings", { topic: "On" });
  await sandbox.act(`/_sandbox/meetings/${under.id}/start`);
  const before = (await rows("meetings")).length;
  for (const [text, fault] of [
    [
      yaml(1),
      {
        line: 2,
        field: "meeting.id",
        message: "there is no meeting 1; without an id one is made of the rest",
      },
    ],
    [
      yaml(under.id),
      {
        line: 2,
        field: "meeting.id",
        message: `the meeting ${under.id} is under way; end it first, or leave the start out`,
      },
    ],
    [
      "name: A\nmeeting:\n  host: nobody@acme.example\nsteps: [{at: PT0S, start: {}}]",
      {
        line: 3,
        field: "meeting.host",
        message: "nobody@acme.example is nobody of the account; name one of its people",
      },
    ],
    [
      "name: A\nmeeting: { timezone: Mars }\npeople:\n  a: { name: A, panelist: true }\nsteps: [{at: PT0S, start: {}}]",
      { line: 2, field: "meeting.timezone", message: "must be a time zone such as Europe/Vilnius" },
    ],
    [
      "name: A\nwebinar: { host: ben@acme.example }\nsteps: [{at: PT0S, start: {}}]",
      { line: 2, field: "webinar.host", message: expect.stringMatching(/^Webinar plan is missing/) },
    ],
    [
      "name: A\nmeeting:\n  settings: { approval_type: 99 }\nsteps: [{at: PT0S, start: {}}]",
      { line: 3, field: "meeting.settings.approval_type", message: "is no value that Zoom takes there" },
    ],
    [
      "name: A\nmeeting:\n  settings: { wating_room: true }\nsteps: [{at: PT0S, start: {}}]",
      { line: 3, field: "meeting.settings.wating_room", message: "is no setting of a meeting at Zoom" },
    ],
    [
      "name: A\nmeeting: {}\ncrowds: { a: { count: 1, devices: { fax: 1 } } }\nsteps: [{at: PT0S, start: {}}]",
      {
        line: 3,
        field: "crowds.a.devices.fax",
        message: "is not known here; known are desktop, mobile, telephone, room",
      },
    ],
    [
      "name: A\nmeeting: {}\nsteps:\n  - { at: PT0S, mute: {} }",
      { line: 4, field: "steps.0.mute.user_id", message: "name somebody by user_id, email or name" },
    ],
    [
      "name: A\nmeeting: {}\npeople: { a: { name: A } }\nsteps:\n  - { at: PT0S, chat: { who: a } }",
      { line: 5, field: "steps.0.chat.text", message: "a message needs a text or a file" },
    ],
    [
      "name: A\nmeeting: {}\nsteps:\n  - { at: PT0S, polls/raise: { title: P, questions: [{ name: Q, answers: [a], typo: 1 }] } }",
      {
        line: 4,
        field: "steps.0.polls/raise.questions.0.typo",
        message: "is not known here; known are name, type, answers",
      },
    ],
    [
      ["a", "b", "c", "d", "e"]
        .map(
          (name, at, all) =>
            `${name}: &${name} [${Array(9)
              .fill(at === 0 ? "x" : `*${all[at - 1]}`)
              .join()}]`,
        )
        .join("\n"),
      { line: 1, field: "", message: expect.stringMatching(/alias/) },
    ],
  ] as const) {
    const { status, body } = await post(text);
    expect([status, body.faults[0]]).toEqual([400, fault]);
  }
  expect(await rows("meetings")).toHaveLength(before);
  await sandbox.act(`/_sandbox/meetings/${under.id}/end`);
});

test("a webinar of 300 registered attendees, with polls, questions and a recording, plays at once", async () => {
  const { status, body } = await post(example("product-webinar"), "?now");
  expect([status, body]).toMatchObject([201, { state: "done", failed: [], played: body.steps }]);
  expect(sandbox.eventsOf("webinar.registration_created")).toHaveLength(300);
  expect(sandbox.eventsOf("webinar.participant_joined")).toHaveLength(303);
  expect(sandbox.eventsOf("webinar.participant_left")).toHaveLength(303);
  expect(sandbox.eventsOf("webinar.ended")).toHaveLength(1);
  expect(sandbox.eventsOf("webinar.sharing_started")).toHaveLength(2);
  expect(sandbox.eventsOf("webinar.chat_message_sent")).toHaveLength(3);
  const [stretch] = await rows("recording_stretches");
  expect(Date.parse(stretch.end_time) - Date.parse(stretch.start_time)).toBe(45 * 60_000);
  const stays = await rows("participants");
  expect(new Set(stays.map(({ registrant_id }) => registrant_id)).size).toBe(301);
  expect(stays.filter(({ role }) => role === "panelist")).toHaveLength(2);
  expect(new Set(stays.map(({ join_time }) => join_time)).size).toBeGreaterThan(150);
  const answers = await rows("session_poll_answers");
  expect(answers.length).toBeGreaterThan(300);
  expect(answers.every(({ answers: given }) => given.length >= 1)).toBe(true);
  const questions = await rows("session_questions");
  expect(questions).toHaveLength(4);
  expect(questions.filter((one) => one.status === "answered")).toHaveLength(2);
});

test("a team's meeting plays as the clock goes, and tells how far it has got", async () => {
  const since = sandbox.events.length;
  const { body: started } = await post(example("team-meeting"));
  expect(started).toMatchObject({ state: "playing", played: 1 });
  await sandbox.clock.advance(20 * 60_000);
  const view = await read(`/_sandbox/meetings/${started.meeting_id}`);
  expect(view.session).toMatchObject({
    recording: "on",
    rooms: [{ name: "Renewals" }, { name: "New customers" }],
  });
  expect((await read(`/_sandbox/scenarios/${started.id}`)).state).toBe("playing");
  await sandbox.clock.advance(24 * 60_000);
  expect(await read(`/_sandbox/scenarios/${started.id}`)).toMatchObject({ state: "done", failed: [] });
  const told = sandbox.events.slice(since).map(({ event }) => event.replace("meeting.", ""));
  const tally = (event: string) => told.filter((one) => one === event).length;
  expect(told.slice(0, 3)).toEqual(["created", "participant_jbh_waiting", "started"]);
  expect(tally("participant_admitted")).toBe(4);
  expect(tally("participant_joined")).toBe(5);
  expect(tally("participant_left")).toBe(5);
  expect(tally("breakout_room_sharing_started")).toBe(1);
  expect(tally("chat_message_file_sent")).toBe(1);
  expect(told.at(-1)).toBe("ended");
});

test("a scenario goes on after a restart from its snapshot", async () => {
  const { body: started } = await post(
    "name: Short\nmeeting: {}\nsteps: [{at: PT0S, start: {}}, {at: PT9M, end: {}}]",
  );
  const state = await read("/_sandbox/state?full");
  const response = await fetch(`${sandbox.url}/_sandbox/state`, {
    method: "PUT",
    body: JSON.stringify(state),
  });
  expect(response.status).toBe(200);
  await post("name: Other\nmeeting: {}\nsteps: [{at: PT0S, start: {}}]");
  await sandbox.clock.advance(24 * 3_600_000);
  expect(await read(`/_sandbox/scenarios/${started.id}`)).toMatchObject({ state: "done", failed: [] });
});

test("a scenario has the same outcome on a clock that is moved at once and on one that runs", async () => {
  const yaml = [
    "name: Speeds",
    "webinar: { topic: Fast, host: mei@acme.example }",
    "people: { luis: { email: luis@acme.example, panelist: true } }",
    "crowds: { audience: { count: 60, registered: true, join: spread over PT4S from PT1S, leave: spread over PT2S from PT6S, answers_polls: 0.7, asks: [Why?], chats: [Hi] } }",
    "steps:",
    "  - { at: PT0S, start: {} }",
    "  - { at: PT1S, join: { who: luis } }",
    "  - { at: PT3S, polls/raise: { title: P, questions: [{ name: Q, answers: [a, b] }] } }",
    "  - { at: PT6S, polls/close: {} }",
    "  - { at: PT9S, end: {} }",
  ].join("\n");
  const outcome = async (speed: number) => {
    const told: string[] = [];
    const other = await createSandbox({
      ...{ port: 0, company: "small", seed: "speeds", frozenAt: new Date("2026-11-23T12:00:00Z") },
      onEvent: (event, body) => {
        const { participant } = (JSON.parse(body) as EmittedEvent).payload.object;
        told.push(`${event} ${participant?.user_name ?? ""}`);
      },
    });
    const path = `${other.url}/_sandbox/scenarios`;
    const answer = await fetch(speed === 0 ? `${path}?now` : path, { method: "POST", body: yaml });
    const { id } = (await answer.json()) as { id: string };
    other.clock.setSpeed(speed);
    const progress = async () => (await fetch(`${path}/${id}`)).json();
    await vi.waitFor(async () => expect(await progress()).toMatchObject({ state: "done" }), {
      timeout: 60_000,
    });
    other.clock.setSpeed(0);
    const { tables } = (await (await fetch(`${other.url}/_sandbox/state?full`)).json()) as {
      tables: Record<string, [string, { name: string; answers: object }][]>;
    };
    const answers = tables["session_poll_answers"]?.map(([, row]) => [row.name, row.answers]);
    await other.close();
    return { told, answers };
  };
  const atOnce = await outcome(0);
  expect(atOnce.told.length).toBeGreaterThan(180);
  expect(await outcome(60)).toEqual(atOnce);
}, 120_000);

test("what cannot be done is told, and the rest goes on", async () => {
  const { body } = await post(
    "name: Late\nmeeting: {}\nsteps: [{at: PT0S, end: {}}, {at: PT1M, start: {}}]",
    "?now",
  );
  expect(body).toMatchObject({
    state: "done",
    played: 2,
    failed: [{ action: "end", error: "The meeting is not under way: start it first." }],
  });
});

test("a fault names its line and field", async () => {
  const yaml = [
    "name: Wrong",
    "meeting: { topic: Wrong, host: nobody }",
    "crowds:",
    "  some: { count: 3, join: whenever }",
    "steps:",
    "  - { at: soon, start: {} }",
    "  - { at: PT1M, fly: {} }",
  ].join("\n");
  const { status, body } = await post(yaml);
  expect(status).toBe(400);
  const faults = body.faults.map(({ line, field }: { line: number; field: string }) => [line, field]);
  expect(faults).toContainEqual([2, "meeting.host"]);
  expect(faults).toContainEqual([4, "crowds.some.join"]);
  expect(faults).toContainEqual([6, "steps.0.at"]);
  expect(faults).toContainEqual([7, "steps.1.fly"]);
});

test("a step that names nobody, or lacks a field, is refused with its line before anything happens", async () => {
  const before = (await read("/_sandbox/scenarios")).scenarios.length;
  const yaml = [
    "name: Wrong",
    "meeting: {}",
    "steps:",
    "  - at: PT1M",
    "    mute: { who: ghost }",
    "  - at: PT2M",
    "    questions/ask: { name: Ada }",
  ].join("\n");
  const { status, body } = await post(yaml);
  expect([status, body.faults.map(({ line }: { line: number }) => line)]).toEqual([400, [5, 7]]);
  expect(body.error).toMatch(/^line 5: steps\.0\.mute\.who: "ghost" is none of the scenario's people/);
  expect((await read("/_sandbox/scenarios")).scenarios).toHaveLength(before);
  expect((await post("name: [")).body.faults[0].line).toBe(1);
});

test("a scenario that would go on for ages is refused by line", async () => {
  const { status, body } = await post(
    "name: Ages\nmeeting: {}\ncrowds: { a: { count: 2, join: at P9999999Y } }\nsteps:\n  - { at: P8D, end: {} }",
  );
  expect([status, body.faults]).toMatchObject([
    400,
    [
      { line: 3, field: "crowds.a.join" },
      { line: 5, field: "steps.0.at", message: expect.stringContaining("a week") },
    ],
  ]);
});
