/** What people may do in a session, and whether they are heard and seen. */
import { held, nowIn, Refused, type Session, shownPerson, tell } from "./session.ts";
import type { Participant } from "./session-rows.ts";
import { presentHost } from "./presence.ts";

/** The roles that a host can give. */
export const ROLES = ["host", "co-host", "panelist", "attendee"] as const;

/** A role in Zoom's words for events. */
export type ShownRole = (typeof ROLES)[number];

/** The role as events name it. Zoom: they know host, co-host and attendee alone. */
export function shownRole({ role, co_host }: Participant): "host" | "co-host" | "attendee" {
  if (role === "host") return "host";
  return co_host === true || role === "alternative_host" ? "co-host" : "attendee";
}

/** Gives another role; a new host makes the old one a co-host. @throws {Refused} */
export function changeRole(session: Session, stay: Participant, role: ShownRole): void {
  if (role === "panelist" && session.instance.kind === "meeting")
    throw new Refused("A meeting has no panelists: the roles are host, co-host and attendee.");
  const old_role = shownRole(stay);
  const before = role === "host" ? presentHost(session) : undefined;
  stay.co_host = role === "co-host";
  if (role === "co-host") stay.role = session.instance.kind === "webinar" ? "panelist" : "attendee";
  else stay.role = role;
  const new_role = shownRole(stay);
  if (old_role !== new_role) {
    // Zoom: these show neither the older id nor a telephone's number.
    const { id: _, phone_number: __, ...person } = shownPerson(stay);
    const participant = { ...person, date_time: nowIn(session), old_role, new_role };
    tell(session, "participant_role_changed", { ...held(session), participant });
  }
  if (before && before !== stay) changeRole(session, before, "co-host");
}

/** Mutes or unmutes; Zoom sends no event of it. A webinar's attendee talks when the host allows it. */
export function setMuted(stay: Participant, muted: boolean): void {
  stay.muted = muted;
}

/** Turns the camera on or off. @throws {Refused} for telephones and a webinar's attendees */
export function setCamera({ instance: { kind } }: Session, stay: Participant, on: boolean): void {
  if (on && stay.device === "telephone")
    throw new Refused("A telephone has no camera: join by another device.");
  if (on && kind === "webinar" && stay.role === "attendee")
    throw new Refused("An attendee of a webinar has no camera: make them a panelist first (role).");
  stay.camera_on = on;
}
