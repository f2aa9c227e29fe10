/**
 * Meetings and webinars: schedule, list, read, change, delete, recover, end; recurring ones with their occurrences.
 *
 * Not emulated: e-mail to anyone, simulive webinars, continuous meeting chat, on-premise meetings.
 *
 * @see https://developers.zoom.us/docs/api/meetings/
 */
import { isDeepStrictEqual } from "node:util";
import { endMeeting } from "../../people/hold-meeting.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { createScheduled } from "../meetings/create-meeting.ts";
import {
  eventMeeting,
  listedMeeting,
  type MeetingBody,
  toUtc,
  wholeMeeting,
} from "../meetings/meeting-body.ts";
import { type Meeting, type Occurrence, startsOf, zoomTime } from "../meetings/meeting-rows.ts";
import { occurrencesOf } from "../meetings/recurrence.ts";
import { allowedSettings, checkBody, countChange, hostOf } from "./checks.ts";
import { findScheduled, type Kind, MEETING, mustHaveWebinars, ofPath } from "./kinds.ts";
import { templateSettings } from "./templates.ts";

const DAY_MS = 86_400_000;
const KEPT_DELETED_DAYS = 30;

/** The operations on meetings, or on webinars. */
export function scheduled(sandbox: Sandbox, kind: Kind): void {
  const { api, table, clock, users } = sandbox;
  const rows = table<Meeting>(kind.table);
  const host = (row: Meeting) => users.find(row.host_id);
  const now = () => zoomTime(clock.now());
  const whole = (row: Meeting) => wholeMeeting(sandbox, row, host(row));

  api.on(`POST /users/{userId}/${kind.table}`, (call) => {
    const given = call.body<MeetingBody>();
    const by = hostOf(sandbox, call, given);
    mustHaveWebinars(sandbox, kind, by);
    checkBody(given, kind);
    countChange(sandbox, by);
    const settings = {
      ...templateSettings(sandbox, kind, by, given.template_id),
      ...allowedSettings(sandbox, by, { ...given.settings }),
    };
    const row = createScheduled(sandbox, kind, { ...given, settings }, by);
    sandbox.emit(`${kind.name}.created`, { ...call.operator, operation: "all", object: eventMeeting(row) });
    return whole(row);
  });

  api.on(`GET /users/{userId}/${kind.table}`, (call) => {
    const user = users.named(call.params.userId, call.caller);
    mustHaveWebinars(sandbox, kind, user);
    const type = call.query("type");
    const [from, to] = [call.query("from"), call.query("to")];
    const list = rows
      .by("host_id", user.id)
      .filter((row) => !row.deleted && listedAs(type, row, now()))
      .filter(
        ({ start_time = now() }) => (!from || start_time >= from) && (!to || start_time.slice(0, 10) <= to),
      );
    const { rows: shown, ...page } = call.page(list);
    return { ...page, [kind.table]: shown.map(listedMeeting) };
  });

  api.on(`GET ${kind.path}`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const previous = call.query("show_previous_occurrences") === "true";
    const occurrences = row.occurrences?.filter(({ start_time }) => previous || start_time >= now());
    const occurrenceId = call.query("occurrence_id");
    const occurrence = occurrenceId === undefined ? undefined : occurrenceOf(row, occurrenceId);
    return {
      ...whole(row),
      ...(occurrences && { occurrences }),
      ...(occurrence && { start_time: occurrence.start_time, duration: occurrence.duration }),
    };
  });

  api.on(`PATCH ${kind.path}`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const given = call.body<MeetingBody>();
    checkBody(given, kind);
    const by = host(row);
    if (by) countChange(sandbox, by);
    const before = structuredClone(row);
    const occurrenceId = call.query("occurrence_id");
    const change = changeOf(row, given, by);
    const was = new Map<string, unknown>(Object.entries(before));
    const changed = Object.entries(change).filter(([key, value]) => !isDeepStrictEqual(value, was.get(key)));
    if (occurrenceId === undefined) applyChange(row, change);
    else changeOccurrence(occurrenceOf(row, occurrenceId), change);
    if (changed.length === 0 && isDeepStrictEqual(row, before)) return;
    // Zoom: an update tells what has changed and nothing else; of the settings, those that have.
    const { settings: newSettings, ...fresh } = Object.fromEntries(changed);
    const old = Object.fromEntries(Object.keys(fresh).map((key) => [key, was.get(key)]));
    const names = Object.keys(newSettings ? row.settings : {}).filter(
      (name) => !isDeepStrictEqual(row.settings[name], before.settings[name]),
    );
    const settingsOfThose = (all: Readonly<Record<string, unknown>>) =>
      names.length > 0 && { settings: Object.fromEntries(names.map((name) => [name, all[name]])) };
    const { id, uuid, host_id } = row;
    sandbox.emit(`${kind.name}.updated`, {
      ...call.operator,
      ...{ scope: occurrenceId === undefined ? "all" : "single", time_stamp: clock.now().getTime() },
      object: {
        id,
        uuid,
        host_id,
        ...fresh,
        ...settingsOfThose(row.settings),
        ...(occurrenceId && { occurrences: row.occurrences }),
      },
      old_object: {
        id,
        uuid,
        host_id,
        ...old,
        ...settingsOfThose(before.settings),
        ...(occurrenceId && { occurrences: before.occurrences }),
      },
    });
  });

  function changeOf(row: Meeting, given: MeetingBody, by: User | undefined): Partial<Meeting> {
    const {
      start_time,
      settings,
      recurrence,
      schedule_for: heir,
      template_id: _t,
      default_password: _d,
      ...plain
    } = given;
    const timezone = plain.timezone ?? row.timezone;
    const heirId = heir === undefined ? undefined : users.named(heir).id;
    return {
      ...plain,
      ...(start_time !== undefined && { start_time: toUtc(start_time, timezone) }),
      ...(settings && by && { settings: { ...row.settings, ...allowedSettings(sandbox, by, settings) } }),
      ...(recurrence && { recurrence: { ...recurrence } }),
      ...(heirId !== undefined && { host_id: heirId }),
    };
  }

  /** The row is set anew where its host changes, since the table finds rows by their host. */
  function applyChange(row: Meeting, change: Partial<Meeting>): void {
    const { host_id: _, ...rest } = change;
    Object.assign(row, rest);
    const { recurrence, start_time, timezone, duration } = row;
    const times = change.recurrence ?? change.start_time ?? change.duration ?? change.timezone;
    if (recurrence && times !== undefined && start_time !== undefined && row.type === kind.types.fixedTime) {
      row.occurrences = occurrencesOf(recurrence, start_time, timezone, duration);
    }
    if (change.host_id !== undefined) giveTo(row, change.host_id);
  }

  function giveTo(row: Meeting, hostId: string): void {
    rows.delete(row.id);
    row.host_id = hostId;
    rows.set(row.id, row);
  }

  api.on(`DELETE ${kind.path}`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const occurrenceId = call.query("occurrence_id");
    // Zoom: a deleted occurrence stays listed with the status deleted (observed 2026-10-05).
    const occurrence = occurrenceId === undefined ? undefined : occurrenceOf(row, occurrenceId);
    if (occurrence) occurrence.status = "deleted";
    else remove(row);
    sandbox.emit(`${kind.name}.deleted`, {
      ...{ ...call.operator, operation: occurrence ? "single" : "all" },
      object: { ...eventMeeting(row), ...(occurrence && { occurrences: [occurrence] }) },
    });
  });

  function remove(row: Meeting): void {
    row.deleted = true;
    row.deleted_at = now();
    forgetLater(row);
  }

  /** Deleted ones can be recovered for 30 days; then they are gone. */
  function forgetLater(row: Meeting): void {
    const at = new Date(Date.parse(row.deleted_at ?? now()) + KEPT_DELETED_DAYS * DAY_MS);
    clock.schedule(at, () => {
      if (!row.deleted || rows.get(row.id) !== row) return;
      rows.delete(row.id);
      const by = host(row);
      sandbox.emit(`${kind.name}.permanently_deleted`, {
        ...{
          operator: by?.email ?? "",
          operator_id: by?.id ?? "",
          operation: "all",
          object: eventMeeting(row),
        },
      });
    });
  }
  sandbox.onRestore(() => rows.filter(({ deleted }) => deleted).forEach(forgetLater));

  api.on(`PUT ${kind.path}/status`, (call) => {
    const { action } = call.body<{ action: string }>();
    const id = call.params[kind.param];
    if (action === "recover" && kind === MEETING) {
      const row = rows.get(id);
      if (!row) throw zoomError(404, 3001, `${kind.title} does not exist: ${id}.`);
      call.actFor(row.host_id);
      if (row.deleted) {
        row.deleted = false;
        sandbox.emit("meeting.recovered", { ...call.operator, operation: "all", object: eventMeeting(row) });
      }
      return undefined;
    }
    const row = findScheduled(sandbox, kind, id);
    call.actFor(row.host_id);
    if (row.status === "started") endMeeting(sandbox, row);
    return undefined;
  });

  sandbox.onUserRemoved((user, transfer) => {
    const heir = kind === MEETING ? transfer.meetings : transfer.webinars;
    for (const row of rows.by("host_id", user.id)) {
      // Nobody can host it any more.
      if (row.status === "started") endMeeting(sandbox, row);
      if (heir) giveTo(row, heir.id);
      else rows.delete(row.id);
    }
  });

  if (kind !== MEETING) return;
  api.on("GET /users/{userId}/upcoming_meetings", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const day = now();
    const meetings = rows
      .by("host_id", user.id)
      .filter((row) => !row.deleted && row.type !== 1 && isUpcoming(row, day))
      .map((row) => ({
        ...listedMeeting(row),
        passcode: row.password,
        use_pmi: false,
        is_host: true,
        is_all_day: false,
      }));
    return { total_records: meetings.length, meetings };
  });
}

// Zoom: an unknown type lists as scheduled; instant meetings are in no list but the live one; there is no list of ended ones.
function listedAs(type: string | undefined, row: Meeting, now: string): boolean {
  const instant = row.type === 1;
  switch (type) {
    case "live":
      return row.status === "started";
    case "upcoming":
    case "upcoming_meetings":
      return !instant && isUpcoming(row, now);
    case "previous_meetings":
      return !instant && row.start_time !== undefined && row.start_time < now && row.status === "waiting";
    default:
      return !instant;
  }
}

const isUpcoming = (row: Meeting, now: string): boolean =>
  row.start_time === undefined || startsOf(row).some((start) => start >= now);

function changeOccurrence(occurrence: Occurrence, { start_time, duration }: Partial<Meeting>): void {
  if (start_time !== undefined) occurrence.start_time = start_time;
  if (duration !== undefined) occurrence.duration = duration;
}

function occurrenceOf(row: Meeting, id: string): Occurrence {
  const found = row.occurrences?.find(({ occurrence_id }) => occurrence_id === id);
  if (!found || found.status === "deleted") throw zoomError(400, 3000, "The occurrence does not exist.");
  return found;
}
