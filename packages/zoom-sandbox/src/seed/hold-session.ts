/** One time that a made-up meeting or webinar was held. */
import type { Instance, Participant, RecordingStretch } from "../people/session-rows.ts";
import { type Meeting, zoomTime } from "../resources/meetings/meeting-rows.ts";
import { finishRecording, recordSession } from "../resources/recordings/make-recording.ts";
import type { Kind } from "../resources/scheduled/kinds.ts";
import type { Sandbox, User } from "../sandbox.ts";
import type { Random } from "./random.ts";

/** Who comes: a person of the account or a guest, who may have registered. */
export interface Guest {
  readonly name: string;
  readonly email: string;
  readonly registrant_id?: string;
  readonly role?: Participant["role"];
}

const DEVICES = ["desktop", "desktop", "desktop", "mobile", "telephone"] as const;
const NETWORKS = ["Wifi", "Wifi", "Wired", "Cellular"] as const;

/** What was held. */
export interface Held {
  readonly kind: Kind;
  readonly meeting: Meeting;
  readonly host: User;
  readonly others: readonly (User | Guest)[];
  readonly atMs: number;
  readonly minutes: number;
  readonly recorded: boolean;
}

/** Writes the instance, its stays (the host first, the others within some minutes, everybody gone at the end) and its recording. */
export function holdSession(sandbox: Sandbox, random: Random, held: Held): Instance {
  const { kind, meeting, host, others, atMs } = held;
  const instances = sandbox.table<Instance>("instances");
  const participants = sandbox.table<Participant>("participants");
  if (instances.has(meeting.uuid)) meeting.uuid = sandbox.ids.uuid();
  const { uuid, id: meeting_id, topic, type, timezone, duration } = meeting;
  const length = Math.max(5, held.minutes - 5 + random.below(10));
  // Few people come or go at a minute of their own.
  const moments: string[] = [];
  const moment = (minutes: number): string =>
    (moments[minutes] ??= zoomTime(new Date(atMs + minutes * 60_000)));
  const instance: Instance = {
    ...{ uuid, meeting_id, kind: kind.name, host_id: host.id, topic, type, timezone, duration },
    ...{ start_time: moment(0), end_time: moment(length) },
  };
  instances.set(uuid, instance);
  [host, ...others].forEach((one, index) => {
    const user_id = String(16_778_240 + index * 1024);
    const join = index === 0 ? 0 : random.below(6);
    const early = index > 0 && random.next() < 0.15;
    const guest = "id" in one ? undefined : one;
    participants.set(`${uuid}/${user_id}`, {
      ...{ key: `${uuid}/${user_id}`, uuid, id: "id" in one ? one.id : "", user_id },
      name: "id" in one ? one.display_name : one.name,
      ...{ user_email: one.email, registrant_id: guest?.registrant_id ?? "" },
      role: index === 0 ? "host" : (guest?.role ?? "attendee"),
      device: index === 0 ? "desktop" : random.pick(DEVICES),
      ...{ join_time: moment(join), leave_time: moment(early ? length - 5 : length) },
      leave_reason: index === 0 ? `Host ended the ${kind.name}.` : `left the ${kind.name}.`,
      ip_address: `192.0.2.${1 + random.below(250)}`,
      location: "location" in one ? one.location : "",
      ...{ network_type: random.pick(NETWORKS), data_center: "", version: "6.6.0" },
      ...{ muted: false, camera_on: random.next() < 0.7 },
    });
  });
  if (held.recorded) {
    const stretch: RecordingStretch = {
      ...{ id: sandbox.ids.key(), uuid, start_time: moment(1), end_time: moment(length), pauses: [] },
    };
    sandbox.table<RecordingStretch>("recording_stretches").set(stretch.id, stretch);
    const recording = recordSession(sandbox, instance, [stretch]);
    finishRecording(sandbox, recording, new Date(atMs + length * 90_000));
  }
  return instance;
}
