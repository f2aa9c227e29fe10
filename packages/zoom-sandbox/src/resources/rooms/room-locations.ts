/** Where rooms stand: a hierarchy of countries, cities, buildings and floors, with settings of its own. */
import { type Sandbox, invalidField, zoomError } from "../../sandbox.ts";
import { document } from "../document.ts";
import { findLocation, type Room, type RoomLocation } from "./room-rows.ts";

const LEVELS = ["country", "states", "city", "campus", "building", "floor"];
const DEFAULT_STRUCTURE = ["city", "building", "floor"];

/** The locations' operations. */
export function roomLocations(sandbox: Sandbox): void {
  const { api, table, ids } = sandbox;
  const rows = table<RoomLocation>("room_locations");
  const structures = table<{ levels: string[] }>("room_location_structure");
  const levels = () => structures.get("account")?.levels ?? DEFAULT_STRUCTURE;

  /** The level of what is put under a parent; the account's top level without one. */
  const levelUnder = (parentId: string | undefined): string => {
    if (!parentId || parentId === sandbox.account.id) return levels()[0] ?? "building";
    const parent = rows.get(parentId);
    if (!parent) throw zoomError(404, 4801, `Location not exist ${parentId}.`);
    const below = levels()[levels().indexOf(parent.type) + 1];
    if (below === undefined) throw zoomError(400, 300, `Invalid parent location id ${parentId}`);
    return below;
  };
  const tell = (event: string, { id, name, parent_location_id, type }: RoomLocation, operator: object) =>
    sandbox.emit(event, { ...operator, object: { id, name, parent_location_id, type } });

  api.on("GET /rooms/locations", (call) => {
    const [parent, type] = [call.query("parent_location_id"), call.query("type")];
    if (parent && parent !== sandbox.account.id) findLocation(sandbox, parent);
    if (type && !LEVELS.includes(type)) throw zoomError(400, 300, "Location type not exist.");
    const list = rows.filter(
      (row) => (!parent || row.parent_location_id === parent) && (!type || row.type === type),
    );
    const { rows: locations, ...page } = call.page(list);
    return { ...page, locations };
  });

  api.on("POST /rooms/locations", (call) => {
    const { name = "", parent_location_id } = call.body<{ name?: string; parent_location_id?: string }>();
    if (name === "" || rows.find((row) => row.name === name)) {
      throw zoomError(400, 300, "Location name already exists. Try a different location name.");
    }
    const location = {
      ...{ id: ids.key(), name, type: levelUnder(parent_location_id) },
      parent_location_id: parent_location_id ?? sandbox.account.id,
    };
    rows.set(location.id, location);
    tell("zoomroom.location_created", location, call.operator);
    return location;
  });

  const profile = document(sandbox, {
    ...{ name: "room location profile", get: "GET /rooms/locations/{locationId}" },
    ownerOf: (call) => findLocation(sandbox, call.params["locationId"] ?? "").id,
    defaults: (owner) => {
      const { name, type, parent_location_id } = findLocation(sandbox, owner);
      const timezone = type === "city" ? "Etc/UTC" : "";
      return { basic: { name, parent_location_id, timezone, support_email: "support@acme.example" } };
    },
  });
  api.on("PATCH /rooms/locations/{locationId}", (call) => {
    const location = findLocation(sandbox, call.params.locationId);
    const change = call.body<{ basic?: { name?: string } }>();
    location.name = change.basic?.name ?? location.name;
    profile.change(location.id, change);
    tell("zoomroom.location_updated", location, call.operator);
  });

  api.on("DELETE /rooms/locations/{locationId}", (call) => {
    const location = findLocation(sandbox, call.params.locationId);
    const takeAway = (gone: RoomLocation): void => {
      for (const child of rows.filter(({ parent_location_id }) => parent_location_id === gone.id))
        takeAway(child);
      for (const room of table<Room>("rooms").filter(({ location_id }) => location_id === gone.id)) {
        room.location_id = "";
      }
      rows.delete(gone.id);
    };
    takeAway(location);
    tell("zoomroom.location_deleted", location, call.operator);
  });

  api.on("PUT /rooms/locations/{locationId}/location", (call) => {
    const location = findLocation(sandbox, call.params.locationId);
    const { parent_location_id = "" } = call.body<{ parent_location_id?: string }>();
    const parent = findLocation(sandbox, parent_location_id);
    if (levelUnder(parent.id) !== location.type) {
      throw zoomError(400, 300, `Invalid parent location id ${parent_location_id}.`);
    }
    location.parent_location_id = parent.id;
    tell("zoomroom.location_updated", location, call.operator);
  });

  document(sandbox, {
    name: "room location settings",
    get: "GET /rooms/locations/{locationId}/settings",
    update: "PATCH /rooms/locations/{locationId}/settings",
    ownerOf: (call) =>
      `${findLocation(sandbox, call.params["locationId"] ?? "").id} ${call.query("setting_type") ?? "meeting"}`,
  });

  api.on("GET /rooms/locations/structure", () => ({ structures: levels() }));
  api.on("PUT /rooms/locations/structure", (call) => {
    const { structures: wanted = [] } = call.body<{ structures?: string[] }>();
    const order = wanted.map((level) => LEVELS.indexOf(level));
    const rising = order.every((at, index) => at >= 0 && at > (order[index - 1] ?? -1));
    if (wanted.length === 0 || !rising) {
      throw invalidField("structures");
    }
    structures.set("account", { levels: wanted });
  });
}
