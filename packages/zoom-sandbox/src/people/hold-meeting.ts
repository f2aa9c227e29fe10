/** What people do with meetings, and what Zoom tells of it. */
import { type Meeting, type Registrant, zoomTime } from "../resources/meetings/meeting-rows.ts";
import type { Sandbox, User } from "../sandbox.ts";
import type { Instance, Participant } from "./session-rows.ts";

/** Someone who joins. */
export interface Joiner {
  readonly name?: string | undefined;
  /** Known to Zoom only when it is a user's, or a registrant's. */
  readonly email?: string | undefined;
  readonly device: Participant["device"];
  readonly phone_number?: string | undefined;
}

/** The host starts the meeting, and is its first participant. */
export function startMeeting(sandbox: Sandbox, meeting: Meeting): Instance {
  const instances = sandbox.table<Instance>("instances");
  // Zoom: every time a meeting is held it has another uuid; the first one is the meeting's own.
  if (instances.has(meeting.uuid)) meeting.uuid = sandbox.ids.uuid();
  const { uuid, id: meeting_id, host_id, topic, type, timezone, duration } = meeting;
  const instance: Instance = {
    uuid,
    meeting_id,
    kind: "meeting",
    host_id,
    topic,
    type,
    timezone,
    duration,
    start_time: zoomTime(sandbox.clock.now()),
  };
  instances.set(uuid, instance);
  meeting.status = "started";
  sandbox.emit("meeting.started", { object: heldMeeting(meeting, instance) });
  const host = sandbox.users.find(host_id);
  if (host) joinMeeting(sandbox, meeting, { email: host.email, device: "desktop" });
  return instance;
}

/** Someone joins; @returns the stay, whose `user_id` says who leaves later. */
export function joinMeeting(sandbox: Sandbox, meeting: Meeting, joiner: Joiner): Participant {
  const instance = currentInstance(sandbox, meeting);
  const user = joiner.email === undefined ? undefined : sandbox.users.byEmail(joiner.email);
  const registrant = registrantOf(sandbox, meeting, joiner.email);
  const user_id = String(16_778_240 + Number(sandbox.ids.digits(6)) * 1024);
  const stay: Participant = {
    ...{
      key: `${instance.uuid}/${user_id}`,
      uuid: instance.uuid,
      id: user?.id ?? "",
      user_id,
      device: joiner.device,
    },
    name: joiner.name ?? user?.display_name ?? registrant?.first_name ?? joiner.phone_number ?? "Guest",
    ...{ user_email: user?.email ?? registrant?.email ?? "", registrant_id: registrant?.id ?? "" },
    ...(joiner.phone_number !== undefined && { phone_number: joiner.phone_number }),
    join_time: zoomTime(sandbox.clock.now()),
    role: user?.id === meeting.host_id ? "host" : "attendee",
    ...{ ip_address: "192.0.2.1", location: "", network_type: "Wifi", data_center: "", version: "6.6.0" },
    ...{ muted: false, camera_on: joiner.device !== "telephone" },
  };
  sandbox.table<Participant>("participants").set(stay.key, stay);
  sandbox.emit("meeting.participant_joined", {
    object: {
      ...heldMeeting(meeting, instance),
      participant: { ...person(stay, user), join_time: stay.join_time },
    },
  });
  return stay;
}

/** Someone leaves. */
export function leaveMeeting(sandbox: Sandbox, meeting: Meeting, stay: Participant): void {
  const instance = currentInstance(sandbox, meeting);
  stay.leave_time = zoomTime(sandbox.clock.now());
  sandbox.emit("meeting.participant_left", {
    object: {
      ...heldMeeting(meeting, instance),
      participant: {
        ...person(stay, sandbox.users.find(stay.id)),
        leave_time: stay.leave_time,
        leave_reason: `${stay.name} left the meeting.`,
      },
    },
  });
}

/** The meeting ends for everyone. */
export function endMeeting(sandbox: Sandbox, meeting: Meeting): void {
  const instance = currentInstance(sandbox, meeting);
  for (const stay of presentIn(sandbox, instance.uuid)) leaveMeeting(sandbox, meeting, stay);
  instance.end_time = zoomTime(sandbox.clock.now());
  meeting.status = "waiting";
  sandbox.emit("meeting.ended", {
    object: { ...heldMeeting(meeting, instance), end_time: instance.end_time },
  });
}

/** Who is in the meeting now. */
export function presentIn(sandbox: Sandbox, uuid: string): Participant[] {
  return sandbox.table<Participant>("participants").filter((stay) => stay.uuid === uuid && !stay.leave_time);
}

function currentInstance(sandbox: Sandbox, meeting: Meeting): Instance {
  const instance = sandbox.table<Instance>("instances").get(meeting.uuid);
  if (!instance || meeting.status !== "started") throw new Error(`meeting ${meeting.id} is not under way`);
  return instance;
}

function registrantOf(sandbox: Sandbox, meeting: Meeting, email: string | undefined): Registrant | undefined {
  if (email === undefined) return undefined;
  return sandbox
    .table<Registrant>("registrants")
    .find((row) => row.meeting_id === meeting.id && row.email.toLowerCase() === email.toLowerCase());
}

// Zoom: the id is text in started, ended and participant events, and a number in created, updated, deleted.
function heldMeeting(
  { id, host_id, topic, type, timezone, duration }: Meeting,
  { uuid, start_time }: Instance,
): object {
  return { id: String(id), uuid, host_id, topic, type, start_time, timezone, duration };
}

function person(stay: Participant, user: User | undefined): object {
  return {
    ...{
      id: stay.id,
      user_id: stay.user_id,
      participant_user_id: user?.id ?? "",
      participant_uuid: stay.key.slice(-16),
    },
    ...{ user_name: stay.name, email: stay.user_email, registrant_id: stay.registrant_id },
    ...(stay.phone_number !== undefined && { phone_number: stay.phone_number }),
  };
}
