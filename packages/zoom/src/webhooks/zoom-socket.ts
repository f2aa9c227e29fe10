/**
 * Zoom's events over a WebSocket, for installations that Zoom cannot reach: we open it, with a token of the app itself.
 *
 * Zoom: one connection for a subscription; what happens while nobody is connected is not told later (zoom-api.md 5.4).
 */
import { type AppProfile, ConnectorError, type EventSocket, Secret } from "@greenroom/connector-kit";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { contextOf, explained } from "../auth/token-exchange.ts";
import { addressOf, fieldOf, isLoopback } from "../auth/zoom-profile.ts";
import { deauthorizationOf, envelope, incomingEvent } from "./receive-zoom-webhook.ts";

/** The field of the app's form. */
const field = "websocket";
const socketHosts: Readonly<Record<string, string>> = {
  ...{ "zoom.us": "ws.zoom.us", "zoomgov.com": "ws.zoomgov.com" },
};

const frame = z.looseObject({
  module: z.string(),
  success: z.boolean().optional(),
  content: z.unknown().optional(),
});

/** Makes the delivery by Zoom's WebSocket. */
export const createZoomSocket = (
  fetch: typeof globalThis.fetch,
  open: (address: string) => Promise<WebSocket>,
): EventSocket => ({
  wanted: (profile) => typeof profile[field] === "string" && profile[field].trim() !== "",

  async address(profile, { kind }) {
    const url = socketUrl(profile);
    url.searchParams.set("access_token", (await appToken(profile, kind, fetch)).reveal());
    return new Secret(url.href);
  },

  open: (address) => open(address.reveal()),

  // Zoom: every 30 seconds, or the connection is closed.
  heartbeat: { text: JSON.stringify({ module: "heartbeat" }), everyMs: 25_000 },

  read(text, now) {
    const said = frame.safeParse(parsed(text)).data;
    if (said?.module === "build_connection") {
      // Zoom: “Invalid Token”, “Token is invalid”.
      return said.success === true
        ? { type: "ready" }
        : { type: "refused", reason: typeof said.content === "string" ? said.content : "no reason given" };
    }
    if (said?.module !== "message") return { type: "alive" };
    // Zoom: the event is JSON in a text; as an object it would mean the same.
    const content = typeof said.content === "string" ? said.content : JSON.stringify(said.content);
    const told = envelope.safeParse(parsed(content));
    if (!told.success) return { type: "alive" };
    const event = incomingEvent(told.data, content, now);
    return { type: "events", events: [event], deauthorized: deauthorizationOf(event) };
  },
});

/** The host that the form's socket is at; undefined where the form wants none. @throws {ConnectorError} */
export function socketHost(profile: AppProfile): string | undefined {
  return typeof profile[field] === "string" && profile[field].trim() !== ""
    ? socketUrl(profile).hostname
    : undefined;
}

/** The socket's address: the form has it whole, or the subscription's id alone. */
function socketUrl(profile: AppProfile): URL {
  const given = fieldOf(profile, field).trim();
  const { hostname, host, protocol } = new URL(addressOf(profile, "oauth_url"));
  const own = `${protocol === "https:" ? "wss" : "ws"}://${socketHosts[hostname] ?? host}/ws`;
  const url = /^wss?:/i.test(given)
    ? URL.parse(given)
    : URL.parse(`${own}?subscriptionId=${encodeURIComponent(given)}`);
  const isSafe = url?.protocol === "wss:" || (url !== null && isLoopback(url));
  if (url && isSafe && url.searchParams.get("subscriptionId")) return url;
  throw new ConnectorError(
    "invalid-input",
    "bad-profile-field",
    `The app profile's ${field} is “${given}”.`,
    {
      fields: [
        {
          field,
          message: "must be the address that Zoom shows, with wss:// and subscriptionId, or that id alone",
        },
      ],
      hint: "Copy it from the event subscription at the app's page in the Zoom App Marketplace.",
    },
  );
}

/** A token of the app itself, of no person. Zoom: server-to-server apps get it by their account. */
async function appToken(profile: AppProfile, kind: string, fetch: typeof globalThis.fetch): Promise<Secret> {
  const { server, client, authentication, options } = contextOf(profile, fetch);
  return await explained(profile, async () => {
    if (kind === "zoom-server-to-server") {
      const response = await oauth.genericTokenEndpointRequest(
        ...([server, client, authentication, "account_credentials"] as const),
        ...([{ account_id: fieldOf(profile, "account_id") }, options] as const),
      );
      return new Secret(
        (await oauth.processGenericTokenEndpointResponse(server, client, response)).access_token,
      );
    }
    const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, options);
    return new Secret((await oauth.processClientCredentialsResponse(server, client, response)).access_token);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
