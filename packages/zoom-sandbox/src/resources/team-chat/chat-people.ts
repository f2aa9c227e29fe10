/** How Team Chat names people and times. */
import type { App } from "../../marketplace/app.ts";
import { Refused } from "../../people/session.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";

// Zoom: members have an id of their own beside the user's. Here it is the same id in hexadecimal, so that it can be read back.
/** The member id of a person. */
export const memberId = (userId: string): string => Buffer.from(userId, "latin1").toString("hex");

const userIdOf = (member: string): string => Buffer.from(member, "hex").toString("latin1");

/** A person's address in chat. */
export const userJid = (userId: string): string => `${userId}@xmpp.zoom.us`;

/** A channel's address in chat. */
export const channelJid = (channelId: string): string => `${channelId}@conference.xmpp.zoom.us`;

/** Finds a person by user id, email address or member id. */
export function identified({ users }: Pick<Sandbox, "users">, key: string): User | undefined {
  return users.find(key) ?? (/^[0-9a-f]{10,}$/.test(key) ? users.find(userIdOf(key)) : undefined);
}

/** The person that an identifier names. @throws {ZoomError} 404/1001 */
export function personOf(sandbox: Pick<Sandbox, "users">, key: string): User {
  const user = identified(sandbox, key);
  if (!user) throw zoomError(404, 1001, `User does not exist: ${key}.`);
  return user;
}

/** The person whom a route of ours names. @throws {Refused} */
export function personNamed({ users }: Pick<Sandbox, "users">, email: string): User {
  const user = users.byEmail(email);
  if (!user) throw new Refused(`Nobody here has the address ${email}.`);
  return user;
}

/** The app that a route of ours names as a bot. @throws {Refused} */
export function botNamed({ table }: Pick<Sandbox, "table">, appId: string): App {
  const bot = table<App>("apps").get(appId);
  if (!bot?.scopes.includes("imchat:bot"))
    throw new Refused(`There is no app ${appId} with the scope imchat:bot.`);
  return bot;
}

/** A person as lists of members show them. */
export const memberView = ({ id, email, first_name, last_name, display_name }: User): object => ({
  ...{ id, member_id: memberId(id), email, first_name, last_name, name: display_name, is_external: false },
});

/** A moment as events show it. */
export const moment = (atMs: number): { date_time: string; timestamp: number } => ({
  date_time: zoomTime(new Date(atMs)),
  timestamp: atMs,
});

/** Who did it, as the events of Team Chat say. */
export const operatorOf = ({ id, email }: User) => ({
  ...{ operator: email, operator_id: id, operator_member_id: memberId(id), by_external_user: false },
});

/** Values of a query between commas. */
export const listed = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
