/** The rows of Zoom Rooms, and what the operations on them share. */
import type { Sandbox } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";

/** A Zoom Room. Table `rooms`. */
export interface Room {
  id: string;
  /** The other id that dashboards use. */
  room_id: string;
  name: string;
  type: string;
  location_id: string;
  status: "Offline" | "Available" | "InMeeting" | "UnderConstruction";
  activation_code: string;
  tag_ids: string[];
  calendar_resource_id: string;
  user_id: string;
  pro_device: boolean;
  /** The devices that were signed in to the room. */
  devices: RoomDevice[];
  /** The meeting the room is in, and its number there. */
  meeting?: { id: number; user_id: string };
  muted: boolean;
  checked_in: boolean;
  created_at: string;
}

/** A computer or controller of a room. */
export interface RoomDevice {
  id: string;
  device_type: "Zoom Rooms Computer" | "Controller" | "Scheduling Display";
  device_system: string;
  app_version: string;
  status: "Online" | "Offline";
  device_hostname: string;
  device_manufacturer: string;
  device_model: string;
  device_firmware: string;
  ip_address: string;
  serial_number: string;
  device_mac_addresses: string[];
}

/** A place rooms stand in. Table `room_locations`. */
export interface RoomLocation {
  id: string;
  name: string;
  type: string;
  parent_location_id: string;
}

/** A tag of rooms. Table `room_tags`. */
export interface RoomTag {
  id: string;
  name: string;
  description: string;
}

/** What a sensor told. Table `room_sensor_data`. */
export interface SensorReading {
  room_id: string;
  date_time: string;
  device_id: string;
  sensor_type: string;
  sensor_value: string;
}

/** Finds a room by either of its ids. @throws {ZoomError} 404/1012 */
export function findRoom({ table }: Pick<Sandbox, "table">, id: string): Room {
  const rooms = table<Room>("rooms");
  const room = rooms.get(id) ?? rooms.find(({ room_id }) => room_id === id);
  if (!room) throw zoomError(404, 1012, `Room not found: ${id}.`);
  return room;
}

/** Finds a location. @throws {ZoomError} 404/4801 */
export function findLocation({ table }: Pick<Sandbox, "table">, id: string): RoomLocation {
  const location = table<RoomLocation>("room_locations").get(id);
  if (!location) throw zoomError(404, 4801, `Location not found: ${id}.`);
  return location;
}

/** The rooms in a location and in those below it. */
export function roomsBelow({ table }: Pick<Sandbox, "table">, locationId: string): Room[] {
  const locations = table<RoomLocation>("room_locations").all();
  const inside = new Set([locationId]);
  // A child may stand before its parent: go round until nothing is added.
  for (let before = 0; before !== inside.size; ) {
    before = inside.size;
    for (const { id, parent_location_id } of locations) if (inside.has(parent_location_id)) inside.add(id);
  }
  return table<Room>("rooms").filter(({ location_id }) => inside.has(location_id));
}

/** A room in an event. */
export function eventRoom({ id, name }: Room): { id: string; room_name: string } {
  return { id, room_name: name };
}

/** Makes a room with its computer and controller signed in. */
export function makeRoom(
  { ids, clock, table }: Pick<Sandbox, "ids" | "clock" | "table">,
  given: Pick<Room, "name" | "type"> & Partial<Room>,
): Room {
  const device = (device_type: RoomDevice["device_type"], system: string, model: string): RoomDevice => ({
    ...{ id: ids.hex(32), device_type, device_system: system, app_version: "6.6.0 (1234)", status: "Online" },
    ...{
      device_hostname: `${model.toLowerCase()}-${ids.hex(4)}`,
      device_manufacturer: "Sandbox",
      device_model: model,
    },
    ...{
      device_firmware: "1.0.0",
      ip_address: `192.0.2.${1 + (Number(ids.digits(3)) % 250)}`,
      serial_number: ids.hex(12),
    },
    device_mac_addresses: [(ids.hex(12).match(/../g) ?? []).join(":")],
  });
  const room: Room = {
    ...{ id: ids.key(), room_id: ids.key(), location_id: "", status: "Available", tag_ids: [] },
    activation_code: ids.digits(12).replace(/(\d{4})(?=\d)/g, "$1-"),
    ...{ calendar_resource_id: "", user_id: "", pro_device: false, muted: false, checked_in: false },
    devices: [
      device("Zoom Rooms Computer", "Win 11", "Room-PC"),
      device("Controller", "iPadOS 18", "Tablet"),
    ],
    created_at: clock.now().toISOString(),
    ...given,
  };
  table<Room>("rooms").set(room.id, room);
  return room;
}
