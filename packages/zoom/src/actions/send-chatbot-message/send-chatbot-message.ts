import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { asBot, bot, botMessage, botOf, botScopes, content, userJid } from "../../schemas/chatbot.ts";

/** Writes to a person or a channel in Team Chat as the connection's chatbot. @see https://developers.zoom.us/docs/api/chatbot/#tag/chatbot-messages/POST/im/chat/messages */
export const sendChatbotMessage = defineAction({
  title: "Send chatbot message",
  summary: "Writes to a person or a channel in Team Chat as the connection's chatbot.",
  endpoint: "POST /im/chat/messages",
  scopes: botScopes,
  effect: "create",
  input: z.strictObject({
    to_jid: z
      .string()
      .describe("The JID of the channel or person: of create-channel, get-user or what the bot is told"),
    user_jid: userJid,
    content,
    reply_to: z.string().optional().describe("The message that it replies to"),
    visible_to_user: z
      .string()
      .optional()
      .describe("The user id of the one person in the channel who sees it"),
    is_markdown_support: z.boolean().optional().describe("Whether texts are Markdown"),
    ...bot,
  }),
  output: botMessage,
  run: async ({ call, client, input }) => {
    const body = { ...input, ...botOf(client, input) };
    return await asBot(client, () => call({ body }));
  },
});
