import { type Connector, createHttpClient, defineConnector } from "@greenroom/connector-kit";
import { decodeHttpError } from "./decode-http-error.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import { sendRequest } from "./send-request.ts";

/** What an operator can decide about the connector. */
export interface HttpConnectorOptions {
  /**
   * Whether recipes may call loopback and private addresses, as self-hosted services need.
   * Link-local addresses, where clouds serve their credentials, are refused always. @default true
   */
  readonly allowPrivateNetworks?: boolean;
}

/** Makes the connector `http`, which sends any HTTP request; it needs no connection. */
export function createHttpConnector({ allowPrivateNetworks = true }: HttpConnectorOptions = {}): Connector {
  const fetch = guardedFetch({ allowPrivateNetworks });
  return defineConnector({
    id: "http",
    title: "HTTP",
    summary: "Any service with an HTTP API.",
    actions: { "send-request": sendRequest },
    triggers: {},
    createClient: ({ signal }) => createHttpClient({ fetch, signal, decodeError: decodeHttpError }),
  });
}
