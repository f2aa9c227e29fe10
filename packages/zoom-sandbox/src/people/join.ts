/**
 * How a meeting or webinar starts and how people come in: at once, after waiting for the host, or by the waiting room.
 *
 * Not emulated: locked meetings, waiting rooms for guests alone, one person in two meetings being asked to leave one.
 */
import type { Sandbox } from "../sandbox.ts";
import { zoomTime } from "../resources/meetings/meeting-rows.ts";
import { checkInvited, checkRoom, type Joiner, type Known, mayHost, recognise } from "./may-join.ts";
import { presentHost, staysOf, waitersOf } from "./presence.ts";
import { startRecording } from "./record.ts";
import { changeRole } from "./role.ts";
import {
  held,
  kindOf,
  nowIn,
  type Planned,
  Refused,
  type Session,
  sessionOf,
  tell,
  tellOf,
} from "./session.ts";
import type { Instance, Participant, Waiter } from "./session-rows.ts";

/** The host, or an alternative host, starts it, and is its first participant. @throws {Refused} */
export function startMeeting(sandbox: Sandbox, planned: Planned, starter?: Joiner): Instance {
  if (planned.status === "started")
    throw new Refused(`The ${kindOf(planned)} is under way already: join it, or end it first.`);
  const host = sandbox.users.find(planned.host_id);
  if (!starter && host && host.status !== "active")
    throw new Refused(
      "The host's account is deactivated: activate it, or let an alternative host start (email).",
    );
  const joiner = starter ?? { email: host?.email, device: "desktop" as const };
  const known = recognise(sandbox, planned, joiner);
  if (starter && !mayHost(known))
    throw new Refused(
      "Only the host or an alternative host can start it: name one of them (email), or leave it out.",
    );
  const session = open(sandbox, planned);
  if (host) enter(session, joiner, { ...known, role: "host" });
  if (planned.settings["auto_recording"] === "cloud") startRecording(session);
  for (const waiter of waitersOf(sandbox, planned)) hostCame(session, waiter);
  return session.instance;
}

/** Someone comes to the door; @returns the stay, or how the person waits. @throws {Refused} */
export function joinMeeting(
  sandbox: Sandbox,
  planned: Planned,
  joiner: Joiner,
  /** Waits for the host rather than being refused. */
  waits = false,
): Participant | Waiter {
  const known = recognise(sandbox, planned, joiner);
  checkInvited(planned, joiner, known);
  if (planned.status !== "started") {
    if (mayHost(known)) {
      startMeeting(sandbox, planned, joiner);
      const host = presentHost(sessionOf(sandbox, planned));
      if (!host) throw new Refused("The host has left again.");
      return host;
    }
    if (!mayJoinBeforeHost(sandbox, planned)) {
      if (waits) return waitForHost(sandbox, planned, joiner, known);
      throw new Refused(`The ${kindOf(planned)} is not under way: start it first.`);
    }
    open(sandbox, planned);
  }
  const session = sessionOf(sandbox, planned);
  checkRoom(session, joiner, known);
  if (session.instance.practice_session === true && known.role === "attendee")
    throw new Refused("The webinar is in its practice session: broadcast it first.");
  if (planned.settings["waiting_room"] === true && known.role === "attendee")
    return sendToWaitingRoom(session, newStay(session, joiner, known));
  return enter(session, joiner, known);
}

/** Someone who waited in the waiting room is let in. */
export function admit(session: Session, waiter: Waiter): Participant {
  session.sandbox.table("session_waiters").delete(waiter.key);
  const waiting_from = waiter.stay.join_time;
  const stay = { ...waiter.stay, waiting_from, join_time: nowIn(session) };
  tellOf(session, "admitted", stay, { date_time: stay.join_time });
  return comeIn(session, stay);
}

/** Someone sits in the waiting room from now on. */
export function sendToWaitingRoom(session: Session, stay: Participant): Waiter {
  const waiter = keepWaiter(session.sandbox, session.planned, stay, "admission");
  tellOf(session, "joined_waiting_room", stay, { date_time: stay.join_time });
  return waiter;
}

/** Someone is back at the door, with another number. */
export function anotherStay(session: Session, stay: Participant): Participant {
  const user_id = newUserId(session);
  const { leave_time: _, leave_reason: __, breakout_room: ___, bound_to: ____, ...same } = stay;
  return { ...same, key: `${stay.uuid}/${user_id}`, user_id, join_time: nowIn(session) };
}

/** It is under way, with nobody in it. */
function open(sandbox: Sandbox, planned: Planned): Session {
  freshUuid(sandbox, planned);
  const { uuid, id: meeting_id, host_id, topic, type, timezone, duration } = planned;
  const kind = kindOf(planned);
  const instance: Instance = {
    ...{ uuid, meeting_id, kind, host_id, topic, type, timezone, duration },
    start_time: zoomTime(sandbox.clock.now()),
    ...(kind === "webinar" && planned.settings["practice_session"] === true && { practice_session: true }),
  };
  sandbox.table<Instance>("instances").set(uuid, instance);
  Object.assign(planned, { status: "started", held: true });
  const session = { sandbox, planned, instance };
  tell(session, "started", { ...held(session), host_email: sandbox.users.find(host_id)?.email ?? "" });
  return session;
}

// Zoom: every time a meeting is held it has another uuid; the first one is the meeting's own.
function freshUuid(sandbox: Sandbox, planned: Planned): void {
  if (sandbox.table<Instance>("instances").has(planned.uuid)) planned.uuid = sandbox.ids.uuid();
}

function enter(session: Session, joiner: Joiner, known: Known): Participant {
  return comeIn(session, newStay(session, joiner, known));
}

function comeIn(session: Session, stay: Participant): Participant {
  const { sandbox, instance } = session;
  const actingHost = presentHost(session);
  const hostless = !staysOf(sandbox, instance.uuid).some(({ role }) => role === "host");
  if (hostless && stay.role !== "host") {
    const { id, name: user_name, registrant_id } = stay;
    tell(session, "participant_jbh_joined", {
      ...held(session),
      participant: { id, user_name, ...(registrant_id && { registrant_id }) },
    });
  }
  sandbox.table<Participant>("participants").set(stay.key, stay);
  tellOf(session, "joined", stay, { join_time: stay.join_time });
  // Zoom: the scheduled host who comes back is host again.
  if (stay.role === "host" && actingHost && actingHost.id !== stay.id) {
    changeRole(session, actingHost, "co-host");
  }
  return stay;
}

function newStay(session: Session, joiner: Joiner, known: Known): Participant {
  const { sandbox, planned, instance } = session;
  const { device, phone_number, email } = joiner;
  const name = known.name ?? phone_number ?? (email ? email.split("@")[0] : undefined) ?? "Guest";
  const user_id = newUserId(session);
  const watches = instance.kind === "webinar" && known.role === "attendee";
  return {
    ...{ key: `${instance.uuid}/${user_id}`, uuid: instance.uuid, user_id, device, name },
    participant_uuid: earlier(session, known, name)?.participant_uuid ?? sandbox.ids.key(),
    ...{ id: known.user?.id ?? "", user_email: known.email, registrant_id: known.registrant?.id ?? "" },
    ...(email !== undefined && known.email === "" && { given_email: email }),
    ...(phone_number !== undefined && { phone_number }),
    ...{ join_time: nowIn(session), role: known.role },
    ...{ ip_address: "192.0.2.1", location: joiner.location ?? known.user?.location ?? "" },
    network_type: joiner.network_type ?? (device === "mobile" ? "Cellular" : "Wifi"),
    ...{ data_center: "", version: device === "telephone" ? "" : "6.6.0" },
    muted: watches || (planned.settings["mute_upon_entry"] === true && known.role === "attendee"),
    camera_on: device !== "telephone" && !watches,
  };
}

/** The same person's earlier stay. */
function earlier(session: Session, known: Known, name: string): Participant | undefined {
  const { sandbox, instance } = session;
  return staysOf(sandbox, instance.uuid).find(
    (stay) =>
      stay.leave_time !== undefined &&
      stay.name === name &&
      stay.id === (known.user?.id ?? "") &&
      stay.user_email === known.email,
  );
}

// Zoom: before-host times are 5, 10 or 15 minutes before the start, or 0 for any time.
function mayJoinBeforeHost({ clock }: Sandbox, { settings, start_time }: Planned): boolean {
  if (settings["join_before_host"] !== true) return false;
  const minutes = Number(settings["jbh_time"] ?? 0);
  if (minutes === 0 || start_time === undefined) return true;
  return clock.now().getTime() >= Date.parse(start_time) - minutes * 60_000;
}

function waitForHost(sandbox: Sandbox, planned: Planned, joiner: Joiner, known: Known): Waiter {
  freshUuid(sandbox, planned);
  const session = notYet(sandbox, planned);
  const stay = newStay(session, joiner, known);
  const { id, name: user_name } = stay;
  tell(session, "participant_jbh_waiting", { ...held(session), participant: { id, user_name } });
  return keepWaiter(sandbox, planned, stay, "host");
}

/** The session as it would be, for those who wait for it. */
export function notYet(sandbox: Sandbox, planned: Planned): Session {
  const { uuid, id: meeting_id, host_id, topic, type, timezone, duration } = planned;
  const start_time = planned.start_time ?? zoomTime(sandbox.clock.now());
  const kind = kindOf(planned);
  return {
    ...{ sandbox, planned },
    instance: { uuid, meeting_id, kind, host_id, topic, type, timezone, duration, start_time },
  };
}

function keepWaiter(
  { table }: Sandbox,
  { id: meeting_id }: Planned,
  stay: Participant,
  waits_for: Waiter["waits_for"],
): Waiter {
  const waiter: Waiter = { key: `${meeting_id}/${stay.user_id}`, meeting_id, stay, waits_for };
  table<Waiter>("session_waiters").set(waiter.key, waiter);
  return waiter;
}

function hostCame(session: Session, { key, stay }: Waiter): void {
  session.sandbox.table("session_waiters").delete(key);
  const { uuid } = session.instance;
  const arrived = { ...stay, uuid, key: `${uuid}/${stay.user_id}`, join_time: nowIn(session) };
  const waits = session.planned.settings["waiting_room"] === true && stay.role === "attendee";
  if (waits) sendToWaitingRoom(session, arrived);
  else comeIn(session, arrived);
}

// Zoom: numbers in steps of 1024, within the session alone.
function newUserId(session: Session): string {
  const { ids, table } = session.sandbox;
  const { uuid, meeting_id } = session.instance;
  const user_id = String(16_778_240 + Number(ids.digits(6)) * 1024);
  const taken =
    table("participants").has(`${uuid}/${user_id}`) ||
    table("session_waiters").has(`${meeting_id}/${user_id}`);
  return taken ? newUserId(session) : user_id;
}
