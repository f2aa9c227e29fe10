import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { asBot, bot, botMessage, botOf, botScopes, userJid } from "../../schemas/chatbot.ts";

/** Takes back what the connection's chatbot has written. @see https://developers.zoom.us/docs/api/chatbot/#tag/chatbot-messages/DELETE/im/chat/messages/{message_id} */
export const deleteChatbotMessage = defineAction({
  title: "Delete chatbot message",
  summary: "Takes back what the connection's chatbot has written.",
  endpoint: "DELETE /im/chat/messages/{message_id}",
  scopes: botScopes,
  effect: "delete",
  input: z.strictObject({
    message_id: z.string().describe("The message, of send-chatbot-message"),
    user_jid: userJid.optional(),
    ...bot,
  }),
  output: botMessage,
  run: async ({ call, client, input: { message_id, ...fields } }) => {
    const query = { ...fields, ...botOf(client, fields) };
    return await asBot(client, () => call({ path: { message_id }, query }));
  },
});
