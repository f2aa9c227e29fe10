/**
 * Meetings and webinars: schedule, read, delete, recover, end; recurring ones with their occurrences.
 *
 * Not emulated: e-mail to anyone, simulive webinars, continuous meeting chat, on-premise meetings.
 *
 * @see https://developers.zoom.us/docs/api/meetings/
 */
import { endMeeting } from "../../people/hold-meeting.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { createScheduled } from "../meetings/create-meeting.ts";
import { eventMeeting, type MeetingBody, toUtc, wholeMeeting } from "../meetings/meeting-body.ts";
import { type Meeting, type Occurrence, zoomTime } from "../meetings/meeting-rows.ts";
import { allowedSettings, checkBody, countChange, hostOf } from "./checks.ts";
import {
  findOccurrence,
  findScheduled,
  giveTo,
  type Kind,
  MEETING,
  mustHaveWebinars,
  ofPath,
} from "./kinds.ts";
import { forgetLater, removeScheduled } from "./removal.ts";
import { templateSettings } from "./templates.ts";

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
    const { start_time, ...body } = { ...given, settings };
    // Zoom: a meeting's start that is over is now (OpenAPI file).
    const over =
      kind === MEETING &&
      start_time !== undefined &&
      toUtc(start_time, given.timezone ?? by.timezone) < now();
    const timed = { ...body, ...(start_time !== undefined && !over && { start_time }) };
    const row = createScheduled(sandbox, kind, timed, by);
    sandbox.emit(`${kind.name}.created`, { ...call.operator, operation: "all", object: eventMeeting(row) });
    return whole(row);
  });

  api.on(`GET ${kind.path}`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const previous = call.query("show_previous_occurrences") === "true";
    const occurrences = row.occurrences?.filter(({ start_time }) => previous || start_time >= now());
    const occurrenceId = call.query("occurrence_id");
    const one = occurrenceId === undefined ? undefined : findOccurrence(row, occurrenceId);
    const { start_time, duration, agenda = row.agenda, settings } = one ?? row;
    return {
      ...whole(row),
      ...(occurrences && { occurrences }),
      ...(one && { start_time, duration, agenda, settings: { ...row.settings, ...settings } }),
    };
  });

  api.on(`DELETE ${kind.path}`, (call) => {
    const row = ofPath(sandbox, kind, call);
    const occurrenceId = call.query("occurrence_id");
    const occurrence = occurrenceId === undefined ? undefined : toDelete(row, occurrenceId);
    const others = row.occurrences?.some((one) => one !== occurrence && one.status !== "deleted") === true;
    // Zoom: a deleted occurrence stays listed with the status deleted (observed 2026-10-05). Nothing is left after the last.
    if (occurrence && others) occurrence.status = "deleted";
    else removeScheduled(sandbox, kind, row);
    sandbox.emit(`${kind.name}.deleted`, {
      ...{ ...call.operator, operation: occurrence ? "single" : "all" },
      object: { ...eventMeeting(row), ...(occurrence && { occurrences: [occurrence] }) },
    });
  });

  function toDelete(row: Meeting, occurrenceId: string): Occurrence {
    try {
      return findOccurrence(row, occurrenceId);
    } catch {
      throw kind === MEETING
        ? zoomError(400, 300, "Invalid parameter: `occurrence_id`.")
        : zoomError(400, 3000, "Webinar occurrence does not exist.");
    }
  }

  sandbox.onRestore(() =>
    rows.filter(({ deleted }) => deleted).forEach((row) => forgetLater(sandbox, kind, row)),
  );

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
      if (heir) giveTo(sandbox, kind, row, heir.id);
      else rows.delete(row.id);
    }
  });
}
