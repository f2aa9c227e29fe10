/** The composition root: engine, connectors and routes put together over a database that runs. */
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadPieces } from "@greenroom/activepieces";
import { guardedFetch } from "@greenroom/connector-kit";
import { type Engine, startEngine } from "@greenroom/engine";
import { saveInto, toolboxConnectors } from "@greenroom/toolbox";
import { createZoomConnector } from "@greenroom/zoom";
import type { Hono } from "hono";
import { createMail } from "./access/mail.ts";
import type { Visit } from "./access/principal.ts";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { log } from "./log.ts";
import { networksText } from "./networks.ts";
import { lookupTableStore } from "./lookup-table-store.ts";
import { noticeSenders } from "./notice-senders.ts";
import { createMetrics } from "./observe/metrics.ts";
import { jobLog, together } from "./observe/observers.ts";
import type { Tracing } from "./observe/tracing.ts";
import { version } from "./version.ts";

/** What a server is made of. */
export interface Parts {
  readonly app: Hono<Visit>;
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** The last, so that what the others did in ending is told too. */
  stopTracing(): Promise<void>;
}

/** Where the parts find themselves. */
export interface Place {
  readonly databaseUrl: string;
  /** The port it listens on, once it does. */
  readonly port: () => number;
  readonly isStopping: () => boolean;
}

const clock = {
  now: () => new Date(),
  sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }),
};

/** Starts them. @throws {StartError} with one sentence; then nothing is left running. */
export async function startParts(config: Config, place: Place): Promise<Parts> {
  const { home, secretKey, privateNetworks } = config;
  const metrics = createMetrics();
  const tracing = config.tracesTo === undefined ? undefined : await tracingTo(config.tracesTo);
  // A collector that is away must not keep us.
  const stopTracing = async () =>
    await tracing?.stop().catch((error: unknown) => log.warn({ error: String(error) }, "traces were lost"));
  const fetch = guardedFetch({ allowPrivateNetworks: privateNetworks });
  let engine: Engine | undefined;
  try {
    engine = await startEngine({
      ...{ databaseUrl: place.databaseUrl, secretKey, clock, random: Math.random, log },
      observer: together([metrics.observer, jobLog, ...(tracing ? [tracing.observer] : [])]),
      ...{ runsJobs: config.roles.has("worker"), environment: config.environment },
      settings: {
        ...{ VERSION: version(), PUBLIC_URL: config.publicUrl, GREENROOM_ENVIRONMENT: config.environment },
        PRIVATE_NETWORKS: typeof privateNetworks === "boolean" ? "all" : networksText(privateNetworks),
      },
      noticeSenders: noticeSenders({
        ...{ publicUrl: config.publicUrl, mail: createMail(config.mail), now: () => clock.now(), fetch },
      }),
      hookUrl: (token) => `${config.publicUrl}/hooks/${token}`,
      connectors: [
        createZoomConnector({ allowPrivateNetworks: privateNetworks }),
        ...toolboxConnectors({
          ...{ filesFolder: join(home, "files"), allowPrivateNetworks: privateNetworks },
          lookupTables: lookupTableStore(() => {
            if (!engine) throw new Error("the engine is still starting");
            return engine;
          }),
        }),
        ...loadPieces({
          ...{ home, allowPrivateNetworks: privateNetworks, saveFile: saveInto(join(home, "files")), fetch },
          onBroken: (piece, reason) => log.warn({ piece, reason }, "a piece cannot be read; add it anew"),
        }),
      ],
    });
    const { port, isStopping } = place;
    const app = createApp({ engine, config, metrics, now: clock.now, port, isStopping });
    const { stop } = engine;
    return { app, stop, stopTracing };
  } catch (error) {
    await engine?.stop({ graceMs: 0 });
    await stopTracing();
    throw error;
  }
}

/** Loaded only where traces are wanted. */
async function tracingTo(endpoint: string): Promise<Tracing> {
  const { startTracing } = await import("./observe/tracing.ts");
  return startTracing(endpoint, version(), `${hostname()}:${process.pid}`);
}
