/** Meetings and webinars that ended while no webhook came. */
import type { Client, ReconciledEvent, Reconciler } from "@greenroom/connector-kit";
import { eventKeys, fieldsOf } from "./event-keys.ts";
import {
  cursorOf,
  daysUntil,
  graceMs,
  isRefused,
  listed,
  listedOf,
  type Row,
  timeOf,
} from "./look-around.ts";

interface Cursor {
  /** What ended before that, at the first look, is history. */
  readonly sinceMs: number;
  /** The uuids that were listed. */
  readonly seen: readonly string[];
  /** Set where all since then is to be read. */
  readonly fromMs?: number;
}

/** Zoom's reports lag behind. */
const days = 2;

/** Finds them in the account's history. */
export const endedReconciler: Reconciler = {
  id: "ended",
  events: ["meeting.ended", "webinar.ended"],
  reads: ["GET /report/history_meetings", "GET /past_meetings/{meetingId}", "GET /webinars/{webinarId}"],
  past: {
    events: ["meeting.ended", "webinar.ended"],
    cursor: (since): Cursor => ({ sinceMs: since.getTime(), seen: [], fromMs: since.getTime() }),
  },
  async look({ client, cursor, config: wanted, now, accountId }) {
    const before = cursorOf<Cursor>(cursor);
    const rows = await listedOf(daysUntil(now, days, before?.fromMs), (span) =>
      listed(client, "/report/history_meetings", "history_meetings", {
        query: { ...span, date_type: "end_time" },
      }),
    );
    const known = new Set(before?.seen);
    const sinceMs = before?.sinceMs ?? now.getTime();
    const seen: string[] = [];
    const events: ReconciledEvent[] = [];
    for (const row of rows) {
      const uuid = String(row["meeting_uuid"]);
      const endedMs = timeOf(row["end_time"]);
      if (endedMs !== undefined && endedMs > now.getTime() - graceMs) continue;
      seen.push(uuid);
      const name = row["type"] === "Webinar" ? "webinar.ended" : "meeting.ended";
      if (known.has(uuid) || endedMs === undefined || endedMs < sinceMs || !wanted.has(name)) continue;
      const payload = { account_id: accountId, object: await objectOf(client, name, uuid, row) };
      const { dedupeKey = "" } = eventKeys(name, payload);
      events.push({ name, dedupeKey, occurredAt: new Date(endedMs), payload });
    }
    const next: Cursor = { sinceMs, seen };
    return { events, cursor: next, more: false };
  },
};

/** What the webhook says of it; the history says neither host nor type. */
async function objectOf(client: Client, name: string, uuid: string, row: Row): Promise<Row> {
  const id = String(row["meeting_id"]);
  const { topic, start_time, end_time, duration, host_email } = row;
  const webinar = name === "webinar.ended";
  try {
    const [path, key] = webinar ? ["/webinars/{id}", id] : ["/past_meetings/{id}", uuid];
    const { host_id, type, timezone } = fieldsOf(await client.request("GET", path, { path: { id: key } }));
    return { id, uuid, host_id, host_email, topic, type, start_time, timezone, duration, end_time };
  } catch (error) {
    // It may be deleted by now, or the scope is missing: the event is worth more than its host's id.
    if (!isRefused(error)) throw error;
    return { id, uuid, host_email, topic, start_time, duration, end_time };
  }
}
