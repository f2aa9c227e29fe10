/** Every resource that is emulated, one line each. */
import type { Sandbox } from "../sandbox.ts";
import { contactGroups } from "./contact-groups/contact-groups.ts";
import { divisions } from "./divisions/divisions.ts";
import { meetings } from "./meetings/meetings.ts";
import { registrants } from "./meetings/registrants.ts";
import { pastMeetings } from "./past-meetings/past-meetings.ts";
import type { RoleChanges } from "./roles/role-changes.ts";
import { roles } from "./roles/roles.ts";
import { roomCalendars } from "./rooms/room-calendars.ts";
import { roomControls } from "./rooms/room-controls.ts";
import { roomDevices } from "./rooms/room-devices.ts";
import { roomLocations } from "./rooms/room-locations.ts";
import { roomTags } from "./rooms/room-tags.ts";
import { rooms } from "./rooms/rooms.ts";
import { trackingFields } from "./tracking-fields/tracking-fields.ts";
import type { UserChanges } from "./users/user-changes.ts";
import { users } from "./users/users.ts";

/** What the portal's pages change too. */
interface Changes {
  readonly userChanges: UserChanges;
  readonly roleChanges: RoleChanges;
}

/** Registers the operations of all resources. */
export function registerResources(sandbox: Sandbox, { userChanges, roleChanges }: Changes): void {
  users(sandbox, userChanges);
  roles(sandbox, roleChanges);
  contactGroups(sandbox);
  divisions(sandbox);
  trackingFields(sandbox);
  meetings(sandbox);
  registrants(sandbox);
  pastMeetings(sandbox);
  rooms(sandbox);
  roomLocations(sandbox);
  roomTags(sandbox);
  roomDevices(sandbox);
  roomCalendars(sandbox);
  roomControls(sandbox);
}
