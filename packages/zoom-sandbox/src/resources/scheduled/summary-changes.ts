/** What people do with a meeting's summary at Zoom's pages: edit it, share it, throw it away, take it back. */
import { Refused } from "../../people/session.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";

/** A summary. Table `meeting_summaries`, by the session's uuid. */
export interface Summary {
  meeting_uuid: string;
  meeting_id: number;
  meeting_host_id: string;
  meeting_topic: string;
  meeting_start_time: string;
  meeting_end_time: string;
  summary_start_time: string;
  summary_end_time: string;
  summary_created_time: string;
  summary_last_modified_time: string;
  summary_title: string;
  summary_overview: string;
  summary_details: { label: string; summary: string }[];
  next_steps: string[];
  summary_content: string;
  /** What people made of it; what they left alone is not in it. */
  edited_summary?: EditedSummary;
  trashed: boolean;
  modified_by: string;
  /** Whom it was shared with, by address. */
  shared_with?: string[];
}

/** What an edit changes. */
export interface EditedSummary {
  summary_overview?: string | undefined;
  summary_details?: string | undefined;
  next_steps?: string[] | undefined;
}

/** A summary as answers and events show it. */
export function shownSummary({ users }: Pick<Sandbox, "users">, summary: Summary): object {
  return {
    ...summary,
    meeting_host_email: users.everKnown(summary.meeting_host_id)?.email ?? "",
    summary_last_modified_user_id: summary.modified_by,
    summary_last_modified_user_email: users.find(summary.modified_by)?.email ?? "",
  };
}

/** The summary of the last session of a meeting that has one. */
export function lastSummary({ table }: Pick<Sandbox, "table">, meetingId: number): Summary | undefined {
  return table<Summary>("meeting_summaries").by("meeting_id", meetingId).at(-1);
}

function tell(sandbox: Sandbox, what: string, summary: Summary, by: User, more: object = {}): void {
  sandbox.emit(
    `meeting.summary_${what}`,
    { operator: by.email, operator_id: by.id, object: { ...shownSummary(sandbox, summary), ...more } },
    { userId: summary.meeting_host_id },
  );
}

function mustBeThere({ trashed }: Summary): void {
  if (trashed) throw new Refused("The summary is in the trash; recover it first.");
}

/** Rewrites parts of it; what was generated is kept beside. @throws {Refused} */
export function editSummary(sandbox: Sandbox, summary: Summary, by: User, edit: EditedSummary): void {
  mustBeThere(summary);
  summary.edited_summary = { ...summary.edited_summary, ...edit };
  summary.summary_last_modified_time = zoomTime(sandbox.clock.now());
  summary.modified_by = by.id;
  tell(sandbox, "updated", summary, by);
}

/** Sends it to people, of the account or not. @throws {Refused} */
export function shareSummary(sandbox: Sandbox, summary: Summary, by: User, emails: readonly string[]): void {
  mustBeThere(summary);
  summary.shared_with = [...new Set([...(summary.shared_with ?? []), ...emails])];
  const text = summary.edited_summary?.summary_overview ?? summary.summary_overview;
  for (const email of emails) sandbox.mail(email, summary.summary_title, text);
  tell(sandbox, "shared", summary, by, { share_with_users: emails.map((user_email) => ({ user_email })) });
}

/** Moves it to the trash. */
export function trashSummary(sandbox: Sandbox, summary: Summary, by: User): void {
  summary.trashed = true;
  tell(sandbox, "trashed", summary, by);
}

/** Takes it back out of the trash. @throws {Refused} */
export function recoverSummary(sandbox: Sandbox, summary: Summary, by: User): void {
  if (!summary.trashed) throw new Refused("The summary is not in the trash.");
  summary.trashed = false;
  tell(sandbox, "recovered", summary, by);
}

/** Deletes it for good, out of the trash. @throws {Refused} */
export function deleteSummary(sandbox: Sandbox, summary: Summary, by: User): void {
  if (!summary.trashed) throw new Refused("The summary is not in the trash; throw it away first.");
  sandbox.table<Summary>("meeting_summaries").delete(summary.meeting_uuid);
  tell(sandbox, "deleted", summary, by);
}
