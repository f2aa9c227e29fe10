/** A meeting becomes a webinar, or a webinar a meeting, as its host does at Zoom's page of it. Number, registrants and polls stay. */
import { Refused } from "../../people/session.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import type { Meeting } from "../meetings/meeting-rows.ts";
import { type Kind, MEETING, mustHaveWebinars, WEBINAR } from "./kinds.ts";

/** Converts it. @throws {Refused} when it cannot become the other @throws {ZoomError} 400/200 without the licence */
export function convertScheduled(sandbox: Sandbox, row: Meeting, host: User): void {
  const { table } = sandbox;
  const from = table<Meeting>("meetings").get(row.id) === row ? MEETING : WEBINAR;
  const to = from === MEETING ? WEBINAR : MEETING;
  if (row.status === "started") throw new Refused(`The ${from.name} is under way; end it first.`);
  const type = typeIn(from, to, row.type);
  if (type === undefined || row.pmi !== undefined)
    throw new Refused("Only what was scheduled, with a number of its own, becomes the other.");
  mustHaveWebinars(sandbox, to, host);
  table(from.table).delete(row.id);
  row.type = type;
  table<Meeting>(to.table).set(row.id, row);
  const key = String(row.id);
  move(sandbox, from.registrants, to.registrants, "meeting_id", row.id);
  move(sandbox, from.polls, to.polls, "owner_key", key);
  for (const what of ["questions", "surveys", "livestreams"]) {
    const kept = table(`${from.name}_${what}`).get(row.id);
    if (!kept) continue;
    table(`${from.name}_${what}`).delete(row.id);
    table(`${to.name}_${what}`).set(row.id, kept);
  }
  // Meetings have no panelists.
  if (to === MEETING)
    for (const { id } of table<{ id: string; webinar_id: number }>("panelists").by("webinar_id", row.id))
      table("panelists").delete(`${row.id}/${id}`);
  const { uuid, id, host_id, topic, start_time, duration, timezone } = row;
  sandbox.emit(`${from.name}.converted_to_${to.name}`, {
    ...{ operator: host.email, operator_id: host.id },
    object: { uuid, id, host_id, topic, type, ...(start_time && { start_time }), duration, timezone },
  });
}

function typeIn(from: Kind, to: Kind, type: number): number | undefined {
  const names = ["once", "noFixedTime", "fixedTime"] as const;
  const name = names.find((one) => from.types[one] === type);
  return name && to.types[name];
}

/** Moves the rows of one owner; their keys are `owner/id` in both tables. */
function move(
  sandbox: Sandbox,
  from: string,
  to: string,
  field: "meeting_id" | "owner_key",
  owner: string | number,
): void {
  const rows = sandbox.table<{ id: string; meeting_id?: number; owner_key?: string }>(from);
  for (const row of rows.by(field, owner)) {
    rows.delete(`${owner}/${row.id}`);
    sandbox.table(to).set(`${owner}/${row.id}`, row);
  }
}
