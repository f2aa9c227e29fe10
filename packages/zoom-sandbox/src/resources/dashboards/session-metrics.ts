/** Dashboards of meetings and webinars: lists, people, quality, sharing, satisfaction. */
import { decodeOnce } from "../../api.ts";
import type { Call } from "../../call.ts";
import type { Instance, Participant, SessionFeedback, Share } from "../../people/session-rows.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { type Kind, MEETING, WEBINAR } from "../scheduled/kinds.ts";
import { findHeld } from "../scheduled/past.ts";
import { periodOf } from "../reports/period.ts";
import { type Held, heldOf, sessionsIn } from "../reports/sessions.ts";
import { gradeOf, measurements, worst } from "./quality.ts";

const DEVICE: Readonly<Record<Participant["device"], string>> = {
  ...{ desktop: "Windows", mobile: "iOS", telephone: "Phone", room: "H.323/SIP" },
};

/** Refuses accounts without dashboards. @throws {ZoomError} 400 with 200, or as Zoom's list of meetings with 400 */
export function mustHaveDashboards({ account }: Sandbox, code = 200): void {
  if (account.plan === "business") return;
  throw zoomError(
    400,
    code,
    "This API is only available for ZMP and Business or higher accounts that have enabled the Dashboard feature.",
  );
}

/** The dashboards of sessions. */
export function sessionMetrics(sandbox: Sandbox): void {
  for (const kind of [MEETING, WEBINAR]) metricsOf(sandbox, kind);
}

function metricsOf(sandbox: Sandbox, kind: Kind): void {
  const { api, table } = sandbox;
  const path = `/metrics/${kind.table}/{${kind.param}}` as const;

  /** The session of a path: the one under way for `live` (Zoom's default), else the last that ended. */
  const session = (call: Call): Held => {
    mustHaveDashboards(sandbox);
    const id = decodeOnce(call.params[kind.param] ?? "");
    if ((call.query("type") ?? "live") !== "live") return heldOf(sandbox, findHeld(sandbox, kind, id));
    const rows = table<Instance>("instances");
    const one =
      rows.get(id) ?? rows.by("meeting_id", Number(id)).findLast(({ end_time }) => end_time === undefined);
    if (!one || one.end_time !== undefined) {
      throw zoomError(404, 3001, `${kind.title} ID is invalid or the ${kind.name} has not started.`);
    }
    return heldOf(sandbox, one);
  };

  api.on(`GET /metrics/${kind.table}`, (call) => {
    mustHaveDashboards(sandbox, kind === MEETING ? 400 : 200);
    const period = periodOf(sandbox, call);
    const type = call.query("type") ?? "live";
    const by = type === "past" && call.query("query_date_type") === "end_time" ? "end_time" : "start_time";
    const list = sessionsIn(sandbox, period, { kind: kind.name, live: type === "live", by })
      .map((instance) => heldOf(sandbox, instance))
      // Zoom: pastOne are those that only one person came to (OpenAPI file).
      .filter((held) => (type !== "pastOne" || held.people === 1) && inGroup(call, held));
    const { rows, ...page } = call.page(list);
    const withFields = call.query("include_fields") === "tracking_fields";
    return {
      ...{ ...page, ...period },
      [kind.table]: rows.map((held) => ({
        ...shown(held),
        ...(withFields && { tracking_fields: held.planned?.tracking_fields ?? [] }),
      })),
    };
  });
  /** By the host's groups, and when so asked by those of the people who came. */
  function inGroup(call: Call, { host, stays }: Held): boolean {
    const group = call.query("group_id");
    if (!group) return true;
    const people = call.query("group_include_participant") === "true" ? stays.map(({ id }) => id) : [];
    return [host, ...people.map(sandbox.users.everKnown)].some((user) => user?.group_ids.includes(group));
  }

  api.on(`GET ${path}`, (call) => shown(session(call)));

  api.on(`GET ${path}/participants`, (call) => {
    const held = session(call);
    const { rows, ...page } = call.page(held.stays);
    const withRegistrant = call.query("include_fields") === "registrant_id";
    return {
      ...{ ...page, [`${kind.name}_number`]: String(held.instance.meeting_id) },
      participants: rows.map((stay) => ({
        ...person(held, stay, sharedBy(held, stay)),
        ...(withRegistrant && { registrant_id: stay.registrant_id }),
      })),
    };
  });

  function sharedBy({ instance }: Held, { user_id }: Participant): Share["content"][] {
    const shares = table<Share>("session_shares").by("uuid", instance.uuid);
    return shares.filter((share) => share.user_id === user_id).map(({ content }) => content);
  }

  const quality = ({ end }: Held, stay: Participant) => ({
    ...{ ...computer(stay), id: stay.id, join_time: stay.join_time, leave_time: stay.leave_time ?? end },
    user_qos: measurements(stay, end),
  });
  api.on(`GET ${path}/participants/qos`, (call) => {
    const held = session(call);
    const { rows, ...page } = call.page(held.stays);
    return {
      ...{ ...page, [`${kind.name}_number`]: String(held.instance.meeting_id) },
      participants: rows.map((stay) => quality(held, stay)),
    };
  });
  api.on(`GET ${path}/participants/{participantId}/qos`, (call) => {
    const held = session(call);
    const wanted = decodeOnce(call.params.participantId);
    const stay = held.stays.find(({ user_id, id, participant_uuid }) =>
      [user_id, id, participant_uuid].includes(wanted),
    );
    if (!stay) throw zoomError(404, 3001, `This ${kind.name}'s detail info is not available.`);
    return quality(held, stay);
  });

  api.on(`GET ${path}/participants/sharing`, (call) => {
    const { instance, stays, end } = session(call);
    const shares = table<Share>("session_shares").by("uuid", instance.uuid);
    const sharers = stays.filter(({ user_id }) => shares.some((share) => share.user_id === user_id));
    const { rows, ...page } = call.page(sharers);
    return {
      ...page,
      participants: rows.map(({ id, user_id, name }) => ({
        ...{ id, user_id, user_name: name },
        details: shares
          .filter((share) => share.user_id === user_id)
          .map(({ content, start_time, end_time = end }) => ({ content, start_time, end_time })),
      })),
    };
  });
  api.on(`GET ${path}/participants/satisfaction`, (call) => {
    const { instance } = session(call);
    const { rows, ...page } = call.page(table<SessionFeedback>("session_feedback").by("uuid", instance.uuid));
    return {
      ...page,
      participants: rows.map(({ user_id, email, time, satisfied, comments }) => ({
        ...{ user_id, email, date_time: time, quality: satisfied ? "GOOD" : "NOT GOOD", comment: comments },
      })),
    };
  });
}

/** A session as the dashboards show it; `duration` is a clock text there. */
export function shown({ instance, host, people, end, features, stays }: Held): object {
  const seconds = Math.max(0, Math.round((Date.parse(end) - Date.parse(instance.start_time)) / 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return {
    ...{
      uuid: instance.uuid,
      id: instance.meeting_id,
      topic: instance.topic,
      host: host?.display_name ?? "",
    },
    ...{
      email: host?.email ?? "",
      dept: host?.dept ?? "",
      user_type: host?.type === 2 ? "Licensed" : "Basic",
    },
    ...{ start_time: instance.start_time, ...(instance.end_time && { end_time: end }) },
    duration: `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`,
    ...{ participants: people, custom_keys: [] },
    in_room_participants: stays.filter(({ device }) => device === "room").length,
    ...{
      has_pstn: features.pstn,
      has_archiving: features.archive,
      has_voip: features.voip,
      has_3rd_party_audio: false,
    },
    ...{
      has_video: features.video,
      has_screen_share: features.screenShare,
      has_recording: features.recording,
    },
    ...{
      has_sip: features.room,
      has_poll: features.poll,
      has_qa: features.questions,
      has_survey: features.survey,
    },
    ...{
      has_manual_captions: false,
      has_automated_captions: false,
      has_meeting_summary: instance.summarised === true,
    },
    audio_quality: worst(stays.map((stay) => gradeOf(stay, "audio"))),
    video_quality: worst(stays.map((stay) => gradeOf(stay, "video"))),
    screen_share_quality: "good",
  };
}

function computer(stay: Participant): object {
  const { user_id, name, device, ip_address, location } = stay;
  return {
    ...{
      user_id,
      user_name: name,
      device: DEVICE[device],
      ip_address,
      location,
      domain: "",
      harddisk_id: "",
    },
    ...{
      mac_addr: "",
      pc_name: "",
      internal_ip_addresses: [],
      client: device === "room" ? "Zoom Room" : "Zoom",
    },
  };
}

function person(
  { end, instance, features }: Held,
  stay: Participant,
  shared: readonly Share["content"][],
): object {
  const { id, join_time, leave_time = end, network_type, data_center, version, device } = stay;
  // Zoom: what people from outside the account have at hand is not told.
  const known = id === "" ? "" : "Default";
  const connection = network_type === "Cellular" ? "SSL" : "UDP";
  return {
    ...{ ...computer(stay), id, participant_user_id: id, participant_uuid: stay.participant_uuid ?? "" },
    ...{ join_time, ...((stay.leave_time ?? instance.end_time) && { leave_time }), email: stay.user_email },
    // Zoom: events tell that the person left and why, dashboards why alone where there is a reason.
    ...(stay.leave_reason !== undefined && {
      leave_reason: stay.leave_reason.replace(/^.*<br>Reason: /, "").replace("webinar.", "meeting."),
    }),
    ...{
      role: stay.role === "host" ? "host" : "attendee",
      status: "in_meeting",
      network_type,
      data_center,
      version,
    },
    ...{ connection_type: connection, video_connection_type: connection, as_connection_type: connection },
    ...{
      full_data_center: data_center,
      recording: features.recording,
      share_application: shared.includes("application"),
      share_desktop: shared.includes("screen"),
      share_whiteboard: shared.includes("whiteboard"),
    },
    ...{ audio_quality: gradeOf(stay, "audio"), video_quality: stay.camera_on ? gradeOf(stay, "video") : "" },
    ...{
      screen_share_quality: shared.length > 0 ? "good" : "",
      microphone: known,
      speaker: known,
      camera: stay.camera_on ? known : "",
    },
    ...{ in_room_participants: device === "room" ? 1 : 0, bo_mtg_id: "", has_archiving: false },
  };
}
