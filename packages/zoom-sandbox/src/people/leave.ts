/** How people leave and how a session ends: by the host, when the last has gone, or when nobody can host it. */
import type { Sandbox } from "../sandbox.ts";
import { closeBreakoutRooms, leaveRoom } from "./breakout-rooms.ts";
import { endLive } from "./live.ts";
import { closePolls } from "./polls.ts";
import { presentIn, waitersOf } from "./presence.ts";
import { openStretch, stopRecording } from "./record.ts";
import { changeRole } from "./role.ts";
import { sessionEnded } from "./session-ended.ts";
import { held, nowIn, type Planned, Refused, type Session, sessionOf, tell, tellOf } from "./session.ts";
import type { Instance, Participant, Waiter } from "./session-rows.ts";
import { anotherStay, notYet, sendToWaitingRoom } from "./join.ts";
import { stopShares } from "./share.ts";

/** Why someone leaves. */
export type LeaveCause = keyof typeof REASONS;

/** Zoom: its reasons, which follow the sentence that the person left. */
const REASONS = {
  left: undefined,
  disconnected: undefined,
  network: "Network connection error.",
  removed: "Removed by host.",
  ended: "Host ended the meeting.",
  closed: "Host closed the meeting.",
  time_limit: "Exceeded free meeting minutes limit.",
  unknown: "Unknown reason.",
} as const;

/** The causes that a person can have. */
export const LEAVE_CAUSES = ["left", "disconnected", "network", "time_limit", "unknown"] as const;

/** Someone leaves. A host hands over first; when nobody is left, or nobody can host, it ends. */
export function leaveMeeting(session: Session, stay: Participant, cause: LeaveCause = "left"): void {
  goOut(session, stay, cause);
  const { sandbox, planned, instance } = session;
  const rest = presentIn(sandbox, instance.uuid);
  if (rest.length === 0) return endMeeting(sandbox, planned);
  if (stay.role !== "host") return undefined;
  const next =
    rest.find(({ co_host }) => co_host === true) ??
    rest.find(({ role }) => role === "alternative_host" || role === "panelist") ??
    rest.find(({ id }) => id !== "" && instance.kind === "meeting");
  if (next) changeRole(session, next, "host");
  else if (planned.settings["join_before_host"] !== true) endMeeting(sandbox, planned, "closed");
  return undefined;
}

/** The host sends someone away, who may not come back. @throws {Refused} for the host */
export function removePerson(session: Session, stay: Participant): void {
  notTheHost(stay);
  stay.removed = true;
  leaveMeeting(session, stay, "removed");
}

/** It ends for everyone. @throws {Refused} when it is not under way */
export function endMeeting(sandbox: Sandbox, planned: Planned, cause: LeaveCause = "ended"): void {
  const session = sessionOf(sandbox, planned);
  const { instance } = session;
  closePolls(session);
  closeBreakoutRooms(session);
  if (openStretch(session)) stopRecording(session);
  endLive(session);
  for (const stay of presentIn(sandbox, instance.uuid)) goOut(session, stay, cause);
  for (const waiter of waitersOf(sandbox, planned)) stopWaiting(sandbox, planned, waiter);
  const end_time = nowIn(session);
  instance.end_time = end_time;
  planned.status = "waiting";
  const host_email = sandbox.users.everKnown(instance.host_id)?.email ?? "";
  const practice = instance.kind === "webinar" && { practice_session: instance.practice_session === true };
  tell(session, "ended", { ...held(session), host_email, end_time, ...practice });
  sessionEnded(sandbox, instance);
}

/**
 * The host sends someone back to the waiting room.
 *
 * Zoom's documents do not say whether `participant_left` is sent too; here it is, so that joined and left come in pairs.
 */
export function putInWaitingRoom(session: Session, stay: Participant): Waiter {
  if (session.instance.kind === "webinar") throw new Refused("A webinar has no waiting room.");
  notTheHost(stay);
  const again = anotherStay(session, stay);
  tellOf(session, "put_in_waiting_room", stay, { date_time: nowIn(session) });
  leaveMeeting(session, stay);
  return sendToWaitingRoom(session, again);
}

/** Someone who waits goes away. */
export function stopWaiting(sandbox: Sandbox, planned: Planned, { key, stay, waits_for }: Waiter): void {
  sandbox.table("session_waiters").delete(key);
  if (waits_for === "admission") {
    const session = sessionOf(sandbox, planned);
    tellOf(session, "left_waiting_room", stay, { date_time: nowIn(session) });
    return;
  }
  const session = notYet(sandbox, planned);
  const { id, name: user_name } = stay;
  // Zoom: the id is a number in this event alone of its family.
  tell(session, "participant_jbh_waiting_left", {
    ...{ ...held(session), id: planned.id },
    participant: { id, user_name },
  });
}

function notTheHost({ role }: Participant): void {
  if (role === "host")
    throw new Refused("The host cannot be sent away: make somebody else host first (role).");
}

function goOut(session: Session, stay: Participant, cause: LeaveCause): void {
  stopShares(session, stay);
  leaveRoom(session, stay);
  const { leave_time, leave_reason } = {
    leave_time: nowIn(session),
    leave_reason: sentence(session.instance, stay, cause),
  };
  Object.assign(stay, { leave_time, leave_reason });
  tellOf(session, "left", stay, { leave_time, leave_reason });
}

// Zoom: as in its example, "Jill left the webinar.<br>Reason: Host ended the webinar.".
function sentence({ kind }: Instance, { name }: Participant, cause: LeaveCause): string {
  if (cause === "disconnected") return `${name} got disconnected from the ${kind}.`;
  const reason = REASONS[cause]?.replace("the meeting", `the ${kind}`);
  return `${name} left the ${kind}.${reason === undefined ? "" : `<br>Reason: ${reason}`}`;
}
