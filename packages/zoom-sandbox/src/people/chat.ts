/** Chat in a session, with files. */
import { presentHost, presentIn } from "./presence.ts";
import { nowIn, Refused, type Session, tell } from "./session.ts";
import { shownRole } from "./role.ts";
import type { Participant, SessionMessage } from "./session-rows.ts";

/** Who a message is for. */
export type Recipient = "everyone" | "host" | Participant;

/** A file that goes with a message. */
export interface SentFile {
  readonly name: string;
  readonly size?: number | undefined;
  readonly type?: string | undefined;
  readonly content?: string | undefined;
}

/** The messages of the session. */
export function messagesOf({ sandbox, instance }: Session): SessionMessage[] {
  return sandbox.table<SessionMessage>("session_messages").by("uuid", instance.uuid);
}

/** Someone writes. @throws {Refused} when chat is off */
export function sendMessage(
  session: Session,
  from: Participant,
  text: string,
  to: Recipient = "everyone",
  sent?: SentFile,
): SessionMessage {
  const { sandbox, instance } = session;
  if (from.device === "telephone") throw new Refused("A telephone cannot chat: join by another device.");
  const recipient = to === "host" ? presentHost(session) : to === "everyone" ? undefined : to;
  if (to === "host" && !recipient)
    throw new Refused("No host is there to write to: write to everyone, or to somebody who is there.");
  const file = sent && keptFile(session, sent);
  const message: SessionMessage = {
    ...{ id: sandbox.ids.uuid(), uuid: instance.uuid, text, time: nowIn(session) },
    ...{ sender_user_id: from.user_id, sender_name: from.name, sender_email: from.user_email },
    ...{ recipient_user_id: recipient?.user_id ?? "", recipient_name: recipient?.name ?? "" },
    ...(from.breakout_room !== undefined && { breakout_room: from.breakout_room }),
    ...(file && { file }),
  };
  sandbox.table<SessionMessage>("session_messages").set(message.id, message);
  tellMessage(session, message, from, recipient);
  return message;
}

/** Someone downloads a file of the chat. @throws {Refused} */
export function downloadFile(session: Session, by: Participant, fileId: string): SessionMessage {
  const message = messagesOf(session).find(({ file }) => file?.id === fileId || file?.name === fileId);
  const sees =
    [by.user_id, ""].includes(message?.recipient_user_id ?? "") || message?.sender_user_id === by.user_id;
  if (!message?.file || !sees)
    throw new Refused(`There is no file ${fileId} in the chat that ${by.name} sees.`);
  const { meeting_id: id, uuid } = session.instance;
  const { content: _, id: file_id, name: file_name, size: file_size, type: file_type } = message.file;
  const sender = presentIn(session.sandbox, uuid).find(({ user_id }) => user_id === message.sender_user_id);
  tell(
    session,
    "chat_message_file_downloaded",
    {
      ...{ id, uuid, host_account_id: session.sandbox.account.id },
      chat_message_file: { file_id, file_name, file_size, file_type, file_owner_id: sender?.id ?? "" },
    },
    { operator: by.user_email || by.name, operator_id: by.id },
  );
  return message;
}

/** Where the file of a message is downloaded. */
export function chatFileUrl({ sandbox }: Session, fileId: string): string {
  return `${sandbox.origin()}/chat-file/${encodeURIComponent(fileId)}`;
}

function keptFile(
  { sandbox }: Session,
  { name, size, type, content }: SentFile,
): NonNullable<SessionMessage["file"]> {
  const bytes = content === undefined ? (size ?? 1024) : Buffer.byteLength(content);
  return {
    ...{ id: sandbox.ids.uuid(), name, size: bytes, type: type ?? name.split(".").at(-1) ?? "" },
    ...(content !== undefined && { content }),
  };
}

function tellMessage(
  session: Session,
  message: SessionMessage,
  from: Participant,
  to: Participant | undefined,
): void {
  const { kind, meeting_id: id, uuid } = session.instance;
  const { breakout_room: room, file } = message;
  const place = (stay: Participant | undefined) =>
    stay?.breakout_room === undefined ? kind : "breakout_room";
  const chat_message = {
    ...{ date_time: message.time, sender_session_id: from.user_id, sender_name: from.name },
    ...(from.user_email !== "" && { sender_email: from.user_email }),
    ...{ sender_type: senderType(kind, from), sender_context: place(from) },
    ...(to && { recipient_session_id: to.user_id, recipient_name: to.name }),
    ...(to && to.user_email !== "" && { recipient_email: to.user_email }),
    recipient_type: to === undefined ? "everyone" : shownRole(to) === "host" ? "host" : "guest",
    ...{ recipient_context: place(to ?? from), message_id: message.id },
  };
  const where = room === undefined ? {} : { breakout_room_uuid: room };
  tell(session, "chat_message_sent", {
    ...{ id, uuid, ...where },
    chat_message: {
      ...{ ...chat_message, message_content: message.text },
      ...(file && { file_ids: [file.id] }),
    },
  });
  if (!file) return;
  // Zoom: this event alone calls them meeting_id and meeting_uuid, and knows the senders host and guest only.
  tell(session, "chat_message_file_sent", {
    ...{ [`${kind}_id`]: id, [`${kind}_uuid`]: uuid, ...where },
    chat_message_file: {
      ...{ ...chat_message, sender_type: shownRole(from) === "host" ? "host" : "guest" },
      ...{ file_id: file.id, file_name: file.name, file_size: file.size, file_type: file.type },
      download_url: chatFileUrl(session, file.id),
    },
  });
}

function senderType(kind: "meeting" | "webinar", { role }: Participant): string {
  if (role === "host") return "host";
  if (kind === "meeting") return "guest";
  return { alternative_host: "alternative-host", panelist: "panelist", attendee: "guest" }[role];
}
