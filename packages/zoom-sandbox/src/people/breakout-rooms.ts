/** Breakout rooms: opened by the host, and who goes in and out of them. */
import { presentIn } from "./presence.ts";
import { held, nowIn, Refused, roomUserId, type Session, shownPerson, tell } from "./session.ts";
import type { BreakoutRoom, Participant } from "./session-rows.ts";
import { stopShares } from "./share.ts";

/** The rooms that are open. */
export function openRooms({ sandbox, instance }: Session): BreakoutRoom[] {
  return sandbox
    .table<BreakoutRoom>("breakout_rooms")
    .by("uuid", instance.uuid)
    .filter(({ closed_at }) => closed_at === undefined);
}

/** The room with that uuid or name, if it is open. */
export function roomOf(session: Session, idOrName: string): BreakoutRoom | undefined {
  return openRooms(session).find(({ id, name }) => id === idOrName || name === idOrName);
}

/** Opens rooms. @throws {Refused} */
export function openBreakoutRooms(session: Session, names: readonly string[]): BreakoutRoom[] {
  if (session.instance.kind === "webinar") throw new Refused("A webinar has no breakout rooms.");
  const { ids, table } = session.sandbox;
  return names.map((name) => {
    if (roomOf(session, name)) throw new Refused(`There is a room ${name} already.`);
    const { uuid } = session.instance;
    const room: BreakoutRoom = { id: ids.uuid(), uuid, name, opened_at: nowIn(session) };
    table<BreakoutRoom>("breakout_rooms").set(room.id, room);
    return room;
  });
}

/** Someone goes into a room, out of another if need be. @throws {Refused} */
export function joinRoom(session: Session, stay: Participant, idOrName: string): void {
  const room = roomOf(session, idOrName);
  if (!room) {
    const open = openRooms(session).map(({ name }) => name);
    throw new Refused(`There is no open breakout room ${idOrName}; open are: ${open.join(", ") || "none"}.`);
  }
  if (stay.breakout_room === room.id) return;
  stopShares(session, stay);
  leaveRoom(session, stay);
  stay.breakout_room = room.id;
  tellRoom(session, "joined", stay, room.id, { join_time: nowIn(session) });
}

/** Someone comes back to the main session; nothing happens to who is there. */
export function leaveRoom(session: Session, stay: Participant): void {
  const room = stay.breakout_room;
  if (room === undefined) return;
  stopShares(session, stay);
  delete stay.breakout_room;
  const leave_reason = `${stay.name} left the meeting.`;
  tellRoom(session, "left", stay, room, { leave_time: nowIn(session), leave_reason });
}

/** Closes all rooms; everybody comes back. */
export function closeBreakoutRooms(session: Session): void {
  const rooms = openRooms(session);
  if (rooms.length === 0) return;
  for (const stay of presentIn(session.sandbox, session.instance.uuid)) leaveRoom(session, stay);
  for (const room of rooms) room.closed_at = nowIn(session);
}

function tellRoom(
  session: Session,
  what: "joined" | "left",
  stay: Participant,
  breakout_room_uuid: string,
  more: object,
): void {
  tell(session, `participant_${what}_breakout_room`, {
    ...{ ...held(session), breakout_room_uuid },
    participant: {
      ...shownPerson(stay),
      ...{ user_id: roomUserId(stay), parent_user_id: stay.user_id },
      ...more,
    },
  });
}
