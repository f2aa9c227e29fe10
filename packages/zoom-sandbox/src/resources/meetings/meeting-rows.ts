/** The rows of meetings, and what operations on them share. Fields that Zoom shows have Zoom's names. */
import type { Recurrence } from "./recurrence.ts";

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
  recurrence?: Recurrence;
  occurrences?: Occurrence[];
  tracking_fields?: { field: string; value: string }[];
  pre_schedule: boolean;
  deleted: boolean;
  deleted_at?: string;
  pmi?: string;
}

/** One time of a recurring meeting. */
export interface Occurrence {
  occurrence_id: string;
  start_time: string;
  duration: number;
  status: "available" | "deleted";
  /** What it has of its own; absent: as the whole. */
  agenda?: string;
  settings?: Record<string, unknown>;
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
  /** Only these occurrences of a recurring one; absent: all. */
  occurrence_ids?: string[];
  /** The tracking source of a webinar's registration. */
  source_id?: string;
}

/** When it starts: a recurring one at every occurrence that is not deleted. */
export function startsOf({ occurrences, start_time }: Meeting): string[] {
  if (occurrences)
    return occurrences.filter(({ status }) => status !== "deleted").map((one) => one.start_time);
  return start_time === undefined ? [] : [start_time];
}

/** The time as Zoom writes it: UTC, whole seconds. */
export function zoomTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
