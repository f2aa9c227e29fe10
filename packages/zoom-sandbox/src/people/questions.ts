/** Questions and answers of a session. Zoom sends no event of them. */
import { nowIn, Refused, type Session } from "./session.ts";
import type { Participant, SessionQuestion } from "./session-rows.ts";

/** Every question of the session. */
export function questionsOf({ sandbox, instance }: Session): SessionQuestion[] {
  return sandbox.table<SessionQuestion>("session_questions").by("uuid", instance.uuid);
}

/** Someone asks. */
export function ask(
  session: Session,
  stay: Participant,
  question: string,
  anonymous: boolean,
): SessionQuestion {
  const { sandbox, instance } = session;
  const row: SessionQuestion = {
    ...{ id: sandbox.ids.key(), uuid: instance.uuid, question, time: nowIn(session) },
    asker_name: anonymous ? "Anonymous Attendee" : stay.name,
    asker_email: anonymous ? "" : emailOf(stay),
    ...{ status: "open", answers: [] },
  };
  sandbox.table<SessionQuestion>("session_questions").set(row.id, row);
  return row;
}

/** The question with that id or text; without either, the oldest that is open. @throws {Refused} */
export function questionNamed(session: Session, idOrText?: string): SessionQuestion {
  const found = questionsOf(session).find(({ id, question, status }) =>
    idOrText === undefined ? status === "open" : id === idOrText || question === idOrText,
  );
  if (!found)
    throw new Refused(
      idOrText === undefined
        ? "No question is open: ask one first (questions/ask)."
        : `There is no question ${idOrText}; ask it first (questions/ask).`,
    );
  return found;
}

/** Someone answers, in writing or live. */
export function answerQuestion(
  session: Session,
  question: SessionQuestion,
  stay: Participant,
  text: string,
  live: boolean,
): void {
  question.status = "answered";
  question.answers.push({
    ...{ text: live ? "live answered" : text, live, time: nowIn(session) },
    ...{ answerer_name: stay.name, answerer_email: emailOf(stay) },
  });
}

function emailOf({ user_email, given_email }: Participant): string {
  return user_email || (given_email ?? "");
}
