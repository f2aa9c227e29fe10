/** Makes what a scenario plays in, and lets its people register. */
import { createScheduled } from "../../resources/meetings/create-meeting.ts";
import { MEETING, WEBINAR } from "../../resources/scheduled/kinds.ts";
import { eventMeeting } from "../../resources/meetings/meeting-body.ts";
import { type Registrant, zoomTime } from "../../resources/meetings/meeting-rows.ts";
import type { Sandbox } from "../../sandbox.ts";
import { registrantsTable } from "../may-join.ts";
import { kindOf, type Planned, Refused } from "../session.ts";
import type { Scenario } from "./scenario-file.ts";
import type { Actor } from "./scenario-steps.ts";

type Wanted = NonNullable<Scenario["meeting"]>;

/** The meeting or webinar that is named, or a new one. @throws {Refused} */
export function preparePlanned(sandbox: Sandbox, scenario: Scenario, invited: readonly Actor[]): Planned {
  const kind = scenario.webinar === undefined ? "meeting" : "webinar";
  const wanted: Wanted | undefined = scenario.webinar ?? scenario.meeting;
  if (!wanted) throw new Refused("The scenario has neither a meeting nor a webinar.");
  const planned =
    wanted.id === undefined ? make(sandbox, kind, wanted, invited) : find(sandbox, kind, wanted.id);
  for (const actor of invited) {
    if (actor.registered) register(sandbox, planned, actor);
    if (actor.panelist) makePanelist(sandbox, planned, actor);
  }
  return planned;
}

function find({ table }: Sandbox, kind: "meeting" | "webinar", id: number): Planned {
  const found = table<Planned & { deleted?: boolean }>(`${kind}s`).get(id);
  if (!found || found.deleted === true) throw new Refused(`There is no ${kind} ${id}.`);
  return found;
}

function make(
  sandbox: Sandbox,
  kind: "meeting" | "webinar",
  { topic, host: email, duration, timezone, password, settings }: Wanted,
  invited: readonly Actor[],
): Planned {
  const { users, account } = sandbox;
  const host = email === undefined ? users.find(account.owner_id) : users.byEmail(email);
  if (!host) throw new Refused(`${kind}.host: ${email} is nobody of the account.`);
  // Zoom: 0 approves who registers by itself, 2 asks for no registration.
  const approval_type = invited.some(({ registered }) => registered) ? 0 : 2;
  const body = {
    ...{ topic, duration, settings: { approval_type, ...settings } },
    ...(timezone !== undefined && { timezone }),
    ...(password !== undefined && { password }),
  };
  const made = createScheduled(sandbox, kind === "meeting" ? MEETING : WEBINAR, body, host);
  sandbox.emit(`${kind}.created`, {
    ...{ operator: host.email, operator_id: host.id, operation: "all", object: eventMeeting(made) },
  });
  return made;
}

function register(sandbox: Sandbox, planned: Planned, { name = "Guest", email = "" }: Actor): void {
  const { ids, clock } = sandbox;
  const [first_name = name, ...rest] = name.split(" ");
  const id = ids.key();
  const registrant: Registrant = {
    ...{ id, meeting_id: planned.id, email, first_name, last_name: rest.join(" "), status: "approved" },
    ...{ create_time: zoomTime(clock.now()), details: {} },
    join_url: `${sandbox.origin()}/w/${planned.id}?tk=${ids.secret(43)}`,
  };
  sandbox.table<Registrant>(registrantsTable(planned)).set(`${planned.id}/${id}`, registrant);
  const { uuid, host_id, topic, type, start_time = zoomTime(clock.now()), duration, timezone } = planned;
  const { last_name, status, join_url } = registrant;
  sandbox.emit(`${kindOf(planned)}.registration_created`, {
    object: {
      ...{ id: planned.id, uuid, host_id, topic, type, start_time, duration, timezone },
      registrant: { id, first_name, last_name, email, status, join_url },
    },
  });
}

function makePanelist({ ids, table }: Sandbox, planned: Planned, { name = "", email = "" }: Actor): void {
  if (kindOf(planned) === "meeting") throw new Refused("A meeting has no panelists.");
  const id = ids.key();
  table("panelists").set(`${planned.id}/${id}`, { id, webinar_id: planned.id, name, email });
}
