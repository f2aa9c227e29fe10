/** Operations on messages: send, find, change, react, mark as read, threads. */
import { momentMs } from "../moment-ms.ts";
import type { Channels } from "./channels.ts";
import type { Call } from "../../call.ts";
import { type Sandbox, type User, invalidField, zoomError } from "../../sandbox.ts";
import { timesOf } from "../reports/period.ts";
import type { ChatFile, Message, Reaction } from "./chat-rows.ts";
import { memberId, moment } from "./chat-people.ts";
import type { Conversation, Messages, NewMessage, Whereto } from "./messages.ts";
import { scheduledMessages } from "./scheduled-messages.ts";
import { botPart, messageView } from "./message-views.ts";

const DAY_MS = 86_400_000;
const HISTORY_MS = 184 * DAY_MS;

/** What sends or changes a message. */
export interface MessageBody extends Whereto {
  message?: string;
  file_ids?: string[];
  reply_main_message_id?: string;
  at_items?: Message["at_items"];
  rich_text?: object[];
  interactive_cards?: { card_id?: string; card_json?: string }[];
  scheduled_time?: string;
}

/** The operations. */
export function messageOperations(sandbox: Sandbox, channels: Channels, messages: Messages): void {
  const { api, clock, ids, users } = sandbox;
  const files = sandbox.table<ChatFile>("chat_files");
  const unread = sandbox.table<{ message_id: string }>("chat_unread");
  const later = scheduledMessages(sandbox, messages);
  const actor = (call: Call<"userId">) => users.named(call.params.userId, call.caller);
  const which = "Must provide either contact or channel parameter.";
  const must = (by: User, to: Whereto): Conversation => {
    const found = messages.conversation(by, to);
    if (!found) throw zoomError(400, 300, which);
    return found;
  };
  const asked = (call: Call): Whereto => ({
    to_channel: call.query("to_channel"),
    to_contact: call.query("to_contact"),
  });
  const named = (to: Conversation, id: string): Message => {
    const message = messages.find(to, id);
    if (!message) throw zoomError(400, 300, `Message does not exist: ${id}.`);
    return message;
  };
  const cardsOf = (given: MessageBody["interactive_cards"] = [], kept: Message["cards"] = []) =>
    given.map(({ card_id, card_json }) => {
      const old = kept.find((card) => card.card_id === card_id);
      if (card_id !== undefined && !old)
        throw zoomError(400, 5046, `Interactive Cards does not exist: ${card_id}.`);
      if (old) return old;
      if (!isJson(card_json)) throw zoomError(400, 5405, "Failed to create interactive card.");
      return { card_id: ids.key(), card_json: card_json ?? "" };
    });
  const haveFiles = (wanted: readonly string[] = []): void => {
    const lost = wanted.filter((id) => !files.has(id));
    if (lost.length > 0) throw zoomError(400, 5404, `File does not exist: ${lost.join(",")}.`);
  };

  api.on("POST /chat/users/{userId}/messages", (call) => {
    const user = actor(call);
    const body = call.body<MessageBody>();
    const to = must(user, body);
    haveFiles(body.file_ids);
    const message: NewMessage = {
      ...{ text: body.message ?? "", file_ids: body.file_ids ?? [], at_items: body.at_items ?? [] },
      ...{ reply_to: body.reply_main_message_id ?? "", rich_text: body.rich_text ?? [] },
      cards: cardsOf(body.interactive_cards),
    };
    if (body.scheduled_time === undefined) return { id: messages.send(user, to, message).id };
    return { id: later(user, to, momentMs("scheduled_time", body.scheduled_time), message) };
  });

  api.on("GET /chat/users/{userId}/messages", (call) => {
    const user = actor(call);
    const search = call.query("search_key")?.toLowerCase();
    const searching = call.query("search_type") !== undefined && search !== undefined;
    const to = messages.conversation(user, asked(call));
    if (!to && !searching) throw zoomError(400, 300, which);
    const { from, until, shown } = period(call, clock.now());
    if (from < clock.now().getTime() - HISTORY_MS)
      throw zoomError(400, 300, "Only provide past chat messages in recent 6 months.");
    const changed = call.query("include_deleted_and_edited_message") === "true";
    const flat = call.query("exclude_child_message") === "true";
    const fits = (row: Message): boolean => {
      if (row.at_ms < from || row.at_ms > until || (row.deleted_ms !== undefined && !changed)) return false;
      if (flat && row.reply_to !== "") return false;
      if (!searching) return true;
      const texts =
        call.query("search_type") === "file" ? messages.files(row).map(({ name }) => name) : [row.text];
      return texts.some((text) => text.toLowerCase().includes(search));
    };
    const all = to ? messages.seen(user, to) : mine(user);
    const { rows, ...page } = call.page(all.filter(fits).toReversed());
    return {
      ...{ ...page, ...shown },
      messages: rows.map((row) => ({
        ...messageView(sandbox, messages, row),
        ...(changed && {
          status: row.deleted_ms !== undefined ? "Deleted" : row.edits.length > 0 ? "Edited" : "Normal",
        }),
      })),
    };
  });

  /** All that a person has a part in. */
  function mine(user: User): Message[] {
    return sandbox.table<Message>("chat_messages").filter(({ session }) => channels.reads(session, user.id));
  }

  api.on("GET /chat/users/{userId}/messages/{messageId}", (call) => {
    const message = named(must(actor(call), asked(call)), call.params.messageId);
    return {
      ...messageView(sandbox, messages, message),
      message_url: `${sandbox.origin()}/launch/chat?src=message_${message.id}`,
    };
  });

  api.on("PUT /chat/users/{userId}/messages/{messageId}", (call) => {
    const user = actor(call);
    const body = call.body<MessageBody>();
    const to = must(user, body);
    const message = named(to, call.params.messageId);
    if (message.sender_id !== user.id)
      throw zoomError(400, 200, "Only the sender of this message can make updates.");
    haveFiles(body.file_ids);
    if (body.file_ids && message.file_ids.length === 0)
      throw zoomError(
        400,
        300,
        "A plain text message that is sent without any files is not allowed to update with the file.",
      );
    messages.edit(user, to, message, {
      ...(body.message !== undefined && { text: body.message }),
      ...(body.file_ids && { file_ids: body.file_ids }),
      ...(body.interactive_cards && { cards: cardsOf(body.interactive_cards, message.cards) }),
    });
  });

  api.on("DELETE /chat/users/{userId}/messages/{messageId}", (call) => {
    const user = actor(call);
    const to = messages.conversation(user, asked(call));
    if (!to)
      throw zoomError(400, 300, 'You must provide the "to_contact" or the "to_channel" query parameter.');
    const message = named(to, call.params.messageId);
    const leads = to.channel?.members.some(({ user_id, role }) => user_id === user.id && role !== "member");
    if (message.sender_id !== user.id && leads !== true)
      throw zoomError(400, 200, "Only the sender of this message can make updates.");
    messages.delete(user, to, message);
  });

  api.on("PATCH /chat/users/{userId}/messages/{messageId}/emoji_reactions", (call) => {
    const user = actor(call);
    const body = call.body<
      Whereto & { action?: string; emoji?: string; custom_emoji?: boolean; custom_emoji_id?: string }
    >();
    const to = must(user, body);
    const message = named(to, call.params.messageId);
    const emojis = sandbox.table<{ name: string }>("chat_emojis");
    const custom = body.custom_emoji === true ? emojis.get(body.custom_emoji_id ?? "") : undefined;
    if (body.custom_emoji === true ? !custom : !body.emoji) throw invalidField("emoji");
    const reaction: Reaction = {
      ...{ emoji: custom?.name ?? body.emoji ?? "", user_id: user.id },
      ...(custom && body.custom_emoji_id !== undefined && { custom_id: body.custom_emoji_id }),
    };
    messages.react(user, to, message, reaction, body.action !== "remove");
  });

  api.on("PATCH /chat/users/{userId}/messages/{messageId}/status", (call) => {
    const user = actor(call);
    const body = call.body<Whereto & { action?: string }>();
    const message = named(must(user, body), call.params.messageId);
    const key = `${user.id}/${message.id}`;
    if (body.action === "unread") unread.set(key, { message_id: message.id });
    else unread.delete(key);
  });

  api.on("GET /chat/users/{userId}/messages/{messageId}/thread", (call) => {
    const user = actor(call);
    const to = messages.conversation(user, asked(call));
    if (!to) throw zoomError(400, 4234, "The `to_channel` cannot be blank.");
    const { messageId } = call.params;
    const main = messages.find(to, messageId);
    if (!main) throw zoomError(404, 4131, `Message does not exist: ${messageId}.`);
    const limit = Number.parseInt(call.query("limit") ?? "10", 10);
    if (limit > 100) throw zoomError(400, 4231, "The 'limit' cannot exceed 100.");
    const sort = call.query("sort") ?? "desc";
    if (sort !== "asc" && sort !== "desc")
      throw zoomError(400, 4232, "The `sort` can only be passed `asc` or `desc`.");
    const fromMs = Date.parse(call.query("from") ?? "");
    if (Number.isNaN(fromMs)) throw zoomError(400, 4233, "The `from` cannot be blank.");
    const untilMs = momentMs("to", call.query("to") ?? clock.now().toISOString());
    const replies = messages
      .seen(user, to)
      .filter((row) => row.reply_to === main.id && row.deleted_ms === undefined)
      .filter(({ at_ms }) => at_ms >= fromMs && at_ms <= untilMs);
    const shown = (sort === "desc" ? replies.toReversed() : replies).slice(0, limit);
    const withMain = call.query("need_main_message") !== "false" ? [main, ...shown] : shown;
    return {
      total: replies.length,
      messages: withMain.map((row) => ({
        ...{ msg_id: row.id, message: row.text, is_reply: row !== main, timestamp: row.at_ms },
        ...messageView(sandbox, messages, row),
        ...(row === main && { last_reply_time: replies.at(-1)?.at_ms ?? row.at_ms, is_followed: false }),
        ...{ sender_user_id: row.sender_id, sender_member_id: memberId(row.sender_id) },
        sender_email: users.find(row.sender_id)?.email ?? "",
        reactions: [...new Set(row.reactions.map(({ emoji }) => emoji))].map((emoji) => {
          const of = row.reactions.filter((one) => one.emoji === emoji);
          const is_sender = of.some(({ user_id }) => user_id === user.id);
          return { emoji_id: emoji, count: of.length, is_sender };
        }),
        ...botPart(row),
      })),
    };
  });
}

const isJson = (text: string | undefined): boolean => {
  try {
    return typeof JSON.parse(text ?? "") === "object";
  } catch {
    return false;
  }
};

/** The time that a history asks for: a day, or from and to. */
function period(call: Call, now: Date): { from: number; until: number; shown: object } {
  const date = call.query("date");
  const { from, to } = timesOf(call);
  if (date !== undefined || from === undefined) {
    const day = date ?? now.toISOString().slice(0, 10);
    const startMs = momentMs("date", `${day}T00:00:00Z`);
    return { from: startMs, until: startMs + DAY_MS - 1, shown: { date: day } };
  }
  const untilMs = to === undefined ? now.getTime() : Date.parse(to);
  const fromMs = Date.parse(from);
  return {
    ...{ from: fromMs, until: untilMs },
    shown: { from: moment(fromMs).date_time, to: moment(untilMs).date_time },
  };
}
