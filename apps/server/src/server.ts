/** A server's life: its database, its parts and its port are started, and ended in order. Nothing large is loaded here. */
import type { AddressInfo } from "node:net";
import { setImmediate as otherWork } from "node:timers/promises";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@greenroom/engine/embedded-postgres";
import { StartError } from "@greenroom/engine/start-error";
import { type ServerType, serve } from "@hono/node-server";
import type { Config } from "./config.ts";
import { log } from "./log.ts";
import type { Parts } from "./parts.ts";

/** Longer than proxies keep a connection that nobody uses (60 seconds): else they send a webhook into one that we close. */
const keepAliveMs = 75_000;

/** A running server. */
export interface Server {
  readonly url: string;
  /** What it answers to, for the test that walks all routes. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  stop(): Promise<void>;
}

/** Starts everything. @throws {StartError} with one sentence; then nothing is left running. */
export async function startServer(config: Config): Promise<Server> {
  const { home, databaseUrl } = config;
  // A process of its own: it begins while we load what needs it.
  const starting =
    databaseUrl === undefined
      ? startEmbeddedPostgres({ home, log: (message) => log.info({}, message) })
      : undefined;
  // Told below, where it is waited for.
  starting?.catch(() => undefined);
  let parts: Parts | undefined;
  try {
    const { startParts } = await loadParts();
    const postgres = await starting;
    let stopping = false;
    parts = await startParts(config, {
      ...{ databaseUrl: databaseUrl ?? postgres?.databaseUrl ?? "" },
      ...{ port: () => port, isStopping: () => stopping },
    });
    const running = { parts, postgres, http: await listen(parts, config) };
    const { port } = running.http.address() as AddressInfo;
    return {
      ...{ url: `http://127.0.0.1:${port}`, routes: parts.app.routes },
      async stop() {
        stopping = true;
        await stop(running);
      },
    };
  } catch (error) {
    await parts?.stop({ graceMs: 0 });
    await (await starting?.catch(() => undefined))?.stop();
    throw error;
  }
}

/** Piece by piece, the large ones first: between them the start of PostgreSQL goes on. */
async function loadParts(): Promise<typeof import("./parts.ts")> {
  for (const load of [
    () => import("@greenroom/recipes"),
    () => import("@greenroom/engine"),
    () => import("@greenroom/zoom"),
    () => import("@greenroom/toolbox"),
  ]) {
    await otherWork();
    await load();
  }
  await otherWork();
  return await import("./parts.ts");
}

function listen({ app }: Parts, { port, host }: Config): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const options = {
      fetch: app.fetch,
      port,
      hostname: host,
      serverOptions: { keepAliveTimeout: keepAliveMs },
    };
    const server = serve(options, () => resolve(server));
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
  parts,
  postgres,
  http,
}: {
  parts: Parts;
  postgres: EmbeddedPostgres | undefined;
  http: ServerType;
}): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  // Live streams never end by themselves.
  if ("closeAllConnections" in http) setTimeout(() => http.closeAllConnections(), 500).unref();
  await closed;
  await parts.stop();
  await postgres?.stop();
  await parts.stopTracing();
}
