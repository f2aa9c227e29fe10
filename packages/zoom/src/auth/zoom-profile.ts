import { type AppProfile, ConnectorError, type FormField, Secret } from "@greenroom/connector-kit";

const environments: readonly [value: string, label: string, oauthUrl: string, apiUrl: string][] = [
  ["zoom", "Zoom", "https://zoom.us", "https://api.zoom.us/v2"],
  ["zoomgov", "Zoom for Government", "https://zoomgov.com", "https://api.zoomgov.com/v2"],
  ["sandbox", "Zoom sandbox on this machine", "http://127.0.0.1:3100", "http://127.0.0.1:3100/v2"],
];

const credentials: readonly FormField[] = [
  {
    name: "client_id",
    label: "Client ID",
    type: "text",
    required: true,
    hint: "On the app's page in the Zoom App Marketplace, under Basic Information.",
  },
  {
    name: "client_secret",
    label: "Client secret",
    type: "secret",
    required: true,
    hint: "Beside the client ID.",
  },
  {
    name: "webhook_secret_token",
    label: "Secret token",
    type: "secret",
    required: true,
    hint: "Under Features → Access; Zoom signs its webhooks with it.",
  },
];

const places: readonly FormField[] = [
  {
    name: "websocket",
    label: "WebSocket for events",
    type: "text",
    required: false,
    hint: "For installations that Zoom cannot reach: the address that Zoom shows at an event subscription by WebSocket, or the subscription's id. Empty for webhooks.",
  },
  {
    name: "plan",
    label: "The account's plan",
    type: "select",
    required: false,
    default: "learn",
    hint: "It says how many calls a second Zoom takes; Greenroom sends no more.",
    options: [
      { value: "learn", label: "Learn it from Zoom's first refusal" },
      { value: "free", label: "Free" },
      { value: "pro", label: "Pro" },
      { value: "business", label: "Business, Education or Enterprise" },
    ],
  },
  {
    name: "environment",
    label: "Which Zoom",
    type: "select",
    required: false,
    default: "zoom",
    hint: "Where the app was made.",
    options: [
      ...environments.map(([value, label, oauthUrl, apiUrl]) => ({
        ...{ value, label, fills: { oauth_url: oauthUrl, api_url: apiUrl } },
      })),
      { value: "custom", label: "Another address" },
    ],
  },
  {
    name: "oauth_url",
    label: "OAuth address",
    type: "url",
    required: false,
    default: "https://zoom.us",
    hint: "Where people sign in, such as https://zoom.us.",
  },
  {
    name: "api_url",
    label: "API address",
    type: "url",
    required: false,
    default: "https://api.zoom.us/v2",
    hint: "Where the REST API is, with /v2 at its end.",
  },
];

/** The form of an OAuth app at Zoom. */
export const zoomProfileFields: readonly FormField[] = [...credentials, ...places];

/** The form of a Server-to-Server OAuth app at Zoom. */
export const serverToServerProfileFields: readonly FormField[] = [
  {
    name: "account_id",
    label: "Account ID",
    type: "text",
    required: true,
    hint: "On the app's page in the Zoom App Marketplace, under App Credentials.",
  },
  ...credentials,
  ...places,
];

/** The form of a Team Chat app at Zoom that has a bot. */
export const chatbotProfileFields: readonly FormField[] = [
  {
    name: "robot_jid",
    label: "Bot JID",
    type: "text",
    required: true,
    hint: "On the app's page in the Zoom App Marketplace, under Features → Surface → Team Chat, such as v1abc@xmpp.zoom.us.",
  },
  {
    name: "account_id",
    label: "Account ID",
    type: "text",
    required: true,
    hint: "Of the account that the bot writes in: the accountId of what the bot is told (bot_installed, bot_notification), or on a Server-to-Server app's page under App Credentials.",
  },
  ...credentials,
  ...places,
];

/** An open field's value. */
export function fieldOf(profile: AppProfile, name: string): string {
  const value = profile[name] || zoomProfileFields.find((field) => field.name === name)?.default;
  if (typeof value !== "string") throw missing(name);
  return value;
}

/** A field's web address, without a slash at its end. @throws {ConnectorError} `invalid-input` where it is none. */
export function addressOf(profile: AppProfile, name: string): string {
  const address = fieldOf(profile, name).replace(/\/+$/, "");
  const url = URL.parse(address);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url))) return address;
  throw new ConnectorError(
    "invalid-input",
    "bad-profile-field",
    `The app profile's ${name} is “${address}”.`,
    {
      fields: [
        { field: name, message: "must begin with https://, or with http:// for the sandbox on this machine" },
      ],
      hint: "Correct it on the app profile's form, or leave it empty for Zoom itself.",
    },
  );
}

/** Plain HTTP is for the sandbox on this machine, and for nothing else. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** A secret field's value. */
export function secretOf(profile: AppProfile, name: string): Secret {
  const value = profile[name];
  if (!(value instanceof Secret)) throw missing(name);
  return value;
}

function missing(name: string): ConnectorError {
  return new ConnectorError("invalid-input", "missing-profile-field", `The app profile has no ${name}.`, {
    fields: [{ field: name, message: "is required" }],
    hint: "Fill it in on the app profile's form.",
  });
}
