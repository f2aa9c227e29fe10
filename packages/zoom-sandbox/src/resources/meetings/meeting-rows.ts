/** The rows of meetings, and what operations on them share. Fields that Zoom shows have Zoom's names. */
import type { Context } from "hono";
import { missingScopes } from "../../api.ts";
import type { Sandbox, SandboxEnv } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";

/** A meeting. */
export interface Meeting {
  id: number;
  uuid: string;
  host_id: string;
  topic: string;
  type: number;
  status: "waiting" | "started";
  start_time?: string;
  duration: number;
  timezone: string;
  agenda: string;
  created_at: string;
  join_url: string;
  password: string;
  settings: Record<string, unknown>;
  recurrence?: Record<string, unknown>;
  occurrences?: Occurrence[];
  tracking_fields?: unknown[];
  pre_schedule: boolean;
  deleted: boolean;
}

/** One time of a recurring meeting. */
export interface Occurrence {
  occurrence_id: string;
  start_time: string;
  duration: number;
  status: "available" | "deleted";
}

/** Someone registered. */
export interface Registrant {
  id: string;
  meeting_id: number;
  email: string;
  first_name: string;
  last_name: string;
  status: "approved" | "pending" | "denied";
  create_time: string;
  join_url: string;
  details: Record<string, unknown>;
}

/** One time that a meeting was held. */
export interface Instance {
  uuid: string;
  meeting_id: number;
  host_id: string;
  topic: string;
  type: number;
  timezone: string;
  start_time: string;
  end_time?: string;
}

/** One person's stay in an instance. */
export interface Participant {
  key: string;
  uuid: string;
  /** Empty for people who are not users of the account. */
  id: string;
  user_id: string;
  name: string;
  user_email: string;
  registrant_id: string;
  device: "desktop" | "mobile" | "telephone" | "room";
  phone_number?: string;
  join_time: string;
  leave_time?: string;
}

/** The time as Zoom writes it: UTC, whole seconds. */
export function zoomTime(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Finds a meeting that is not deleted. @throws {ZoomError} 400/300, 404/3001 */
export function findMeeting({ table }: Pick<Sandbox, "table">, id: string): Meeting {
  if (!/^\d+$/.test(id)) throw zoomError(400, 300, "Invalid meeting ID.");
  const meeting = table<Meeting>("meetings").get(id);
  if (!meeting || meeting.deleted) throw zoomError(404, 3001, `Meeting does not exist: ${id}.`);
  return meeting;
}

/** Refuses unless the caller is that host, or may act for others. */
export function actingFor(c: Context<SandboxEnv>, hostId: string): void {
  const { caller } = c.var;
  if (caller.user.id === hostId || caller.admin) return;
  throw missingScopes(caller.accepted.filter((scope) => scope.endsWith(":admin")));
}

/** Who did it, in an event. */
export function operatorOf(c: Context<SandboxEnv>): { operator: string; operator_id: string } {
  const { email, id } = c.var.caller.user;
  return { operator: email, operator_id: id };
}
