/** Coming and going, the waiting room, roles, sound and camera. */
import { z } from "zod";
import { type Action, action, ofPerson, onePerson, someOrAll } from "./action.ts";
import { admit, joinMeeting, startMeeting } from "./join.ts";
import {
  endMeeting,
  LEAVE_CAUSES,
  leaveMeeting,
  putInWaitingRoom,
  removePerson,
  stopWaiting,
} from "./leave.ts";
import { waitersOf, waitingPerson } from "./presence.ts";
import { changeRole, ROLES, setCamera, setMuted } from "./role.ts";
import { Refused, sessionOf } from "./session.ts";

/** The devices people join by. */
export const DEVICES = ["desktop", "mobile", "telephone", "room"] as const;

/** A number that can be called. */
export const telephoneNumber = z.string().regex(/\d{3}/, "must be a telephone number such as +493012345");

const joiner = z
  .strictObject({
    name: z.string().trim().min(1, "must not be empty").max(128).optional(),
    email: z.email().optional(),
    device: z.enum(DEVICES).default("desktop"),
    phone_number: telephoneNumber.optional(),
    passcode: z.string().optional(),
    location: z.string().optional(),
    network_type: z.enum(["Wired", "Wifi", "Cellular", "Others"]).optional(),
    /** Waits for the host rather than being refused. */
    wait: z.boolean().optional(),
  })
  .superRefine(({ device, phone_number }, context) => {
    if (phone_number !== undefined && device !== "telephone")
      context.addIssue({
        code: "custom",
        path: ["phone_number"],
        message: "belongs to the device telephone alone: give that, or leave it out",
      });
  });
const nothing = z.strictObject({});

/** By the last part of their routes. */
export const attendanceActions: Readonly<Record<string, Action>> = {
  start: action(z.strictObject({ email: z.email().optional() }), ({ sandbox, planned }, { email }) => {
    const starter = email === undefined ? undefined : { email, device: "desktop" as const };
    const { uuid, start_time } = startMeeting(sandbox, planned, starter);
    return { id: planned.id, uuid, start_time };
  }),
  join: action(joiner, ({ sandbox, planned }, { wait, ...person }) =>
    joinMeeting(sandbox, planned, person, wait),
  ),
  leave: action(
    ofPerson({ cause: z.enum(LEAVE_CAUSES).optional() }),
    ({ session, person }, { cause, ...who }) => {
      const stay = person(who);
      leaveMeeting(session(), stay, cause);
      return stay;
    },
  ),
  remove: action(onePerson, ({ session, person }, who) => {
    const stay = person(who);
    removePerson(session(), stay);
    return stay;
  }),
  end: action(nothing, ({ sandbox, planned }) => {
    const { id, uuid } = planned;
    endMeeting(sandbox, planned);
    return { id, uuid };
  }),
  broadcast: action(nothing, ({ session }) => {
    const { instance } = session();
    if (instance.practice_session !== true) throw new Refused("There is no practice session to end.");
    instance.practice_session = false;
  }),
  admit: action(someOrAll, ({ sandbox, planned, session }, { all, ...who }) => {
    const waiting = waitersOf(sandbox, planned).filter(({ waits_for }) => waits_for === "admission");
    const admitted = all === true ? waiting : [waitingPerson(sandbox, planned, who)];
    return { admitted: admitted.map((waiter) => admit(session(), waiter)) };
  }),
  "waiting-room": action(onePerson, ({ session, person }, who) => putInWaitingRoom(session(), person(who))),
  "stop-waiting": action(onePerson, ({ sandbox, planned }, who) => {
    const waiter = waitingPerson(sandbox, planned, who);
    stopWaiting(sandbox, planned, waiter);
    return waiter;
  }),
  mute: action(someOrAll, ({ people }, who) => {
    for (const stay of people(who)) setMuted(stay, true);
  }),
  unmute: action(someOrAll, ({ people }, who) => {
    for (const stay of people(who)) setMuted(stay, false);
  }),
  camera: action(ofPerson({ on: z.boolean() }), ({ session, person }, { on, ...who }) =>
    setCamera(session(), person(who), on),
  ),
  role: action(ofPerson({ role: z.enum(ROLES) }), ({ sandbox, planned, person }, { role, ...who }) => {
    const stay = person(who);
    changeRole(sessionOf(sandbox, planned), stay, role);
    return stay;
  }),
};
