/** Meetings and webinars that were held: who took part, what was asked and answered, who registered and stayed away. */
import type { Call } from "../../call.ts";
import { decodeOnce } from "../../api.ts";
import type { Instance, Participant, SessionQuestion } from "../../people/session-rows.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Meeting, Occurrence, Registrant } from "../meetings/meeting-rows.ts";
import { type Kind, MEETING } from "./kinds.ts";
import { pollResults } from "./polls.ts";
import { shownRegistrant } from "./registrant-views.ts";

const YEAR_MS = 366 * 86_400_000;

/** Finds a session that has ended, by its uuid or the last one of the id. @throws {ZoomError} 400/12702, 404/3001 */
export function findHeld({ table, clock }: Sandbox, kind: Kind, given: string): Instance {
  const instances = table<Instance>("instances");
  // Zoom: uuids with “/” come encoded twice; the router has undone one.
  const id = decodeOnce(given);
  const byUuid = instances.get(id);
  const found =
    byUuid ?? instances.by("meeting_id", Number(id)).findLast(({ end_time }) => end_time !== undefined);
  if (found?.end_time === undefined || found.kind !== kind.name) {
    throw kind === MEETING
      ? zoomError(404, 3001, `Meeting does not exist: ${id}.`)
      : zoomError(404, 3001, `Webinar ${id} not found or expired.`);
  }
  if (clock.now().getTime() - Date.parse(found.end_time) > YEAR_MS) {
    throw zoomError(400, 12702, `Can not access a ${kind.name} a year ago.`);
  }
  return found;
}

/** A stay as the lists of participants show it. */
export function shownParticipant(stay: Participant): object {
  const { id, user_id, name, user_email, registrant_id, join_time, leave_time = join_time } = stay;
  const duration = Math.round((Date.parse(leave_time) - Date.parse(join_time)) / 1000);
  return {
    ...{ id, user_id, name, user_email, registrant_id, join_time, leave_time, duration },
    ...{ failover: false, status: "in_meeting", internal_user: id !== "" },
  };
}

/** Minutes between two times of Zoom's, rounded up. */
export function minutesBetween(from: string, to: string): number {
  return Math.ceil((Date.parse(to) - Date.parse(from)) / 60_000);
}

/** The operations on what was held. */
export function past(sandbox: Sandbox, kind: Kind): void {
  const { api, table, users } = sandbox;
  const instances = table<Instance>("instances");
  const stays = (uuid: string) => table<Participant>("participants").by("uuid", uuid);
  const held = (call: Call): Instance => {
    const instance = findHeld(sandbox, kind, call.params[kind.param] ?? "");
    call.actFor(instance.host_id);
    return instance;
  };
  const results = (instance: Instance, questions: object[]) => ({
    ...{ id: instance.meeting_id, uuid: instance.uuid, start_time: instance.start_time, questions },
  });

  api.on(`GET ${kind.past}/participants`, (call) => {
    const { rows, ...page } = call.page(stays(held(call).uuid));
    return { ...page, participants: rows.map(shownParticipant) };
  });
  api.on(`GET ${kind.past}/instances`, (call) => {
    const id = call.params[kind.param];
    if (!/^\d+$/.test(id)) throw zoomError(400, 300, `Invalid ${kind.name} ID.`);
    const ended = instances.by("meeting_id", Number(id)).filter(({ end_time }) => end_time !== undefined);
    if (ended[0]) call.actFor(ended[0].host_id);
    else if (kind === MEETING) throw zoomError(404, 3001, `Meeting does not exist: ${id}.`);
    return { [kind.table]: ended.map(({ uuid, start_time }) => ({ uuid, start_time })) };
  });
  api.on(`GET ${kind.past}/polls`, (call) => {
    const instance = held(call);
    return results(instance, pollResults(sandbox, instance.uuid));
  });
  api.on(`GET ${kind.past}/qa`, (call) => {
    const instance = held(call);
    const asked = table<SessionQuestion>("session_questions")
      .by("uuid", instance.uuid)
      .filter(({ status }) => status !== "deleted");
    const people = Map.groupBy(asked, ({ asker_name, asker_email }) => `${asker_name}\n${asker_email}`);
    const questions = [...people.values()].map((own) => ({
      ...{ name: own[0]?.asker_name ?? "", email: own[0]?.asker_email ?? "" },
      question_details: own.map(({ question, answers }) => ({
        ...{ question, answer: answers.map(({ text }) => text).join("; ") },
      })),
    }));
    return results(instance, questions);
  });

  if (kind === MEETING) {
    api.on("GET /past_meetings/{meetingId}", (call) => {
      const { uuid, meeting_id, type, topic, host_id, start_time, end_time = start_time } = held(call);
      const host = users.everKnown(host_id);
      const all = stays(uuid);
      return {
        ...{ uuid, id: meeting_id, type, topic, host_id, start_time, end_time, source: "Zoom" },
        ...{ user_name: host?.display_name ?? "", user_email: host?.email ?? "", dept: host?.dept ?? "" },
        duration: minutesBetween(start_time, end_time),
        total_minutes: all.reduce(
          (sum, { join_time, leave_time = end_time }) => sum + minutesBetween(join_time, leave_time),
          0,
        ),
        participants_count: new Set(all.map((stay) => stay.participant_uuid ?? stay.key)).size,
      };
    });
    return;
  }
  api.on("GET /past_webinars/{webinarId}/absentees", (call) => {
    const latest = held(call);
    const webinar = table<Meeting>("webinars").get(latest.meeting_id);
    if (webinar?.settings["approval_type"] === 2) {
      throw zoomError(400, 3000, `This webinar doesn't have registration required: ${latest.uuid}.`);
    }
    const asked = call.query("occurrence_id");
    const occurrence = asked ?? occurrenceAt(webinar, latest.start_time);
    const instance = asked === undefined ? latest : heldAs(latest.meeting_id, webinar, asked);
    const { uuid, end_time = "" } = instance ?? { uuid: "" };
    const came = new Set(stays(uuid).map(({ registrant_id }) => registrant_id));
    const absent = table<Registrant>(kind.registrants)
      .by("meeting_id", latest.meeting_id)
      .filter(
        ({ id, status, create_time, occurrence_ids }) =>
          status === "approved" &&
          !came.has(id) &&
          create_time <= end_time &&
          (occurrence === undefined || occurrence_ids?.includes(occurrence) !== false),
      );
    const { rows, ...page } = call.page(absent);
    return { ...page, registrants: rows.map(shownRegistrant) };
  });

  /** The last time that it was held as that occurrence. */
  function heldAs(id: number, webinar: Meeting | undefined, occurrence: string): Instance | undefined {
    return instances
      .by("meeting_id", id)
      .findLast(
        ({ start_time, end_time }) =>
          end_time !== undefined && occurrenceAt(webinar, start_time) === occurrence,
      );
  }
}

/** The occurrence that was meant by starting it then: the one whose time was nearest. */
function occurrenceAt({ occurrences = [] }: Partial<Meeting> = {}, at: string): string | undefined {
  const away = ({ start_time }: Occurrence): number => Math.abs(Date.parse(start_time) - Date.parse(at));
  return occurrences.toSorted((a, b) => away(a) - away(b))[0]?.occurrence_id;
}
