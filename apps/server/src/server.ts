/** The composition root: engine, connectors and HTTP put together, and ended in order. */
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type EmbeddedPostgres,
  type Engine,
  StartError,
  startEmbeddedPostgres,
  startEngine,
} from "@greenroom/engine";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { createApi } from "./api/api.ts";
import { answerProblem } from "./api/problems.ts";
import type { Config } from "./config.ts";
import { onlyOurOwn, strictHeaders } from "./guards.ts";
import { log } from "./log.ts";
import { createOAuthCallback } from "./oauth-callback.ts";
import { createWebApp } from "./web-app.ts";
import { createWebhooks } from "./webhooks.ts";

/** A running server. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const clock = {
  now: () => new Date(),
  sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }),
};

/** Starts everything. @throws {StartError} with one sentence; then nothing is left running. */
export async function startServer(config: Config): Promise<Server> {
  const { home, secretKey, publicUrl } = config;
  let postgres: EmbeddedPostgres | undefined;
  let engine: Engine | undefined;
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
      connectors: [zoom, ...toolboxConnectors({ filesFolder: join(home, "files") })],
    });
    const http = await listen(
      createApp(engine, publicUrl, () => port),
      config.port,
    );
    const { port } = http.address() as AddressInfo;
    const running = { engine, postgres, http };
    return { url: `http://127.0.0.1:${port}`, stop: () => stop(running) };
  } catch (error) {
    await engine?.stop({ graceMs: 0 });
    await postgres?.stop();
    throw error;
  }
}

function createApp(engine: Engine, publicUrl: string, port: () => number): Hono {
  const app = new Hono();
  app.onError(answerProblem);
  // Before the guards: Zoom reaches it by any name, and it proves itself by its signature.
  app.route(
    "/webhooks",
    createWebhooks(engine, () => clock.now()),
  );
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use(onlyOurOwn(publicUrl, port), strictHeaders);
  app.route("/oauth", createOAuthCallback(engine, publicUrl));
  app.route("/api", createApi(engine, publicUrl));
  app.all("/api/*", (c) =>
    c.json(
      {
        error: {
          code: "not-found",
          message: `There is no ${c.req.method} ${c.req.path}.`,
          hint: "See /api/docs.",
        },
      },
      404,
    ),
  );
  app.route("/", createWebApp(join(import.meta.dirname, "../../web/dist")));
  return app;
}

function listen(app: Hono, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve(server));
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
}: {
  engine: Engine;
  postgres: EmbeddedPostgres | undefined;
  http: ServerType;
}): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  // Live streams never end by themselves.
  if ("closeAllConnections" in http) setTimeout(() => http.closeAllConnections(), 500).unref();
  await closed;
  await engine.stop();
  await postgres?.stop();
}
