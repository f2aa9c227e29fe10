/**
 * Meetings: schedule, list, read, change, delete, end; recurring ones with their occurrences.
 *
 * Not emulated: personal meeting rooms as meetings, templates, polls, surveys, invite links, the `recover` of a
 * meeting deleted long ago, e-mail to anyone.
 *
 * @see https://developers.zoom.us/docs/api/meetings/
 */
import { endMeeting } from "../../people/hold-meeting.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { createMeeting } from "./create-meeting.ts";
import { eventMeeting, listedMeeting, type MeetingBody, toUtc, wholeMeeting } from "./meeting-body.ts";
import { findMeeting, type Meeting, zoomTime } from "./meeting-rows.ts";
import { occurrencesOf } from "./recurrence.ts";

/** The meetings' operations. */
export function meetings(sandbox: Sandbox): void {
  const { api, table, clock, users } = sandbox;
  const rows = table<Meeting>("meetings");
  const host = (meeting: Meeting) => users.find(meeting.host_id);

  sandbox.onUserRemoved((user, transfer) => {
    for (const meeting of rows.filter(({ host_id, deleted }) => host_id === user.id && !deleted)) {
      if (transfer.meetings === undefined) meeting.deleted = true;
      else meeting.host_id = transfer.meetings.id;
    }
  });

  api.on("POST /users/{userId}/meetings", (call) => {
    const body = call.body<MeetingBody>();
    const user = users.named(body.schedule_for ?? call.params.userId, call.caller);
    const meeting = createMeeting(sandbox, body, user);
    sandbox.emit("meeting.created", { ...call.operator, operation: "all", object: eventMeeting(meeting) });
    return wholeMeeting(sandbox, meeting, user);
  });

  api.on("GET /users/{userId}/meetings", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const now = zoomTime(clock.now());
    const kinds: Readonly<Record<string, (meeting: Meeting) => boolean>> = {
      // Zoom: an unknown type lists as scheduled; instant meetings are in no list but the live one.
      scheduled: ({ type }) => type !== 1,
      live: ({ status }) => status === "started",
      upcoming: ({ type, start_time }) => type !== 1 && (start_time === undefined || start_time >= now),
      upcoming_meetings: ({ type, start_time }) =>
        type !== 1 && (start_time === undefined || start_time >= now),
      previous_meetings: ({ start_time, status }) =>
        start_time !== undefined && start_time < now && status === "waiting",
    };
    const wanted = kinds[call.query("type") ?? "scheduled"] ?? kinds["scheduled"];
    const list = rows.filter(
      (meeting) => !meeting.deleted && meeting.host_id === user.id && wanted?.(meeting) === true,
    );
    const { rows: shown, ...page } = call.page(list);
    return { ...page, meetings: shown.map(listedMeeting) };
  });

  api.on("GET /meetings/{meetingId}", (call) => {
    const meeting = findMeeting(sandbox, call.params.meetingId);
    call.actFor(meeting.host_id);
    const previous = call.query("show_previous_occurrences") === "true";
    const now = zoomTime(clock.now());
    const occurrences = meeting.occurrences?.filter(({ start_time }) => previous || start_time >= now);
    const occurrenceId = call.query("occurrence_id");
    const occurrence = occurrenceId === undefined ? undefined : occurrenceOf(meeting, occurrenceId);
    return {
      ...wholeMeeting(sandbox, meeting, host(meeting)),
      ...(occurrences && { occurrences }),
      ...(occurrence && { start_time: occurrence.start_time, duration: occurrence.duration }),
    };
  });

  api.on("PATCH /meetings/{meetingId}", (call) => {
    const meeting = findMeeting(sandbox, call.params.meetingId);
    call.actFor(meeting.host_id);
    const {
      start_time,
      settings,
      recurrence,
      default_password: _,
      schedule_for: __,
      ...plain
    } = call.body<MeetingBody>();
    const timezone = plain.timezone ?? meeting.timezone;
    const changed: Record<string, unknown> = { ...plain };
    if (start_time !== undefined) changed["start_time"] = toUtc(start_time, timezone);

    const occurrenceId = call.query("occurrence_id");
    const before = { ...meeting };
    if (occurrenceId !== undefined) {
      const occurrence = occurrenceOf(meeting, occurrenceId);
      if (typeof changed["start_time"] === "string") occurrence.start_time = changed["start_time"];
      if (plain.duration !== undefined) occurrence.duration = plain.duration;
    } else {
      if (settings) changed["settings"] = { ...meeting.settings, ...settings };
      if (recurrence) changed["recurrence"] = recurrence;
      Object.assign(meeting, changed);
      if (recurrence && meeting.start_time) {
        meeting.occurrences = occurrencesOf(recurrence, meeting.start_time, timezone, meeting.duration);
      }
    }
    const old = Object.fromEntries(Object.keys(changed).map((key) => [key, before[key as keyof Meeting]]));
    sandbox.emit("meeting.updated", {
      ...call.operator,
      ...{ scope: occurrenceId === undefined ? "all" : "single", time_stamp: clock.now().getTime() },
      object: { id: meeting.id, uuid: meeting.uuid, ...changed },
      old_object: { id: meeting.id, uuid: meeting.uuid, ...old },
    });
    return undefined;
  });

  api.on("DELETE /meetings/{meetingId}", (call) => {
    const meeting = findMeeting(sandbox, call.params.meetingId);
    call.actFor(meeting.host_id);
    const occurrenceId = call.query("occurrence_id");
    // Zoom: a deleted occurrence stays listed with the status deleted (observed 2026-10-05).
    if (occurrenceId !== undefined) occurrenceOf(meeting, occurrenceId).status = "deleted";
    else meeting.deleted = true;
    sandbox.emit("meeting.deleted", {
      ...call.operator,
      ...{ operation: occurrenceId === undefined ? "all" : "single", object: eventMeeting(meeting) },
    });
    return undefined;
  });

  api.on("PUT /meetings/{meetingId}/status", (call) => {
    const { action } = call.body<{ action: string }>();
    if (action === "recover") {
      const deleted = rows.get(call.params.meetingId);
      if (!deleted) throw zoomError(404, 3001, `Meeting does not exist: ${call.params.meetingId}.`);
      call.actFor(deleted.host_id);
      deleted.deleted = false;
      return undefined;
    }
    const meeting = findMeeting(sandbox, call.params.meetingId);
    call.actFor(meeting.host_id);
    if (meeting.status === "started") endMeeting(sandbox, meeting);
    return undefined;
  });
}

function occurrenceOf(meeting: Meeting, id: string) {
  const found = meeting.occurrences?.find(({ occurrence_id }) => occurrence_id === id);
  if (!found || found.status === "deleted") throw zoomError(400, 3000, "The occurrence does not exist.");
  return found;
}
