/** All routes of a process, in their order: what operators and services ask, then the guards, then people's and programs'. */
import { hkdfSync } from "node:crypto";
import { join } from "node:path";
import { Secret } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { audited } from "./access/audit.ts";
import { authorise, identify } from "./access/authorise.ts";
import { createClientAddresses } from "./access/client-address.ts";
import { createFolders } from "./access/folders.ts";
import { createMail } from "./access/mail.ts";
import type { Visit } from "./access/principal.ts";
import { createSignIn } from "./access/sign-in.ts";
import { createApi } from "./api/api.ts";
import { answerProblem, answerTooLarge } from "./api/problems.ts";
import type { Config } from "./config.ts";
import { createDocsSite } from "./docs-site.ts";
import { onlyOurOwn, ownHosts, plainAddresses, strictHeaders, unkept } from "./guards.ts";
import { createHookRoutes } from "./hooks.ts";
import { createActionCalls } from "./mcp/action-calls.ts";
import { createMcpRoutes } from "./mcp/mcp-routes.ts";
import { createOAuthBrowsers } from "./oauth-browser.ts";
import { createOAuthCallback } from "./oauth-callback.ts";
import { measured } from "./observe/measured.ts";
import type { Metrics } from "./observe/metrics.ts";
import { createOperatorRoutes } from "./observe/operator-routes.ts";
import { createWebApp } from "./web-app.ts";
import { createWebhooks } from "./webhooks.ts";
import { version } from "./version.ts";

/** More than any recipe or table has; below what could fill memory. */
const maxBodyBytes = 16 * 1024 * 1024;

/** What the routes are made over. */
export interface AppContext {
  readonly engine: Engine;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** The port it listens on, once it does. */
  readonly port: () => number;
  readonly isStopping: () => boolean;
}

/** Makes the routes that a process of these roles answers. */
export function createApp({ engine, config, metrics, now, port, isStopping }: AppContext): Hono<Visit> {
  const { publicUrl, ownerKey, oidc, roles, metricsToken } = config;
  const { access } = engine;
  const mail = createMail(config.mail);
  const clients = createClientAddresses(config.trustedProxies);
  const signIn = createSignIn(access, {
    ...{ publicUrl, oidc, mail, secret: signInSecret(config.secretKey) },
    ownOrigins: () => ownHosts(publicUrl, port()).flatMap((host) => [`http://${host}`, `https://${host}`]),
  });
  const facts = {
    ...{ version: version(), publicUrl, startedAt: now() },
    embeddedDatabase: config.databaseUrl === undefined,
    settings: {
      ...{ singleSignOn: oidc !== undefined, mail: mail !== undefined },
      trustedProxies: config.trustedProxies.rules.length > 0,
    },
  };

  const app = new Hono<Visit>();
  app.onError(answerProblem);
  app.use(measured(metrics));
  // Before the guards: services and machines of the operator reach these by any name.
  app.route("/", createOperatorRoutes({ engine, metrics, clients, metricsToken, isStopping }));
  if (roles.has("receiver")) {
    app.route("/webhooks", createWebhooks(engine, now));
    app.route("/hooks", createHookRoutes(engine, now));
  }
  if (!roles.has("web")) return app;
  const asking = { engine, signIn, ownerKey, clients };
  app.use(
    ...[onlyOurOwn(publicUrl, port), strictHeaders, unkept, plainAddresses],
    bodyLimit({ maxSize: maxBodyBytes, onError: answerTooLarge }),
    authorise({ ...asking, folders: createFolders(engine) }),
    audited(access.audit, app),
  );
  const browsers = createOAuthBrowsers(config.secretKey, publicUrl);
  app.route("/oauth", createOAuthCallback(engine, browsers, publicUrl));
  const calls = createActionCalls(engine);
  app.route("/mcp", createMcpRoutes({ app, engine, calls, publicUrl, version: facts.version }));
  const api = createApi(engine, {
    access,
    signIn,
    clients,
    publicUrl,
    ownerKey,
    mail,
    facts,
    calls,
    browsers,
    isStillIn: async (c) => (await identify(c, asking)) !== undefined,
  });
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
  app.route("/", createWebApp(join(import.meta.dirname, "../../web/dist"), signIn.prepare));
  return app;
}

/** What signs cookies: made of the secret key, the same on every server of an installation. */
function signInSecret(secretKey: Secret): Secret {
  const derived = hkdfSync("sha256", secretKey.reveal(), "", "greenroom sign-in", 32);
  return new Secret(Buffer.from(derived).toString("base64url"));
}
