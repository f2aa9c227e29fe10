import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { RequestLog } from "./control/request-log.ts";
import { http } from "./http.ts";
import { type Reply, writeReply } from "./reply.ts";
import type { Bindings } from "./sandbox.ts";

interface ListenParts {
  /** Answers past the app; undefined for what the app is to answer. */
  readonly direct: (incoming: IncomingMessage) => Reply | Promise<Reply> | undefined;
  readonly fetch: (request: Request, env: Bindings) => Response | Promise<Response>;
  readonly host: string;
  readonly port: number;
  readonly requests: RequestLog;
  readonly nowMs: () => number;
  /** Told after every request that may have changed something. */
  readonly changed: () => void;
  /** Serves https where given. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Takes an upgrade to a WebSocket; false when it is not for it. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
}

/** Serves the app over HTTP; answers its address and how to stop it. */
export async function listen(parts: ListenParts): Promise<{ url: string; close: () => Promise<void> }> {
  const { direct, fetch, host, port, requests, nowMs, changed, upgrade, tls } = parts;

  const log = ({ method = "", url = "" }: IncomingMessage, status: number, clientId = ""): void => {
    if (method !== "GET") changed();
    if (url.startsWith("/v2/") || url.startsWith("/oauth/")) {
      const path = url.startsWith("/oauth/") ? (url.split("?", 1)[0] ?? url) : url;
      requests.add(nowMs(), method, path, status, clientId);
    }
  };

  // What turns requests into those of the web is loaded with the first one that needs it.
  let app: Promise<RequestListener> | undefined;
  const loadApp = async (): Promise<RequestListener> => {
    const { getRequestListener } = await import("@hono/node-server");
    const answer = getRequestListener(async (request, { incoming, outgoing }) => {
      // The listener's types allow HTTP/2, which this server does not speak.
      if (!(incoming instanceof http.IncomingMessage && outgoing instanceof http.ServerResponse)) {
        return new Response(null, { status: 505 });
      }
      const env: Bindings = { incoming, outgoing };
      const response = await fetch(request, env);
      log(incoming, response.status, env.clientId);
      return response;
    });
    return (incoming, outgoing) => void answer(incoming, outgoing);
  };
  // What one turn of the loop answered is written together: each write wakes its reader, and one that is awake reads on.
  let answered: [ServerResponse, Reply][] = [];
  const flush = (): void => {
    const all = answered;
    answered = [];
    for (const [outgoing, reply] of all) writeReply(outgoing, reply);
  };
  const write = (incoming: IncomingMessage, outgoing: ServerResponse, reply: Reply): void => {
    log(incoming, reply.status, reply.clientId);
    if (answered.push([outgoing, reply]) === 1) setImmediate(flush);
  };
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const reply = direct(incoming);
    if (reply === undefined) void (app ??= loadApp()).then((answer) => answer(incoming, outgoing));
    else if (reply instanceof Promise) void reply.then((done) => write(incoming, outgoing, done));
    else write(incoming, outgoing, reply);
  };
  // Loaded where it is wanted: it would take a part of every start.
  const server = tls ? (await import("node:https")).createServer(tls, serve) : http.createServer(serve);
  // The server lets go of these, and would wait for them when it closes.
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    // A client that goes away meanwhile ends its own connection.
    socket.on("error", () => socket.destroy());
    if (!upgrade(request, socket, head)) socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `${tls ? "https" : "http"}://${host}:${listening}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }),
  };
}
