/** What messages of chatbots are made of, and whose they are. */
import { type Client, ConnectorError, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { botScope, type Chatbot, chatbots } from "../auth/zoom-chatbot.ts";

/** The scope of all that a bot does. */
export const botScopes = [botScope];

/** Whose message it is. */
export const bot = {
  robot_jid: z.string().min(1).optional().describe("The bot's JID; the connection's where it is not said"),
  account_id: z
    .string()
    .min(1)
    .optional()
    .describe("The account that the bot writes in; the connection's where it is not said"),
};

/** A message as cards. @see https://developers.zoom.us/docs/team-chat-apps/customizing-messages/ */
export const content = z
  .looseObject({
    head: z
      .looseObject({
        text: z.string().describe("The message's text, or a card's heading"),
        sub_head: z.looseObject({ text: z.string() }).optional(),
      })
      .optional(),
    body: z
      .array(z.looseObject({ type: z.string().describe("Such as message, fields, actions, section") }))
      .optional()
      .describe("What stands under the heading"),
    settings: z.looseObject({}).optional(),
  })
  .describe("The message as Zoom's cards: a head with a text, and a body");

/** On whose behalf. */
export const userJid = z
  .string()
  .describe("On whose behalf it is, such as {{ trigger.userJid }}: a channel hears no more of who has left");

/** What Zoom answers. */
export const botMessage = z.looseObject({
  message_id: z.string().nullish(),
  robot_jid: z.string().nullish(),
  to_jid: z.string().nullish(),
  user_jid: z.string().nullish(),
  sent_time: z.string().nullish(),
});

/**
 * The bot that an action writes as. @throws {ConnectorError} where neither input nor connection says one
 */
export function botOf(
  client: Client,
  { robot_jid, account_id }: { readonly [Name in keyof Chatbot]?: string | undefined },
): Chatbot {
  const own = chatbots.find(client);
  const jid = robot_jid ?? own?.robot_jid;
  const account = account_id ?? own?.account_id;
  if (jid !== undefined && account !== undefined) return { robot_jid: jid, account_id: account };
  throw noBotsConnection("The connection is no chatbot's, and the step does not say whose message it is.");
}

/** Calls as a bot; a person's token that Zoom does not take for a bot's is not dead. @throws {ConnectorError} */
export async function asBot(
  client: Client,
  call: () => Promise<unknown>,
): Promise<z.output<typeof botMessage>> {
  try {
    return expectAnswer(botMessage, (await call()) ?? {});
  } catch (error) {
    const refused = error instanceof ConnectorError && error.kind === "reconnect";
    if (refused && chatbots.find(client) === undefined)
      throw noBotsConnection(`Zoom does not take the connection's token for a chatbot's: ${error.message}`);
    throw error;
  }
}

function noBotsConnection(message: string): ConnectorError {
  return new ConnectorError("forbidden", "no-chatbot", message, {
    hint: "Make a connection of the kind “Zoom, a chatbot”, and name it in the step.",
  });
}
