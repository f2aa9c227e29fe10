/** What people agree to in a session, and help they ask for: disclaimers and remote support, as the account's reports list them. */
import type { Sandbox } from "../sandbox.ts";
import { nowIn, Refused, type Session } from "./session.ts";
import { onSessionEnded } from "./session-ended.ts";
import type { Participant } from "./session-rows.ts";

/** Zoom's kinds of disclaimers that are shown in a session. */
export const DISCLAIMERS = [
  ...(["joinMeeting", "recording", "remoteControl", "archive", "summary", "query"] as const),
  ...(["AICompanion", "caption", "NDI", "joinWebinar", "liveStream", "unmuteAudio", "GDPR"] as const),
] as const;

/** Zoom's answers to one. */
export const DISCLAIMER_ANSWERS = ["Agree", "Cancel", "Passive Agree", "Decline Attend"] as const;

/** A disclaimer that was answered. Table `disclaimers`. */
export interface Disclaimer {
  id: string;
  time: string;
  disclaimer_type: (typeof DISCLAIMERS)[number];
  disclaimer_status: (typeof DISCLAIMER_ANSWERS)[number];
  /** The user's id; empty for guests. */
  user_id: string;
  user_email: string;
  display_name: string;
  client_type: string;
  meeting_number: number;
  meeting_id: string;
}

/** A remote support session. Table `remote_supports`. */
export interface RemoteSupport {
  id: string;
  uuid: string;
  meeting_number: number;
  topic: string;
  meeting_start_time: string;
  meeting_host_id: string;
  supporter_id: string;
  supporter_name: string;
  supporter_email: string;
  supportee_id: string;
  supportee_name: string;
  supportee_email: string;
  request_time: string;
  start_time: string;
  /** Absent while it is under way. */
  end_time?: string;
}

/** Somebody answers a disclaimer. */
export function answerDisclaimer(
  session: Session,
  stay: Participant,
  disclaimer_type: Disclaimer["disclaimer_type"],
  disclaimer_status: Disclaimer["disclaimer_status"],
): void {
  const id = session.sandbox.ids.key();
  session.sandbox.table<Disclaimer>("disclaimers").set(id, {
    ...{ id, time: nowIn(session), disclaimer_type, disclaimer_status, user_id: stay.id },
    ...{ user_email: stay.id === "" ? "" : stay.user_email, display_name: stay.name },
    ...{ client_type: stay.id === "" ? "" : stay.device, meeting_number: session.instance.meeting_id },
    meeting_id: session.instance.uuid,
  });
}

const underWay = ({ sandbox, instance }: Session): RemoteSupport | undefined =>
  sandbox
    .table<RemoteSupport>("remote_supports")
    .find(({ uuid, end_time }) => uuid === instance.uuid && end_time === undefined);

/** The host, or who has the host's part, helps somebody at their computer. @throws {Refused} */
export function startRemoteSupport(session: Session, supportee: Participant, supporter: Participant): void {
  const { sandbox, instance } = session;
  if (underWay(session))
    throw new Refused("Somebody is being helped already: stop that first (remote-support/stop).");
  if (supportee.key === supporter.key) throw new Refused("Nobody helps themselves.");
  if (supporter.role === "attendee") throw new Refused(`${supporter.name} is an attendee; a host helps.`);
  const id = sandbox.ids.key();
  sandbox.table<RemoteSupport>("remote_supports").set(id, {
    ...{ id, uuid: instance.uuid, meeting_number: instance.meeting_id, topic: instance.topic },
    ...{ meeting_start_time: instance.start_time, meeting_host_id: instance.host_id },
    ...{ supporter_id: supporter.user_id, supportee_id: supportee.user_id },
    ...{ supporter_name: supporter.name, supporter_email: supporter.user_email },
    ...{ supportee_name: supportee.name, supportee_email: supportee.user_email },
    ...{ request_time: nowIn(session), start_time: nowIn(session) },
  });
}

/** The help ends. @throws {Refused} */
export function stopRemoteSupport(session: Session): void {
  const support = underWay(session);
  if (!support) throw new Refused("Nobody is being helped: start that first (remote-support/start).");
  support.end_time = nowIn(session);
}

/** Nobody is helped any longer when the session is over. */
export function endSupportWithSession(sandbox: Sandbox): void {
  onSessionEnded(sandbox, ({ uuid, end_time }) => {
    const left = sandbox.table<RemoteSupport>("remote_supports").by("uuid", uuid);
    for (const support of left) support.end_time ??= end_time ?? support.start_time;
  });
}
