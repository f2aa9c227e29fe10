/** Who someone at the door is, and whether the session lets the person in. */
import type { Registrant } from "../resources/meetings/meeting-rows.ts";
import { settingsOf } from "../resources/users/user-settings.ts";
import type { Sandbox, User } from "../sandbox.ts";
import { presentIn, staysOf } from "./presence.ts";
import { kindOf, type Planned, Refused, type Session } from "./session.ts";
import type { Participant } from "./session-rows.ts";

/** Someone at the door. */
export interface Joiner {
  readonly name?: string | undefined;
  /** Known to Zoom only when it is a user's, a registrant's or a panelist's. */
  readonly email?: string | undefined;
  readonly device: Participant["device"];
  readonly phone_number?: string | undefined;
  /** Without it the person came by the link, which carries it. */
  readonly passcode?: string | undefined;
  readonly location?: string | undefined;
  readonly network_type?: Participant["network_type"] | undefined;
}

/** What the session knows of the person. */
export interface Known {
  readonly user: User | undefined;
  readonly registrant: Registrant | undefined;
  readonly name: string | undefined;
  readonly email: string;
  readonly role: Participant["role"];
}

interface Panelist {
  readonly email: string;
  readonly name?: string;
}

/** Recognises the person by the email. */
export function recognise(sandbox: Sandbox, planned: Planned, joiner: Joiner): Known {
  const { name, email } = joiner;
  const user = email === undefined ? undefined : sandbox.users.byEmail(email);
  const registrant = registrantOf(sandbox, planned, email);
  const panelist = panelistOf(sandbox, planned, email);
  return {
    ...{ user, registrant },
    name: name ?? user?.display_name ?? (registrant ? fullName(registrant) : panelist?.name),
    email: user?.email ?? registrant?.email ?? panelist?.email ?? "",
    role: roleOf(planned, user, panelist),
  };
}

/** True for those whom the scheduler made host. */
export function mayHost({ role }: Known): boolean {
  return role === "host" || role === "alternative_host";
}

/** @throws {Refused} when the passcode, the registration or the sign-in is missing */
export function checkInvited(planned: Planned, joiner: Joiner, known: Known): void {
  const { settings, password = "" } = planned;
  const kind = kindOf(planned);
  if (joiner.passcode !== undefined && joiner.passcode !== password)
    throw new Refused("The passcode is wrong: give the right one, or none to join by the link.");
  if (mayHost(known) || known.role === "panelist") return;
  if (settings["meeting_authentication"] === true && known.user === undefined)
    throw new Refused(`Only people who sign in may join this ${kind}: give the email of a user.`);
  // Telephones ring in without a registration's link.
  if (!needsRegistration(planned) || joiner.device === "telephone") return;
  if (known.registrant === undefined)
    throw new Refused(`The ${kind} requires registration: give the email of somebody who registered.`);
  if (known.registrant.status !== "approved")
    throw new Refused(
      `The registration of ${known.registrant.email} is ${known.registrant.status}: approve it first.`,
    );
}

/** @throws {Refused} when the session is full, or the person was removed from it */
export function checkRoom({ sandbox, planned, instance }: Session, joiner: Joiner, known: Known): void {
  if (mayHost(known)) return;
  // Zoom: the host's settings may let removed people come back; by default they may not.
  const back = settingsOf(sandbox, planned.host_id)["in_meeting"]?.["allow_participants_to_rejoin"];
  const email = joiner.email?.toLowerCase();
  const same = (stay: Participant): boolean =>
    email === undefined
      ? known.name !== undefined && stay.name === known.name
      : (stay.given_email ?? stay.user_email).toLowerCase() === email;
  const removed = staysOf(sandbox, instance.uuid).some((stay) => stay.removed === true && same(stay));
  if (removed && back !== true)
    throw new Refused(
      "The host removed this person, who may not come back while the host's setting in_meeting.allow_participants_to_rejoin is off.",
    );
  const capacity = capacityOf(sandbox, planned);
  if (presentIn(sandbox, instance.uuid).length >= capacity)
    throw new Refused(
      `The ${instance.kind} has reached its capacity of ${capacity}, which follows from the host's licence: somebody must leave first.`,
    );
}

/** How many people fit, by the host's settings: those follow from the licence. */
export function capacityOf(sandbox: Sandbox, planned: Planned): number {
  const feature = settingsOf(sandbox, planned.host_id)["feature"] ?? {};
  const kind = kindOf(planned);
  const large = kind === "meeting" && feature["large_meeting"] === true;
  const capacity = feature[large ? "large_meeting_capacity" : `${kind}_capacity`];
  return typeof capacity === "number" && capacity > 0 ? capacity : WITHOUT_LIMIT[kind];
}

/** Where the settings name no number. */
const WITHOUT_LIMIT = { meeting: 100, webinar: 500 } as const;

// Zoom: 0 approves by itself, 1 by hand, 2 asks for no registration.
function needsRegistration({ settings }: Planned): boolean {
  return settings["approval_type"] === 0 || settings["approval_type"] === 1;
}

function roleOf(
  { host_id, settings }: Planned,
  user: User | undefined,
  panelist: Panelist | undefined,
): Participant["role"] {
  if (user?.id === host_id) return "host";
  const { alternative_hosts: named = "" } = settings;
  const alternatives = typeof named === "string" ? named.toLowerCase().split(/[,;]\s*/) : [];
  if (user && alternatives.includes(user.email.toLowerCase())) return "alternative_host";
  return panelist === undefined ? "attendee" : "panelist";
}

function registrantOf(sandbox: Sandbox, planned: Planned, email: string | undefined): Registrant | undefined {
  if (email === undefined) return undefined;
  return sandbox
    .table<Registrant>(registrantsTable(planned))
    .by("meeting_id", planned.id)
    .find((row) => row.email.toLowerCase() === email.toLowerCase());
}

/** The table of who registered. */
export function registrantsTable(planned: Planned): string {
  return kindOf(planned) === "meeting" ? "registrants" : "webinar_registrants";
}

function panelistOf(sandbox: Sandbox, planned: Planned, email: string | undefined): Panelist | undefined {
  if (email === undefined || kindOf(planned) === "meeting") return undefined;
  return sandbox
    .table<Panelist & { webinar_id: number }>("panelists")
    .by("webinar_id", planned.id)
    .find((row) => row.email.toLowerCase() === email.toLowerCase());
}

function fullName({ first_name, last_name }: Registrant): string {
  return [first_name, last_name].filter(Boolean).join(" ");
}
