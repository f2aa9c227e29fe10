/** An engine in a process of its own, told by its parent what to do. Its heartbeats never come. */
import { Secret } from "@greenroom/connector-kit";
import { startEngine } from "@greenroom/engine";
import { zoom } from "@greenroom/zoom";

/** What the parent says. */
export type ToSecondEngine =
  | { readonly start: { readonly databaseUrl: string; readonly secretKey: string; readonly aheadMs: number } }
  | { readonly calls: number; readonly connection: string };

/** What it answers. */
export interface FromSecondEngine {
  readonly started?: true;
  /** The e-mail addresses that Zoom answered, or what went wrong. */
  readonly answers?: readonly string[];
}

let engine: Awaited<ReturnType<typeof startEngine>> | undefined;
const say = (message: FromSecondEngine) => process.send?.(message);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToSecondEngine) => void obey(message));

async function obey(message: ToSecondEngine): Promise<void> {
  if ("start" in message) {
    const { databaseUrl, secretKey, aheadMs } = message.start;
    engine = await startEngine({
      ...{ databaseUrl, secretKey: new Secret(secretKey), connectors: [zoom], random: Math.random },
      clock: {
        now: () => new Date(Date.now() + aheadMs),
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
  const client = await engine?.connections.client(zoom, message.connection);
  const answers = await Promise.all(
    Array.from({ length: message.calls }, async () => {
      const answer = await client?.request("GET", "/users/me").catch((error: unknown) => error);
      return answer instanceof Error ? answer.message : (answer as { email: string }).email;
    }),
  );
  say({ answers });
}
