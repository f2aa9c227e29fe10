/**
 * Meetings: schedule, list, read, change, delete, end; recurring ones with their occurrences.
 *
 * Not emulated: personal meeting rooms as meetings, templates, polls, surveys, invite links, the `recover` of a
 * meeting deleted long ago, e-mail to anyone.
 *
 * @see https://developers.zoom.us/docs/api/meetings/
 */
import { z } from "zod";
import { pageOf } from "../../paging.ts";
import { endMeeting } from "../../people/hold-meeting.ts";
import { readBody } from "../../read-body.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { createMeeting } from "./create-meeting.ts";
import { eventMeeting, listedMeeting, meetingBody, toUtc, wholeMeeting } from "./meeting-body.ts";
import { actingFor, findMeeting, type Meeting, operatorOf, zoomTime } from "./meeting-rows.ts";
import { occurrencesOf } from "./recurrence.ts";

const scopes = (granular: string) => {
  const classic = granular.includes(":read:") ? "meeting:read" : "meeting:write";
  return [granular, `${granular}:admin`, classic, `${classic}:admin`];
};
// Zoom: viewing is enough for it: the connector's guide asks for Meetings: View, and schedules for others.
const privilege = "Meeting:Read";
const statusBody = z.object({ action: z.enum(["end", "recover"]) });

/** The meetings' operations. */
export function meetings(sandbox: Sandbox): void {
  const { api, table, clock, users } = sandbox;
  const rows = table<Meeting>("meetings");
  const host = (meeting: Meeting) => users.find(meeting.host_id);

  api.post(
    "/users/:userId/meetings",
    { scopes: scopes("meeting:write:meeting"), privilege, label: "Light" },
    async (c) => {
      const body = await readBody(c, meetingBody);
      const user = users.named(body.schedule_for ?? c.req.param("userId"), c.var.caller);
      const meeting = createMeeting(sandbox, body, user);
      sandbox.emit("meeting.created", { ...operatorOf(c), operation: "all", object: eventMeeting(meeting) });
      return c.json(wholeMeeting(sandbox, meeting, user), 201);
    },
  );

  api.get(
    "/users/:userId/meetings",
    { scopes: scopes("meeting:read:list_meetings"), privilege, label: "Medium" },
    (c) => {
      const user = users.named(c.req.param("userId"), c.var.caller);
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
      const wanted = kinds[c.req.query("type") ?? "scheduled"] ?? kinds["scheduled"];
      const list = rows.filter(
        (meeting) => !meeting.deleted && meeting.host_id === user.id && wanted?.(meeting) === true,
      );
      const { rows: shown, ...page } = pageOf(c, clock, list);
      return c.json({ ...page, meetings: shown.map(listedMeeting) });
    },
  );

  api.get(
    "/meetings/:meetingId",
    { scopes: scopes("meeting:read:meeting"), privilege, label: "Light" },
    (c) => {
      const meeting = findMeeting(sandbox, c.req.param("meetingId"));
      actingFor(c, meeting.host_id);
      const previous = c.req.query("show_previous_occurrences") === "true";
      const now = zoomTime(clock.now());
      const occurrences = meeting.occurrences?.filter(({ start_time }) => previous || start_time >= now);
      const occurrenceId = c.req.query("occurrence_id");
      const occurrence = occurrenceId === undefined ? undefined : occurrenceOf(meeting, occurrenceId);
      return c.json({
        ...wholeMeeting(sandbox, meeting, host(meeting)),
        ...(occurrences && { occurrences }),
        ...(occurrence && { start_time: occurrence.start_time, duration: occurrence.duration }),
      });
    },
  );

  api.patch(
    "/meetings/:meetingId",
    { scopes: scopes("meeting:update:meeting"), privilege, label: "Light" },
    async (c) => {
      const meeting = findMeeting(sandbox, c.req.param("meetingId"));
      actingFor(c, meeting.host_id);
      const {
        start_time,
        settings,
        recurrence,
        default_password: _,
        schedule_for: __,
        ...plain
      } = await readBody(c, meetingBody);
      const timezone = plain.timezone ?? meeting.timezone;
      const changed: Record<string, unknown> = { ...plain };
      if (start_time !== undefined) changed["start_time"] = toUtc(start_time, timezone);

      const occurrenceId = c.req.query("occurrence_id");
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
        ...operatorOf(c),
        ...{ scope: occurrenceId === undefined ? "all" : "single", time_stamp: clock.now().getTime() },
        object: { id: meeting.id, uuid: meeting.uuid, ...changed },
        old_object: { id: meeting.id, uuid: meeting.uuid, ...old },
      });
      return c.body(null, 204);
    },
  );

  api.delete(
    "/meetings/:meetingId",
    { scopes: scopes("meeting:delete:meeting"), privilege, label: "Light" },
    (c) => {
      const meeting = findMeeting(sandbox, c.req.param("meetingId"));
      actingFor(c, meeting.host_id);
      const occurrenceId = c.req.query("occurrence_id");
      // Zoom: a deleted occurrence stays listed with the status deleted (observed 2026-10-05).
      if (occurrenceId !== undefined) occurrenceOf(meeting, occurrenceId).status = "deleted";
      else meeting.deleted = true;
      sandbox.emit("meeting.deleted", {
        ...operatorOf(c),
        ...{ operation: occurrenceId === undefined ? "all" : "single", object: eventMeeting(meeting) },
      });
      return c.body(null, 204);
    },
  );

  api.put(
    "/meetings/:meetingId/status",
    { scopes: scopes("meeting:update:status"), privilege, label: "Light" },
    async (c) => {
      const { action } = await readBody(c, statusBody);
      if (action === "recover") {
        const deleted = rows.get(c.req.param("meetingId"));
        if (!deleted) throw zoomError(404, 3001, `Meeting does not exist: ${c.req.param("meetingId")}.`);
        actingFor(c, deleted.host_id);
        deleted.deleted = false;
        return c.body(null, 204);
      }
      const meeting = findMeeting(sandbox, c.req.param("meetingId"));
      actingFor(c, meeting.host_id);
      if (meeting.status === "started") endMeeting(sandbox, meeting);
      return c.body(null, 204);
    },
  );
}

function occurrenceOf(meeting: Meeting, id: string) {
  const found = meeting.occurrences?.find(({ occurrence_id }) => occurrence_id === id);
  if (!found || found.status === "deleted") throw zoomError(400, 3000, "The occurrence does not exist.");
  return found;
}
