/** Changes of a meeting or webinar, or of one occurrence, and how they are told. */
import { isDeepStrictEqual } from "node:util";
import type { Call } from "../../call.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import { joinUrl } from "../meetings/create-meeting.ts";
import { type MeetingBody, toUtc } from "../meetings/meeting-body.ts";
import { type Meeting, type Occurrence, zoomTime } from "../meetings/meeting-rows.ts";
import { occurrencesOf } from "../meetings/recurrence.ts";
import { knownFields } from "../tracking-fields/tracking-fields.ts";
import { allowedSettings, checkBody, countChange, scheduledFor } from "./checks.ts";
import { findOccurrence, giveTo, type Kind, mustHaveWebinars, ofPath } from "./kinds.ts";

// Zoom: of one occurrence only these settings can be changed (OpenAPI files).
const OF_ONE_OCCURRENCE: ReadonlySet<string> = new Set([
  ...["host_video", "participant_video", "panelist_video", "join_before_host", "mute_upon_entry"],
  ...["waiting_room", "hd_video", "watermark", "auto_recording"],
]);

type Fields = Record<string, unknown>;

/** The operation that changes one. */
export function changes(sandbox: Sandbox, kind: Kind): void {
  const { api, clock, users } = sandbox;
  const now = () => zoomTime(clock.now());

  api.on(`PATCH ${kind.path}`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const given = call.body<MeetingBody>();
    checkBody(given, kind);
    const host = users.find(row.host_id);
    const occurrenceId = call.query("occurrence_id");
    const one = occurrenceId === undefined ? undefined : findOccurrence(row, occurrenceId);
    const heir = one ? undefined : heirOf(call, host, given);
    if (host) countChange(sandbox, host);
    const { occurrences: _, ...had } = row;
    const [before, was] = [structuredClone<Fields>({ ...row }), one && structuredClone(one)];
    if (one && was) {
      changeOne(one, row, given, host);
      const { status: _status, ...fields } = one;
      const parts = changedParts({ ...was }, { ...fields, status: was.status }, had.settings);
      if (parts) tell(call, row, "single", parts, { occurrences: [one] }, { occurrences: [was] });
      return;
    }
    changeAll(row, given, host);
    if (heir && heir.id !== row.host_id) giveTo(sandbox, kind, row, heir.id);
    const parts = changedParts(before, { ...row }, {});
    if (parts) tell(call, row, "all", parts, {}, { host_id: had.host_id });
  });

  function heirOf(call: Call, host: User | undefined, { schedule_for }: MeetingBody): User | undefined {
    if (schedule_for === undefined || !host) return undefined;
    const heir = scheduledFor(sandbox, call, host, schedule_for);
    mustHaveWebinars(sandbox, kind, heir);
    return heir;
  }

  function changeAll(row: Meeting, given: MeetingBody, host: User | undefined): void {
    const { start_time, settings, recurrence, tracking_fields, type, ...rest } = given;
    const { schedule_for: _s, template_id: _t, default_password: _d, ...plain } = rest;
    Object.assign(row, plain);
    if (plain.password !== undefined) row.join_url = joinUrl(sandbox, row);
    if (tracking_fields) row.tracking_fields = knownFields(sandbox, tracking_fields);
    if (settings && host) row.settings = { ...row.settings, ...allowedSettings(sandbox, host, settings) };
    const start = start_time === undefined ? undefined : toUtc(start_time, row.timezone);
    // Zoom: a start that is over is passed over (OpenAPI file).
    if (start !== undefined && start >= now()) row.start_time = start;
    const becomes = type !== undefined && type !== row.type;
    if (type !== undefined) row.type = type;
    const moved = becomes || recurrence !== undefined || start_time !== undefined;
    reschedule(row, given, moved || plain.timezone !== undefined);
  }

  /** The times follow from the type. */
  function reschedule(row: Meeting, { recurrence, duration }: MeetingBody, moved: boolean): void {
    if (row.type !== kind.types.fixedTime) {
      delete row.recurrence;
      delete row.occurrences;
      if (row.type === kind.types.noFixedTime || row.type === 1) delete row.start_time;
      else row.start_time ??= now();
      return;
    }
    if (recurrence) row.recurrence = { ...recurrence };
    row.start_time ??= now();
    if (moved) {
      const how = row.recurrence ?? { type: 1 };
      row.occurrences = occurrencesOf(how, row.start_time, row.timezone, row.duration);
    } else if (duration !== undefined) {
      for (const one of row.occurrences ?? []) one.duration = duration;
    }
  }

  function changeOne(one: Occurrence, row: Meeting, given: MeetingBody, host: User | undefined): void {
    const { start_time, duration, agenda, settings = {}, timezone = row.timezone } = given;
    const start = start_time === undefined ? undefined : toUtc(start_time, timezone);
    if (start !== undefined && start >= now()) one.start_time = start;
    if (duration !== undefined) one.duration = duration;
    if (agenda !== undefined) one.agenda = agenda;
    const own = Object.entries(settings).filter(([name]) => OF_ONE_OCCURRENCE.has(name));
    if (own.length > 0 && host)
      one.settings = { ...one.settings, ...allowedSettings(sandbox, host, Object.fromEntries(own)) };
  }

  function tell(
    call: Call,
    { id, uuid, host_id }: Meeting,
    scope: "all" | "single",
    [fresh, old]: readonly [Fields, Fields],
    more: Fields,
    moreOld: Fields,
  ): void {
    const head = { id, uuid, host_id };
    sandbox.emit(`${kind.name}.updated`, {
      ...{ ...call.operator, scope, time_stamp: clock.nowMs() },
      object: { ...fresh, ...more, ...head },
      old_object: { ...old, ...head, ...moreOld },
    });
  }
}

/**
 * What of the fields has changed, as it is and as it was; undefined when nothing has.
 * Zoom: an update tells what has changed and nothing else; of the settings, those that have.
 */
function changedParts(
  before: Fields,
  after: Fields,
  usual: Fields,
): readonly [fresh: Fields, old: Fields] | undefined {
  const names = differing(before, after).filter((name) => name !== "settings");
  const [oldSettings, newSettings] = [before, after].map(({ settings }) => ({
    ...usual,
    ...(settings as Fields | undefined),
  })) as [Fields, Fields];
  const settings = differing(oldSettings, newSettings);
  if (names.length + settings.length === 0) return undefined;
  const pick = (of: Fields, which: readonly string[]) =>
    Object.fromEntries(which.map((name) => [name, of[name]]));
  const part = (of: Fields, ofSettings: Fields) => ({
    ...pick(of, names),
    ...(settings.length > 0 && { settings: pick(ofSettings, settings) }),
  });
  return [part(after, newSettings), part(before, oldSettings)];
}

const differing = (a: Fields, b: Fields): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !isDeepStrictEqual(a[name], b[name]));
