import {
  type AddressPolicy,
  type Client,
  type Connector,
  createHttpClient,
  defineConnector,
  guardedFetch,
} from "@greenroom/connector-kit";
import { ofProfile } from "../profiled-client.ts";
import { decodeHttpError } from "./decode-http-error.ts";
import { downloadFile } from "./download-file.ts";
import { authorizerOf, httpConnectionKinds, wholeAddress } from "./http-connection.ts";
import { openHttpFile } from "./open-http-file.ts";
import { readPages } from "./read-pages.ts";
import { sendRequest } from "./send-request.ts";
import { webhookReceived } from "./webhook-received.ts";

/** What an operator can decide about the connector. */
export interface HttpConnectorOptions {
  /**
   * Whether recipes may call loopback and private addresses, as self-hosted services need.
   * Link-local addresses, where clouds serve their credentials, are refused always. @default true
   */
  readonly allowPrivateNetworks?: AddressPolicy["allowPrivateNetworks"];
}

/** Makes the connector `http`, which sends any HTTP request, with the credentials of a connection or without. */
export function createHttpConnector({ allowPrivateNetworks = true }: HttpConnectorOptions = {}): Connector {
  const fetch = guardedFetch({ allowPrivateNetworks });
  return defineConnector({
    id: "http",
    title: "HTTP",
    summary: "Any service with an HTTP API.",
    connections: httpConnectionKinds(fetch),
    connectionOptional: true,
    actions: { "send-request": sendRequest, "read-pages": readPages, "download-file": downloadFile },
    triggers: { "webhook-received": webhookReceived },
    createClient({ profile, kind, accessToken, signal }) {
      const authorize = authorizerOf(profile, kind);
      const inner = createHttpClient({
        ...{ fetch, signal, accessToken, decodeError: decodeHttpError },
        ...(authorize && { authorize }),
      });
      const client: Client = {
        request: async (method, url, options) =>
          await inner.request(method, wholeAddress(profile, url), options),
        send: async (method, url, options) => await inner.send(method, wholeAddress(profile, url), options),
        openFile: openHttpFile({
          ...{ fetch, signal, accessToken, authorize },
          addressOf: (url) => wholeAddress(profile, url),
        }),
      };
      return ofProfile(client, profile);
    },
  });
}
