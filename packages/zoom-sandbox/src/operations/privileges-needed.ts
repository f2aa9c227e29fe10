/** Which privilege of a role an `:admin` scope needs. Zoom documents the privileges and not this table: it is inferred from their names. */

// Zoom: viewing is enough to schedule for others: the connector's guide asks for Meetings: View and schedules.
const VIEW_IS_ENOUGH = new Set(["Meeting", "Webinar"]);

const BY_PRODUCT: Readonly<Record<string, string>> = {
  accounts: "AccountSetting",
  calendar: "Integration",
  chatbot: "IMChatBot",
  "conference-room-connector": "RoomConnector",
  marketplace: "MarketPlace",
  meetings: "Meeting",
  phone: "PbxAdmin",
  rooms: "ZoomRooms",
  scim2: "User",
  "team-chat": "IMGroups",
  users: "User",
};

const BY_TAG: Readonly<Record<string, string>> = {
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

const VIEW_ONLY = new Set(["Dashboard", "UsageReport", "IMChatHistory"]);
const EDIT_ONLY = new Set(["IMChatBot"]);

/** What is the account's and nobody's own, although Zoom lists scopes without `:admin` for it. */
export const accountWideTags: ReadonlySet<string> = new Set(["accounts/Roles"]);

/** The privilege for an operation, such as `Role:Edit`; undefined where the sandbox asks for none. */
export function privilegeOf(product: string, tag: string, method: string): string | undefined {
  const family = BY_TAG[`${product}/${tag}`] ?? BY_PRODUCT[product];
  if (family === undefined) return undefined;
  if (EDIT_ONLY.has(family)) return `${family}:Edit`;
  const reads = method === "GET" || VIEW_IS_ENOUGH.has(family) || VIEW_ONLY.has(family);
  return `${family}:${reads ? "Read" : "Edit"}`;
}
