import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { asBot, bot, botMessage, botOf, botScopes, content, userJid } from "../../schemas/chatbot.ts";

/** Changes what the connection's chatbot has written. @see https://developers.zoom.us/docs/api/chatbot/#tag/chatbot-messages/PUT/im/chat/messages/{message_id} */
export const updateChatbotMessage = defineAction({
  title: "Update chatbot message",
  summary: "Changes what the connection's chatbot has written.",
  endpoint: "PUT /im/chat/messages/{message_id}",
  scopes: botScopes,
  effect: "update",
  input: z.strictObject({
    message_id: z.string().describe("The message, of send-chatbot-message"),
    content,
    user_jid: userJid.optional(),
    is_markdown_support: z.boolean().optional().describe("Whether texts are Markdown"),
    ...bot,
  }),
  output: botMessage,
  run: async ({ call, client, input: { message_id, ...fields } }) => {
    const body = { ...fields, ...botOf(client, fields) };
    return await asBot(client, () => call({ path: { message_id }, body }));
  },
});
