/**
 * Meetings that were held: the instance, who took part, the other instances.
 *
 * Not emulated: polls and questions of past meetings; instances older than a year disappearing.
 *
 * @see https://developers.zoom.us/docs/api/meetings/
 */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Instance, Participant } from "../../people/session-rows.ts";

/** The past meetings' operations. */
export function pastMeetings(sandbox: Sandbox): void {
  const { api, table } = sandbox;
  const instances = table<Instance>("instances");
  const participants = table<Participant>("participants");

  const find = (given: string): Instance => {
    // Zoom: uuids with “/” come encoded twice; the router has undone one.
    const id = decode(given);
    const ended = instances.filter(({ end_time }) => end_time !== undefined);
    const found = instances.get(id) ?? ended.findLast(({ meeting_id }) => String(meeting_id) === id);
    if (found?.end_time === undefined) throw zoomError(404, 3001, `Meeting does not exist: ${id}.`);
    return found;
  };
  const of = (uuid: string) => participants.filter((row) => row.uuid === uuid);

  api.on("GET /past_meetings/{meetingId}", (call) => {
    const instance = find(call.params.meetingId);
    call.actFor(instance.host_id);
    const host = sandbox.users.find(instance.host_id);
    const stays = of(instance.uuid);
    const minutes = (from: string, to: string) => Math.ceil((Date.parse(to) - Date.parse(from)) / 60_000);
    return {
      ...{
        uuid: instance.uuid,
        id: instance.meeting_id,
        type: instance.type,
        topic: instance.topic,
        host_id: instance.host_id,
      },
      ...{
        user_name: host?.display_name ?? "",
        user_email: host?.email ?? "",
        dept: host?.dept ?? "",
        source: "Zoom",
      },
      ...{ start_time: instance.start_time, end_time: instance.end_time },
      duration: minutes(instance.start_time, instance.end_time ?? instance.start_time),
      total_minutes: stays.reduce(
        (sum, stay) => sum + minutes(stay.join_time, stay.leave_time ?? stay.join_time),
        0,
      ),
      participants_count: stays.length,
    };
  });

  api.on("GET /past_meetings/{meetingId}/participants", (call) => {
    const instance = find(call.params.meetingId);
    call.actFor(instance.host_id);
    const { rows, ...page } = call.page(of(instance.uuid));
    return { ...page, participants: rows.map(shown) };
  });

  api.on("GET /past_meetings/{meetingId}/instances", (call) => {
    const instance = find(call.params.meetingId);
    call.actFor(instance.host_id);
    const held = instances.filter(
      ({ meeting_id, end_time }) => meeting_id === instance.meeting_id && end_time !== undefined,
    );
    return { meetings: held.map(({ uuid, start_time }) => ({ uuid, start_time })) };
  });
}

function shown(stay: Participant): object {
  const { id, user_id, name, user_email, registrant_id, join_time, leave_time = join_time } = stay;
  const duration = Math.round((Date.parse(leave_time) - Date.parse(join_time)) / 1000);
  return {
    id,
    user_id,
    name,
    user_email,
    registrant_id,
    join_time,
    leave_time,
    duration,
    failover: false,
    status: "in_meeting",
    internal_user: id !== "",
  };
}

function decode(text: string): string {
  try {
    return text.includes("%") ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}
