/** The privileges of a role, and which one an operation on other people's things needs. */

/** A privilege as the page Roles → Role Settings shows it. */
const titles: Readonly<Record<string, string>> = {
  User: "Users",
  Role: "Role management",
  Group: "Groups",
  AccountProfile: "Account profile",
  AccountSetting: "Account settings",
  Meeting: "Meetings",
  Webinar: "Webinars",
  Recording: "Recording management",
  ZoomRooms: "Zoom rooms",
  IMChatHistory: "Chat history",
  IMGroups: "Chat groups",
  IMChatBot: "Chat bots",
  Dashboard: "Dashboard",
  UsageReport: "Usage reports",
  ScheduleTrackingFields: "Schedule tracking fields",
  PbxAdmin: "Phone system",
  RoomConnector: "Room connector",
  ThirdPartyConference: "Third-party audio",
  Integration: "Integration",
  MarketPlace: "Marketplace",
  MobileDeviceManagement: "Mobile device management",
};

const byProduct: Readonly<Record<string, string>> = {
  accounts: "AccountSetting",
  calendar: "Integration",
  "conference-room-connector": "RoomConnector",
  marketplace: "MarketPlace",
  meetings: "Meeting",
  phone: "PbxAdmin",
  rooms: "ZoomRooms",
  scim2: "User",
  "team-chat": "IMGroups",
  users: "User",
};

const byFamily: Readonly<Record<string, string>> = {
  "accounts/Dashboards": "Dashboard",
  "accounts/Roles": "Role",
  "meetings/Archiving": "Recording",
  "meetings/Cloud Recording": "Recording",
  "meetings/Devices": "MobileDeviceManagement",
  "meetings/H323 Devices": "RoomConnector",
  "meetings/Reports": "UsageReport",
  "meetings/TSP": "ThirdPartyConference",
  "meetings/Tracking Field": "ScheduleTrackingFields",
  "meetings/Webinars": "Webinar",
  "team-chat/Chat Messages": "IMChatHistory",
  "team-chat/Chat Sessions": "IMChatHistory",
  "team-chat/Reports": "IMChatHistory",
  "users/Contact Groups": "Group",
  "users/Groups": "Group",
};

// Zoom: the connector's guide asks for Meetings: View alone, and schedules for others with it; the rest cannot be edited.
const viewSuffices = new Set(["Meeting", "Webinar", "Dashboard", "UsageReport", "IMChatHistory"]);

/**
 * The privilege that an operation on other people's things needs, such as `Role:Edit`.
 *
 * Zoom: no document says which; this follows from what operations and privileges are named (support pages, the guide).
 */
export function privilegeFor(family: string, method: string): string | undefined {
  const name = byFamily[family] ?? byProduct[family.slice(0, family.indexOf("/"))];
  if (name === undefined) return undefined;
  return `${name}:${method === "GET" || viewSuffices.has(name) ? "Read" : "Edit"}`;
}

/** `Recording:Edit` as people find it on the page: “Recording management: Edit”. */
export function privilegeTitle(privilege: string): string {
  const [name = "", may = ""] = privilege.split(":");
  return `${titles[name] ?? name}: ${may === "Read" ? "View" : may}`;
}

/** Whether a role with these privileges may do what needs this one; Edit includes View. */
export function holds(held: ReadonlySet<string>, privilege: string): boolean {
  return held.has(privilege) || held.has(privilege.replace(/:Read$/, ":Edit"));
}

/** What the connector's guide asks for, for all that it can do. */
export const everythingPrivileges: readonly string[] = [
  ...["Role:Read", "Role:Edit", "Group:Read", "Group:Edit", "Recording:Read", "Recording:Edit"],
  ...["ZoomRooms:Read", "ZoomRooms:Edit", "Meeting:Read", "Webinar:Read", "UsageReport:Read"],
  ...["ScheduleTrackingFields:Read", "ScheduleTrackingFields:Edit"],
];
