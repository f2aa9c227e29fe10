/**
 * What is done with a room from afar: check in and out, meetings, mute, restart; emergency texts on its displays.
 *
 * Not emulated: switching cameras, microphones and speakers, pan and zoom of a camera, third-party meetings' content.
 */
import { createMeeting } from "../meetings/create-meeting.ts";
import { eventMeeting } from "../meetings/meeting-body.ts";
import type { Meeting } from "../meetings/meeting-rows.ts";
import { endMeeting, joinMeeting, presentIn, startMeeting } from "../../people/hold-meeting.ts";
import { leaveMeeting } from "../../people/leave.ts";
import { Refused, sessionOf } from "../../people/session.ts";
import { onSessionEnded } from "../../people/session-ended.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { MEETING } from "../scheduled/kinds.ts";
import { removeScheduled } from "../scheduled/removal.ts";
import { eventRoom, findLocation, findRoom, type Room } from "./room-rows.ts";

interface Control {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

interface Emergency {
  readonly method?: string;
  readonly params?: {
    readonly event_id?: string;
    readonly target_ids?: string[];
    readonly target_type?: string;
  };
}

const operatorOf = ({ id, email }: User) => ({ operator: email, operator_id: id });

/** The meeting that the room is in, and its number there. */
function current(
  { table }: Sandbox,
  { meeting: now }: Room,
): { meeting: Meeting; user_id: string } | undefined {
  const meeting = now && table<Meeting>("meetings").get(now.id);
  return meeting && { meeting, user_id: now.user_id };
}

/** The room leaves the meeting that it is in, if it is in one. */
export function leaveAsRoom(sandbox: Sandbox, room: Room): void {
  const now = current(sandbox, room);
  if (!now) return;
  const stay = presentIn(sandbox, now.meeting.uuid).find(({ user_id }) => user_id === now.user_id);
  delete room.meeting;
  room.status = "Available";
  if (stay) leaveMeeting(sessionOf(sandbox, now.meeting), stay);
}

/** The controls' operations. */
export function roomControls(sandbox: Sandbox): void {
  const { api, table, ids, account } = sandbox;
  const meetings = table<Meeting>("meetings");
  const text = (control: Control, name: string): string => {
    const value = control.params?.[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const invalid = (message: string) => zoomError(400, 300, message);
  const host = (room: Room) => sandbox.users.find(room.user_id || account.owner_id);

  const leave = (room: Room) => leaveAsRoom(sandbox, room);

  // Whoever ends it, a room that was in it is free again.
  onSessionEnded(sandbox, ({ meeting_id }) => {
    for (const room of table<Room>("rooms").filter(({ meeting }) => meeting?.id === meeting_id)) {
      delete room.meeting;
      room.status = "Available";
    }
  });

  function join(room: Room, control: Control): void {
    const number = text(control, "meeting_number");
    const by = host(room);
    if (!by) throw invalid("Invalid parameters.");
    const meeting =
      number === "" ? createMeeting(sandbox, { type: 1, topic: room.name }, by) : meetings.get(number);
    if (!meeting || meeting.deleted) throw invalid("Invalid parameters.");
    if (meeting.password && number !== "" && text(control, "passcode") !== meeting.password) {
      throw invalid("Invalid parameters.");
    }
    if (room.meeting && control.params?.["force_accept"] !== true)
      throw invalid("Zoom Room is in a meeting.");
    leave(room);
    const { user_id } = comeIn(room, meeting);
    room.meeting = { id: meeting.id, user_id };
    room.status = "InMeeting";
  }

  /** Rooms come to a closed door as people do. */
  function comeIn({ name }: Room, meeting: Meeting): { readonly user_id: string } {
    try {
      if (meeting.status !== "started") startMeeting(sandbox, meeting);
      const joined = joinMeeting(sandbox, meeting, { name, device: "room" });
      return "stay" in joined ? joined.stay : joined;
    } catch (error) {
      throw error instanceof Refused ? invalid(error.message) : error;
    }
  }

  function tellCheck(event: string, room: Room, control: Control): void {
    sandbox.emit(event, {
      object: {
        ...{ ...eventRoom(room), calendar_name: "", email: "", api_type: "0", calendar_type: "1" },
        ...{ event_id: text(control, "event_id"), change_key: text(control, "change_key") },
        ...{ resource_email: text(control, "resource_email"), calendar_id: text(control, "calendar_id") },
      },
    });
  }

  const controls: Readonly<Record<string, (room: Room, control: Control) => void>> = {
    "zoomroom.check_in": (room, control) => {
      if (text(control, "event_id") === "") throw invalid("Invalid parameters.");
      room.checked_in = true;
      tellCheck("zoomroom.checked_in", room, control);
    },
    "zoomroom.check_out": (room, control) => {
      if (text(control, "event_id") === "") throw invalid("Invalid parameters.");
      room.checked_in = false;
      tellCheck("zoomroom.checked_out", room, control);
    },
    "zoomroom.mute": (room) => void (room.muted = true),
    "zoomroom.unmute": (room) => void (room.muted = false),
    "zoomroom.meeting_join": join,
    "zoomroom.meeting_leave": leave,
    "zoomroom.meeting_end": (room) => {
      const now = current(sandbox, room);
      if (now?.meeting.status === "started") endMeeting(sandbox, now.meeting);
      delete room.meeting;
      room.status = "Available";
    },
    "zoomroom.meeting_schedule": (room, control) => {
      const by = host(room);
      const [topic, start_time] = [text(control, "meeting_topic"), text(control, "start_time")];
      if (!by || topic === "" || start_time === "") throw invalid("Invalid parameters.");
      const timezone = text(control, "timezone") || by.timezone;
      const duration = Number(text(control, "duration")) || 60;
      const made = createMeeting(sandbox, { type: 2, topic, start_time, duration, timezone }, by);
      sandbox.emit("meeting.created", { ...operatorOf(by), operation: "all", object: eventMeeting(made) });
    },
    "zoomroom.meeting_cancel": (room, control) => {
      const [topic, start] = [text(control, "meeting_topic"), text(control, "start_time")];
      const cancelled = meetings.find(
        (meeting) => !meeting.deleted && meeting.topic === topic && meeting.start_time === start,
      );
      const by = host(room);
      if (!cancelled || !by) throw invalid("Invalid parameters.");
      removeScheduled(sandbox, MEETING, cancelled);
      sandbox.emit("meeting.deleted", {
        ...{ ...operatorOf(by), operation: "all", object: eventMeeting(cancelled) },
      });
    },
    "zoomroom.restart": (room) => leave(room),
    "zoomroom.thirdparty_meeting_join": (room, control) => {
      const joinedBy = text(control, "join_type");
      sandbox.emit("zoomroom.thirdparty_meeting_attempted", {
        object: {
          ...{ room_id: room.id, join_time: `${sandbox.clock.now().toISOString().slice(0, 19)}Z` },
          // Zoom: whose conference a SIP address leads to is not known.
          meeting_source_type: joinedBy === "sip" ? "UNKNOWN" : text(control, "meeting_source_type"),
          ...{ join_url: text(control, "join_url"), sip_address: text(control, "sip_address") },
          ...{
            third_party_meeting_id: text(control, "third_party_meeting_id"),
            passcode: text(control, "passcode"),
          },
        },
      });
    },
  };

  api.on("PATCH /rooms/{id}/events", (call) => {
    const room = findRoom(sandbox, call.params.id);
    const control = call.body<Control>();
    const work = controls[control.method];
    if (!work) {
      const message = `The sandbox knows ${control.method} but does not emulate it.`;
      throw zoomError(501, 501, message);
    }
    if (room.status === "Offline") {
      throw invalid(
        "Zoom Room is offline. Please ensure that the Zoom Room is online before checking in or checking out.",
      );
    }
    work(room, control);
    return call.answer(202, {});
  });

  api.on("PATCH /rooms/events", (call) => {
    const { method, params = {} } = call.body<Emergency>();
    const shown = table<{ id: string; target_ids: string[] }>("room_emergencies");
    const { target_ids = [], target_type } = params;
    for (const id of target_ids) {
      if (target_type === "room") findRoom(sandbox, id);
      else if (target_type === "location") findLocation(sandbox, id);
      else if (id !== account.id) {
        throw invalid(
          "Invalid value submitted for Target Ids. Provide a valid Target Id associated with the Target type.",
        );
      }
    }
    if (method === "zoomroom.emergency_alert_removed") {
      if (!params.event_id) throw invalid("Event id is required.");
      shown.delete(params.event_id);
      return call.answer(202, {});
    }
    const event_id = ids.key();
    shown.set(event_id, { id: event_id, target_ids });
    return call.answer(202, { event_id });
  });
}
