/**
 * Events over a WebSocket: `/ws?subscriptionId=…&access_token=…`, as Zoom's `wss://ws.zoom.us/ws`.
 *
 * @see https://developers.zoom.us/docs/api/websockets/
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../clock.ts";
import type { App } from "../marketplace/app.ts";
import type { Tokens } from "../oauth/tokens.ts";
import type { Table } from "../table.ts";

/** The open sockets, by subscription. */
export interface Sockets {
  /** Takes an upgrade request; false when it is not for here. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Ends those that may listen no longer: the token is gone or expired, the app or its subscription off, the person not active. */
  readonly check: () => void;
  /** Sends an event; false when nobody listens, and then it is lost, as at Zoom. */
  readonly send: (subscriptionId: string, event: string) => boolean;
  /** Ends all that are open, when what they subscribed to is forgotten. */
  readonly drop: () => void;
  readonly close: () => void;
}

/** Makes the WebSocket endpoint. */
export function createSockets(parts: {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly apps: Table<App>;
  /** Whether the person is active in the account. */
  readonly isActive: (userId: string) => boolean;
}): Sockets {
  const { clock, tokens, apps, isActive } = parts;
  // Loaded with the first socket: few sandboxes have one.
  let server: Promise<WebSocketServer> | undefined;
  const load = async (): Promise<WebSocketServer> =>
    new (await import("ws")).WebSocketServer({ noServer: true, maxPayload: 65_536 });
  const open = new Map<string, { readonly socket: WebSocket; readonly token: string }>();

  const send = (socket: WebSocket, module: string, more: object): void =>
    socket.send(JSON.stringify({ module, ...more }));

  /** The subscription that the token's app has, when it is one for a WebSocket. */
  function subscriptionOf(id: string, accessToken: string): string | undefined {
    const token = tokens.access(accessToken);
    if (!token || token.expires_ms <= clock.nowMs() || !isActive(token.user_id)) return undefined;
    const subscription = apps.get(token.app_id)?.subscriptions.find((one) => one.id === id);
    return subscription?.method === "websocket" && subscription.disabled !== true ? id : undefined;
  }

  // Zoom's documents say nothing of it; a connection that outlived its right would hear what its app may not [I].
  function check(): void {
    for (const [id, { socket, token }] of open)
      if (subscriptionOf(id, token) === undefined) socket.close(4001, "the token is no longer valid");
  }

  function accept(socket: WebSocket, query: URLSearchParams): void {
    const token = query.get("access_token") ?? "";
    const id = subscriptionOf(query.get("subscriptionId") ?? "", token);
    if (id === undefined) {
      send(socket, "build_connection", { success: false, content: "Invalid Token" });
      socket.close();
      return;
    }
    // Zoom: one connection for a subscription; the newer takes the place of the older [I].
    open.get(id)?.socket.close(4000, "replaced by a newer connection");
    open.set(id, { socket, token });
    const cancel = clock.schedule(new Date(tokens.access(token)?.expires_ms ?? 0), check);
    send(socket, "build_connection", { success: true });
    socket.on("message", (data: Buffer) => {
      if (isHeartbeat(data)) send(socket, "heartbeat", { success: true });
    });
    socket.on("close", () => {
      cancel();
      if (open.get(id)?.socket === socket) open.delete(id);
    });
    socket.on("error", () => socket.terminate());
  }

  function drop(): void {
    for (const { socket } of open.values()) socket.terminate();
    open.clear();
  }

  return {
    upgrade: (request, duplex, head) => {
      const url = URL.parse(request.url ?? "/", "http://localhost");
      if (url?.pathname !== "/ws") return false;
      void (server ??= load()).then((loaded) =>
        loaded.handleUpgrade(request, duplex, head, (socket) => accept(socket, url.searchParams)),
      );
      return true;
    },
    check,
    send: (subscriptionId, event) => {
      const { socket, token = "" } = open.get(subscriptionId) ?? {};
      if (subscriptionOf(subscriptionId, token) === undefined) return false;
      if (socket === undefined || socket.readyState !== socket.OPEN) return false;
      // Zoom: the event is JSON inside a text (zoom-api.md 5.4).
      send(socket, "message", { content: event });
      return true;
    },
    drop,
    close: () => {
      drop();
      void server?.then((loaded) => loaded.close());
    },
  };
}

function isHeartbeat(data: Buffer): boolean {
  try {
    const frame: unknown = JSON.parse(data.toString());
    return typeof frame === "object" && frame !== null && "module" in frame && frame.module === "heartbeat";
  } catch {
    return false;
  }
}
