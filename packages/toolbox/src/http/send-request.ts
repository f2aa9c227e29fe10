import {
  ConnectorError,
  defineAction,
  type Effect,
  type FileRef,
  fileRef,
  type OpenFile,
  readFileRef,
  StreamedBody,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { address, requestHeaders, requestQuery } from "./address.ts";
import { multipart } from "./multipart.ts";

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
  url: address,
  headers: requestHeaders.optional(),
  query: requestQuery.optional(),
  body: z.unknown().optional().describe("Text is sent as it is, anything else as JSON"),
  file: fileRef.optional().describe("Instead of a body: a file that an earlier step gave, streamed"),
  form: z
    .strictObject({
      fileField: z.string().min(1).default("file").describe("The name of the file's field"),
      fields: z.record(z.string(), z.string()).default({}).describe("The form's other fields"),
    })
    .optional()
    .describe("Sends the file as a form does (multipart/form-data)"),
  timeoutMs: z
    .int()
    .min(1)
    .max(3_600_000)
    .optional()
    .describe("How long to wait for the answer; 30 seconds by default, an hour with a file"),
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
  async run({
    client,
    input: { method, url, expectStatus, file, form, ...request },
    idempotencyKey,
    signal,
    openFile,
  }) {
    const reads = method === "GET" || method === "HEAD";
    const refused = (field: string, problem: string) => fieldRefused(field, problem);
    if (reads && request.body !== undefined) throw refused("body", `a ${method} request has none`);
    if (reads && file) throw refused("file", `a ${method} request sends none`);
    if (file && request.body !== undefined)
      throw refused("file", "stands instead of a body: leave one of them out");
    if (form && !file) throw refused("form", "sends a file, and there is none");
    // Services that know this header (draft-ietf-httpapi-idempotency-key-header) do the same request once.
    const key = { "idempotency-key": encodeURI(idempotencyKey) };
    const answer = await client.send(method, url, {
      ...request,
      ...(file && { body: bodyOf(file, form, openFile, signal) }),
      signal,
      headers: { ...(reads ? {} : key), ...request.headers },
      expectStatus: typeof expectStatus === "number" ? [expectStatus] : expectStatus,
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body ?? null };
  },
});

function bodyOf(
  file: FileRef,
  form: { fileField: string; fields: Record<string, string> } | undefined,
  openFile: OpenFile,
  signal: AbortSignal | undefined,
): StreamedBody {
  const { name, mediaType, size } = file;
  const bytes = () => readFileRef(openFile, file, { signal });
  if (!form) return new StreamedBody(bytes, { mediaType, size });
  const sent = multipart({
    fields: form.fields,
    file: { field: form.fileField, name, mediaType, size, bytes },
  });
  return new StreamedBody(sent.open, sent);
}

function fieldRefused(field: string, problem: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-input", `Send HTTP request: ${field}: ${problem}.`, {
    fields: [{ field, message: problem }],
    hint: field === "body" ? "Use query for its parameters, or another method." : undefined,
  });
}
