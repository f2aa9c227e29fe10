/** What Zoom refuses in what is to be scheduled, beyond the types of the fields. */
import { IANAZone } from "luxon";
import type { Call } from "../../call.ts";
import type { FieldError, Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import type { MeetingBody } from "../meetings/meeting-body.ts";
import { mayScheduleFor } from "../users/user-relations.ts";
import { settingsOf } from "../users/user-settings.ts";
import type { Kind } from "./kinds.ts";

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/;
// Zoom: a meeting may rest for longer than a webinar (OpenAPI files, newer than what zoom-api.md 4.2 has for both).
/** The longest repeat interval by recurrence type: days, weeks, months. */
const LONGEST_INTERVAL: Readonly<Record<Kind["name"], Readonly<Record<number, number>>>> = {
  meeting: { 1: 99, 2: 50, 3: 10 },
  webinar: { 1: 90, 2: 12, 3: 3 },
};
const MOST_OCCURRENCES = 60;

// Zoom: zoom-api.md 3.5.
const CHANGES_A_DAY = 100;
const CHANGES_MESSAGE =
  "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00.";

/** Counts a create or update of the host. @throws {ZoomError} 429 */
export function countChange({ limits }: Sandbox, host: User): void {
  limits.daily("meeting create/update", host.id, CHANGES_A_DAY, CHANGES_MESSAGE);
}

/** @throws {ZoomError} 400/300 that names each field */
export function checkBody(body: MeetingBody, kind: Kind): void {
  const { types } = kind;
  const known = [types.once, types.noFixedTime, types.fixedTime, ...(kind.name === "meeting" ? [1, 10] : [])];
  const { recurrence = { type: 1 } } = body;
  const longest = LONGEST_INTERVAL[kind.name][recurrence.type] ?? 0;
  const wrong: Record<string, boolean> = {
    type: body.type !== undefined && !known.includes(body.type),
    topic: (body.topic?.length ?? 0) > 200,
    agenda: (body.agenda?.length ?? 0) > 2_000,
    start_time: body.start_time !== undefined && !TIME.test(body.start_time),
    timezone: body.timezone !== undefined && !IANAZone.isValidZone(body.timezone),
    duration: body.duration !== undefined && (body.duration < 1 || body.duration > 1_440),
    password: body.password !== undefined && !/^[\w@*.-]{0,10}$/.test(body.password),
    "recurrence.repeat_interval":
      (recurrence.repeat_interval ?? 1) < 1 || (recurrence.repeat_interval ?? 1) > longest,
    // Zoom: 0 is no end, which comes to the sixty that there are at most.
    "recurrence.end_times": (recurrence.end_times ?? 1) < 0 || (recurrence.end_times ?? 1) > MOST_OCCURRENCES,
    "recurrence.monthly_day": (recurrence.monthly_day ?? 1) < 1 || (recurrence.monthly_day ?? 1) > 31,
    "recurrence.end_date_time": endsBefore(body),
    "recurrence.weekly_days": !/^[1-7](,\s*[1-7])*$/.test(recurrence.weekly_days ?? "1"),
  };
  const errors: FieldError[] = Object.keys(wrong)
    .filter((field) => wrong[field] === true)
    .map((field) => ({ field, message: "Invalid field." }));
  if (errors.length > 0) throw zoomError(400, 300, "Validation Failed.", errors);
  if (body.pre_schedule === true && ![2, 3].includes(body.type ?? 2)) {
    const message =
      "Prescheduling is only available for scheduled meetings (type 2) and recurring meetings with no fixed time (type 3).";
    throw zoomError(400, 3000, message);
  }
}

/** A recurring one that ends before it starts would have no occurrence. */
function endsBefore({ recurrence, start_time }: MeetingBody): boolean {
  const end = recurrence?.end_date_time;
  return end !== undefined && start_time !== undefined && Date.parse(end) < Date.parse(start_time);
}

/** Who hosts: the person of the path, or whom they may schedule for. @throws {ZoomError} */
export function hostOf(sandbox: Sandbox, call: Call, body: MeetingBody): User {
  const user = sandbox.users.named(call.params["userId"] ?? "", call.caller);
  if (body.schedule_for === undefined) return mayHost(user);
  if (body.type === 1)
    throw zoomError(400, 3000, "Instant meetings do not support the `schedule_for` parameter.");
  return scheduledFor(sandbox, call, user, body.schedule_for);
}

function mayHost(host: User): User {
  if (host.status === "active") return host;
  const message = "Meeting hosting and scheduling capabilities are not allowed for your user account.";
  throw zoomError(400, 3161, message);
}

/** Whom `schedule_for` names, when the person may schedule for them. @throws {ZoomError} */
export function scheduledFor(sandbox: Sandbox, call: Call, user: User, named: string): User {
  const host = sandbox.users.find(named);
  if (!host) {
    const message =
      "The value that you entered in the `schedule_for` field is invalid. Enter a valid value and try again.";
    throw zoomError(400, 300, message);
  }
  if (!call.caller.admin && !mayScheduleFor(sandbox, user, host)) {
    throw zoomError(400, 3000, `You cannot schedule a meeting for ${host.id}`);
  }
  return mayHost(host);
}

/** Leaves out what the host's settings do not allow. */
export function allowedSettings(
  sandbox: Sandbox,
  host: User,
  settings: Record<string, unknown>,
): Record<string, unknown> {
  const { breakout_room, ...rest } = settings;
  // Zoom: breakout rooms are dropped without a word when the setting is off (observed 2026-10-05).
  const off = settingsOf(sandbox, host.id)["in_meeting"]?.["breakout_room"] === false;
  return breakout_room === undefined || off ? rest : { ...rest, breakout_room };
}
