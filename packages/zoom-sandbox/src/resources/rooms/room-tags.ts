/** Tags of rooms: at most 500 in the account and 10 on a room. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";
import { findRoom, type Room, roomsBelow, type RoomTag } from "./room-rows.ts";

const MOST_TAGS = 500;
const MOST_TAGS_OF_A_ROOM = 10;
const LONGEST = 255;

/** The tags' operations. */
export function roomTags(sandbox: Sandbox): void {
  const { api, ids } = sandbox;
  const rooms = sandbox.table<Room>("rooms");

  const check = ({ name, description }: Partial<RoomTag>, self?: RoomTag): void => {
    if (name !== undefined) {
      const taken = tags.all().some((tag) => tag !== self && tag.name === name);
      if (name === "" || name.length > LONGEST || name.includes(",") || taken) {
        throw zoomError(400, 8302, "Tag name illegal.");
      }
    }
    if (description !== undefined && description.length > LONGEST) {
      throw zoomError(400, 8303, "Tag description illegal.");
    }
  };

  const { table: tags } = collection<RoomTag>(sandbox, {
    ...{ table: "room_tags", id: "id", param: "tagId", listKey: "tags" },
    ...{ list: "GET /rooms/tags", create: "POST /rooms/tags" },
    ...{ update: "PATCH /rooms/tags/{tagId}", remove: "DELETE /rooms/tags/{tagId}" },
    missing: () => zoomError(404, 8306, "Tag ID is not exist."),
    make: (call) => {
      const { name = "", description = "" } = call.body<Partial<RoomTag>>();
      check({ name, description });
      if (tags.size() >= MOST_TAGS) throw zoomError(400, 8304, "Number of Tags per account exceed 500.");
      return { id: ids.key(), name, description };
    },
    change: (tag, call) => {
      const change = call.body<Partial<RoomTag>>();
      if (Object.keys(change).length === 0) throw zoomError(400, 8305, "Nothing to update.");
      check(change, tag);
      Object.assign(tag, change);
    },
    item: (tag) => ({ ...tag, num_of_rooms: rooms.filter(({ tag_ids }) => tag_ids.includes(tag.id)).length }),
    onRemoved: ({ id }) => {
      for (const room of rooms.all()) room.tag_ids = room.tag_ids.filter((tag) => tag !== id);
    },
  });

  const assign = (room: Room, tagIds: readonly string[]): void => {
    const unknown = tagIds.find((id) => !tags.has(id));
    if (unknown !== undefined) throw zoomError(404, 8306, "At least 1 tagId is invalid.");
    const all = [...new Set([...room.tag_ids, ...tagIds])];
    if (all.length > MOST_TAGS_OF_A_ROOM) throw zoomError(400, 8308, "Number of Tags per Room exceed 10.");
    room.tag_ids = all;
  };
  const tagIdsOf = (body: { tag_ids?: string[] }): string[] => {
    const { tag_ids: wanted = [] } = body;
    if (wanted.length === 0) throw zoomError(400, 8301, "Request contains empty tag ID list");
    return wanted;
  };

  api.on("PATCH /rooms/{roomId}/tags", (call) => {
    assign(findRoom(sandbox, call.params.roomId), tagIdsOf(call.body()));
  });
  api.on("DELETE /rooms/{roomId}/tags", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const wanted = call.query("tag_ids")?.split(",") ?? [];
    if (wanted.some((id) => id !== "all" && !tags.has(id))) throw zoomError(404, 8306, "tagId is invalid.");
    room.tag_ids = wanted.includes("all") ? [] : room.tag_ids.filter((id) => !wanted.includes(id));
  });
  api.on("PATCH /rooms/locations/{locationId}/tags", (call) => {
    const { locationId } = call.params;
    if (!sandbox.table("room_locations").has(locationId))
      throw zoomError(404, 8307, "locationId is invalid.");
    const below = roomsBelow(sandbox, locationId);
    if (below.length === 0) throw zoomError(400, 8308, "Location has No Rooms.");
    for (const room of below) assign(room, tagIdsOf(call.body()));
  });
}
