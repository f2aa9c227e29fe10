/** The rows of Zoom Phone, and what the operations on them share. */
import type { Call } from "../../call.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";

/** A person with Zoom Phone. Table `phone_users`, by the person's id. */
export interface PhoneUser {
  /** The person's id. */
  id: string;
  phone_user_id: string;
  extension_id: string;
  extension_number: number;
  status: "activate" | "deactivate";
  /** Zoom's numbers of calling plans, such as 200 (US/CA unlimited). */
  calling_plans: number[];
}

/** A telephone number of the account. Table `phone_numbers`. */
export interface PhoneNumber {
  id: string;
  /** E.164. */
  number: string;
  number_type: "toll" | "tollfree";
  source: "internal" | "external";
  capability: ("incoming" | "outgoing")[];
  display_name: string;
  location: string;
  /** Who has it: a person's id; empty when nobody has. */
  assignee_id: string;
  carrier?: { code: number; name: string };
}

/** One end of a call. */
export interface Party {
  name: string;
  /** E.164; empty where only the extension is known. */
  number: string;
  /** Absent for people from outside. */
  user_id?: string;
  extension_id?: string;
  extension_number?: number;
}

/** How a call ended, in Zoom's words. */
export type CallResult = "answered" | "no_answer" | "rejected" | "voicemail";

/** A call. Table `phone_calls`. Times are Zoom's: UTC, whole seconds. */
export interface PhoneCall {
  /** Zoom's number of the call, as text. */
  id: string;
  caller: Party;
  callee: Party;
  start_time: string;
  answer_time?: string;
  end_time?: string;
  result?: CallResult;
  /** A recording runs, or ran. */
  recorded: boolean;
  /** Of the recording: seconds so far, and since when it runs again; without `since` it is paused, or stopped. */
  recording?: { seconds: number; since?: string; stopped?: boolean };
  /** A transfer that was announced to its recipient by another call. */
  warm_transfer?: { by_user_id: string; consult_call_id: string };
  /** Where it is parked. */
  park_code?: string;
}

/** A call as one of its people sees it. Table `phone_call_logs`. */
export interface CallLog {
  id: string;
  call_id: string;
  /** Whose it is. */
  user_id: string;
  direction: "inbound" | "outbound";
  start_time: string;
  client_code: string;
  /** The person took it from their list; the account's list keeps it. */
  deleted: boolean;
}

/** A recording of a call. Table `phone_recordings`. */
export interface PhoneRecording {
  id: string;
  call_id: string;
  log_id: string;
  user_id: string;
  date_time: string;
  /** Seconds. */
  duration: number;
  recording_type: "OnDemand" | "Automatic";
  auto_delete_enable: boolean;
  /** The part of the download address that names it. */
  key: string;
  deleted_at?: string;
}

/** A voicemail. Table `phone_voicemails`. */
export interface Voicemail {
  id: string;
  call_id: string;
  log_id: string;
  user_id: string;
  date_time: string;
  duration: number;
  status: "read" | "unread";
  text: string;
  key: string;
  deleted_at?: string;
}

/** The person that the path names, with their telephone. @throws {ZoomError} 404/1001 */
export function phoneUserOf(sandbox: Sandbox, call: Call): { user: User; phone: PhoneUser } {
  const user = sandbox.users.named(call.params["userId"] ?? "", call.caller);
  const phone = sandbox.table<PhoneUser>("phone_users").get(user.id);
  if (!phone) throw zoomError(404, 1001, `User does not exist: ${call.params["userId"]}.`);
  return { user, phone };
}

/** The numbers of a person. */
export function numbersOf({ table }: Pick<Sandbox, "table">, userId: string): PhoneNumber[] {
  return table<PhoneNumber>("phone_numbers").filter(({ assignee_id }) => assignee_id === userId);
}

/** The person as one end of a call. */
export function partyOf(sandbox: Sandbox, user: User): Party {
  const phone = sandbox.table<PhoneUser>("phone_users").get(user.id);
  const number = numbersOf(sandbox, user.id)[0]?.number ?? "";
  const { id: user_id, display_name: name } = user;
  return {
    ...{ name, number, user_id },
    ...(phone && { extension_id: phone.extension_id, extension_number: phone.extension_number }),
  };
}

/** The call of a log, recording or voicemail. */
export function callOf({ table }: Pick<Sandbox, "table">, { call_id }: { call_id: string }): PhoneCall {
  const call = table<PhoneCall>("phone_calls").get(call_id);
  // Calls are never deleted; what refers to one that is not there is a fault of the sandbox.
  if (!call) throw new Error(`There is no call ${call_id}.`);
  return call;
}

/** Seconds that people spoke. */
export function spokenSeconds({ answer_time, end_time }: PhoneCall): number {
  if (answer_time === undefined || end_time === undefined) return 0;
  return Math.max(0, (Date.parse(end_time) - Date.parse(answer_time)) / 1000);
}

/** The person as the owner of a recording or voicemail. */
export function ownerOf(sandbox: Sandbox, userId: string): object {
  const phone = sandbox.table<PhoneUser>("phone_users").get(userId);
  const name = sandbox.users.find(userId)?.display_name ?? "";
  return { id: userId, name, type: "user", extension_number: phone?.extension_number ?? 0 };
}

/** What logs, recordings and voicemails say of the two ends. */
export function ends({ caller, callee }: PhoneCall): object {
  const inside = ({ extension_number }: Party): boolean => extension_number !== undefined;
  // Zoom: an extension is shown where both ends are of the account, the number otherwise.
  const shown = (party: Party): string =>
    inside(caller) && inside(callee) ? String(party.extension_number) : party.number;
  return {
    ...{ caller_name: caller.name, caller_number: shown(caller), caller_number_type: inside(caller) ? 1 : 2 },
    ...{ callee_name: callee.name, callee_number: shown(callee), callee_number_type: inside(callee) ? 1 : 2 },
    ...{ caller_did_number: caller.number, callee_did_number: callee.number },
    ...{ caller_number_source: inside(caller) ? "internal" : "external" },
    ...{ callee_number_source: inside(callee) ? "internal" : "external" },
  };
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** The rows between the query's `from` and `to`, newest first; without them, those of the last thirty days. */
export function inPeriod<Row>(
  { clock }: Pick<Sandbox, "clock">,
  call: Call,
  rows: readonly Row[],
  timeOf: (row: Row) => string,
): { rows: Row[]; from: string; to: string } {
  const now = clock.now().getTime();
  const read = (text: string | undefined, fallbackMs: number, endOfDay: boolean): number => {
    if (text === undefined || text === "") return fallbackMs;
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw zoomError(400, 300, "Validation Failed.");
    return endOfDay && /^\d{4}-\d{2}-\d{2}$/.test(text) ? ms + DAY_MS - 1 : ms;
  };
  const toMs = read(call.query("to"), now, true);
  const fromMs = read(call.query("from"), toMs - DEFAULT_DAYS * DAY_MS, false);
  const inside = rows.filter((row) => {
    const at = Date.parse(timeOf(row));
    return at >= fromMs && at <= toMs;
  });
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return { rows: inside.toReversed(), from: day(fromMs), to: day(toMs) };
}
