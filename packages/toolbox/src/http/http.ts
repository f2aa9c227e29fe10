/** The `http` connector: one request to any web service. */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import {
  type Client,
  type ClientResponse,
  ConnectorError,
  createHttpClient,
  defineAction,
  defineConnector,
  type Effect,
  type ErrorKind,
} from "@greenroom/connector-kit";
import { z } from "zod";

const effects: Readonly<Record<string, Effect>> = { GET: "read", HEAD: "read", POST: "create", PUT: "update", PATCH: "update", DELETE: "delete" };

const input = z.strictObject({
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  url: z.url({ protocol: /^https?$/ }).describe("The whole address"),
  query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional().describe("An object is sent as JSON, text as it is"),
});

const sendRequest = defineAction({
  title: "Send HTTP request",
  summary: "Sends a request to any web service and gives its answer.",
  endpoint: "POST /{url}",
  scopes: [],
  effect: "create",
  effectOf: (given) => effects[input.safeParse(given).data?.method ?? "GET"] ?? "create",
  // The key goes along, but nobody knows whether the service honours it.
  idempotent: false,
  input,
  output: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
  async run({ client, input: { method, url, query, headers, body }, idempotencyKey, signal }) {
    await refuseMetadata(new URL(url));
    const key: Record<string, string> = method === "GET" || method === "HEAD" ? {} : { "idempotency-key": idempotencyKey };
    const answer = await client.send(method, url, { query, headers: { ...key, ...headers }, body, signal });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body ?? null };
  },
});

/** Requests to any web service. */
export const http = defineConnector({
  id: "http",
  title: "HTTP",
  summary: "Requests to any web service.",
  actions: { "send-request": sendRequest },
  triggers: {},
  createClient: ({ signal }): Client => createHttpClient({ decodeError, signal }),
});

const kinds: Readonly<Record<number, ErrorKind>> = {
  401: "forbidden",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  429: "rate-limited",
  503: "unavailable",
};

function decodeError({ status, body }: ClientResponse, { method, path }: { method: string; path: string }): ConnectorError {
  const server: ErrorKind = method === "GET" ? "unavailable" : "outcome-unknown";
  const kind = kinds[status] ?? (status >= 500 ? server : "invalid-input");
  const said = typeof body === "string" ? body : JSON.stringify(body ?? "");
  return new ConnectorError(kind, `http.${status}`, `${method} ${new URL(path).host} answered ${status}: ${said.slice(0, 300)}`);
}

/** Cloud machines give their credentials to whoever asks at these addresses: no recipe has business there. */
const metadata = new BlockList();
metadata.addSubnet("169.254.0.0", 16, "ipv4");
metadata.addAddress("fd00:ec2::254", "ipv6");
metadata.addSubnet("fe80::", 10, "ipv6");

async function refuseMetadata({ hostname }: URL): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true }).catch(() => []);
  for (const { address, family } of addresses) {
    if (metadata.check(address, family === 6 ? "ipv6" : "ipv4")) {
      throw new ConnectorError("forbidden", "http.forbidden-address", `${hostname} is a link-local address, where clouds keep credentials.`, {
        fields: [{ field: "url", message: "must not be a link-local address" }],
        hint: "Use the service's own address.",
      });
    }
  }
}
