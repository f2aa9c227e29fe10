/** What a company's administrator has set up: groups, tracking fields, rooms and where they stand. */
import type { Group } from "../resources/groups/group-changes.ts";
import { makeRoom, type RoomLocation } from "../resources/rooms/room-rows.ts";
import type { TrackingField } from "../resources/tracking-fields/tracking-fields.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Company } from "./company.ts";

/** Writes it. */
export function seedPlaces(sandbox: Sandbox, { groups, trackingFields, rooms }: Company): void {
  const { ids, table, users } = sandbox;
  for (const { name, departments } of groups) {
    const id = ids.key();
    const group = { id, name, description: "", admin_ids: [], settings: {}, lock_settings: {} };
    table<Group>("groups").set(id, group);
    for (const user of users.all())
      if (departments.includes(user.dept)) user.group_ids = [...user.group_ids, id];
  }
  for (const { field, values } of trackingFields) {
    const id = ids.key();
    const row = { id, field, recommended_values: values, required: false, visible: true };
    table<TrackingField>("tracking_fields").set(id, row);
  }
  for (const { name, building, floor } of rooms) {
    const city = place(sandbox, building, "city", sandbox.account.id);
    const house = place(sandbox, `${building} office`, "building", city);
    const location_id = place(sandbox, `${building} office, floor ${floor}`, "floor", house);
    makeRoom(sandbox, { name, type: "ZoomRoom", location_id });
  }
}

/** The id of a location, made where it is not there yet. */
function place({ ids, table }: Sandbox, name: string, type: string, parent_location_id: string): string {
  const rows = table<RoomLocation>("room_locations");
  const known = rows.find((row) => row.name === name);
  if (known) return known.id;
  const id = ids.key();
  rows.set(id, { id, name, type, parent_location_id });
  return id;
}
