/** Polls in a session: the host raises one, people answer it. Zoom sends no event of either. */
import { nowIn, Refused, type Session } from "./session.ts";
import type { Participant, PollAnswer, RaisedPoll } from "./session-rows.ts";

/** A poll as it was prepared; the resource's row holds more. */
export interface PreparedPoll {
  readonly id: string;
  readonly title: string;
  readonly anonymous?: boolean;
  status?: "notstart" | "started" | "ended";
  readonly questions: readonly {
    readonly name: string;
    readonly type?: string;
    readonly answers?: readonly string[];
  }[];
}

/** What to raise: a prepared poll by its id, or one made on the spot. */
export type PollToRaise = { readonly poll_id: string } | Omit<PreparedPoll, "id" | "status">;

/** The polls that were raised in the session. */
export function raisedPolls({ sandbox, instance }: Session): RaisedPoll[] {
  return sandbox.table<RaisedPoll>("session_polls").by("uuid", instance.uuid);
}

/** The host raises a poll. @throws {Refused} */
export function raisePoll(session: Session, wanted: PollToRaise): RaisedPoll {
  const { sandbox, instance } = session;
  const poll = "poll_id" in wanted ? prepared(session, wanted.poll_id) : { id: sandbox.ids.key(), ...wanted };
  if (raisedPolls(session).some(({ poll_id, closed_at }) => poll_id === poll.id && !closed_at))
    throw new Refused(`The poll ${poll.title} is open already: answer or close it.`);
  const raised: RaisedPoll = {
    ...{ id: sandbox.ids.key(), uuid: instance.uuid, poll_id: poll.id, title: poll.title },
    ...{ anonymous: poll.anonymous ?? false, opened_at: nowIn(session) },
    questions: poll.questions.map(({ name, type = "single", answers = [] }) => ({
      ...{ name, type, answers: [...answers] },
    })),
  };
  sandbox.table<RaisedPoll>("session_polls").set(raised.id, raised);
  setStatus(session, raised, "started");
  return raised;
}

/** The poll that people may answer now: the named one, or the last that was raised. @throws {Refused} */
export function openPoll(session: Session, title?: string): RaisedPoll {
  const found = raisedPolls(session).findLast(
    (poll) => !poll.closed_at && (title === undefined || poll.title === title || poll.poll_id === title),
  );
  if (!found)
    throw new Refused(
      `No poll${title === undefined ? "" : ` ${title}`} is open: raise it first (polls/raise).`,
    );
  return found;
}

/** Someone answers; answering again replaces the answers. @throws {Refused} */
export function answerPoll(
  { sandbox, instance }: Session,
  { poll_id, anonymous, questions }: RaisedPoll,
  { user_id, name, user_email, given_email }: Participant,
  answers: readonly { readonly question: string; readonly answer: string }[],
): PollAnswer {
  for (const { question, answer } of answers) checkAnswer({ questions }, question, answer);
  const row: PollAnswer = {
    ...{ id: `${instance.uuid}/${poll_id}/${user_id}`, uuid: instance.uuid, poll_id },
    name: anonymous ? "Anonymous Attendee" : name,
    email: anonymous ? "" : user_email || (given_email ?? ""),
    time: nowIn({ sandbox }),
    answers: answers.map(({ question, answer }) => ({
      ...{ question, answer },
      question_id: String(questions.findIndex((one) => one.name === question) + 1),
    })),
  };
  sandbox.table<PollAnswer>("session_poll_answers").set(row.id, row);
  return row;
}

/** Zoom: several answers of a multiple choice are joined by a semicolon. Only what is to be chosen from is checked. */
function checkAnswer({ questions }: Pick<RaisedPoll, "questions">, name: string, answer: string): void {
  const question = questions.find((one) => one.name === name);
  if (!question)
    throw new Refused(
      `The poll does not ask: ${name}. It asks: ${questions.map((one) => one.name).join(" ")}`,
    );
  const { type, answers } = question;
  if (answers.length === 0 || (type !== "single" && type !== "multiple") || answers.includes(answer)) return;
  const chosen = type === "multiple" ? answer.split(";").map((one) => one.trim()) : [answer];
  const strange = chosen.find((one) => !answers.includes(one));
  if (strange !== undefined)
    throw new Refused(`"${strange}" is no answer to "${name}"; choose from: ${answers.join(", ")}.`);
}

/** Answers to every question that follow from one number, at least 0 and under 1. */
export function pickAnswers({ questions }: RaisedPoll, pick: number): { question: string; answer: string }[] {
  return questions.map(({ name, answers }, index) => ({
    question: name,
    answer: answers[Math.floor(((pick * (index + 1)) % 1) * answers.length)] ?? "No comment",
  }));
}

/** Closes one poll, or all that are open. */
export function closePolls(session: Session, only?: RaisedPoll): void {
  for (const poll of only ? [only] : raisedPolls(session)) {
    if (poll.closed_at !== undefined) continue;
    poll.closed_at = nowIn(session);
    setStatus(session, poll, "ended");
  }
}

/** The answers given to a poll. */
export function answersTo({ sandbox, instance }: Session, { poll_id }: RaisedPoll): PollAnswer[] {
  const all = sandbox.table<PollAnswer>("session_poll_answers").by("uuid", instance.uuid);
  return all.filter((row) => row.poll_id === poll_id);
}

/** What was prepared for the meeting or webinar. */
export function preparedPolls({ sandbox, instance }: Session): PreparedPoll[] {
  const owner = `${instance.kind}_id` as const;
  return sandbox
    .table<PreparedPoll & { meeting_id?: number; webinar_id?: number }>(`${instance.kind}_polls`)
    .by(owner, instance.meeting_id);
}

function prepared(session: Session, id: string): PreparedPoll {
  const found = preparedPolls(session).find((row) => row.id === id);
  const { kind } = session.instance;
  const known = preparedPolls(session).map((row) => `${row.id} (${row.title})`);
  if (!found)
    throw new Refused(
      `The ${kind} has no poll ${id}; ${known.length > 0 ? `it has ${known.join(", ")}` : "make one by the API, or give a title and questions"}.`,
    );
  return found;
}

/** The resource shows how far a prepared poll has got. */
function setStatus(session: Session, { poll_id }: RaisedPoll, status: "started" | "ended"): void {
  const row = preparedPolls(session).find(({ id }) => id === poll_id);
  if (row) row.status = status;
}
