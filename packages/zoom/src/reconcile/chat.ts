/** Messages of Team Chat that were written while no webhook came. */
import type { ReconciledEvent, Reconciler } from "@greenroom/connector-kit";
import { eventKeys } from "./event-keys.ts";
import { cursorOf, daysUntil, graceMs, lateMs, listed, listedOf, type Row, timeOf } from "./look-around.ts";

interface Cursor {
  /** Until when messages were read. */
  readonly untilMs: number;
}

/** Finds them in the account's chat reports. */
export const chatReconciler: Reconciler = {
  id: "chat",
  events: ["chat_message.sent", "chat_message.replied"],
  reads: ["GET /report/chat/sessions", "GET /report/chat/sessions/{sessionId}"],
  past: {
    events: ["chat_message.sent", "chat_message.replied"],
    cursor: (since): Cursor => ({ untilMs: since.getTime() + lateMs }),
  },
  async look({ client, cursor, config: wanted, now, accountId }) {
    const before = cursorOf<Cursor>(cursor);
    const next: Cursor = { untilMs: now.getTime() - graceMs };
    if (!before) return { events: [], cursor: next, more: false };
    // Zoom: reports come late; what was read before is known by its id.
    const sinceMs = before.untilMs - lateMs;
    const spans = daysUntil(now, 0, sinceMs);
    const sessions = await listedOf(spans, (span) =>
      listed(client, "/report/chat/sessions", "sessions", { query: { ...span, page_size: 100 } }),
    );
    const events: ReconciledEvent[] = [];
    for (const [id, session] of new Map(sessions.map((row) => [String(row["id"]), row]))) {
      if ((timeOf(session["last_message_sent_time"]) ?? now.getTime()) < sinceMs - 1_000) continue;
      const messages = await listedOf(spans, (span) =>
        listed(client, "/report/chat/sessions/{id}", "messages", {
          path: { id },
          query: { ...span, page_size: 100 },
        }),
      );
      for (const message of messages) {
        const atMs = timeOf(message["date_time"]);
        if (atMs === undefined || atMs < sinceMs || atMs > next.untilMs) continue;
        const found = eventOf(session, message, atMs);
        if (wanted.has(found.name)) events.push(found);
      }
    }
    return { events, cursor: next, more: false };

    function eventOf(session: Row, message: Row, atMs: number): ReconciledEvent {
      const parent = message["reply_main_message_id"];
      const isReply = typeof parent === "string" && parent !== "";
      const name = isReply ? "chat_message.replied" : "chat_message.sent";
      const channelId = session["channel_id"];
      const { id, date_time, timestamp, message: text, sender, receiver } = message;
      const payload = {
        ...{ account_id: accountId, operator: sender },
        object: {
          ...{ id, date_time, timestamp, message: text, session_id: session["id"] },
          ...(channelId === undefined
            ? { type: "to_contact", contact_email: receiver }
            : { type: "to_channel", channel_id: channelId, channel_name: session["name"] }),
          ...(isReply && { parent_msg_id: parent }),
        },
      };
      const { dedupeKey = "" } = eventKeys(name, payload);
      return { name, dedupeKey, occurredAt: new Date(atMs), payload };
    }
  },
};
