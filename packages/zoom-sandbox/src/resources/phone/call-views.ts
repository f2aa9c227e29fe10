/** How a call is shown: to one of its people in the older log and in the history, and in events. */
import type { Sandbox } from "../../sandbox.ts";
import {
  type CallLog,
  callOf,
  ends,
  type Party,
  type PhoneCall,
  type PhoneRecording,
  spokenSeconds,
  type Voicemail,
} from "./phone-rows.ts";

const OLD_RESULTS = {
  answered: "Call connected",
  no_answer: "No Answer",
  rejected: "Call rejected",
  voicemail: "Voicemail",
} as const;

const internal = ({ caller, callee }: PhoneCall): boolean =>
  caller.user_id !== undefined && callee.user_id !== undefined;

function waitedSeconds({ start_time, answer_time, end_time }: PhoneCall): number {
  return Math.max(0, (Date.parse(answer_time ?? end_time ?? start_time) - Date.parse(start_time)) / 1000);
}

/** The recording and the voicemail of a log. */
export function mediaOf(
  { table }: Pick<Sandbox, "table">,
  { id }: CallLog,
): { recording?: PhoneRecording; voicemail?: Voicemail } {
  const recording = table<PhoneRecording>("phone_recordings")
    .by("log_id", id)
    .find((row) => !row.deleted_at);
  const voicemail = table<Voicemail>("phone_voicemails")
    .by("log_id", id)
    .find((row) => !row.deleted_at);
  return { ...(recording && { recording }), ...(voicemail && { voicemail }) };
}

/** A log as the older operations and events show it. */
export function shownLog(sandbox: Sandbox, log: CallLog): object {
  const call = callOf(sandbox, log);
  const { recording, voicemail } = mediaOf(sandbox, log);
  const owner = sandbox.users.find(log.user_id);
  const name = owner?.display_name ?? "";
  return {
    ...{ id: log.id, call_id: call.id, user_id: log.user_id, direction: log.direction, ...ends(call) },
    ...{ date_time: call.start_time, answer_start_time: call.answer_time, call_end_time: call.end_time },
    ...{ duration: spokenSeconds(call), waiting_time: waitedSeconds(call), hold_time: 0 },
    ...{ call_type: internal(call) ? "voip" : "pstn", path: voicemail ? "voiceMail" : "extension" },
    result: OLD_RESULTS[call.result ?? "no_answer"],
    ...{ has_recording: recording !== undefined, has_voicemail: voicemail !== undefined },
    ...(recording && { recording_id: recording.id, recording_type: recording.recording_type }),
    ...{ site: { id: sandbox.account.id, name: "Main Site" }, client_code: log.client_code },
    ...{ department: owner?.dept ?? "", cost_center: owner?.cost_center ?? "" },
    owner: { id: log.user_id, name, type: "user", extension_number: extensionOf(call, log) },
  };
}

function extensionOf({ caller, callee }: PhoneCall, { user_id }: CallLog): number {
  return (caller.user_id === user_id ? caller : callee).extension_number ?? 0;
}

function historyEnd(sandbox: Sandbox, side: "caller" | "callee", party: Party): object {
  const { name, number, user_id, extension_id, extension_number } = party;
  const user = user_id === undefined ? undefined : sandbox.users.find(user_id);
  const fields = {
    ...{ name, did_number: number, ext_id: extension_id, ext_number: extension_number?.toString() },
    ...(user_id !== undefined && { ext_type: "user", email: user?.email ?? "", site_id: sandbox.account.id }),
    ...{ number_type: user_id === undefined ? "external_pstn" : "zoom_pstn", country_code: "1" },
    ...{ country_iso_code: "US", device_type: user_id === undefined ? "" : "WIN_Client(6.6.0)" },
    ...{ department: user?.dept, cost_center: user?.cost_center },
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined ? [] : [[`${side}_${key}`, value]],
    ),
  );
}

/** A log as the call history shows it: the same object names the whole call, and its one element. */
export function shownHistory(sandbox: Sandbox, log: CallLog): object {
  const call = callOf(sandbox, log);
  const { recording, voicemail } = mediaOf(sandbox, log);
  const owner = sandbox.users.find(log.user_id);
  const result = call.result ?? "no_answer";
  return {
    ...{ id: log.id, call_history_uuid: log.id, call_path_id: log.id, call_element_id: log.id },
    ...{ call_id: call.id, direction: log.direction, connect_type: internal(call) ? "internal" : "external" },
    ...{ call_type: "general", international: false, hide_caller_id: false, end_to_end: false },
    ...historyEnd(sandbox, "caller", call.caller),
    ...historyEnd(sandbox, "callee", call.callee),
    ...{ start_time: call.start_time, answer_time: call.answer_time, end_time: call.end_time },
    ...{ duration: spokenSeconds(call), talk_time: spokenSeconds(call), hold_time: 0 },
    ...{ wait_time: waitedSeconds(call), waiting_time: waitedSeconds(call) },
    ...{ result, call_result: result, event: log.direction === "inbound" ? "incoming" : "outgoing" },
    recording_status: recording ? "recorded" : "non_recorded",
    ...(recording && { recording_id: recording.id, recording_type: kindOf(recording) }),
    ...(voicemail && { voicemail_id: voicemail.id }),
    ...{ site_id: sandbox.account.id, site_name: "Main Site", client_code: log.client_code },
    ...{ department: owner?.dept ?? "", cost_center: owner?.cost_center ?? "" },
    ...{ segment: 1, node: 1, is_node: 1 },
  };
}

const kindOf = ({ recording_type }: PhoneRecording): string =>
  recording_type === "Automatic" ? "automatic" : "ad-hoc";

/** A call and its two ends in an event. */
export function eventCall({ users }: Pick<Sandbox, "users">, { id, caller, callee }: PhoneCall): object {
  const end = (party: Party): object => {
    const { name, number, user_id, extension_id, extension_number } = party;
    const timezone = (user_id === undefined ? undefined : users.find(user_id))?.timezone ?? "Etc/UTC";
    return {
      ...{ name, phone_number: number, timezone, connection_type: user_id === undefined ? "pstn" : "voip" },
      ...(user_id !== undefined && { user_id, extension_id, extension_number, extension_type: "user" }),
    };
  };
  return { call_id: id, caller: end(caller), callee: end(callee) };
}
