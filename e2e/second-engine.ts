/** An engine in a process of its own, told by its parent what to do. Its heartbeats never come. */
import { setTimeout as until } from "node:timers/promises";
import { type Client, ConnectorError, Secret } from "@greenroom/connector-kit";
import { startEngine } from "@greenroom/engine";
import { zoom } from "@greenroom/zoom";

/** What the parent says. */
export type ToSecondEngine =
  | { readonly start: { readonly databaseUrl: string; readonly secretKey: string; readonly aheadMs: number } }
  | { readonly disconnect: string }
  | { readonly calls: number; readonly connection: string };

/** What it answers. */
export interface FromSecondEngine {
  readonly started?: true;
  /** The e-mail addresses that Zoom answered, or what went wrong. */
  readonly answers?: readonly string[];
}

let engine: Awaited<ReturnType<typeof startEngine>> | undefined;
let now = () => new Date();
const say = (message: FromSecondEngine) => process.send?.(message);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToSecondEngine) => void obey(message));

async function obey(message: ToSecondEngine): Promise<void> {
  if ("start" in message) {
    const { databaseUrl, secretKey, aheadMs } = message.start;
    now = () => new Date(Date.now() + aheadMs);
    engine = await startEngine({
      ...{ databaseUrl, secretKey: new Secret(secretKey), connectors: [zoom], random: Math.random },
      clock: {
        now,
        sleep: (_, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
          }),
      },
      log: { info: () => {}, warn: () => {}, error: (fields, text) => console.error(text, fields) },
    });
    say({ started: true });
    return;
  }
  if ("disconnect" in message) return void (await engine?.connections.disconnect(message.disconnect));
  const client = await engine?.connections.client(zoom, message.connection);
  if (!client) throw new Error("the engine was not started");
  say({ answers: await Promise.all(Array.from({ length: message.calls }, () => ask(client))) });
}

/** A time to come back at that is farther off than this is not a turn's. */
const longestTurnMs = 60_000;

/** One call; who is told to come back for its turn comes back, as a job does. */
async function ask(client: Client): Promise<string> {
  for (;;) {
    const answer = await client.request("GET", "/users/me").catch((error: unknown) => error);
    if (!(answer instanceof Error)) return (answer as { email: string }).email;
    const retryAt = answer instanceof ConnectorError ? answer.retryAt : undefined;
    const waitMs = (retryAt?.getTime() ?? Infinity) - now().getTime();
    if (waitMs > longestTurnMs) return answer.message;
    await until(Math.max(0, waitMs));
  }
}
