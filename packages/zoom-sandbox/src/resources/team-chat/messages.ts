/** Messages in channels and between two people: who may do what with them, and what is told of it. */
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import type { Channels } from "./channels.ts";
import { memberId, moment, operatorOf, personOf } from "./chat-people.ts";
import type { Channel, ChatFile, Message, Reaction } from "./chat-rows.ts";

/** A conversation: of a channel, or of two people. */
export interface Conversation {
  readonly session: string;
  readonly channel?: Channel;
  readonly contact?: User;
}

/** Where a message is to go. */
export interface Whereto {
  readonly to_channel?: string | undefined;
  readonly to_contact?: string | undefined;
}

/** What a new message is made of. */
export type NewMessage = Partial<
  Pick<Message, "file_ids" | "reply_to" | "rich_text" | "at_items" | "cards" | "bot">
> & {
  readonly text: string;
};

/** Sends, finds and changes messages. */
export interface Messages {
  /** The conversation of a person that a call names; undefined when it names none. @throws {ZoomError} */
  readonly conversation: (by: User, to: Whereto) => Conversation | undefined;
  /** What the person may see of it, oldest first, deleted ones too. */
  readonly seen: (by: User, conversation: Conversation) => Message[];
  readonly find: (conversation: Conversation, id: string) => Message | undefined;
  readonly send: (by: User, to: Conversation, message: NewMessage) => Message;
  readonly edit: (by: User, to: Conversation, message: Message, change: Partial<NewMessage>) => void;
  readonly delete: (by: User, to: Conversation, message: Message) => void;
  readonly react: (by: User, to: Conversation, message: Message, reaction: Reaction, add: boolean) => void;
  readonly files: (message: Message) => ChatFile[];
}

/** The session of two people; the same whoever asks. */
export const sessionOf = (one: string, other: string): string => [one, other].toSorted().join(".");

/** Makes the store of messages. */
export function createMessages(sandbox: Sandbox, channels: Channels): Messages {
  const { clock, ids } = sandbox;
  const rows = sandbox.table<Message>("chat_messages");
  const files = sandbox.table<ChatFile>("chat_files");
  const nowMs = () => clock.now().getTime();
  const filesOf = ({ file_ids }: Message) => file_ids.flatMap((id) => files.get(id) ?? []);

  const where = ({ session, channel, contact }: Conversation) => ({
    ...{ session_id: session, type: channel ? "to_channel" : "to_contact" },
    // Zoom: the older events have all four, the others empty.
    ...{ contact_email: contact?.email ?? "", contact_id: contact?.id ?? "" },
    ...{ channel_id: channel?.id ?? "", channel_name: channel?.name ?? "" },
  });
  /** Where, as the newer events say it. */
  const there = ({ session, channel, contact }: Conversation) => ({
    session_id: session,
    ...(channel && {
      ...{ channel_id: channel.id, channel_name: channel.name },
      channel_owner_account_id: sandbox.account.id,
    }),
    ...(contact && {
      ...{ contact_email: contact.email, contact_id: contact.id, contact_member_id: memberId(contact.id) },
      contact_account_id: sandbox.account.id,
    }),
  });

  /** A change is told twice: by the older event, and by the newer one with more in it. */
  const tell = (
    by: User,
    to: Conversation,
    message: Message,
    [older, newer]: readonly [string, string],
    atMs = nowMs(),
  ): void => {
    const text = { ...moment(atMs), message: message.text };
    sandbox.emit(older, {
      ...operatorOf(by),
      object: {
        ...{ ...where(to), ...text, id: message.id },
        ...(message.reply_to !== "" && { parent_msg_id: message.reply_to }),
      },
    });
    sandbox.emit(`team_chat.${to.channel ? "channel" : "dm"}_message_${newer}`, {
      ...operatorOf(by),
      object: {
        ...{ ...there(to), ...text, message_id: message.id, rich_text: message.rich_text },
        ...(message.reply_to !== "" && { reply_main_message_id: message.reply_to }),
        ...(to.channel && { at_items: message.at_items.map((item) => mentioned(item)) }),
        files: filesOf(message).map(fileShown),
      },
    });
  };

  const mentioned = (item: Message["at_items"][number]): object => {
    const user = item.at_contact === undefined ? undefined : sandbox.users.find(item.at_contact);
    return {
      ...item,
      ...(user && {
        ...{ at_contact: user.email, at_contact_user_id: user.id },
        at_contact_member_id: memberId(user.id),
      }),
    };
  };

  const mayPost = (by: User, { channel }: Conversation): void => {
    if (!channel) return;
    if (channel.archived) throw zoomError(400, 5420, "Can not send message to an archived channel.");
    const { posting_permissions: rule } = channel.settings;
    const leads = channels.leads(channel, by.id);
    if (rule === 1 || leads || (rule === 3 && channel.posters.includes(by.id))) return;
    throw zoomError(400, 5301, "Message sending failed.");
  };

  return {
    conversation: (by, { to_channel, to_contact }) => {
      if (to_channel) {
        const channel = channels.named(to_channel);
        if (!channels.memberOf(channel, by.id))
          throw zoomError(
            400,
            200,
            "Unauthorized request. You do not have permission to access this user's chat messages.",
          );
        return { session: channel.id, channel };
      }
      if (!to_contact) return undefined;
      const contact = personOf(sandbox, to_contact);
      return { session: sessionOf(by.id, contact.id), contact };
    },
    seen: (by, { session, channel }) => {
      const all = rows
        .by("session", session)
        .filter(({ bot }) => bot?.visible_to === undefined || bot.visible_to === by.id);
      const joined = channel && channels.memberOf(channel, by.id)?.joined_ms;
      return channel?.settings.new_members_can_see_previous_messages_files === false
        ? all.filter(({ at_ms }) => at_ms >= (joined ?? 0))
        : all;
    },
    find: ({ session }, id) => {
      const message = rows.get(id);
      return message?.session === session && message.deleted_ms === undefined ? message : undefined;
    },
    send: (by, to, { text, ...more }) => {
      if (!more.bot) mayPost(by, to);
      const message: Message = {
        ...{ id: ids.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"), session: to.session },
        ...{ at_ms: nowMs(), sender_id: more.bot?.app_id ?? by.id, text, file_ids: [], reply_to: "" },
        ...{ rich_text: [], at_items: [], cards: [], reactions: [], edits: [] },
        ...more,
      };
      if (message.reply_to !== "") {
        const main = rows.get(message.reply_to);
        if (main?.session !== to.session || main.reply_to !== "" || main.deleted_ms !== undefined)
          throw zoomError(400, 5402, "This only supports replies to a main message.");
      }
      rows.set(message.id, message);
      // What a chatbot sends is not a person's message.
      if (!message.bot) {
        tell(by, to, message, [
          message.reply_to === "" ? "chat_message.sent" : "chat_message.replied",
          "posted",
        ]);
        shareFiles(by, to, filesOf(message), "team_chat.file_shared");
      }
      return message;
    },
    edit: (by, to, message, change) => {
      message.edits.push({ at_ms: nowMs(), text: message.text });
      Object.assign(message, change);
      if (!message.bot) tell(by, to, message, ["chat_message.updated", "updated"]);
    },
    delete: (by, to, message) => {
      message.deleted_ms = nowMs();
      if (message.bot) return;
      tell(by, to, message, ["chat_message.deleted", "deleted"]);
      shareFiles(by, to, filesOf(message), "team_chat.file_unshared");
    },
    react: (by, to, message, reaction, add) => {
      const same = (one: Reaction) => one.user_id === by.id && one.emoji === reaction.emoji;
      if (message.reactions.some(same) === add) return;
      if (add) message.reactions.push(reaction);
      else message.reactions = message.reactions.filter((one) => !same(one));
      const { date_time, timestamp } = moment(nowMs());
      const kind = to.channel ? "channel" : "dm";
      sandbox.emit(`team_chat.${kind}_reaction_${add ? "added" : "removed"}`, {
        ...operatorOf(by),
        object: {
          ...{ ...there(to), msg_id: message.id, msg_time: moment(message.at_ms).date_time },
          ...{ emoji_time: date_time, emoji: reaction.emoji, timestamp },
        },
      });
    },
    files: filesOf,
  };

  function shareFiles(by: User, to: Conversation, shared: readonly ChatFile[], event: string): void {
    if (shared.length === 0) return;
    const { channel, contact } = to;
    sandbox.emit(event, {
      ...operatorOf(by),
      object: {
        type: channel ? "to_channel" : "to_contact",
        ...(channel && { channel_id: channel.id }),
        ...(contact && { ...there(to), is_external_user: false }),
        files: shared.map(fileShown),
      },
    });
  }
}

/** A file as events show it. */
export const fileShown = ({ id, name, size, type }: ChatFile): object => ({
  ...{ file_id: id, file_name: name, file_size: size, OS_file_type: type },
  file_message_type: /^(png|jpe?g|gif)$/.test(type) ? "image" : "file",
});
