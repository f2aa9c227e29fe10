import type { Context } from "hono";
import type { App } from "../marketplace/app.ts";
import type { Apps } from "../marketplace/apps.ts";
import { formOf } from "../portal/form.ts";
import type { Sandbox, SandboxEnv } from "../sandbox.ts";
import type { Settings } from "../settings.ts";
import { authenticateClient, type Params } from "./clients.ts";
import type { DeviceCodes } from "./device-codes.ts";
import { createGrants } from "./grants.ts";
import { OAuthError, REFUSALS } from "./oauth-error.ts";
import type { Tokens } from "./tokens.ts";

interface TokenParts
  extends Pick<Sandbox, "app" | "clock" | "ids" | "table" | "account" | "users" | "origin"> {
  readonly apps: Apps;
  readonly tokens: Tokens;
  readonly settings: Settings;
  readonly deviceCodes: DeviceCodes;
}

/** What an app said it deleted after a person had removed it. Table `data_compliance`. */
export interface ComplianceReport {
  id: string;
  app_id: string;
  at: string;
  [field: string]: unknown;
}

/** The endpoints an app's server calls: token, revoke, device code, data compliance, and the server's metadata. */
export function tokenEndpoint(parts: TokenParts): void {
  const { app: http, clock, ids, table, origin, apps, tokens, deviceCodes } = parts;
  const grants = createGrants(parts);
  const reports = table<ComplianceReport>("data_compliance");

  // Zoom: parameters come in the query or in a form body (zoom-api.md 2.1).
  const answering =
    (answer: (app: App, params: Params, c: Context<SandboxEnv>) => object | Promise<object>) =>
    async (c: Context<SandboxEnv>): Promise<Response> => {
      const params: Params = { ...c.req.query(), ...(await formOf(c)).all() };
      // RFC 6749 5.1: tokens are not to be kept.
      c.header("cache-control", "no-store");
      try {
        const app = authenticateClient(c, params, apps);
        c.env.clientId = app.client_id;
        return c.json(await answer(app, params, c));
      } catch (error) {
        if (error instanceof OAuthError) return c.json({ reason: error.message, error: error.error }, 400);
        throw error;
      }
    };

  // Zoom: old callers use the API's host for OAuth and the other way round; one origin serves both trees (zoom-api.md 8.8).
  for (const prefix of ["", "/v2"]) {
    http.post(`${prefix}/oauth/token`, answering(grant));
    http.post(`${prefix}/oauth/revoke`, answering(revoke));
    http.post(`${prefix}/oauth/devicecode`, answering(startDevice));
    http.post(`${prefix}/oauth/data/compliance`, answering(report));
  }

  http.get("/.well-known/oauth-authorization-server", (c) =>
    c.json({
      issuer: origin(),
      authorization_endpoint: `${origin()}/oauth/authorize`,
      token_endpoint: `${origin()}/oauth/token`,
      revocation_endpoint: `${origin()}/oauth/revoke`,
      device_authorization_endpoint: `${origin()}/oauth/devicecode`,
      response_types_supported: ["code"],
      grant_types_supported: [...grants.keys()],
      code_challenge_methods_supported: ["S256", "plain"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    }),
  );

  function grant(app: App, params: Params): object {
    const run = grants.get(params["grant_type"] ?? "");
    if (run === undefined) throw new OAuthError(REFUSALS.unsupportedGrant);
    return run(app, params);
  }

  function revoke(app: App, { token = "" }: Params): object {
    const row = tokens.access(token) ?? tokens.refresh(token);
    if (row === undefined || row.app_id !== app.id)
      throw new OAuthError({ ...REFUSALS.badToken, error: "invalid_request" });
    // Zoom: revoking one token removes the app, and tells it so (zoom-api.md 2.1); one that the app got for itself is no person's.
    if (row.app_own === true) tokens.forget(row.token);
    else if (app.kind === "server_to_server") tokens.kill(app.id, row.user_id);
    else apps.remove(app, row.user_id);
    return { status: "success" };
  }

  function startDevice(app: App): object {
    if (app.kind === "server_to_server") throw new OAuthError(REFUSALS.unsupportedGrant);
    const { device_code, user_code } = deviceCodes.issue(app);
    return {
      device_code,
      user_code,
      verification_uri: `${origin()}/oauth_device`,
      verification_uri_complete: `${origin()}/oauth/device/complete/${user_code}`,
      expires_in: 900,
      interval: 5,
    };
  }

  async function report(app: App, _: Params, c: Context<SandboxEnv>): Promise<object> {
    const body: unknown = await c.req.json().catch(() => undefined);
    if (
      typeof body !== "object" ||
      body === null ||
      !("client_id" in body) ||
      body.client_id !== app.client_id
    )
      throw new OAuthError(REFUSALS.wrongAccount);
    const row = { ...body, id: ids.key(), app_id: app.id, at: clock.now().toISOString() };
    reports.set(row.id, row);
    return {};
  }
}
