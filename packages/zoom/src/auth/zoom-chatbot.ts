/** A chatbot of Team Chat: an app that writes for itself, with a token of its own and of no person. */
import {
  carryingClients,
  type Client,
  ConnectorError,
  type CredentialsConnectionKind,
  type Identity,
} from "@greenroom/connector-kit";
import * as oauth from "oauth4webapi";
import { contextOf, explained, tokenSetOf } from "./token-exchange.ts";
import { chatbotProfileFields, fieldOf } from "./zoom-profile.ts";

/** How Zoom names a bot, and the account it writes in. */
export interface Chatbot {
  readonly robot_jid: string;
  readonly account_id: string;
}

/** Clients of chatbots know whose they are. */
export const chatbots = carryingClients<Chatbot>("the clients of Zoom's chatbots");

/** The kind's id. */
export const chatbotKind = "zoom-chatbot";

/** The one scope that lets an app write as a bot. An app has it for itself, by client credentials; a person who gives it gives nothing. */
export const botScope = "imchat:bot";

/** The way to connect. */
export function createZoomChatbot(
  fetch: typeof globalThis.fetch,
  revoke: CredentialsConnectionKind["revoke"],
): CredentialsConnectionKind {
  const kind: CredentialsConnectionKind = {
    id: chatbotKind,
    type: "credentials",
    title: "Zoom, a chatbot (Team Chat app)",
    summary:
      "Writes in Team Chat as the app's own bot, and does nothing else. Needs a General app with Team Chat and the scope imchat:bot.",
    profileFields: chatbotProfileFields,

    async obtain({ profile, now }) {
      const { server, client, authentication, options } = contextOf(profile, fetch);
      return await explained(profile, async () => {
        const response = await oauth.clientCredentialsGrantRequest(
          ...([server, client, authentication, {}, options] as const),
        );
        const answer = await oauth.processClientCredentialsResponse(server, client, response);
        const tokens = tokenSetOf(answer, now, undefined);
        if (!tokens.scopes.includes(botScope)) throw noBot();
        return tokens;
      });
    },

    // Zoom: this grant has no refresh token; a new token is asked for in the same way.
    refresh: ({ profile, now }) => kind.obtain({ profile, now }),
    revoke,
    identify,
  };
  return kind;
}

/** The app has no bot. */
export function noBot(): ConnectorError {
  return new ConnectorError(
    "forbidden",
    "no-chatbot",
    `The app is no chatbot: it has no scope ${botScope}.`,
    {
      hint: "At the app's page in the Zoom App Marketplace switch Team Chat on (Features → Surface) and add the scope, then connect again.",
    },
  );
}

/** A message that never was. */
const nothing = "greenroom-asks-who-it-is";

/**
 * Zoom: no operation says who a bot is. But where the bot and the account are right, taking back a message that never was is
 * refused for the message alone (error tables of the Chatbot API).
 */
async function identify(client: Client): Promise<Identity> {
  const { robot_jid, account_id } = chatbots.in(client);
  try {
    await client.request("DELETE", "/im/chat/messages/{message_id}", {
      path: { message_id: nothing },
      query: { robot_jid, account_id },
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const field = wrongField[error.code];
    if (field !== undefined) throw wrong(field, error);
    if (error.kind !== "not-found" && error.kind !== "invalid-input") throw error;
  }
  return {
    ...{
      accountId: account_id,
      accountName: undefined,
      userId: robot_jid,
      email: "",
      displayName: robot_jid,
    },
    roleName: undefined,
  };
}

const wrongField: Readonly<Record<string, "robot_jid" | "account_id">> = {
  "zoom.7002": "robot_jid",
  "zoom.7003": "robot_jid",
  "zoom.7004": "account_id",
};

function wrong(field: "robot_jid" | "account_id", cause: ConnectorError): ConnectorError {
  const what = field === "robot_jid" ? "Bot JID" : "Account ID";
  return new ConnectorError("invalid-input", cause.code, `Zoom does not take the ${what}: ${cause.message}`, {
    ...{ fields: [{ field, message: `must be the ${what} of this app's bot` }], cause },
    hint: "Copy it from Zoom to the app profile, then connect again.",
  });
}

/** Whose bot a profile is. */
export const chatbotOf = (profile: Parameters<typeof fieldOf>[0]): Chatbot => ({
  robot_jid: fieldOf(profile, "robot_jid"),
  account_id: fieldOf(profile, "account_id"),
});
