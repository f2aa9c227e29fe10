import type { Sandbox } from "../sandbox.ts";
import { openRooms } from "./breakout-rooms.ts";
import { ringing } from "./calls.ts";
import { messagesOf } from "./chat.ts";
import { answersTo, preparedPolls, raisedPolls } from "./polls.ts";
import { presentIn, waitersOf } from "./presence.ts";
import { questionsOf } from "./questions.ts";
import { isPaused, openStretch } from "./record.ts";
import { kindOf, type Planned, type Session, sessionOf } from "./session.ts";
import type {
  BreakoutRoom,
  Call,
  Instance,
  Participant,
  RaisedPoll,
  SessionMessage,
  SessionQuestion,
  Share,
  Waiter,
} from "./session-rows.ts";
import { openShares } from "./share.ts";
import { lastSummary, type Summary } from "../resources/scheduled/summary-changes.ts";

/** All that can be seen of a session while it is under way. */
export interface SessionView {
  readonly instance: Instance;
  readonly present: readonly Participant[];
  readonly sharing: readonly Share[];
  readonly messages: readonly SessionMessage[];
  readonly polls: readonly ViewedPoll[];
  /** Polls that were prepared and can be raised. */
  readonly prepared: readonly { readonly id: string; readonly title: string }[];
  readonly questions: readonly SessionQuestion[];
  readonly rooms: readonly BreakoutRoom[];
  readonly ringing: readonly Call[];
  readonly recording: "off" | "on" | "paused";
}

/** A poll with how many answered, and what. */
export interface ViewedPoll extends RaisedPoll {
  readonly answered: number;
  readonly results: readonly {
    readonly question: string;
    readonly counts: readonly (readonly [string, number])[];
  }[];
}

/** Who waits, whether it is under way or not. */
export interface PlannedView {
  readonly id: number;
  readonly uuid: string;
  readonly kind: Instance["kind"];
  readonly topic: string;
  readonly status: Planned["status"];
  readonly waiting: readonly Waiter[];
  /** Of the last session that has one. */
  readonly summary?: Summary;
  readonly session?: SessionView;
}

/** Looks at a meeting or webinar. */
export function viewOf(sandbox: Sandbox, planned: Planned): PlannedView {
  const { id, uuid, topic, status } = planned;
  const waiting = waitersOf(sandbox, planned);
  const summary = lastSummary(sandbox, id);
  const plain = { id, uuid, kind: kindOf(planned), topic, status, waiting, ...(summary && { summary }) };
  if (status !== "started") return plain;
  const session = sessionOf(sandbox, planned);
  const stretch = openStretch(session);
  return {
    ...plain,
    session: {
      instance: session.instance,
      present: presentIn(sandbox, uuid),
      sharing: openShares(session),
      messages: messagesOf(session),
      polls: raisedPolls(session).map((poll) => viewedPoll(session, poll)),
      prepared: preparedPolls(session).map(({ id: poll, title }) => ({ id: poll, title })),
      questions: questionsOf(session),
      rooms: openRooms(session),
      ringing: ringing(session),
      recording: stretch === undefined ? "off" : isPaused(stretch) ? "paused" : "on",
    },
  };
}

function viewedPoll(session: Session, poll: RaisedPoll): ViewedPoll {
  const given = answersTo(session, poll);
  const results = poll.questions.map(({ name: question }) => {
    const said = given.flatMap(({ answers }) => answers.filter((one) => one.question === question));
    const counts = Map.groupBy(said, ({ answer }) => answer);
    return { question, counts: [...counts].map(([answer, { length }]) => [answer, length] as const) };
  });
  return { ...poll, answered: given.length, results };
}
