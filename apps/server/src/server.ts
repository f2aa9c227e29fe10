/** The composition root: engine, connectors and HTTP put together, and ended in order. */
import { hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret } from "@greenroom/connector-kit";
import {
  type EmbeddedPostgres,
  type Engine,
  StartError,
  startEmbeddedPostgres,
  startEngine,
} from "@greenroom/engine";
import { guardedFetch, saveInto, toolboxConnectors } from "@greenroom/toolbox";
import { loadPieces } from "@greenroom/activepieces";
import { zoom } from "@greenroom/zoom";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { audited } from "./access/audit.ts";
import { authorise } from "./access/authorise.ts";
import { createClientAddresses } from "./access/client-address.ts";
import { createFolders } from "./access/folders.ts";
import { createMail } from "./access/mail.ts";
import type { Visit } from "./access/principal.ts";
import { createSignIn } from "./access/sign-in.ts";
import { createApi } from "./api/api.ts";
import { answerProblem, answerTooLarge } from "./api/problems.ts";
import type { Config } from "./config.ts";
import { onlyOurOwn, ownHosts, strictHeaders } from "./guards.ts";
import { createHookRoutes } from "./hooks.ts";
import { log } from "./log.ts";
import { lookupTableStore } from "./lookup-table-store.ts";
import { createActionCalls } from "./mcp/action-calls.ts";
import { createMcpRoutes } from "./mcp/mcp-routes.ts";
import { createOAuthCallback } from "./oauth-callback.ts";
import { createDocsSite } from "./docs-site.ts";
import { createWebApp } from "./web-app.ts";
import { createWebhooks } from "./webhooks.ts";

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
      environment: config.environment,
      connectors: [
        zoom,
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
    const { app, signIn } = createApp(engine, config, () => port);
    const http = await listen(app, config);
    const { port } = http.address() as AddressInfo;
    // Takes longer to load than all else, and nobody has come yet.
    void signIn
      .load()
      .catch((error: unknown) => log.error({ error: String(error) }, "sign-in could not be loaded"));
    const running = { engine, postgres, http };
    return { url: `http://127.0.0.1:${port}`, routes: app.routes, stop: () => stop(running) };
  } catch (error) {
    await engine?.stop({ graceMs: 0 });
    await postgres?.stop();
    throw error;
  }
}

/** More than any recipe or table has; below what could fill memory. */
const maxBodyBytes = 16 * 1024 * 1024;

function createApp(engine: Engine, config: Config, port: () => number) {
  const { publicUrl, ownerKey, oidc } = config;
  const { access } = engine;
  const mail = createMail(config.mail);
  const clients = createClientAddresses(config.trustedProxies);
  const signIn = createSignIn(access, {
    ...{ publicUrl, oidc, mail, secret: signInSecret(config.secretKey) },
    ownOrigins: () => ownHosts(publicUrl, port()).flatMap((host) => [`http://${host}`, `https://${host}`]),
  });
  const facts = {
    ...{ version: version(), publicUrl, startedAt: clock.now() },
    embeddedDatabase: config.databaseUrl === undefined,
    settings: {
      ...{ singleSignOn: oidc !== undefined, mail: mail !== undefined },
      trustedProxies: config.trustedProxies.rules.length > 0,
    },
  };

  const app = new Hono<Visit>();
  app.onError(answerProblem);
  // Before the guards: Zoom reaches it by any name, and it proves itself by its signature.
  app.route(
    "/webhooks",
    createWebhooks(engine, () => clock.now()),
  );
  app.route(
    "/hooks",
    createHookRoutes(engine, () => clock.now()),
  );
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use(
    ...[onlyOurOwn(publicUrl, port), strictHeaders],
    bodyLimit({ maxSize: maxBodyBytes, onError: answerTooLarge }),
    authorise({ engine, signIn, ownerKey, clients, folders: createFolders(engine) }),
    audited(access.audit, app),
  );
  app.route("/oauth", createOAuthCallback(engine, publicUrl));
  const calls = createActionCalls(engine);
  app.route("/mcp", createMcpRoutes({ app, engine, calls, publicUrl, version: facts.version }));
  const api = createApi(engine, { access, signIn, clients, publicUrl, ownerKey, mail, facts, calls });
  app.route("/api/v1", api);
  // Of the time before versions; new programs use /api/v1.
  app.route("/api", api);
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
  app.route("/docs", createDocsSite(join(import.meta.dirname, "../../../docs/.vitepress/dist")));
  app.route("/", createWebApp(join(import.meta.dirname, "../../web/dist")));
  return { app, signIn };
}

/** What signs cookies: made of the secret key, the same on every server of an installation. */
function signInSecret(secretKey: Secret): Secret {
  const derived = hkdfSync("sha256", secretKey.reveal(), "", "greenroom sign-in", 32);
  return new Secret(Buffer.from(derived).toString("base64url"));
}

function version(): string {
  const text = readFileSync(join(import.meta.dirname, "../package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
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
