/**
 * Calls while they are made: who rings, answers, holds, hangs up, and what is left of it: logs, a recording, a voicemail.
 * The act-as-a-person routes and the seed make them. Payloads follow Zoom's event index; their inner fields are inferred,
 * as Zoom's descriptions of them are not at hand.
 */
import type { Sandbox } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { eventCall, shownHistory, shownLog } from "./call-views.ts";
import {
  type CallLog,
  type CallResult,
  callOf,
  ends,
  ownerOf,
  type Party,
  type PhoneCall,
  type PhoneRecording,
  type Voicemail,
} from "./phone-rows.ts";
import { shownPhoneRecording } from "./phone-recordings.ts";
import { shownVoicemail } from "./voicemails.ts";

/** What people do with a call. */
export interface LiveCalls {
  readonly ring: (caller: Party, callee: Party, recorded: boolean) => PhoneCall;
  readonly answer: (call: PhoneCall) => void;
  /** Steers the recording that runs. */
  readonly record: (call: PhoneCall, what: "pause" | "resume" | "stop") => void;
  readonly signal: (call: PhoneCall, what: "hold" | "unhold" | "mute" | "unmute", party: Party) => void;
  /** Ends it; the caller may leave a message. */
  readonly end: (call: PhoneCall, result: CallResult, message?: { text: string; seconds: number }) => void;
}

/** Makes calls; with `quiet` nobody is told. */
export function createLiveCalls(sandbox: Sandbox, quiet = false): LiveCalls {
  const { table, ids, clock } = sandbox;
  const now = (): string => zoomTime(clock.now());
  const tell = (event: string, userId: string | undefined, object: object): void => {
    if (!quiet && userId !== undefined) sandbox.emit(`phone.${event}`, { object }, { userId });
  };
  const shown = (call: PhoneCall): object => eventCall(sandbox, call);

  function keepLog(call: PhoneCall, party: Party, direction: CallLog["direction"]): CallLog | undefined {
    if (party.user_id === undefined) return undefined;
    const row: CallLog = {
      ...{ id: ids.key(), call_id: call.id, user_id: party.user_id, direction, start_time: call.start_time },
      ...{ client_code: "", deleted: false },
    };
    table<CallLog>("phone_call_logs").set(row.id, row);
    return row;
  }

  function record(call: PhoneCall, { id: log_id, user_id }: CallLog): PhoneRecording {
    const row: PhoneRecording = {
      ...{
        id: ids.hex(32),
        call_id: call.id,
        log_id,
        user_id,
        date_time: call.answer_time ?? call.start_time,
      },
      ...{
        duration: recordedSeconds(call),
        recording_type: "Automatic",
        auto_delete_enable: false,
        key: ids.key(),
      },
    };
    table<PhoneRecording>("phone_recordings").set(row.id, row);
    return row;
  }

  function keepMessage(call: PhoneCall, log: CallLog, text: string, seconds: number): Voicemail {
    const row: Voicemail = {
      ...{ id: ids.hex(32), call_id: call.id, log_id: log.id, user_id: log.user_id, status: "unread", text },
      ...{ date_time: call.end_time ?? call.start_time, duration: seconds, key: ids.key() },
    };
    table<Voicemail>("phone_voicemails").set(row.id, row);
    return row;
  }

  return {
    ring: (caller, callee, recorded) => {
      const call: PhoneCall = {
        ...{ id: `7${ids.digits(12)}${ids.digits(6)}`, caller, callee, recorded, start_time: now() },
      };
      table<PhoneCall>("phone_calls").set(call.id, call);
      if (quiet) return call;
      const object = { ...shown(call), ringing_start_time: call.start_time };
      tell("caller_ringing", caller.user_id, object);
      tell("callee_ringing", callee.user_id, object);
      return call;
    },
    answer: (call) => {
      call.answer_time = now();
      if (call.recorded) call.recording = { seconds: 0, since: call.answer_time };
      if (quiet) return;
      const { start_time: ringing_start_time, answer_time } = call;
      const object = { ...shown(call), ringing_start_time };
      tell("callee_answered", call.callee.user_id, { ...object, answer_start_time: answer_time });
      tell("caller_connected", call.caller.user_id, { ...object, connected_start_time: answer_time });
      if (!call.recorded) return;
      const owner = call.callee.user_id ?? call.caller.user_id;
      tell("recording_started", owner, {
        ...{ id: ids.hex(32), user_id: owner, call_id: call.id, date_time: answer_time, ...ends(call) },
        ...{ direction: call.callee.user_id ? "inbound" : "outbound", recording_type: "Automatic" },
      });
    },
    record: (call, what) => {
      const recording = (call.recording ??= { seconds: 0 });
      const since = Date.parse(recording.since ?? now());
      if (what === "resume") recording.since = now();
      else {
        recording.seconds += (clock.nowMs() - since) / 1000;
        delete recording.since;
      }
      if (what === "stop") recording.stopped = true;
      const owner = call.callee.user_id ?? call.caller.user_id;
      tell(RECORDING_EVENTS[what], owner, {
        ...{ id: ids.hex(32), user_id: owner, call_id: call.id, date_time: now(), ...ends(call) },
        ...{ direction: call.callee.user_id ? "inbound" : "outbound", recording_type: "Automatic" },
        ...(owner !== undefined && { owner: ownerOf(sandbox, owner) }),
      });
    },
    signal: (call, what, { user_id }) => {
      const side = call.caller.user_id === user_id ? "caller" : "callee";
      tell(`${side}_${what}`, user_id, { ...shown(call), date_time: now() });
    },
    end: (call, result, message) => {
      Object.assign(call, { end_time: now(), result });
      const { caller, callee, start_time, answer_time, end_time } = call;
      const logs = [keepLog(call, caller, "outbound"), keepLog(call, callee, "inbound")] as const;
      const [outbound, inbound] = logs;
      const owner = inbound ?? outbound;
      const recording = call.recorded && owner && answer_time !== undefined ? record(call, owner) : undefined;
      const voicemail =
        message && inbound ? keepMessage(call, inbound, message.text, message.seconds) : undefined;
      // A year of calls is made at each start: what nobody hears is not put together.
      if (quiet) return;
      const object = {
        ...{ ...shown(call), ringing_start_time: start_time, answer_start_time: answer_time },
        ...{ call_end_time: end_time, handup_result: HANGUPS[result] },
      };
      tell("caller_ended", caller.user_id, object);
      tell(CALLEE_EVENTS[result], callee.user_id, object);
      for (const [side, row] of [["caller", outbound] as const, ["callee", inbound] as const]) {
        if (!row) continue;
        const { user_id } = row;
        tell(`${side}_call_log_completed`, user_id, { user_id, call_logs: [shownLog(sandbox, row)] });
        const history = shownHistory(sandbox, row);
        tell(`${side}_call_history_completed`, user_id, { user_id, call_logs: [history] });
        tell(`${side}_call_element_completed`, user_id, { user_id, call_elements: [history] });
      }
      if (recording) {
        const recordings = [shownPhoneRecording(sandbox, recording)];
        tell("recording_completed", recording.user_id, { recordings });
        tell("recording_transcript_completed", recording.user_id, { recordings });
      }
      if (voicemail) {
        const view = { ...shownVoicemail(sandbox, voicemail), callee_user_id: voicemail.user_id };
        tell("voicemail_received", voicemail.user_id, view);
        tell("voicemail_transcript_completed", voicemail.user_id, view);
      }
    },
  };
}

const RECORDING_EVENTS = {
  pause: "recording_paused",
  resume: "recording_resumed",
  stop: "recording_stopped",
} as const;

/** Seconds of the call that were recorded. */
function recordedSeconds({ recording, end_time }: PhoneCall): number {
  if (!recording) return 0;
  const { seconds, since } = recording;
  return Math.round(seconds + (since && end_time ? (Date.parse(end_time) - Date.parse(since)) / 1000 : 0));
}

const CALLEE_EVENTS: Readonly<Record<CallResult, string>> = {
  ...{ answered: "callee_ended", no_answer: "callee_missed" },
  ...{ rejected: "callee_rejected", voicemail: "callee_missed" },
};
const HANGUPS: Readonly<Record<CallResult, string>> = {
  ...{ answered: "Call connected", no_answer: "No Answer", rejected: "Rejected", voicemail: "Voicemail" },
};

/** The call of that number that is under way. */
export function callUnderWay({ table }: Pick<Sandbox, "table">, id: string): PhoneCall | undefined {
  const call = table<PhoneCall>("phone_calls").get(id);
  return call && call.end_time === undefined ? callOf({ table }, { call_id: id }) : undefined;
}
