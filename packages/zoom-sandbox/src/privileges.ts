/** A privilege of a role as the portal shows it; `name` is the part before `:Read` and `:Edit`. */
export interface Privilege {
  readonly name: string;
  readonly title: string;
  readonly view: boolean;
  readonly edit: boolean;
}

const both = (name: string, title: string): Privilege => ({ name, title, view: true, edit: true });
const viewOnly = (name: string, title: string): Privilege => ({ name, title, view: true, edit: false });
const editOnly = (name: string, title: string): Privilege => ({ name, title, view: false, edit: true });

/** The privileges a role may hold, in the order of the portal's settings page. */
export const PRIVILEGES: readonly Privilege[] = [
  both("User", "Users"),
  both("Role", "Role management"),
  both("Group", "Groups"),
  both("AccountProfile", "Account profile"),
  both("AccountSetting", "Account settings"),
  both("Meeting", "Meetings"),
  both("Webinar", "Webinars"),
  both("WebinarSetting", "Webinar settings"),
  both("Recording", "Recording management"),
  viewOnly("RecordingContent", "Recording content"),
  both("SubAccount", "Sub accounts"),
  both("ZoomRooms", "Zoom rooms"),
  both("DigitalSignage", "Digital signage"),
  viewOnly("IMChatHistory", "Chat history"),
  both("IMGroups", "Chat groups"),
  both("IMSetting", "Chat settings"),
  editOnly("IMChatBot", "Chat bots"),
  both("BillingSubscription", "Subscriptions"),
  both("BillingInformation", "Billing information"),
  viewOnly("Dashboard", "Dashboard"),
  viewOnly("UsageReport", "Usage reports"),
  viewOnly("UserActivitiesReport", "User activity reports"),
  both("ScheduleTrackingFields", "Schedule tracking fields"),
  both("PbxAdmin", "Phone system"),
  both("ZoomDevelopers", "Developers"),
  both("RoomConnector", "Room connector"),
  both("MeetingConnector", "Meeting connector"),
  both("ThirdPartyConference", "Third-party audio"),
  both("Branding", "Branding"),
  both("SingleSignOn", "Single sign-on"),
  both("Integration", "Integration"),
  both("MarketPlace", "Marketplace"),
  both("Security", "Security"),
  both("CallInContacts", "Call-in contacts"),
  both("MobileDeviceManagement", "Mobile device management"),
];

/** Every privilege as the API names it. */
export const PRIVILEGE_NAMES: ReadonlySet<string> = new Set([
  ...PRIVILEGES.filter(({ view }) => view).map(({ name }) => `${name}:Read`),
  ...PRIVILEGES.filter(({ edit }) => edit).map(({ name }) => `${name}:Edit`),
  "Meeting:Join",
  "CrossHybrid:Read",
  "CrossHybrid:Edit",
  "LyncConnector:Read",
  "LyncConnector:Edit",
]);

/** What the stock member role holds: no say over other people's meetings, unlike the `Meeting:Edit` of an old fixture. */
export const MEMBER_PRIVILEGES: readonly string[] = ["AccountProfile:Read", "Meeting:Join"];
