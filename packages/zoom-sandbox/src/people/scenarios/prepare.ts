/** Makes what a scenario plays in, and lets its people register. */
import { createScheduled } from "../../resources/meetings/create-meeting.ts";
import { z } from "zod";
import { acceptBody, shapeOf } from "../../operations/shapes.ts";
import { MEETING, mustHaveWebinars, WEBINAR } from "../../resources/scheduled/kinds.ts";
import { eventMeeting } from "../../resources/meetings/meeting-body.ts";
import { type Registrant, zoomTime } from "../../resources/meetings/meeting-rows.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import { registrantsTable } from "../may-join.ts";
import { kindOf, type Planned } from "../session.ts";
import type { ReadScenario, Scenario } from "./scenario-file.ts";
import type { Actor } from "./scenario-steps.ts";

type Wanted = NonNullable<Scenario["meeting"]>;

/** The meeting or webinar that is named, or a new one. @throws {ScenarioRefused} with the line of what it cannot be */
export function preparePlanned(
  sandbox: Sandbox,
  { scenario, refuse }: ReadScenario,
  invited: readonly Actor[],
): Planned {
  const kind = scenario.webinar === undefined ? "meeting" : "webinar";
  const wanted: Wanted | undefined = scenario.webinar ?? scenario.meeting;
  const wrong = (field: string, message: string) => refuse([{ path: [kind, field], message }]);
  if (!wanted) throw wrong("topic", "a scenario has either a meeting or a webinar");
  const { id, host: email } = wanted;
  const found = id === undefined ? undefined : find(sandbox, kind, id);
  if (id !== undefined && !found)
    throw wrong("id", `there is no ${kind} ${id}; without an id one is made of the rest`);
  const host =
    email === undefined ? sandbox.users.find(sandbox.account.owner_id) : sandbox.users.byEmail(email);
  if (host?.status !== "active")
    throw wrong(
      "host",
      `${email} is ${host ? "not active in" : "nobody of"} the account; name one of its people`,
    );
  if (!found) checkNew(sandbox, kind, wanted, host, refuse);
  const planned = found ?? make(sandbox, kind, wanted, host, invited);
  if (found?.status === "started" && scenario.steps.some(({ start }) => start !== undefined))
    throw wrong("id", `the ${kind} ${id} is under way; end it first, or leave the start out`);
  for (const actor of invited) {
    if (actor.registered) register(sandbox, planned, actor);
    if (actor.panelist) makePanelist(sandbox, planned, actor);
  }
  return planned;
}

/** What Zoom would refuse of a new one. @throws {ScenarioRefused} */
function checkNew(
  sandbox: Sandbox,
  kind: "meeting" | "webinar",
  { settings }: Wanted,
  host: User,
  refuse: ReadScenario["refuse"],
): void {
  try {
    mustHaveWebinars(sandbox, kind === "meeting" ? MEETING : WEBINAR, host);
  } catch (error) {
    throw refuse([{ path: [kind, "host"], message: error instanceof Error ? error.message : String(error) }]);
  }
  const { body } = shapeOf(`POST /users/{userId}/${kind}s`) ?? {};
  if (body === undefined) return;
  const { value, errors } = acceptBody(body, { settings });
  const kept = z.object({ settings: z.looseObject({}) }).safeParse(value).data?.settings ?? {};
  const strange = Object.keys(settings).filter((name) => !(name in kept) && errors.length === 0);
  const issues = [
    ...errors.map(({ field }) => ({
      path: [kind, ...field.split(".")],
      message: "is no value that Zoom takes there",
    })),
    ...strange.map((name) => ({
      path: [kind, "settings", name],
      message: `is no setting of a ${kind} at Zoom`,
    })),
  ];
  if (issues.length > 0) throw refuse(issues);
}

function find({ table }: Sandbox, kind: "meeting" | "webinar", id: number): Planned | undefined {
  const found = table<Planned & { deleted?: boolean }>(`${kind}s`).get(id);
  return found?.deleted === true ? undefined : found;
}

function make(
  sandbox: Sandbox,
  kind: "meeting" | "webinar",
  { topic, duration, timezone, password, settings }: Wanted,
  host: User,
  invited: readonly Actor[],
): Planned {
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
  const id = ids.key();
  table("panelists").set(`${planned.id}/${id}`, { id, webinar_id: planned.id, name, email });
}
