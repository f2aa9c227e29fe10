/** What is deleted can be recovered for a while; then it is gone. */
import { endMeeting } from "../../people/hold-meeting.ts";
import type { Sandbox } from "../../sandbox.ts";
import { eventMeeting } from "../meetings/meeting-body.ts";
import { type Meeting, zoomTime } from "../meetings/meeting-rows.ts";
import type { Kind } from "./kinds.ts";

// Zoom: deleted meetings can be recovered for 30 days.
const KEPT_MS = 30 * 86_400_000;

/** Deletes it; when it is under way, it ends first. Whoever deletes it tells so. */
export function removeScheduled(sandbox: Sandbox, kind: Kind, row: Meeting): void {
  if (row.status === "started") endMeeting(sandbox, row);
  row.deleted = true;
  row.deleted_at = zoomTime(sandbox.clock.now());
  forgetLater(sandbox, kind, row);
}

/** Lets it go for good when its time has come, unless it was recovered by then. */
export function forgetLater(sandbox: Sandbox, kind: Kind, row: Meeting): void {
  const { clock, users } = sandbox;
  const rows = sandbox.table<Meeting>(kind.table);
  const deleted_at = row.deleted_at ?? zoomTime(clock.now());
  clock.schedule(new Date(Date.parse(deleted_at) + KEPT_MS), () => {
    // It may have been recovered, and deleted once more since.
    if (!row.deleted || row.deleted_at !== deleted_at || rows.get(row.id) !== row) return;
    rows.delete(row.id);
    const by = users.find(row.host_id);
    sandbox.emit(`${kind.name}.permanently_deleted`, {
      ...{ operator: by?.email ?? "", operator_id: by?.id ?? "", operation: "all" },
      object: eventMeeting(row),
    });
  });
}
