/** What a request may say of a meeting, and what an answer shows of one. */
import { kindOf } from "../../people/session.ts";
import { startLink } from "../../people/start-links.ts";
import { DateTime } from "luxon";
import type { Sandbox, User } from "../../sandbox.ts";
import type { Meeting } from "./meeting-rows.ts";
import type { Recurrence } from "./recurrence.ts";

/** The body of create and update. */
export interface MeetingBody {
  readonly topic?: string;
  readonly type?: number;
  readonly start_time?: string;
  readonly duration?: number;
  readonly timezone?: string;
  readonly password?: string;
  readonly default_password?: boolean;
  readonly agenda?: string;
  readonly schedule_for?: string;
  readonly pre_schedule?: boolean;
  readonly template_id?: string;
  readonly recurrence?: Recurrence;
  readonly settings?: Record<string, unknown>;
  readonly tracking_fields?: { field: string; value: string }[];
}

/** What a meeting's settings are when nobody says otherwise. */
export const defaultSettings: Readonly<Record<string, unknown>> = {
  ...{
    host_video: false,
    participant_video: false,
    join_before_host: false,
    jbh_time: 0,
    mute_upon_entry: false,
  },
  ...{
    watermark: false,
    use_pmi: false,
    approval_type: 2,
    registration_type: 1,
    audio: "both",
    auto_recording: "none",
  },
  ...{
    alternative_hosts: "",
    close_registration: false,
    waiting_room: false,
    registrants_email_notification: true,
  },
  ...{ meeting_authentication: false, encryption_type: "enhanced_encryption", email_notification: true },
};

/** A start as UTC text. Without Z it is in the meeting's zone. */
export function toUtc(startTime: string, timezone: string): string {
  if (startTime.endsWith("Z")) return `${new Date(startTime).toISOString().slice(0, 19)}Z`;
  const at = DateTime.fromISO(startTime, { zone: timezone });
  return at.toUTC().startOf("second").toISO({ suppressMilliseconds: true }) ?? startTime;
}

/** A meeting as GET and POST show it. */
export function wholeMeeting(sandbox: Sandbox, meeting: Meeting, host: User | undefined): object {
  const { deleted: _, ...shown } = meeting;
  const registration = meeting.settings["approval_type"] !== 2 && {
    registration_url: `${sandbox.origin()}/${kindOf(meeting)}/register/${meeting.id}`,
  };
  return {
    ...shown,
    ...{
      assistant_id: "",
      host_email: host?.email ?? "",
      h323_password: meeting.password,
      pstn_password: meeting.password,
    },
    encrypted_password: `${Buffer.from(meeting.password).toString("base64url")}.1`,
    start_url: startLink(sandbox, meeting.id),
    ...registration,
    creation_source: "open_api",
  };
}

/** A meeting in a list. */
export function listedMeeting({
  uuid,
  id,
  host_id,
  topic,
  type,
  start_time,
  duration,
  timezone,
  agenda,
  created_at,
  join_url,
}: Meeting): object {
  return {
    uuid,
    id,
    host_id,
    topic,
    type,
    ...(start_time && { start_time }),
    duration,
    timezone,
    agenda: agenda.slice(0, 250),
    created_at,
    join_url,
  };
}

/** A meeting in `meeting.created`, `updated` and `deleted`, where the id is a number. */
export function eventMeeting(meeting: Meeting): object {
  const {
    uuid,
    id,
    host_id,
    topic,
    type,
    start_time,
    duration,
    timezone,
    join_url,
    password,
    settings,
    occurrences,
  } = meeting;
  return {
    uuid,
    id,
    host_id,
    topic,
    type,
    ...(start_time && { start_time }),
    duration,
    timezone,
    join_url,
    password,
    settings,
    creation_source: "open_api",
    ...(occurrences && { occurrences }),
  };
}
