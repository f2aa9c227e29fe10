/** Meetings and webinars: what is scheduled, and how the operations on them differ. */
import type { Call } from "../../call.ts";
import type { Instance } from "../../people/session-rows.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import type { Meeting, Occurrence } from "../meetings/meeting-rows.ts";
import { settingsOf } from "../users/user-settings.ts";

/** One of the two. */
export interface Kind {
  readonly name: "meeting" | "webinar";
  readonly title: "Meeting" | "Webinar";
  /** Where the rows are. */
  readonly table: "meetings" | "webinars";
  readonly registrants: "registrants" | "webinar_registrants";
  readonly polls: "meeting_polls" | "webinar_polls";
  /** The path of one, and its parameter. */
  readonly path: "/meetings/{meetingId}" | "/webinars/{webinarId}";
  readonly past: "/past_meetings/{meetingId}" | "/past_webinars/{webinarId}";
  readonly param: "meetingId" | "webinarId";
  /** Zoom's numbers for what happens once, again without times, and again at fixed times. */
  readonly types: { readonly once: number; readonly noFixedTime: number; readonly fixedTime: number };
}

/** Meetings. */
export const MEETING: Kind = {
  ...{
    name: "meeting",
    title: "Meeting",
    table: "meetings",
    registrants: "registrants",
    polls: "meeting_polls",
  },
  ...{ path: "/meetings/{meetingId}", past: "/past_meetings/{meetingId}", param: "meetingId" },
  types: { once: 2, noFixedTime: 3, fixedTime: 8 },
};

/** Webinars. */
export const WEBINAR: Kind = {
  ...{ name: "webinar", title: "Webinar", table: "webinars", polls: "webinar_polls" },
  ...{
    registrants: "webinar_registrants",
    path: "/webinars/{webinarId}",
    past: "/past_webinars/{webinarId}",
  },
  param: "webinarId",
  types: { once: 5, noFixedTime: 6, fixedTime: 9 },
};

const DAY_MS = 86_400_000;
const EXPIRES_AFTER_DAYS = 30;

/** Finds one that is neither deleted nor expired. @throws {ZoomError} 400/300, 400/3000, 404/3001 */
export function findScheduled(sandbox: Sandbox, kind: Kind, id: string): Meeting {
  const { table } = sandbox;
  if (!/^\d+$/.test(id)) throw zoomError(400, 300, `Invalid ${kind.name} ID.`);
  const found = table<Meeting>(kind.table).get(id);
  if (!found || found.deleted) {
    const other = table<Meeting>(kind === MEETING ? "webinars" : "meetings").get(id);
    if (other && !other.deleted) {
      const wrong = kind === MEETING ? "webinar" : "meeting";
      throw zoomError(400, 3000, `Cannot access ${wrong} information.`);
    }
    throw zoomError(404, 3001, `${kind.title} does not exist: ${id}.`);
  }
  if (isExpired(sandbox, kind, found)) throw zoomError(404, 3001, `${kind.title} does not exist: ${id}.`);
  return found;
}

// Zoom: what was never started expires 30 days after its time (zoom-api.md 4.2).
/** True for what nobody can see any more, as it was not held when it should have been. */
export function isExpired({ table, clock }: Sandbox, kind: Kind, row: Meeting): boolean {
  return (
    row.type === kind.types.once &&
    clock.nowMs() > Date.parse(row.start_time ?? "") + EXPIRES_AFTER_DAYS * DAY_MS &&
    table<Instance>("instances").by("meeting_id", row.id).length === 0
  );
}

/** One of its occurrences that is not deleted. @throws {ZoomError} 400/3000 */
export function findOccurrence({ occurrences }: Meeting, id: string): Occurrence {
  const found = occurrences?.find(({ occurrence_id }) => occurrence_id === id);
  if (!found || found.status === "deleted") throw zoomError(400, 3000, "The occurrence does not exist.");
  return found;
}

/** Gives it another host. The row is set anew, since the table finds rows by their host. */
export function giveTo({ table }: Sandbox, kind: Kind, row: Meeting, hostId: string): void {
  const rows = table<Meeting>(kind.table);
  rows.delete(row.id);
  row.host_id = hostId;
  rows.set(row.id, row);
}

/** The one that a call's path names, if the caller may act for its host. */
export function ofPath(sandbox: Sandbox, kind: Kind, call: Call): Meeting {
  const found = findScheduled(sandbox, kind, call.params[kind.param] ?? "");
  call.actFor(found.host_id);
  return found;
}

/** Refuses webinars of people without the licence. @throws {ZoomError} 400/200 */
export function mustHaveWebinars(sandbox: Sandbox, kind: Kind, host: User): void {
  if (kind === MEETING || settingsOf(sandbox, host.id)["feature"]?.["webinar"] === true) return;
  throw zoomError(
    400,
    200,
    `Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in order to perform this action: ${host.id}.`,
  );
}
