/** Webinars that were held each month, with who registered, came, asked and answered, and the next one to come. */
import type { PollAnswer, RaisedPoll, SessionQuestion } from "../people/session-rows.ts";
import { createScheduled } from "../resources/meetings/create-meeting.ts";
import { type Meeting, type Registrant, zoomTime } from "../resources/meetings/meeting-rows.ts";
import { WEBINAR } from "../resources/scheduled/kinds.ts";
import type { Panelist } from "../resources/scheduled/panelists.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Company } from "./company.ts";
import { DAY_MS } from "./days.ts";
import { hostNamed, type Span } from "./history.ts";
import { type Guest, holdSession } from "./hold-session.ts";
import type { Random } from "./random.ts";

type Webinar = Company["webinars"][number];

const FIRST_NAMES = [
  "Alva",
  "Bilal",
  "Chloe",
  "Diego",
  "Esra",
  "Felix",
  "Gita",
  "Hiro",
  "Iris",
  "Jamal",
] as const;
const LAST_NAMES = [
  "Adler",
  "Bell",
  "Chen",
  "Diaz",
  "Evans",
  "Ferro",
  "Grant",
  "Huber",
  "Iqbal",
  "Jung",
] as const;
const COMPANIES = ["northwind", "contoso", "fabrikam", "initech", "globex", "umbrella"] as const;
const POLL = {
  name: "Which part would you try first?",
  type: "single",
  answers: ["Meetings", "Webinars", "Rooms"],
};
const QUESTIONS = [
  ["Will the recording be shared?", "Yes, everybody who registered gets it by e-mail."],
  ["Is there a trial?", "Thirty days, with everything in it."],
  ["Does it work with our calendar?", "With the usual ones."],
] as const;
const CAME = 0.6;

/** Writes them. */
export function seedWebinars(sandbox: Sandbox, random: Random, company: Company, span: Span): void {
  for (const webinar of company.webinars) {
    const firstDay = new Date(span.fromMs);
    for (let month = 0; ; month += 1) {
      const dayMs = Date.UTC(firstDay.getUTCFullYear(), firstDay.getUTCMonth() + month, webinar.day);
      const atMs = span.localTime(dayMs, webinar.at, hostNamed(sandbox, webinar.host).timezone);
      if (atMs < span.fromMs) continue;
      plan(sandbox, random, webinar, atMs, span.nowMs);
      if (atMs > span.nowMs) break;
    }
  }
}

function plan(sandbox: Sandbox, random: Random, given: Webinar, atMs: number, nowMs: number): void {
  const host = hostNamed(sandbox, given.host);
  const row = createScheduled(
    sandbox,
    WEBINAR,
    {
      ...{ topic: given.topic, type: WEBINAR.types.once, duration: given.minutes, timezone: host.timezone },
      ...{ start_time: zoomTime(new Date(atMs)), settings: { approval_type: 0, auto_recording: "cloud" } },
    },
    host,
  );
  const openedMs = Math.min(atMs, nowMs) - 21 * DAY_MS;
  row.created_at = zoomTime(new Date(openedMs));
  const registered = register(sandbox, random, row, given.registered, openedMs);
  addPanelist(sandbox, row);
  const pollId = addPoll(sandbox, row);
  if (atMs > nowMs - DAY_MS) return;

  const panelist: Guest = { name: "Pia Presenter", email: "pia@speakers.example", role: "panelist" };
  const came = registered.filter(() => random.next() < CAME);
  const others: Guest[] = [
    panelist,
    ...came.map(({ first_name, last_name, email, id }) => ({
      ...{ name: `${first_name} ${last_name}`, email, registrant_id: id },
    })),
  ];
  const { uuid } = holdSession(sandbox, random, {
    ...{ kind: WEBINAR, meeting: row, host, others, atMs, minutes: given.minutes, recorded: true },
  });
  answerPoll(sandbox, random, uuid, pollId, came, atMs);
  ask(sandbox, random, uuid, came, host.display_name, host.email, atMs);
}

function register(
  sandbox: Sandbox,
  random: Random,
  { id }: Meeting,
  count: number,
  openedMs: number,
): Registrant[] {
  const rows = sandbox.table<Registrant>(WEBINAR.registrants);
  return Array.from({ length: count }, (_, index) => {
    const [first_name, last_name] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
    const registrant: Registrant = {
      ...{ id: sandbox.ids.key(), meeting_id: id, first_name, last_name, status: "approved" },
      email: `${first_name}.${last_name}${index}@${random.pick(COMPANIES)}.example`.toLowerCase(),
      create_time: zoomTime(new Date(openedMs + random.below(20 * DAY_MS))),
      join_url: `${sandbox.origin()}/w/${id}?tk=${random.below(1e9).toString(36)}${index}`,
      details: {},
    };
    rows.set(`${id}/${registrant.id}`, registrant);
    return registrant;
  });
}

function addPanelist(sandbox: Sandbox, { id: webinar_id }: Meeting): void {
  const id = sandbox.ids.key();
  const join_url = `${sandbox.origin()}/w/${webinar_id}?tk=${sandbox.ids.secret(43)}`;
  const panelist = { id, webinar_id, name: "Pia Presenter", email: "pia@speakers.example", join_url };
  sandbox.table<Panelist>("panelists").set(`${webinar_id}/${id}`, panelist);
}

function addPoll(sandbox: Sandbox, { id: webinar_id }: Meeting): string {
  const id = sandbox.ids.key();
  const poll = {
    id,
    webinar_id,
    title: "Your first step",
    anonymous: false,
    poll_type: 1,
    status: "notstart",
  };
  const owner_key = String(webinar_id);
  sandbox.table(WEBINAR.polls).set(`${owner_key}/${id}`, { ...poll, owner_key, questions: [POLL] });
  return id;
}

function answerPoll(
  sandbox: Sandbox,
  random: Random,
  uuid: string,
  poll_id: string,
  came: readonly Registrant[],
  atMs: number,
): void {
  const time = (minutes: number): string => zoomTime(new Date(atMs + minutes * 60_000));
  const raised = { id: sandbox.ids.key(), uuid, poll_id, title: "Your first step", anonymous: false };
  sandbox
    .table<RaisedPoll>("session_polls")
    .set(raised.id, { ...raised, questions: [POLL], opened_at: time(20), closed_at: time(23) });
  for (const { first_name, last_name, email } of came.filter(() => random.next() < CAME)) {
    const id = sandbox.ids.key();
    const answer = POLL.answers[random.below(POLL.answers.length)] ?? "";
    sandbox.table<PollAnswer>("session_poll_answers").set(id, {
      ...{ id, uuid, poll_id, name: `${first_name} ${last_name}`, email, time: time(21) },
      answers: [{ question: POLL.name, answer, question_id: "1" }],
    });
  }
}

function ask(
  sandbox: Sandbox,
  random: Random,
  uuid: string,
  came: readonly Registrant[],
  answerer_name: string,
  answerer_email: string,
  atMs: number,
): void {
  QUESTIONS.forEach(([question, text], index) => {
    const asker = came[random.below(came.length)];
    if (!asker) return;
    const id = sandbox.ids.key();
    const time = zoomTime(new Date(atMs + (30 + index * 4) * 60_000));
    sandbox.table<SessionQuestion>("session_questions").set(id, {
      ...{ id, uuid, asker_name: `${asker.first_name} ${asker.last_name}`, asker_email: asker.email },
      ...{ question, time, status: "answered" },
      answers: [{ text, answerer_name, answerer_email, time, live: false }],
    });
  });
}
