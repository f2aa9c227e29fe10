/** The composition root: engine, connectors and HTTP put together, and ended in order. */
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type EmbeddedPostgres,
  type Engine,
  StartError,
  startEmbeddedPostgres,
  startEngine,
} from "@greenroom/engine";
import { guardedFetch } from "@greenroom/connector-kit";
import { saveInto, toolboxConnectors } from "@greenroom/toolbox";
import { loadPieces } from "@greenroom/activepieces";
import { createZoomConnector } from "@greenroom/zoom";
import { type ServerType, serve } from "@hono/node-server";
import type { Hono } from "hono";
import type { Visit } from "./access/principal.ts";
import { createApp } from "./app.ts";
import { version } from "./version.ts";
import type { Config } from "./config.ts";
import { log } from "./log.ts";
import { lookupTableStore } from "./lookup-table-store.ts";
import { createMetrics } from "./observe/metrics.ts";
import { jobLog, together } from "./observe/observers.ts";
import type { Tracing } from "./observe/tracing.ts";
import { createMail } from "./access/mail.ts";
import { noticeSenders } from "./notice-senders.ts";

/** A running server. */
export interface Server {
  readonly url: string;
  /** What it answers to, for the test that walks all routes. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  stop(): Promise<void>;
}

const clock = {
  now: () => new Date(),
  sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }),
};

/** Starts everything. @throws {StartError} with one sentence; then nothing is left running. */
export async function startServer(config: Config): Promise<Server> {
  const { home, secretKey } = config;
  let postgres: EmbeddedPostgres | undefined;
  let engine: Engine | undefined;
  const metrics = createMetrics();
  const tracing = config.tracesTo === undefined ? undefined : await tracingTo(config.tracesTo);
  const observer = together([metrics.observer, jobLog, ...(tracing ? [tracing.observer] : [])]);
  try {
    if (config.databaseUrl === undefined) {
      postgres = await startEmbeddedPostgres({ home, log: (message) => log.info({}, message) });
    }
    engine = await startEngine({
      ...{
        databaseUrl: config.databaseUrl ?? postgres?.databaseUrl ?? "",
        secretKey,
        clock,
        random: Math.random,
        log,
      },
      ...{ observer, runsJobs: config.roles.has("worker") },
      environment: config.environment,
      noticeSenders: noticeSenders({
        ...{ publicUrl: config.publicUrl, mail: createMail(config.mail), now: () => clock.now() },
        fetch: guardedFetch({ allowPrivateNetworks: config.privateNetworks }),
      }),
      hookUrl: (token) => `${config.publicUrl}/hooks/${token}`,
      connectors: [
        createZoomConnector({ allowPrivateNetworks: config.privateNetworks }),
        ...toolboxConnectors({
          filesFolder: join(home, "files"),
          allowPrivateNetworks: config.privateNetworks,
          lookupTables: lookupTableStore(() => {
            if (!engine) throw new Error("the engine is still starting");
            return engine;
          }),
        }),
        ...loadPieces({
          ...{ home, allowPrivateNetworks: config.privateNetworks, saveFile: saveInto(join(home, "files")) },
          fetch: guardedFetch({ allowPrivateNetworks: config.privateNetworks }),
          onBroken: (piece, reason) => log.warn({ piece, reason }, "a piece cannot be read; add it anew"),
        }),
      ],
    });
    let stopping = false;
    const { app, signIn } = createApp({
      ...{ engine, config, metrics, now: clock.now },
      ...{ port: () => port, isStopping: () => stopping },
    });
    const http = await listen(app, config);
    const { port } = http.address() as AddressInfo;
    // Takes longer to load than all else, and nobody has come yet.
    if (config.roles.has("web"))
      void signIn
        .load()
        .catch((error: unknown) => log.error({ error: String(error) }, "sign-in could not be loaded"));
    const running = { engine, postgres, http, tracing };
    return {
      ...{ url: `http://127.0.0.1:${port}`, routes: app.routes },
      async stop() {
        stopping = true;
        await stop(running);
      },
    };
  } catch (error) {
    await engine?.stop({ graceMs: 0 });
    await postgres?.stop();
    await tracing?.stop();
    throw error;
  }
}

function listen(app: Hono<Visit>, { port, host }: Config): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(server));
    server.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new StartError(
              `Port ${port} is in use by another program. Stop that program, or set PORT to a free port.`,
            )
          : new StartError(`The server cannot listen on port ${port}: ${error.message}.`),
      );
    });
  });
}

async function stop({
  engine,
  postgres,
  http,
  tracing,
}: {
  engine: Engine;
  postgres: EmbeddedPostgres | undefined;
  http: ServerType;
  tracing: Tracing | undefined;
}): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  // Live streams never end by themselves.
  if ("closeAllConnections" in http) setTimeout(() => http.closeAllConnections(), 500).unref();
  await closed;
  await engine.stop();
  await postgres?.stop();
  // A collector that is away must not keep us.
  await tracing?.stop().catch((error: unknown) => log.warn({ error: String(error) }, "traces were lost"));
}

/** Loaded only where traces are wanted. */
async function tracingTo(endpoint: string): Promise<Tracing> {
  const { startTracing } = await import("./observe/tracing.ts");
  return startTracing(endpoint, version(), `${hostname()}:${process.pid}`);
}
