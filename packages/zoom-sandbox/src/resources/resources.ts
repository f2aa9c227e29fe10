/** Every resource that is emulated, one line each. */
import type { Sandbox } from "../sandbox.ts";
import { type AccountDocuments, accounts } from "./accounts/accounts.ts";
import { dataRequests } from "./accounts/data-requests.ts";
import { informationBarriers } from "./accounts/information-barriers.ts";
import type { Documents } from "./document.ts";
import type { GroupChanges } from "./groups/group-changes.ts";
import { groups } from "./groups/groups.ts";
import { userAccess } from "./users/user-access.ts";
import { userPicture } from "./users/user-picture.ts";
import { userRelations } from "./users/user-relations.ts";
import { userSettings } from "./users/user-settings.ts";
import { contactGroups } from "./contact-groups/contact-groups.ts";
import { divisions } from "./divisions/divisions.ts";
import { h323Devices } from "./devices/h323-devices.ts";
import { managedDevices } from "./devices/managed-devices.ts";
import { sipPhones } from "./devices/sip-phones.ts";
import { type MarketplaceChanges, registerMarketplace } from "./marketplace/register-marketplace.ts";
import type { RoleChanges } from "./roles/role-changes.ts";
import { roles } from "./roles/roles.ts";
import { surveyManagement } from "./survey-management/survey-management.ts";
import { roomCalendars } from "./rooms/room-calendars.ts";
import { roomControls } from "./rooms/room-controls.ts";
import { roomDevices } from "./rooms/room-devices.ts";
import { roomLocations } from "./rooms/room-locations.ts";
import { roomTags } from "./rooms/room-tags.ts";
import { rooms } from "./rooms/rooms.ts";
import { accountMetrics } from "./dashboards/account-metrics.ts";
import { sessionMetrics } from "./dashboards/session-metrics.ts";
import { logReports } from "./reports/log-reports.ts";
import { sessionReports } from "./reports/session-reports.ts";
import { usageReports } from "./reports/usage-reports.ts";
import { archiveFiles } from "./archiving/archive-files.ts";
import { makeRecordings } from "./recordings/make-recording.ts";
import { recordingRegistrants } from "./recordings/recording-registrants.ts";
import { recordings } from "./recordings/recordings.ts";
import { registerScheduled } from "./scheduled/register-scheduled.ts";
import { chatbot } from "./chatbot/chatbot.ts";
import type { Channels } from "./team-chat/channels.ts";
import { registerTeamChat } from "./team-chat/register-team-chat.ts";
import { registerPhone } from "./phone/register-phone.ts";
import type { Sms } from "./phone/sms.ts";
import { trackingFields } from "./tracking-fields/tracking-fields.ts";
import { pac } from "./tsp/pac.ts";
import { tsp } from "./tsp/tsp.ts";
import type { UserChanges } from "./users/user-changes.ts";
import { users } from "./users/users.ts";

/** What the portal's pages change too. */
interface Changes extends MarketplaceChanges {
  readonly userChanges: UserChanges;
  readonly roleChanges: RoleChanges;
  readonly groupChanges: GroupChanges;
}

/** Settings that the portal's pages show and change too. */
export interface SettingDocuments {
  readonly account: AccountDocuments;
  readonly groupSettings: Documents;
}

/** What resources have that pages use too. */
export interface Registered {
  readonly settings: SettingDocuments;
  readonly sms: Sms;
  readonly channels: Channels;
}

/** Registers the operations of all resources. */
export function registerResources(sandbox: Sandbox, changes: Changes): Registered {
  const { userChanges, roleChanges, groupChanges } = changes;
  users(sandbox, userChanges, groupChanges);
  userAccess(sandbox, userChanges);
  userPicture(sandbox);
  userRelations(sandbox);
  userSettings(sandbox);
  const group = groups(sandbox, groupChanges);
  const account = accounts(sandbox);
  informationBarriers(sandbox);
  dataRequests(sandbox);
  roles(sandbox, roleChanges);
  surveyManagement(sandbox);
  contactGroups(sandbox);
  divisions(sandbox);
  trackingFields(sandbox);
  h323Devices(sandbox);
  managedDevices(sandbox);
  sipPhones(sandbox);
  tsp(sandbox);
  pac(sandbox);
  const sms = registerPhone(sandbox);
  registerMarketplace(sandbox, changes);
  registerScheduled(sandbox);
  makeRecordings(sandbox);
  recordings(sandbox);
  recordingRegistrants(sandbox);
  archiveFiles(sandbox, () => {
    const { recording } = account.settings.read(sandbox.account.id) as {
      recording?: { archive?: { enable?: boolean } };
    };
    return recording?.archive?.enable === true;
  });
  const teamChat = registerTeamChat(sandbox);
  chatbot(sandbox, changes, teamChat);
  sessionReports(sandbox);
  usageReports(sandbox);
  logReports(sandbox);
  sessionMetrics(sandbox);
  accountMetrics(sandbox);
  rooms(sandbox);
  roomLocations(sandbox);
  roomTags(sandbox);
  roomDevices(sandbox);
  roomCalendars(sandbox);
  roomControls(sandbox);
  return { settings: { account, groupSettings: group.settings }, sms, channels: teamChat.channels };
}
