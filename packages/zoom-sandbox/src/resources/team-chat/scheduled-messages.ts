/** Messages that wait for their time. */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { moment } from "./chat-people.ts";
import type { Conversation, Messages, NewMessage, Whereto } from "./messages.ts";

const MINUTE_MS = 60_000;
const LATEST_MS = 180 * 86_400_000;

/** A message that waits. Table `chat_scheduled`, by draft. */
interface Scheduled {
  draft_id: string;
  by: string;
  to_channel?: string | undefined;
  to_contact?: string | undefined;
  created_ms: number;
  due_ms: number;
  message: NewMessage;
}

/** Registers the operations; what it returns keeps a message until its time and tells its draft's id. */
export function scheduledMessages(
  sandbox: Sandbox,
  messages: Messages,
): (by: User, to: Conversation, dueMs: number, message: NewMessage) => string {
  const { api, clock, ids, users } = sandbox;
  const scheduled = sandbox.table<Scheduled>("chat_scheduled");
  const asked = (call: Call): Whereto => ({
    to_channel: call.query("to_channel"),
    to_contact: call.query("to_contact"),
  });

  function arm({ draft_id, due_ms }: Scheduled): void {
    clock.schedule(new Date(due_ms), () => {
      const row = scheduled.get(draft_id);
      const user = users.find(row?.by ?? "");
      scheduled.delete(draft_id);
      if (!row || !user) return;
      try {
        const to = messages.conversation(user, row);
        if (to) messages.send(user, to, row.message);
      } catch {
        // Zoom: what cannot be sent any more, such as to a channel that is gone, is not sent.
      }
    });
  }
  sandbox.onRestore(() => {
    for (const row of scheduled.all()) arm(row);
  });

  api.on("GET /chat/messages/schedule", (call) => {
    const { user } = call.caller;
    const to = messages.conversation(user, asked(call));
    const { rows, ...page } = call.page(
      scheduled.filter(
        (row) =>
          row.by === user.id &&
          (!to || row.to_channel === to.channel?.id) &&
          (!to?.contact || row.to_contact === to.contact.id),
      ),
    );
    return {
      ...page,
      ...(to?.channel && { to_channel: to.channel.id }),
      ...(to?.contact && { to_contact: to.contact.email }),
      messages: rows.map((row) => ({
        ...{ draft_id: row.draft_id, create_date: moment(row.created_ms).date_time },
        ...{ scheduled_time: moment(row.due_ms).date_time, message: row.message.text },
        ...(row.message.reply_to && { reply_main_message_id: row.message.reply_to }),
      })),
    };
  });
  api.on("DELETE /chat/messages/schedule/{draftId}", (call) => {
    const { draftId } = call.params;
    if (!messages.conversation(call.caller.user, asked(call)))
      throw zoomError(400, 300, "Must provide either to_contact or to_channel parameter.");
    if (scheduled.get(draftId)?.by !== call.caller.user.id)
      throw zoomError(400, 5404, `Invalid draft id: ${draftId}.`);
    scheduled.delete(draftId);
  });

  return (by, to, dueMs, message) => {
    const nowMs = clock.now().getTime();
    if (dueMs < nowMs + 30 * MINUTE_MS || dueMs > nowMs + LATEST_MS)
      throw zoomError(
        400,
        300,
        "Invalid parameter: send_time. The time requirement is more than 30 minutes from now and within 180 days.",
      );
    const row: Scheduled = {
      ...{ draft_id: ids.key(), by: by.id, to_channel: to.channel?.id, to_contact: to.contact?.id },
      ...{ created_ms: nowMs, due_ms: dueMs, message },
    };
    scheduled.set(row.draft_id, row);
    arm(row);
    return row.draft_id;
  };
}
