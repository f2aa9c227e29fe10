/** What people mark: pins of a channel, bookmarks, reminders, and starred conversations. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { memberId, moment, operatorOf, personOf } from "./chat-people.ts";
import type { Message } from "./chat-rows.ts";
import { type Conversation, fileShown, type Messages, type Whereto } from "./messages.ts";

interface Pin {
  channel_id: string;
  message_id: string;
  by: string;
  at_ms: number;
  now: boolean;
}

interface Mark {
  user_id: string;
  message_id: string;
  session: string;
}

interface Reminder extends Mark {
  note: string;
  created_ms: number;
  remind_ms: number;
}

/** A starred conversation. Table `chat_stars`, by person and target. */
export interface Star {
  user_id: string;
  target_id: string;
  target_type: "channel" | "contact";
}

const DAY_MS = 86_400_000;

/** The operations. */
export function messageMarks(sandbox: Sandbox, channels: Channels, messages: Messages): void {
  const { api, clock, ids, users } = sandbox;
  const pins = sandbox.table<Pin>("chat_pins");
  const bookmarks = sandbox.table<Mark>("chat_bookmarks");
  const reminders = sandbox.table<Reminder>("chat_reminders");
  const stars = sandbox.table<Star>("chat_stars");
  const rows = sandbox.table<Message>("chat_messages");
  const nowMs = () => clock.now().getTime();
  const asked = (call: Call): Whereto => ({
    to_channel: call.query("to_channel"),
    to_contact: call.query("to_contact"),
  });
  const marked = (message: Message) => ({
    ...{ message_id: message.id, message: message.text, message_timestamp: message.at_ms },
    ...{ ...moment(nowMs()), rich_text: message.rich_text, files: messages.files(message).map(fileShown) },
  });

  api.on("PATCH /chat/channel/message/events", (call) => {
    const { method, message_id, channel_id } = call.body<{
      method: "pin" | "unpin";
      message_id: string;
      channel_id: string;
    }>();
    const { user } = call.caller;
    const channel = channels.find(channel_id);
    if (!channel) throw zoomError(400, 4130, `Channel does not exist: ${channel_id}.`);
    if (!channels.memberOf(channel, user.id))
      throw zoomError(403, 200, "No permission to perform operations on the message of channel.");
    const message = messages.find({ session: channel.id }, message_id);
    if (!message) throw zoomError(400, 5401, `Message does not exist: ${message_id}.`);
    const pinned = pins.by("channel_id", channel.id).find((pin) => pin.message_id === message_id && pin.now);
    if (method === "pin" && pinned)
      throw zoomError(400, 3216, `This message has already been pinned: ${message_id}.`);
    if (method === "unpin" && !pinned)
      throw zoomError(400, 3217, `This message has not been pinned: ${message_id}.`);
    if (pinned) pinned.now = false;
    else pins.set(ids.key(), { channel_id, message_id, by: user.id, at_ms: nowMs(), now: true });
    sandbox.emit(`team_chat.channel_pin_${pinned ? "removed" : "added"}`, {
      ...operatorOf(user),
      object: { channel_name: channel.name, channel_id, type: channel.type, ...marked(message) },
    });
  });
  api.on("GET /chat/channels/{channelId}/pinned", (call) => {
    const channel = channels.named(call.params.channelId);
    if (!channels.memberOf(channel, call.caller.user.id))
      throw zoomError(403, 200, "No permission to query pinned history messages of this channel.");
    const history = call.query("include_history") === "true";
    const { rows: paged, ...page } = call.page(
      pins
        .by("channel_id", channel.id)
        .filter((pin) => history || pin.now)
        .toReversed(),
    );
    return {
      ...{ ...page, channel_id: channel.id },
      messages: paged.flatMap((pin) => {
        const message = rows.get(pin.message_id);
        if (!message) return [];
        const { id: message_id, text, at_ms } = message;
        return [
          {
            ...{ message_id, message: text, message_timestamp: at_ms, currently_pinned: pin.now },
            ...{ pinner_user_id: pin.by, pinner_member_id: memberId(pin.by), pinned_by_external_user: false },
            pinned_time: moment(pin.at_ms).date_time,
          },
        ];
      }),
    };
  });

  api.on("PATCH /chat/messages/bookmarks", (call) => {
    const { user } = call.caller;
    const { action, ...to } = call.body<Whereto & { action: string }>();
    const talk = messages.conversation(user, to);
    if (!talk) throw zoomError(400, 300, "Must provide either $to_contact or $to_channel parameter.");
    const message_id = call.query("message_id") ?? "";
    const message = messages.find(talk, message_id);
    if (!message) throw zoomError(404, 5401, `Message does not exist: ${message_id}.`);
    const key = `${user.id}/${message_id}`;
    const add = action === "add_bookmark";
    if (bookmarks.has(key) === add) return;
    if (add) bookmarks.set(key, { user_id: user.id, message_id, session: talk.session });
    else bookmarks.delete(key);
    const { sender_id } = message;
    sandbox.emit(`team_chat.bookmark_${add ? "added" : "removed"}`, {
      ...operatorOf(user),
      object: {
        ...{ ...marked(message), sender: users.find(sender_id)?.display_name ?? "", sender_id },
        ...{ sender_member_id: memberId(sender_id), by_external_user: false },
        type: talk.channel ? "to_channel" : "to_contact",
        ...(talk.channel && { channel_id: talk.channel.id }),
      },
    });
  });
  api.on("GET /chat/messages/bookmarks", (call) => {
    const { user } = call.caller;
    const to = messages.conversation(user, asked(call));
    const mine = bookmarks
      .by("user_id", user.id)
      .filter(({ session }) => !to || session === to.session)
      .flatMap(({ message_id }) => rows.get(message_id) ?? [])
      .filter(({ deleted_ms }) => deleted_ms === undefined);
    const { rows: paged, ...page } = call.page(mine);
    return {
      ...page,
      bookmarks: paged.map((message) => {
        const { id: message_id, text, at_ms, sender_id, session } = message;
        const channel = channels.find(session);
        const base = {
          ...{ message_id, message: text, message_timestamp: at_ms },
          is_sent_by_user: sender_id === user.id,
        };
        if (channel)
          return {
            ...{ ...base, channel_id: channel.id, channel_name: channel.name, sender_user_id: sender_id },
            sender_member_id: memberId(sender_id),
            sender_display_name: users.find(sender_id)?.display_name ?? "",
          };
        const peer = session.split(".").find((id) => id !== user.id) ?? user.id;
        return {
          ...{ ...base, peer_contact_user_id: peer, peer_contact_member_id: memberId(peer) },
          peer_contact_name: users.find(peer)?.display_name ?? "",
        };
      }),
    };
  });

  const reminded = (call: Call, to: Whereto): Conversation => {
    try {
      const talk = messages.conversation(call.caller.user, to);
      if (talk) return talk;
    } catch {
      throw zoomError(400, 4100, "The provided `to_contact` or `to_channel` parameter is invalid.");
    }
    throw zoomError(400, 4102, "One parameter from `to_contact` and `to_channel` must be passed.");
  };
  const existing = (talk: Conversation, id: string): Message => {
    const message = messages.find(talk, id);
    if (!message) throw zoomError(404, 4200, `Message does not exist: ${id}.`);
    return message;
  };
  api.on("POST /chat/messages/{messageId}/reminder", (call) => {
    const body = call.body<
      Whereto & { remind_time?: string; delay_seconds?: number; reminder_note?: string }
    >();
    const talk = reminded(call, body);
    const { id } = existing(talk, call.params.messageId);
    const { delay_seconds: delay, remind_time } = body;
    if (delay === undefined && remind_time === undefined)
      throw zoomError(400, 4103, "One parameter from `remind_time` and `delay_seconds` must be passed.");
    const remind_ms = delay === undefined ? Date.parse(remind_time ?? "") : nowMs() + delay * 1000;
    if (remind_ms <= nowMs() || remind_ms > nowMs() + 90 * DAY_MS)
      throw zoomError(
        400,
        4105,
        "`remind_time` should be greater than the current time, and the latest is 90 days later.",
      );
    reminders.set(`${call.caller.user.id}/${id}`, {
      ...{ user_id: call.caller.user.id, message_id: id, session: talk.session },
      ...{ note: body.reminder_note ?? "", created_ms: nowMs(), remind_ms },
    });
  });
  api.on("DELETE /chat/messages/{messageId}/reminder", (call) => {
    const { id } = existing(reminded(call, asked(call)), call.params.messageId);
    if (!reminders.delete(`${call.caller.user.id}/${id}`))
      throw zoomError(404, 4200, `Message does not exist: ${id}.`);
  });
  api.on("GET /chat/reminder", (call) => {
    const to = asked(call);
    const talk = (to.to_channel ?? to.to_contact) === undefined ? undefined : reminded(call, to);
    const mine = reminders
      .by("user_id", call.caller.user.id)
      .filter(({ session, remind_ms }) => remind_ms > nowMs() && (!talk || session === talk.session));
    const { rows: paged, ...page } = call.page(mine);
    return {
      ...page,
      reminders: paged.map(({ message_id, note, created_ms, remind_ms }) => ({
        ...{ reminder_note: note, message_id, create_time: moment(created_ms).date_time },
        ...{ remind_time: moment(remind_ms).date_time, content: rows.get(message_id)?.text ?? "" },
        message_timestamp: rows.get(message_id)?.at_ms ?? 0,
      })),
    };
  });

  api.on("PATCH /chat/users/{userId}/events", (call) => {
    const user = users.named(call.params.userId, call.caller);
    const { method, params } = call.body<{
      method: "star" | "unstar";
      params: { target_id: string; target_type: "channel" | "contact" };
    }>();
    const { target_type } = params;
    const channel = target_type === "channel" ? channels.named(params.target_id) : undefined;
    if (channel && !channels.memberOf(channel, user.id))
      throw zoomError(
        400,
        200,
        "Unauthorized request. You do not have permission to access this user's channel information.",
      );
    const contact = channel ? undefined : personOf(sandbox, params.target_id);
    const target_id = channel?.id ?? contact?.id ?? "";
    if (method === "star") stars.set(`${user.id}/${target_id}`, { user_id: user.id, target_id, target_type });
    else if (!stars.delete(`${user.id}/${target_id}`))
      throw zoomError(400, 5301, "Star/Unstar execution failed.");
    sandbox.emit(`team_chat.${method}red`, {
      ...operatorOf(user),
      object: {
        items: [
          {
            type: target_type,
            ...(channel && { channel_id: channel.id }),
            ...(contact && {
              ...{ contact_email: contact.email, contact_id: contact.id, is_external_user: false },
              contact_member_id: memberId(contact.id),
            }),
          },
        ],
        ...moment(nowMs()),
      },
    });
  });
}
