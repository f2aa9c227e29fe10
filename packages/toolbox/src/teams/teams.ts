/** Messages into Microsoft Teams, by a webhook of its Workflows app. */
import {
  type AddressPolicy,
  type AppProfile,
  type Client,
  type ClientResponse,
  type Connector,
  ConnectorError,
  createHttpClient,
  defineAction,
  defineConnector,
  guardedFetch,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { textOf } from "../form-values.ts";
import { ofProfile, profileOf } from "../profiled-client.ts";

const input = z.strictObject({
  title: z.string().min(1).optional().describe("The heading"),
  text: z.string().min(1).max(20_000).optional().describe("What it says; Markdown"),
  facts: z
    .array(z.strictObject({ title: z.string(), value: z.string() }))
    .max(50)
    .default([])
    .describe("Names and values, as a table"),
  buttons: z
    .array(z.strictObject({ title: z.string(), url: z.url({ protocol: /^https?$/ }) }))
    .max(6)
    .default([])
    .describe("Links below it"),
  card: z.record(z.string(), z.unknown()).optional().describe("Instead of all that: a whole Adaptive Card"),
});

/**
 * Posts a card.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
const postMessage = defineAction({
  title: "Post message",
  summary: "Posts a message, as a card with facts and links, into the channel or chat of the webhook.",
  endpoint: "POST /webhook",
  scopes: [],
  effect: "create",
  input,
  output: z.object({ accepted: z.literal(true) }),
  async run({ call, input: given }) {
    const content = given.card ?? cardOf(given);
    const contentType = "application/vnd.microsoft.card.adaptive";
    await call({ body: { type: "message", attachments: [{ contentType, contentUrl: null, content }] } });
    return { accepted: true as const };
  },
});

function cardOf({ title, text, facts, buttons }: z.output<typeof input>) {
  if (title === undefined && text === undefined && facts.length === 0) {
    throw new ConnectorError(
      "invalid-input",
      "invalid-input",
      "Post message: text is required where there is no title, no facts and no card.",
      {
        fields: [{ field: "text", message: "is required where there is no title, no facts and no card" }],
      },
    );
  }
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    ...{ type: "AdaptiveCard", version: "1.4", msteams: { width: "Full" } },
    body: [
      ...(title === undefined
        ? []
        : [{ type: "TextBlock", text: title, size: "Large", weight: "Bolder", wrap: true }]),
      ...(text === undefined ? [] : [{ type: "TextBlock", text, wrap: true }]),
      ...(facts.length === 0 ? [] : [{ type: "FactSet", facts }]),
    ],
    actions: buttons.map(({ title: label, url }) => ({ type: "Action.OpenUrl", title: label, url })),
  };
}

/** Makes the connector `teams`. */
export function createTeamsConnector(policy: AddressPolicy): Connector {
  const fetch = guardedFetch(policy);
  return defineConnector({
    id: "teams",
    title: "Microsoft Teams",
    summary: "Messages into channels and chats of Microsoft Teams.",
    connections: [
      {
        ...{ type: "form", id: "teams-webhook", title: "Webhook of a workflow" },
        summary:
          "Posts into the one channel or chat that the webhook was made for. It cannot be tried without posting.",
        profileFields: [
          {
            ...{ name: "webhook_url", label: "Webhook address", type: "secret", required: true },
            hint: "In Teams: the channel's …, Workflows, “Send webhook alerts to a channel”",
          },
        ],
        async identify(client) {
          const { host } = webhookOf(profileOf(client));
          return {
            accountId: host,
            accountName: host,
            userId: "webhook",
            email: "",
            displayName: "Webhook",
            roleName: undefined,
          };
        },
      },
    ],
    actions: { "post-message": postMessage },
    triggers: {},
    createClient({ profile, signal }) {
      const inner = createHttpClient({ fetch, signal, decodeError: teamsError });
      // The address is the permission: it stands in no message.
      const send: Client["send"] = (method, _path, options) =>
        inner.send(method, webhookOf(profile).href, options);
      return ofProfile({ send, request: async (...given) => (await send(...given)).body }, profile);
    },
  });
}

function webhookOf(profile: AppProfile): URL {
  const url = URL.parse(textOf(profile, "webhook_url"));
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new ConnectorError("invalid-input", "invalid-url", "The webhook address is no web address.", {
    fields: [{ field: "webhook_url", message: "must begin with https://" }],
  });
}

const said = z.looseObject({
  error: z.looseObject({ code: z.string().optional(), message: z.string().optional() }),
});

function teamsError({ status, body }: ClientResponse): ConnectorError {
  const error = said.safeParse(body).data?.error;
  const code = `teams.${error?.code ?? status}`;
  const why =
    error?.message ??
    (typeof body === "string" && body !== "" ? body.slice(0, 200) : `it answered ${status}`);
  if (status === 429) return new ConnectorError("rate-limited", code, `Teams wants fewer messages: ${why}`);
  if (status >= 500) return new ConnectorError("outcome-unknown", code, `Teams failed: ${why}`);
  if (status === 401 || status === 403 || status === 404 || status === 410)
    return new ConnectorError("reconnect", code, `Teams does not accept the webhook: ${why}`, {
      hint: "The workflow may have been deleted or turned off. Enter the address of a new one at the connection.",
    });
  return new ConnectorError("invalid-input", code, `Teams refused the message: ${why}`);
}
