/** A person's settings, in the parts that `option` names, and their virtual backgrounds. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { merge } from "../../operations/shapes.ts";
import { settingsDocument } from "../settings.ts";
import { backgroundsOf, virtualBackgrounds } from "../virtual-backgrounds.ts";
import { acting } from "./users.ts";

const NAME = "user settings";
const CAPACITY = { basic: 100, licensed: 300 };

type Settings = Record<string, Record<string, unknown> | undefined>;

/** A person's settings as they are now, in Zoom's groups. */
export function settingsOf(sandbox: Pick<Sandbox, "table" | "users">, userId: string): Settings {
  const changed = sandbox.table<Record<string, unknown>>(`document ${NAME}`).get(userId) ?? {};
  return merge(defaultsOf(sandbox, userId), changed) as Settings;
}

function defaultsOf(sandbox: Pick<Sandbox, "table" | "users">, userId: string): Record<string, unknown> {
  const licensed = sandbox.users.find(userId)?.type === 2;
  return {
    schedule_meeting: { host_video: true, participants_video: true, audio_type: "both" },
    in_meeting: {
      ...{ chat: true, private_chat: true, screen_sharing: true, waiting_room: true, breakout_room: true },
      virtual_background_settings: { enable: true, files: backgroundsOf(sandbox, userId) },
    },
    email_notification: { jbh_reminder: true, cancel_meeting_reminder: true },
    recording: { local_recording: true, cloud_recording: licensed, auto_recording: "none" },
    // Zoom: a webinar needs a licence of its own; the sandbox gives it with every licensed person.
    feature: { meeting_capacity: licensed ? CAPACITY.licensed : CAPACITY.basic, webinar: licensed },
  };
}

/** The settings' operations. */
export function userSettings(sandbox: Sandbox): void {
  const { clock, users } = sandbox;
  const ownerOf = (call: Call) => acting(users.named(call.params["userId"] ?? "", call.caller)).id;

  const settings = settingsDocument(sandbox, {
    ...{ name: NAME, get: "GET /users/{userId}/settings", ownerOf },
    defaults: (id) => defaultsOf(sandbox, id),
    onUpdated: (id, change, before, call) =>
      sandbox.emit(
        "user.settings_updated",
        {
          ...{ ...call.operator, time_stamp: clock.now().getTime() },
          ...{ object: { id, settings: change }, old_object: { id, settings: before } },
        },
        { userId: id },
      ),
    update: "PATCH /users/{userId}/settings",
    check: (id, change) => {
      const { feature } = change as { feature?: { webinar?: boolean; large_meeting?: boolean } };
      if (users.find(id)?.type === 2) return;
      if (feature?.webinar === true) {
        throw zoomError(400, 1122, "Webinar feature can only be enabled for Licensed or On-prem users.");
      }
      if (feature?.large_meeting === true) {
        throw zoomError(400, 1108, "Only Licensed or On-prem users can enable the large meeting feature.");
      }
    },
  });
  virtualBackgrounds(sandbox, {
    upload: "POST /users/{userId}/settings/virtual_backgrounds",
    remove: "DELETE /users/{userId}/settings/virtual_backgrounds",
    ownerOf,
  });
  sandbox.onUserRemoved(({ id }) => settings.forget(id));
}
