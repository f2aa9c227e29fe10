import {
  type AddressPolicy,
  type AppProfile,
  type Client,
  type Connector,
  ConnectorError,
  createHttpClient,
  defineConnector,
  expectAnswer,
  type FormField,
  guardedFetch,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { addressOf, textOf } from "../form-values.ts";
import { ofProfile, profileOf } from "../profiled-client.ts";
import { postMessage } from "./post-message.ts";
import { findUser, listChannels } from "./read-slack.ts";
import { slackError } from "./slack-error.ts";
import { withUploads } from "./upload-client.ts";
import { uploadFile } from "./upload-file.ts";

const token: FormField = {
  ...{ name: "token", label: "Bot token", type: "secret", required: true },
  hint: "Begins with xoxb-. From the app's page at Slack, OAuth & Permissions, with the scopes chat:write, files:write, users:read.email and channels:read",
};
const apiUrl: FormField = {
  ...{
    name: "api_url",
    label: "Address of the API",
    type: "url",
    required: false,
    default: "https://slack.com/api",
  },
  hint: "Slack's own, unless you go through a proxy",
};
const webhookUrl: FormField = {
  ...{ name: "webhook_url", label: "Webhook address", type: "secret", required: true },
  hint: "Begins with https://hooks.slack.com/. It posts into the one channel that it was made for",
};

const whoIsIt = z.looseObject({
  team_id: z.string(),
  team: z.string().optional(),
  user_id: z.string(),
  user: z.string().optional(),
});

/**
 * Makes the connector `slack`, by the Web API or by incoming webhooks.
 *
 * @see https://docs.slack.dev/apis/web-api
 */
export function createSlackConnector(policy: AddressPolicy): Connector {
  const fetch = guardedFetch(policy);
  return defineConnector({
    id: "slack",
    title: "Slack",
    summary: "Messages, files and people of a Slack workspace.",
    connections: [
      {
        ...{ type: "form", id: "slack-bot", title: "Bot token", profileFields: [token, apiUrl] },
        summary: "Acts as a Slack app of yours, in all channels that it is in.",
        async identify(client) {
          const {
            team_id: accountId,
            team,
            user_id: userId,
            user,
          } = expectAnswer(whoIsIt, await client.request("POST", "/auth.test"), "Slack");
          return {
            accountId,
            accountName: team,
            userId,
            email: "",
            displayName: user ?? userId,
            roleName: undefined,
          };
        },
      },
      {
        ...{ type: "form", id: "slack-webhook", title: "Incoming webhook", profileFields: [webhookUrl] },
        summary: "Posts into one channel. It cannot be tried without posting.",
        async identify(client) {
          const { host } = webhookOf(profileOf(client));
          return {
            accountId: host,
            accountName: host,
            userId: "webhook",
            email: "",
            displayName: "Incoming webhook",
            roleName: undefined,
          };
        },
      },
    ],
    actions: {
      "post-message": postMessage,
      "upload-file": uploadFile,
      "find-user": findUser,
      "list-channels": listChannels,
    },
    triggers: {},
    createClient({ profile, kind, signal }) {
      const client =
        kind === "slack-webhook" ? webhookClient(profile, fetch, signal) : webApi(profile, fetch, signal);
      return ofProfile(client, profile);
    },
  });
}

function webApi(
  profile: AppProfile,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal | undefined,
): Client {
  const bearer = textOf(profile, "token");
  const client = createHttpClient({
    ...{ baseUrl: addressOf(profile, "api_url"), fetch, signal },
    authorize: ({ headers }) => {
      headers["authorization"] = `Bearer ${bearer}`;
    },
    decodeError: (answer, { method }) => slackError(answer, method),
  });
  const send: Client["send"] = async (method, path, options) => {
    const answer = await client.send(method, path, options);
    const said = z.looseObject({ ok: z.boolean() }).safeParse(answer.body).data;
    if (said?.ok === true) return answer;
    if (said) throw slackError(answer, method);
    throw new ConnectorError("unexpected-response", "slack.no-answer", "What answered is not Slack's API.", {
      hint: "Check the address of the API at the connection.",
    });
  };
  const request: Client["request"] = async (method, path, options) =>
    (await send(method, path, options)).body;
  return withUploads({ send, request }, fetch, signal);
}

/** A webhook's address is its permission: it stands in no message. */
function webhookClient(
  profile: AppProfile,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal | undefined,
): Client {
  const client = createHttpClient({
    fetch,
    signal,
    decodeError: (answer, { method }) => slackError(answer, method),
  });
  const send: Client["send"] = async (method, path, options) => {
    if (path !== "/chat.postMessage")
      throw new ConnectorError("forbidden", "slack.webhook", "An incoming webhook only posts messages.", {
        hint: "Give the step a connection with a bot token.",
      });
    return await client.send(method, webhookOf(profile).href, options);
  };
  return { send, request: async (method, path, options) => (await send(method, path, options)).body };
}

function webhookOf(profile: AppProfile): URL {
  const url = URL.parse(textOf(profile, "webhook_url"));
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new ConnectorError("invalid-input", "invalid-url", "The webhook address is no web address.", {
    fields: [{ field: "webhook_url", message: "must begin with https://" }],
  });
}
