/** What an app does in a live meeting: record, invite, send away, AI Companion; edit or delete what was written. */
import { decodeOnce } from "../../api.ts";
import { callOut } from "../../people/calls.ts";
import { removePerson } from "../../people/leave.ts";
import { startAiCompanion, stopAiCompanion } from "../../people/live.ts";
import { presentIn } from "../../people/presence.ts";
import { pauseRecording, resumeRecording, startRecording, stopRecording } from "../../people/record.ts";
import { Refused, type Session, sessionOf } from "../../people/session.ts";
import type { Instance, SessionMessage } from "../../people/session-rows.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { settingsOf } from "../users/user-settings.ts";
import { findScheduled, type Kind, MEETING } from "./kinds.ts";

interface Params {
  readonly contacts?: readonly { readonly id?: string; readonly email?: string }[];
  readonly invitee_name?: string;
  readonly phone_number?: string;
  readonly device_ip?: string;
  readonly call_type?: string;
  readonly participant_uuid?: string;
  readonly waiting_room_title?: string;
  readonly waiting_room_description?: string;
  readonly ai_companion_mode?: "questions" | "summary" | "all";
}

const features = ({ ai_companion_mode: mode = "all" }: Params) => ({
  ...{ questions: mode !== "summary", summary: mode !== "questions" },
});

/** The controls of live meetings. */
export function liveControls(sandbox: Sandbox): void {
  const { api, users } = sandbox;
  const invalid = (message: string) => zoomError(400, 300, message);

  const controls: Readonly<Record<string, (session: Session, params: Params) => unknown>> = {
    "recording.start": (session) => {
      if (settingsOf(sandbox, session.planned.host_id)["recording"]?.["cloud_recording"] !== true) {
        throw zoomError(
          400,
          3309,
          "Not enough cloud storage available. Either purchase additional storage or delete cloud recordings to free up storage.",
        );
      }
      return startRecording(session);
    },
    "recording.stop": stopRecording,
    "recording.pause": pauseRecording,
    "recording.resume": resumeRecording,
    "participant.invite": (session, { contacts = [] }) => {
      const people = contacts.flatMap(({ id, email }) => users.find(id ?? email ?? "") ?? []);
      if (people.length === 0)
        throw invalid(
          "No valid contacts were found. Make sure the contacts can be resolved and belong to the same account.",
        );
      for (const { display_name, email } of people)
        callOut(session, { kind: "person", name: display_name, address: email });
    },
    "participant.invite.callout": (session, { invitee_name = "", phone_number = "" }) => {
      if (!/^\+?\d{5,16}$/.test(phone_number)) throw invalid("Invalid phone number.");
      callOut(session, { kind: "phone", name: invitee_name, address: phone_number });
    },
    "participant.invite.room_system_callout": (session, { device_ip = "", call_type }) => {
      if (device_ip === "") throw invalid("Invalid device IP.");
      callOut(session, {
        kind: "room",
        name: device_ip,
        address: device_ip,
        ...(call_type === "h323" || call_type === "sip" ? { call_type } : {}),
      });
    },
    "waiting_room.update": ({ planned }, { waiting_room_title, waiting_room_description }) => {
      const waiting_room_options = { waiting_room_title, waiting_room_description };
      Object.assign(planned.settings, { waiting_room_options });
    },
    "ai_companion.start": (session, params) => startAiCompanion(session, features(params)),
    "ai_companion.stop": (session, params) => stopAiCompanion(session, features(params)),
    "ai_companion.disable": (session) => {
      if (session.instance.ai_companion) stopAiCompanion(session, features({}));
    },
    "participant.remove": (session, { participant_uuid }) => {
      const stay = presentIn(sandbox, session.instance.uuid).find(
        (one) => one.participant_uuid === participant_uuid,
      );
      if (!stay) throw invalid("The participant is not in the meeting.");
      removePerson(session, stay);
    },
  };

  api.on("PATCH /live_meetings/{meetingId}/events", (call) => {
    const meeting = findScheduled(sandbox, MEETING, call.params.meetingId);
    call.actFor(meeting.host_id);
    const { method = "", params = {} } = call.body<{ method?: string; params?: Params }>();
    const work = controls[method];
    if (!work) throw invalid("Invalid method.");
    if (meeting.status !== "started") throw zoomError(400, 3000, `Meeting ${meeting.id} has not started.`);
    try {
      work(sessionOf(sandbox, meeting), params);
    } catch (error) {
      if (error instanceof Refused) throw invalid(error.message);
      throw error;
    }
    return call.answer(202, {});
  });
}

/** The operations on what was written in a live meeting or webinar. */
export function liveMessages(sandbox: Sandbox, kind: Kind): void {
  const { api, table } = sandbox;
  const rows = table<SessionMessage>("session_messages");
  const path = `/live_${kind.table}/{${kind.param}}/chat/messages/{messageId}` as const;

  const found = (call: { params: Record<string, string> }): { message: SessionMessage; host_id: string } => {
    const id = call.params[kind.param] ?? "";
    const instance = table<Instance>("instances")
      .by("meeting_id", Number(id))
      .findLast(({ end_time }) => end_time === undefined);
    const message = rows.get(decodeOnce(call.params["messageId"] ?? ""));
    if (!instance || message?.uuid !== instance.uuid) {
      throw zoomError(404, 3001, `${kind.title} does not exist: ${id}.`);
    }
    return { message, host_id: instance.host_id };
  };
  api.on(`DELETE ${path}`, (call) => {
    const { message, host_id } = found(call);
    call.actFor(host_id);
    rows.delete(message.id);
  });
  if (kind !== MEETING) return;
  api.on("PATCH /live_meetings/{meetingId}/chat/messages/{messageId}", (call) => {
    const { message, host_id } = found(call);
    call.actFor(host_id);
    if (message.file) {
      throw zoomError(
        400,
        2316,
        "The chat message cannot be edited because editing is not supported for this message type.",
      );
    }
    message.text = call.body<{ message_content: string }>().message_content;
  });
}
