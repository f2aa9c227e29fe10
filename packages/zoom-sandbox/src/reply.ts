/** An answer of the REST API: written to the socket as it is, because a `Response` costs more than most operations. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ZoomError } from "./sandbox.ts";

/** What is answered; filled in while the call is understood. */
export interface Reply {
  status: number;
  /** Name, value, name, value, as node:http takes them. */
  headers: string[];
  body: string | ReadableStream<Uint8Array> | null;
  /** The app that called, once known; for the list of requests. */
  clientId: string;
  /** Which of Zoom's operations it answers, once known. */
  operation: string | undefined;
}

/** Makes one that says nothing yet but these headers. */
export function newReply(headers: string[]): Reply {
  return { status: 500, headers, body: null, clientId: "", operation: undefined };
}

/** Puts JSON in. */
export function replyJson(reply: Reply, status: number, json: string): Reply {
  reply.status = status;
  reply.body = json;
  reply.headers.push("content-type", "application/json");
  return reply;
}

/** Puts a refusal in Zoom's envelope in. */
export function replyError(reply: Reply, error: ZoomError): Reply {
  for (const [name, value] of Object.entries(error.headers)) reply.headers.push(name, value);
  return replyJson(reply, error.status, JSON.stringify(error.envelope()));
}

/** Puts what a handler made for itself in, such as a file. */
export function replyResponse(reply: Reply, { status, headers, body }: Response): Reply {
  reply.status = status;
  for (const [name, value] of headers) reply.headers.push(name, value);
  reply.body = body;
  return reply;
}

/** Writes it, and ends. */
export function writeReply(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  if (typeof body === "string") {
    const bytes = Buffer.byteLength(body);
    headers.push("content-length", String(bytes));
    // Most answers are ASCII, which is written in half the time when it is known to be.
    outgoing.writeHead(status, headers).end(body, bytes === body.length ? "latin1" : "utf8");
    return;
  }
  outgoing.writeHead(status, headers);
  if (body === null) outgoing.end();
  // A client that goes away ends the stream, and there is nobody left to tell.
  else pipeline(Readable.fromWeb(body), outgoing).catch(() => outgoing.destroy());
}

/** The same as a `Response`, for an app that stands between. */
export function responseOf({ status, headers, body }: Reply): Response {
  const pairs = headers.flatMap((name, at) =>
    at % 2 === 0 ? [[name, headers[at + 1] ?? ""] satisfies [string, string]] : [],
  );
  return new Response(body, { status, headers: pairs });
}
