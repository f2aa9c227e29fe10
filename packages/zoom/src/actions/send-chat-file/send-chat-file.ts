import { defineAction, fileRef, multipartBody, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { userId } from "../../schemas/meeting.ts";

/**
 * Sends a file that an earlier step gave to a person or a channel: streamed, never held whole.
 *
 * @see https://developers.zoom.us/docs/api/team-chat/#tag/chat-files/POST/chat/users/{userId}/messages/files
 */
export const sendChatFile = defineAction({
  title: "Send chat file",
  summary: "Sends a file to a person or a channel of Team Chat.",
  endpoint: "POST /chat/users/{userId}/messages/files",
  scopes: [
    ...["team_chat:write:message_files", "team_chat:write:message_files:admin"],
    ...["chat_message:write", "chat_message:write:admin"],
  ],
  effect: "create",
  input: z
    .strictObject({
      userId: userId.default("me"),
      file: fileRef.describe("A file that an earlier step gave, such as zoom/download-recording"),
      to_channel: z.string().min(1).optional().describe("The channel's id"),
      to_contact: z.string().min(1).optional().describe("The contact's user id or email address"),
      reply_main_message_id: z.string().min(1).optional().describe("The message that it replies to"),
    })
    .refine(({ to_channel, to_contact }) => (to_channel === undefined) !== (to_contact === undefined), {
      path: ["to_channel"],
      message: "needs to_channel or to_contact, and not both",
    }),
  output: z.looseObject({ id: z.string().optional() }),
  async run({ call, input: { userId: id, file, ...to }, openFile, signal }) {
    const body = multipartBody(to, {
      ...{ field: "files", fileName: file.name, mediaType: file.mediaType, size: file.size },
      open: () => readFileRef(openFile, file, { signal }),
    });
    return ((await call({ path: { userId: id }, body })) ?? {}) as Record<string, unknown>;
  },
});
