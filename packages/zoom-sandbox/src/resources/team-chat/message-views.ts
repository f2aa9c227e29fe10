import type { Sandbox } from "../../sandbox.ts";
import { memberId, moment } from "./chat-people.ts";
import type { ChatFile, Message } from "./chat-rows.ts";
import type { Messages } from "./messages.ts";

/** Where a file of the chat is downloaded. */
export const chatFileUrl = ({ origin }: Pick<Sandbox, "origin">, { id }: ChatFile): string =>
  `${origin()}/file/chat/${encodeURIComponent(id)}`;

/** What a chatbot's message has besides. */
export const botPart = ({ bot }: Message): object => (bot ? { bot_message: { ...bot.content } } : {});

/** A message as histories show it. */
export function messageView(sandbox: Sandbox, messages: Messages, row: Message): object {
  const sender = sandbox.users.find(row.sender_id);
  const app = row.bot && sandbox.table<{ name: string }>("apps").get(row.bot.app_id);
  const files = messages.files(row).map((file) => ({
    ...{ file_id: file.id, file_name: file.name, file_size: file.size },
    download_url: chatFileUrl(sandbox, file),
  }));
  const main = row.reply_to === "" ? undefined : sandbox.table<Message>("chat_messages").get(row.reply_to);
  return {
    ...{
      id: row.id,
      message: row.text,
      ...moment(row.at_ms),
      message_type: typeOf(messages.files(row), row),
    },
    ...{ sender: sender?.email ?? "", sender_display_name: sender?.display_name ?? app?.name ?? "" },
    ...(sender && { send_member_id: memberId(sender.id) }),
    // Zoom: the first file's fields stand beside the list as well.
    ...(files[0] && { ...files[0], files }),
    ...(main && { reply_main_message_id: main.id, reply_main_message_timestamp: main.at_ms }),
    ...(row.rich_text.length > 0 && { rich_text: row.rich_text }),
    ...(row.at_items.length > 0 && { at_items: row.at_items }),
    ...(row.cards.length > 0 && { interactive_cards: row.cards }),
    ...(row.reactions.length > 0 && { reactions: reactionsOf(row) }),
    ...botPart(row),
  };
}

/** Reactions by emoji. */
export function reactionsOf({ reactions }: Message): object[] {
  return [...new Set(reactions.map(({ emoji }) => emoji))].map((emoji) => {
    const user_ids = reactions.filter((one) => one.emoji === emoji).map(({ user_id }) => user_id);
    const member_ids = user_ids.map(memberId);
    const senders = user_ids.map((user_id) => ({ user_id, member_id: memberId(user_id) }));
    return { emoji, total_count: user_ids.length, user_ids, member_ids, senders };
  });
}

const KINDS: Readonly<Record<string, string>> = {
  ...{ jpg: "jpg_image_file", jpeg: "jpg_image_file", png: "png_image_file", gif: "gif_file" },
  ...{ mp3: "audio_file", m4a: "audio_file", mp4: "video_file" },
};

function typeOf(files: readonly ChatFile[], { text }: Message): string {
  const [first] = files;
  if (!first) return "plain_text_message";
  return text === "" ? (KINDS[first.type] ?? "others") : "file_and_text";
}
