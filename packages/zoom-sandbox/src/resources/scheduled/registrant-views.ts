/** Registrants as answers and events show them. */
import type { Meeting, Occurrence, Registrant } from "../meetings/meeting-rows.ts";

/** A registrant in a list or by themselves. */
export function shownRegistrant(registrant: Registrant): Record<string, unknown> {
  const { id, email, first_name, last_name, status, create_time, join_url, details } = registrant;
  return {
    ...{ id, email, first_name, last_name, ...details, status, create_time },
    ...(status === "approved" && { join_url }),
  };
}

/** The object of a registration's event. */
export function eventRegistration(row: Meeting, registrant: Registrant): object {
  const {
    id,
    uuid,
    host_id,
    topic,
    type,
    duration,
    timezone,
    occurrences,
    start_time = row.created_at,
  } = row;
  const isTheirs = ({ occurrence_id, status }: Occurrence): boolean =>
    status !== "deleted" && registrant.occurrence_ids?.includes(occurrence_id) !== false;
  return {
    ...{ id, uuid, host_id, topic, type, start_time, duration, timezone },
    ...(occurrences && { occurrences: occurrences.filter(isTheirs) }),
    registrant: { ...shownRegistrant(registrant), join_url: registrant.join_url },
  };
}
