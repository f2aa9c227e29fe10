/** Polls, quizzes and surveys of meetings and webinars, and what people answered when they were held. */
import type { PollAnswer } from "../../people/session-rows.ts";
import { type Sandbox, invalidField, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";
import { type Kind, ofPath } from "./kinds.ts";

interface Poll {
  id: string;
  title: string;
  anonymous: boolean;
  /** 1 poll, 2 advanced poll, 3 quiz. */
  poll_type: number;
  questions: Question[];
  status: "notstart" | "started" | "ended";
  meeting_id?: number;
  webinar_id?: number;
}

interface Question {
  name: string;
  type: string;
  answers?: string[];
}

const MOST_POLLS = 50;

/** The polls' operations. */
export function polls(sandbox: Sandbox, kind: Kind): void {
  const { api, ids } = sandbox;
  const path = `${kind.path}/polls` as const;
  const rows = sandbox.table<Poll>(kind.polls);
  const missing = () => zoomError(404, 404, `${kind.title} Poll not found`);

  const mustFit = (owner: string, count: number): void => {
    if (kept.rowsOf(owner).length + count <= MOST_POLLS) return;
    throw zoomError(400, 4400, `You can only add a maximum of ${MOST_POLLS} polls.`);
  };
  const make = (owner: string, given: Partial<Poll>): Poll => {
    const { title = "Poll", questions = [], poll_type = 1, anonymous = false } = given;
    mustFit(owner, 1);
    checkQuestions(questions);
    const poll: Poll = { id: ids.key(), title, anonymous, poll_type, questions, status: "notstart" };
    return { ...poll, [`${kind.name}_id`]: Number(owner) };
  };

  const kept = collection<Poll>(sandbox, {
    ...{ table: kind.polls, id: "id", param: "pollId", listKey: "polls", missing },
    ownerOf: (call) => String(ofPath(sandbox, kind, call).id),
    ...{ create: `POST ${path}`, get: `GET ${path}/{pollId}`, remove: `DELETE ${path}/{pollId}` },
    make: (call, owner) => make(owner, call.body<Partial<Poll>>()),
    update: `PUT ${path}/{pollId}`,
    change: (poll, call) => {
      const change = call.body<Partial<Poll>>();
      if (change.questions) checkQuestions(change.questions);
      Object.assign(poll, change);
    },
  });
  // Zoom: this list has no pages; anonymous=true leaves the others out.
  api.on(`GET ${path}`, (call) => {
    const all = kept.rowsOf(String(ofPath(sandbox, kind, call).id));
    return { polls: call.query("anonymous") === "true" ? all.filter(({ anonymous }) => anonymous) : all };
  });

  if (kind.name === "meeting") {
    api.on("POST /meetings/{meetingId}/batch_polls", (call) => {
      const owner = String(ofPath(sandbox, kind, call).id);
      const { polls: given = [] } = call.body<{ polls?: Partial<Poll>[] }>();
      mustFit(owner, given.length);
      // All are made before one is kept.
      const made = given.map((one) => ({ ...make(owner, one), owner_key: owner }));
      for (const poll of made) rows.set(`${owner}/${poll.id}`, poll);
      return { polls: made };
    });
  }
}

function checkQuestions(questions: readonly Question[]): void {
  const choice = new Set(["single", "multiple"]);
  const wrong = questions.findIndex(({ type, answers }) => choice.has(type) && (answers?.length ?? 0) < 2);
  if (wrong === -1) return;
  const field = `questions[${wrong}].answers`;
  throw invalidField(field);
}

/** The answers of a held session, as Zoom lists them by person. */
export function pollResults({ table }: Pick<Sandbox, "table">, uuid: string): object[] {
  const answers = table<PollAnswer>("session_poll_answers").by("uuid", uuid);
  const people = Map.groupBy(answers, ({ name, email }) => `${name}\n${email}`);
  return [...people.values()].map((own) => ({
    ...{ name: own[0]?.name ?? "", email: own[0]?.email ?? "" },
    question_details: own.flatMap(({ poll_id, time, answers: given }) =>
      given.map(({ question, answer }) => ({ question, answer, polling_id: poll_id, date_time: time })),
    ),
  }));
}

/** The surveys' operations: one for each meeting or webinar. */
export function surveys(sandbox: Sandbox, kind: Kind): void {
  const { api } = sandbox;
  const rows = sandbox.table<object>(`${kind.name}_surveys`);
  const path = `${kind.path}/survey` as const;
  api.on(`GET ${path}`, (call) => rows.get(ofPath(sandbox, kind, call).id) ?? {});
  api.on(`PATCH ${path}`, (call) => {
    const { id } = ofPath(sandbox, kind, call);
    const given = call.body<{ third_party_survey?: string }>();
    const { third_party_survey: link } = given;
    if (link !== undefined && link !== "" && URL.parse(link)?.protocol !== "https:") {
      throw zoomError(400, 300, `Invalid third party survey: ${link}.`);
    }
    rows.set(id, { ...rows.get(id), ...given });
  });
  api.on(`DELETE ${path}`, (call) => {
    rows.delete(ofPath(sandbox, kind, call).id);
  });
}
