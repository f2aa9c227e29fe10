/** What people show, say and write in a session: sharing, chat, polls, questions, breakout rooms. */
import { z } from "zod";
import { type Action, action, ofPerson, onePerson, type Scene, whom } from "./action.ts";
import { closeBreakoutRooms, joinRoom, leaveRoom, openBreakoutRooms, openRooms } from "./breakout-rooms.ts";
import { downloadFile, type Recipient, sendMessage } from "./chat.ts";
import { answerPoll, closePolls, openPoll, pickAnswers, raisePoll } from "./polls.ts";
import { presentHost } from "./presence.ts";
import { answerQuestion, ask, questionNamed } from "./questions.ts";
import { Refused } from "./session.ts";
import type { Participant } from "./session-rows.ts";
import { startShare, stopShares } from "./share.ts";

/** Zoom: two gigabytes. */
const LARGEST_FILE = 2 ** 31;

/** What can be shared. */
export const CONTENTS = ["screen", "whiteboard", "application", "file", "airplay", "camera"] as const;

/** Zoom's kinds of questions. */
const QUESTION_TYPES = [
  ...(["single", "multiple", "matching", "rank_order", "short_answer", "long_answer"] as const),
  ...(["fill_in_the_blank", "rating_scale"] as const),
] as const;

const pollQuestion = z
  .strictObject({
    name: z.string().min(1),
    type: z.enum(QUESTION_TYPES).default("single"),
    answers: z.array(z.string().min(1)).default([]),
  })
  .superRefine(({ type, answers }, context) => {
    if ((type === "single" || type === "multiple") && answers.length === 0)
      context.addIssue({
        code: "custom",
        path: ["answers"],
        message: `are missing: a question of the type ${type} has some to choose from`,
      });
  });
const poll = z.union([
  z.strictObject({ poll_id: z.string().min(1) }),
  z.strictObject({
    title: z.string().min(1),
    anonymous: z.boolean().default(false),
    questions: z.array(pollQuestion).min(1),
  }),
]);
const recipient = z.union([z.enum(["everyone", "host"]), onePerson]).default("everyone");

/** By the last part of their routes. */
export const contentActions: Readonly<Record<string, Action>> = {
  "share/start": action(
    ofPerson({ content: z.enum(CONTENTS).default("screen"), file_link: z.url().optional() }),
    ({ session, person }, { content, file_link, ...who }) =>
      startShare(session(), person(who), content, { file_link }),
  ),
  "share/stop": action(onePerson, ({ session, person }, who) => {
    const stay = person(who);
    if (stopShares(session(), stay) === 0)
      throw new Refused(`${stay.name} shares nothing: share first (share/start).`);
  }),
  chat: action(
    ofPerson({
      text: z.string().max(10_000).default(""),
      to: recipient,
      file: z
        .strictObject({
          name: z.string().min(1),
          size: z.int().min(0).max(LARGEST_FILE).optional(),
          type: z.string().optional(),
          content: z.string().optional(),
        })
        .refine(
          ({ size, content }) => size === undefined || content === undefined,
          "has a size or a content, not both",
        )
        .optional(),
    }).refine(({ text, file }) => text !== "" || file !== undefined, {
      ...{ path: ["text"], error: "a message needs a text or a file" },
    }),
    ({ session, person }, { text, to, file, ...who }) => {
      const target: Recipient = typeof to === "string" ? to : person(to);
      return sendMessage(session(), person(who), text, target, file);
    },
  ),
  "chat/download": action(
    ofPerson({ file_id: z.string().min(1) }),
    ({ session, person }, { file_id, ...who }) => downloadFile(session(), person(who), file_id),
  ),
  "polls/raise": action(poll, ({ session }, wanted) => raisePoll(session(), wanted)),
  "polls/answer": action(
    ofPerson({
      /** Its title or id; the last that was raised. */
      poll: z.string().optional(),
      answers: z.array(z.strictObject({ question: z.string(), answer: z.string() })).optional(),
      /** Chooses the answers, from 0 to under 1. */
      pick: z.number().min(0).lt(1).optional(),
    }),
    ({ session, person }, { poll: title, answers, pick = 0, ...who }) => {
      const open = openPoll(session(), title);
      return answerPoll(session(), open, person(who), answers ?? pickAnswers(open, pick));
    },
  ),
  "polls/close": action(z.strictObject({ poll: z.string().optional() }), ({ session }, { poll: title }) => {
    const open = openPoll(session(), title);
    closePolls(session(), open);
    return open;
  }),
  "questions/ask": action(
    ofPerson({ question: z.string().min(1), anonymous: z.boolean().default(false) }),
    ({ session, person }, { question, anonymous, ...who }) =>
      ask(session(), person(who), question, anonymous),
  ),
  "questions/answer": action(
    z
      .strictObject({
        ...whom,
        /** Its text or id; the oldest that is open. */
        question: z.string().optional(),
        text: z.string().default(""),
        live: z.boolean().default(false),
      })
      .refine(({ text, live }) => text !== "" || live, {
        ...{ path: ["text"], error: "an answer needs a text, or is given `live`" },
      }),
    (scene, { question, text, live, ...who }) => {
      const found = questionNamed(scene.session(), question);
      answerQuestion(scene.session(), found, byWhom(scene, who), text, live);
      return found;
    },
  ),
  "questions/dismiss": action(
    z.strictObject({ question: z.string().optional() }),
    ({ session }, { question }) => {
      const found = questionNamed(session(), question);
      found.status = "dismissed";
      return found;
    },
  ),
  "breakout-rooms/open": action(
    z.strictObject({ rooms: z.array(z.string().min(1)).min(1).max(50) }),
    ({ session }, { rooms }) => ({ rooms: openBreakoutRooms(session(), rooms) }),
  ),
  "breakout-rooms/join": action(
    ofPerson({ room: z.string().min(1) }),
    ({ session, person }, { room, ...who }) => joinRoom(session(), person(who), room),
  ),
  "breakout-rooms/leave": action(onePerson, ({ session, person }, who) => {
    const stay = person(who);
    if (stay.breakout_room === undefined)
      throw new Refused(`${stay.name} is in no breakout room: join one first (breakout-rooms/join).`);
    leaveRoom(session(), stay);
  }),
  "breakout-rooms/close": action(z.strictObject({}), ({ session }) => {
    if (openRooms(session()).length === 0)
      throw new Refused("No breakout room is open: open some first (breakout-rooms/open).");
    closeBreakoutRooms(session());
  }),
};

/** The named person, or the host. */
function byWhom(scene: Scene, who: Parameters<Scene["person"]>[0]): Participant {
  if (who.user_id !== undefined || who.email !== undefined || who.name !== undefined)
    return scene.person(who);
  const host = presentHost(scene.session());
  if (!host) throw new Refused("No host is there: name who answers, by user_id, email or name.");
  return host;
}
