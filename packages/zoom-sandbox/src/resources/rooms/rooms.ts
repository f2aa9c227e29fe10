/**
 * Zoom Rooms: add, list, profile, settings, devices, sensors; the account's profile and settings.
 *
 * Not emulated: background image libraries, digital signage content, controller apps, workspaces, visitors.
 *
 * @see https://developers.zoom.us/docs/api/rooms/
 */
import type { Call } from "../../call.ts";
import { leaveAsRoom } from "./room-controls.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { document } from "../document.ts";
import type { CalendarResource } from "./room-calendars.ts";
import {
  eventRoom,
  findLocation,
  findRoom,
  makeRoom,
  type Room,
  type RoomTag,
  type SensorReading,
} from "./room-rows.ts";

interface NewRoom {
  readonly name: string;
  readonly type: string;
  readonly location_id?: string;
  readonly calendar_resource_id?: string;
  readonly tag_ids?: string[];
  readonly user_id?: string;
  readonly pro_device?: boolean;
}

interface RoomProfile {
  readonly basic?: {
    readonly name?: string;
    readonly zoom_room_type?: string;
    readonly tag_ids?: string[];
    readonly calendar_resource_id?: string;
  };
  readonly setup?: { readonly under_construction?: boolean; readonly pro_device?: boolean };
}

/** The rooms' operations. */
export function rooms(sandbox: Sandbox): void {
  const { api, table, ids, clock } = sandbox;
  const rows = table<Room>("rooms");
  const tags = table<RoomTag>("room_tags");
  const ofRoom = (call: Call) => findRoom(sandbox, call.params["roomId"] ?? call.params["id"] ?? "").id;

  api.on("GET /rooms", (call) => {
    const [status, type, location, name] = ["status", "type", "location_id", "query_name"].map(call.query);
    const wantedTags = call.query("tag_ids")?.split(",").filter(Boolean);
    const unassigned = call.query("unassigned_rooms") === "true";
    const list = rows.filter(
      (room) =>
        (!status || room.status === status) &&
        (!type || room.type === type) &&
        (!location || room.location_id === location) &&
        (!name || room.name.toLowerCase().includes(name.toLowerCase())) &&
        (!wantedTags || wantedTags.some((tag) => room.tag_ids.includes(tag))) &&
        (!unassigned || room.location_id === ""),
    );
    const { rows: shown, ...page } = call.page(list);
    return { ...page, rooms: shown };
  });

  api.on("POST /rooms", (call) => {
    const {
      name,
      type,
      location_id,
      calendar_resource_id,
      tag_ids = [],
      user_id,
      pro_device,
    } = call.body<NewRoom>();
    if (location_id) findLocation(sandbox, location_id);
    if (calendar_resource_id) useCalendar(calendar_resource_id);
    const unknown = tag_ids.filter((id) => !tags.has(id));
    if (unknown.length > 0) throw zoomError(404, 8306, `Tag ID does not exist: [${unknown.join(", ")}].`);
    if (type === "PersonalZoomRoom") sandbox.users.named(user_id ?? "", call.caller);
    const room = makeRoom(sandbox, {
      ...{
        name,
        type,
        tag_ids,
        location_id: location_id ?? "",
        calendar_resource_id: calendar_resource_id ?? "",
      },
      ...(type === "PersonalZoomRoom" && { user_id: user_id ?? "", pro_device: pro_device ?? false }),
    });
    if (calendar_resource_id) useCalendar(calendar_resource_id, room);
    sandbox.emit("zoomroom.created", { object: eventRoom(room) });
    return { ...room, tags: tag_ids.map((id) => ({ tag_id: id, tag_name: tags.get(id)?.name ?? "" })) };
  });

  /** Books the room by this resource, and no longer by the one before; an empty id only frees. */
  function useCalendar(id: string, by?: Room): void {
    const resources = table<CalendarResource>("room_calendar_resources");
    const resource = resources.find(({ calendar_resource_id }) => calendar_resource_id === id);
    if (!resource && id !== "") throw zoomError(404, 4060, `Calendar resource does not exist: ${id}.`);
    if (!by) return;
    const before = resources.find(({ assigned_room_id }) => assigned_room_id === by.id);
    if (before) before.assigned_room_id = "";
    if (resource) resource.assigned_room_id = by.id;
  }

  const profile = document(sandbox, {
    ...{ name: "room profile", get: "GET /rooms/{roomId}", ownerOf: ofRoom },
    defaults: (owner) => {
      const room = findRoom(sandbox, owner);
      const { name, type, location_id, tag_ids, calendar_resource_id, activation_code, user_id } = room;
      return {
        basic: {
          ...{
            name,
            activation_code,
            location_id,
            tag_ids,
            calendar_resource_id,
            zoom_room_type: type,
            user_id,
          },
          ...{ support_email: "support@acme.example", capacity: 8, display_name: name.slice(0, 64) },
        },
        setup: { under_construction: room.status === "UnderConstruction" },
      };
    },
  });

  api.on("PATCH /rooms/{roomId}", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const change = call.body<RoomProfile>();
    const { name, zoom_room_type, tag_ids, calendar_resource_id } = change.basic ?? {};
    if (calendar_resource_id !== undefined) useCalendar(calendar_resource_id, room);
    if (name !== undefined) room.name = name;
    if (zoom_room_type !== undefined) room.type = zoom_room_type;
    if (tag_ids !== undefined) room.tag_ids = tag_ids;
    if (calendar_resource_id !== undefined) room.calendar_resource_id = calendar_resource_id;
    const { under_construction } = change.setup ?? {};
    if (under_construction === true) room.status = "UnderConstruction";
    if (under_construction === false && room.status === "UnderConstruction") room.status = "Available";
    profile.change(room.id, change);
    sandbox.emit("zoomroom.updated", { object: eventRoom(room) });
  });

  api.on("DELETE /rooms/{roomId}", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    leaveAsRoom(sandbox, room);
    rows.delete(room.id);
    sandbox.emit("zoomroom.deleted", { object: eventRoom(room) });
  });

  api.on("PUT /rooms/{roomId}/location", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const { location_id = "" } = call.body<{ location_id?: string }>();
    room.location_id = findLocation(sandbox, location_id).id;
    sandbox.emit("zoomroom.updated", { object: eventRoom(room) });
  });

  document(sandbox, {
    ...{ name: "room settings", get: "GET /rooms/{id}/settings", update: "PATCH /rooms/{id}/settings" },
    ownerOf: (call) => `${ofRoom(call)} ${call.query("setting_type") ?? "meeting"}`,
  });
  document(sandbox, {
    ...{
      name: "room account profile",
      get: "GET /rooms/account_profile",
      update: "PATCH /rooms/account_profile",
    },
    ownerOf: () => "account",
    defaults: () => ({ basic: { support_email: "support@acme.example" } }),
  });
  document(sandbox, {
    ...{
      name: "room account settings",
      get: "GET /rooms/account_settings",
      update: "PATCH /rooms/account_settings",
    },
    ownerOf: (call) => call.query("setting_type") ?? "meeting",
  });

  api.on("GET /rooms/{roomId}/devices", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    return { devices: room.devices.map((device) => ({ ...device, room_name: room.name })) };
  });
  const deviceOf = (room: Room, id: string) => {
    const device = room.devices.find((one) => one.id === id);
    if (!device) throw zoomError(404, 4061, `Room device service does not exist: ${id}.`);
    return device;
  };
  api.on("DELETE /rooms/{roomId}/devices/{deviceId}", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const gone = deviceOf(room, call.params.deviceId);
    room.devices = room.devices.filter((device) => device !== gone);
    if (!room.devices.some(({ status }) => status === "Online")) room.status = "Offline";
  });
  api.on("PUT /rooms/{roomId}/devices/{deviceId}/app_version", (call) => {
    const device = deviceOf(findRoom(sandbox, call.params.roomId), call.params.deviceId);
    const { action } = call.body<{ action?: string }>();
    const versions: Readonly<Record<string, string>> = { upgrade: "6.7.0 (1250)", downgrade: "6.5.0 (1200)" };
    device.app_version = versions[action ?? ""] ?? device.app_version;
  });

  api.on("GET /rooms/{roomId}/virtual_controller", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const url = `${sandbox.origin()}/rooms/controller/${room.id}`;
    if (call.query("pre_authenticated_link") !== "true") return { url };
    return { url: `${url}?token=${ids.secret(43)}`, expire_in: 600 };
  });

  api.on("GET /rooms/{roomId}/sensor_data", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const [from = "", to = "", device, type] = ["from", "to", "device_id", "sensor_type"].map(call.query);
    const readings = table<SensorReading>("room_sensor_data").filter(
      (row) =>
        row.room_id === room.id &&
        row.date_time >= from &&
        row.date_time <= to &&
        (!device || row.device_id === device) &&
        (!type || row.sensor_type === type),
    );
    const { rows: shown, ...page } = call.page(readings);
    return { ...page, from, to, sensor_data: shown };
  });

  // No operation of Zoom's: what the room's own devices tell Zoom.
  sandbox.app.post("/_sandbox/rooms/:roomId/sensors", async (c) => {
    const room = findRoom(sandbox, c.req.param("roomId"));
    const { readBody, sensorBody } = await import("../told-bodies.ts");
    const { sensor_type, sensor_value } = await readBody(c, sensorBody);
    const date_time = `${clock.now().toISOString().slice(0, 19)}Z`;
    const reading = { date_time, sensor_type, sensor_value };
    const device_id = room.devices[0]?.id ?? "";
    table<SensorReading>("room_sensor_data").set(ids.key(), { room_id: room.id, device_id, ...reading });
    sandbox.emit("zoomroom.sensor_data", {
      object: { ...eventRoom(room), device_id, sensor_data: [reading] },
    });
    return c.json(reading, 201);
  });
}
