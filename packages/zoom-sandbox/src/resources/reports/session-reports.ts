/** Reports of one meeting or webinar: its head, people, poll answers, questions, survey. */
import { decodeOnce } from "../../api.ts";
import type { Call } from "../../call.ts";
import type { Instance, SessionQuestion } from "../../people/session-rows.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { type Kind, MEETING, WEBINAR } from "../scheduled/kinds.ts";
import { findHeld } from "../scheduled/past.ts";
import { pollResults } from "../scheduled/polls.ts";
import { reportedAnswers } from "../survey-management/survey-answers.ts";
import { heldOf, reportedSession, reportedStay } from "./sessions.ts";

/** The reports of single sessions. */
export function sessionReports(sandbox: Sandbox): void {
  for (const kind of [MEETING, WEBINAR]) reportsOf(sandbox, kind);
}

function reportsOf(sandbox: Sandbox, kind: Kind): void {
  const { api, table } = sandbox;
  const path = `/report/${kind.table}/{${kind.param}}` as const;
  const held = (call: Call): Instance => {
    const id = call.params[kind.param] ?? "";
    const instance = findHeld(sandbox, kind, id);
    call.actFor(instance.host_id);
    return instance;
  };
  const head = ({ meeting_id, uuid, start_time }: Instance) => ({ id: meeting_id, uuid, start_time });

  api.on(`GET ${path}`, (call) => {
    const session = heldOf(sandbox, held(call));
    // Zoom: a meeting has a report only when two people or more were there (zoom-api.md 4.4).
    if (kind === MEETING && session.people < 2) {
      throw zoomError(404, 3001, `Meeting ${decodeOnce(call.params[kind.param])} not found or has expired.`);
    }
    return reportedSession(session);
  });
  api.on(`GET ${path}/participants`, (call) => {
    const { rows, ...page } = call.page(heldOf(sandbox, held(call)).stays);
    const withRegistrant = call.query("include_fields") === "registrant_id";
    return {
      ...page,
      participants: rows.map((stay) => ({
        ...reportedStay(stay),
        ...(!withRegistrant && { registrant_id: undefined }),
      })),
    };
  });
  api.on(`GET ${path}/polls`, (call) => {
    const instance = held(call);
    return { ...head(instance), questions: pollResults(sandbox, instance.uuid) };
  });
  api.on(`GET ${path}/qa`, (call) => {
    const instance = held(call);
    const asked = table<SessionQuestion>("session_questions").by("uuid", instance.uuid);
    const people = Map.groupBy(asked, ({ asker_name, asker_email }) => `${asker_name}\n${asker_email}`);
    const questions = [...people.values()].map((own) => ({
      ...{ name: own[0]?.asker_name ?? "", email: own[0]?.asker_email ?? "", user_id: "" },
      question_details: own.map(({ id, question, time, status, answers }) => ({
        ...{ question, question_id: id, create_time: time, question_status: status },
        answer: answers.map(({ text }) => text).join("; "),
        answer_details: answers.map((answer) => ({
          ...{ user_id: "", name: answer.answerer_name, email: answer.answerer_email, content: answer.text },
          ...{ create_time: answer.time, type: "host_answered_publicly" },
        })),
      })),
    }));
    return { ...head(instance), questions };
  });
  api.on(`GET ${path}/survey`, (call) => {
    const { meeting_id, uuid, start_time } = held(call);
    const survey = table<{ custom_survey?: { title?: string } }>(`${kind.name}_surveys`).get(meeting_id);
    return {
      ...{ [`${kind.name}_id`]: meeting_id, [`${kind.name}_uuid`]: uuid, start_time },
      ...{
        survey_id: survey ? `${meeting_id}` : "",
        survey_name: survey?.custom_survey?.title ?? "",
        survey_answers: reportedAnswers(sandbox, uuid),
      },
    };
  });
}
