/** The cameras, microphones and speakers of a room, and profiles that choose among them. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { findRoom, type Room } from "./room-rows.ts";

interface DeviceProfile {
  id: string;
  name: string;
  audio_processing: boolean;
  auto_adjust_mic_level: boolean;
  camera_id: string;
  echo_cancellation: boolean;
  microphone_id: string;
  noise_suppression: string;
  speaker_id: string;
}

/** What stands in every room of the sandbox. */
const peripherals = ({ id }: Room) => {
  const one = (kind: string, name: string) => [{ id: `${kind}-${id}`, name }];
  return {
    cameras: one("camera", "Sandbox wide camera"),
    microphones: one("microphone", "Sandbox ceiling microphone"),
    speakers: one("speaker", "Sandbox sound bar"),
  };
};

/** The device profiles' operations. */
export function roomDevices(sandbox: Sandbox): void {
  const { api, ids } = sandbox;
  const rows = sandbox.table<DeviceProfile & { room: string }>("room_device_profiles");
  const named = (room: Room, id: string) => {
    const found = rows.get(`${room.id}/${id}`);
    if (!found) throw zoomError(404, 8005, `Room device profile does not exist: ${id}.`);
    return found;
  };
  const of = (room: Room) => rows.filter((row) => row.room === room.id);

  api.on("GET /rooms/{roomId}/device_profiles/devices", (call) =>
    peripherals(findRoom(sandbox, call.params.roomId)),
  );
  api.on("GET /rooms/{roomId}/device_profiles", (call) => of(findRoom(sandbox, call.params.roomId)));
  api.on("POST /rooms/{roomId}/device_profiles", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    const { cameras, microphones, speakers } = peripherals(room);
    const profile = {
      ...{ id: ids.key(), name: `Profile ${of(room).length + 1}`, room: room.id },
      ...{ audio_processing: true, auto_adjust_mic_level: true, echo_cancellation: true },
      noise_suppression: "moderate",
      ...{
        camera_id: cameras[0]?.id ?? "",
        microphone_id: microphones[0]?.id ?? "",
        speaker_id: speakers[0]?.id ?? "",
      },
      ...call.body<Partial<DeviceProfile>>(),
    };
    rows.set(`${room.id}/${profile.id}`, profile);
    return call.answer(201);
  });
  api.on("GET /rooms/{roomId}/device_profiles/{deviceProfileId}", (call) =>
    named(findRoom(sandbox, call.params.roomId), call.params.deviceProfileId),
  );
  api.on("PATCH /rooms/{roomId}/device_profiles/{deviceProfileId}", (call) => {
    Object.assign(named(findRoom(sandbox, call.params.roomId), call.params.deviceProfileId), call.body());
  });
  api.on("DELETE /rooms/{roomId}/device_profiles/{deviceProfileId}", (call) => {
    const room = findRoom(sandbox, call.params.roomId);
    rows.delete(`${room.id}/${named(room, call.params.deviceProfileId).id}`);
  });
}
