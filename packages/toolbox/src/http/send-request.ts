import { ConnectorError, defineAction, type Effect } from "@greenroom/connector-kit";
import { z } from "zod";

const effects: Readonly<Record<string, Effect>> = {
  GET: "read",
  HEAD: "read",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

const input = z.strictObject({
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  url: z.url({ protocol: /^https?$/, error: "must be a whole address that begins with https:// or http://" }),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is no header name"), z.string()).optional(),
  query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  body: z.unknown().optional().describe("Text is sent as it is, anything else as JSON"),
  timeoutMs: z
    .int()
    .min(1)
    .max(120_000)
    .optional()
    .describe("How long to wait for the answer; 30 seconds by default"),
  expectStatus: z
    .union(
      [z.int().min(100).max(599), z.array(z.int().min(100).max(599))],
      "must be a status, such as 404, or a list of them",
    )
    .optional()
    .describe("Statuses outside 200 to 299 that are wanted answers too"),
  idempotent: z
    .boolean()
    .optional()
    .describe("Sending it twice equals sending it once, so it may be tried again"),
});

/** Sends one HTTP request. */
export const sendRequest = defineAction({
  title: "Send HTTP request",
  summary: "Sends a request to any web service and gives its status, headers and body.",
  endpoint: "POST /{url}",
  scopes: [],
  effect: "create",
  effectOf: (given) => effects[input.safeParse(given).data?.method ?? "POST"] ?? "create",
  // PATCH may be anything; PUT and DELETE are idempotent by RFC 9110 §9.2.2.
  idempotentOf(given) {
    const { method = "POST", idempotent } = input.safeParse(given).data ?? {};
    return idempotent ?? (method !== "POST" && method !== "PATCH");
  },
  input,
  output: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
  async run({ client, input: { method, url, expectStatus, ...request }, idempotencyKey, signal }) {
    const reads = method === "GET" || method === "HEAD";
    if (reads && request.body !== undefined) throw bodyRefused(method);
    // Services that know this header (draft-ietf-httpapi-idempotency-key-header) do the same request once.
    const key = { "idempotency-key": encodeURI(idempotencyKey) };
    const answer = await client.send(method, url, {
      ...request,
      signal,
      headers: { ...(reads ? {} : key), ...request.headers },
      expectStatus: typeof expectStatus === "number" ? [expectStatus] : expectStatus,
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body ?? null };
  },
});

function bodyRefused(method: string): ConnectorError {
  return new ConnectorError(
    "invalid-input",
    "invalid-input",
    `Send HTTP request: body: a ${method} request has none.`,
    {
      fields: [{ field: "body", message: `a ${method} request has none` }],
      hint: "Use query for its parameters, or another method.",
    },
  );
}
