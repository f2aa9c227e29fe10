/** Sockets over which services tell events: one an app profile among all workers, opened again whenever it closes. */
import { ConnectorError, type EventSocket } from "@greenroom/connector-kit";
import type { Clock } from "../clock.ts";
import type { EngineLog } from "../engine-contract.ts";
import type { Delivery, Receipt } from "../inbox/inbox.ts";
import type { App, AppProfiles } from "../store/app-profiles.ts";
import type { Connections } from "../store/connections.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import type { Listener, Turn } from "./listeners.ts";

const againMs = 1_000;
const longestWaitMs = 5 * 60_000;
/** The service is taken for dead when it said nothing for so many heartbeats. */
const silentBeats = 3;

interface SocketsContext {
  readonly profiles: AppProfiles;
  readonly connections: Connections;
  readonly receive: (delivery: Delivery) => Promise<Receipt>;
  readonly deliveries: DeliveryLog;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** Told when a socket is open: what happened before was not told to anyone. */
  readonly onOpen: (profileId: string) => Promise<void>;
}

/** The sockets of the profiles that want one, and have a connection. */
export async function socketsOf(context: SocketsContext): Promise<readonly Listener[]> {
  const connected = (await context.connections.list()).filter(({ state }) => state === "connected");
  const found: Listener[] = [];
  for (const profileId of new Set(connected.map((one) => one.profileId))) {
    const app = await context.profiles.values(profileId);
    const { socket } = app?.connector ?? {};
    if (app && socket?.wanted(app.profile)) found.push(socketOf(context, profileId, app, socket));
  }
  return found;
}

/** The key of a profile's socket. */
export const socketKey = (profileId: string): string => `socket ${profileId}`;

function socketOf(context: SocketsContext, profileId: string, app: App, socket: EventSocket): Listener {
  const { clock, log } = context;
  const after = (ms: number) => new Date(clock.now().getTime() + ms);

  async function take(frame: string): Promise<boolean> {
    const read = socket.read(frame, clock.now());
    if (read.type === "refused")
      throw new ConnectorError("forbidden", "socket-refused", `The socket was refused: ${read.reason}.`);
    if (read.type !== "events") return read.type === "ready";
    for (const event of read.events) {
      const receipt = await context.receive({ profileId, connector: app.connector.id, event });
      context.deliveries.received(profileId, receipt);
    }
    if (read.deauthorized) {
      const { accountId, userId } = read.deauthorized;
      await context.connections.deauthorized(profileId, accountId, userId);
    }
    return false;
  }

  return {
    ...{
      key: socketKey(profileId),
      recipeId: undefined,
      lasting: true,
      settings: JSON.stringify(app.profile),
    },
    async run({ signal, keep }: Turn) {
      const address = await socket.address(app.profile, { kind: app.kind.id, now: clock.now() });
      await hold({
        ...{ open: () => socket.open(address), heartbeat: socket.heartbeat, clock, signal },
        async onFrame(frame) {
          if (!(await take(frame))) return;
          log.info({ profileId }, "listening to events over a socket");
          await keep({ openSince: clock.now() }, 0);
          await context.onOpen(profileId);
        },
        onLost: (error) => log.warn({ profileId, error: String(error) }, "an event of a socket was lost"),
      });
      return after(againMs);
    },
    retryAt: (_, failures) => after(Math.min(againMs * 2 ** failures, longestWaitMs)),
  };
}

/** Holds a socket open until it closes; frames are taken one after the other. */
async function hold(parts: {
  readonly open: () => Promise<WebSocket>;
  readonly heartbeat: EventSocket["heartbeat"];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onFrame: (frame: string) => Promise<void>;
  readonly onLost: (error: unknown) => void;
}): Promise<void> {
  const { heartbeat, clock, onFrame, onLost } = parts;
  parts.signal.throwIfAborted();
  const socket = await parts.open();
  const over = new AbortController();
  let heardAtMs = clock.now().getTime();
  let taking = Promise.resolve();
  let refused: ConnectorError | undefined;
  const end = () => socket.close();
  parts.signal.addEventListener("abort", end, { once: true });

  async function beat(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(heartbeat.everyMs, over.signal);
      if (clock.now().getTime() - heardAtMs > silentBeats * heartbeat.everyMs) return end();
      if (socket.readyState === WebSocket.OPEN) socket.send(heartbeat.text);
    }
  }

  const closed = new Promise<void>((resolve, reject) => {
    socket.addEventListener("message", ({ data }) => {
      heardAtMs = clock.now().getTime();
      taking = taking
        .then(() => onFrame(String(data)))
        .catch((error: unknown) => {
          if (!(error instanceof ConnectorError)) return onLost(error);
          refused = error;
          end();
        });
    });
    socket.addEventListener("close", () => resolve());
    // The event says nothing of the address, which holds a token.
    socket.addEventListener("error", () =>
      reject(new ConnectorError("unavailable", "socket-failed", "The socket could not be opened, or broke.")),
    );
  });
  beat().catch(() => {});
  try {
    await closed;
  } finally {
    over.abort();
    parts.signal.removeEventListener("abort", end);
    end();
    await taking;
  }
  if (refused !== undefined) throw refused;
  parts.signal.throwIfAborted();
}
