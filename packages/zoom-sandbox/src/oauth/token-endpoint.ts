import type { Context } from "hono";
import type { App } from "../marketplace/app.ts";
import type { Apps } from "../marketplace/apps.ts";
import { formOf } from "../portal/form.ts";
import { same } from "../portal/session.ts";
import type { Sandbox, SandboxEnv } from "../sandbox.ts";
import type { Settings } from "../settings.ts";
import type { AuthorizationCode } from "./codes.ts";
import { verifierFits } from "./codes.ts";
import type { Tokens } from "./tokens.ts";

interface TokenParts extends Pick<Sandbox, "app" | "clock" | "table" | "account" | "users" | "origin"> {
  readonly apps: Apps;
  readonly tokens: Tokens;
  readonly settings: Settings;
}

type Params = Record<string, string | undefined>;

/** A refusal of the token endpoint, in Zoom's `{reason, error}`. */
class OAuthError extends Error {
  readonly error: string;

  constructor(reason: string, error: string) {
    super(reason);
    this.error = error;
  }
}

/** The token and revoke endpoints and the server's metadata. */
export function tokenEndpoint({
  app: http,
  clock,
  table,
  account,
  users,
  origin,
  apps,
  tokens,
  settings,
}: TokenParts): void {
  const codes = table<AuthorizationCode>("codes");

  const answering =
    (answer: (app: App, params: Params) => object) =>
    async (c: Context<SandboxEnv>): Promise<Response> => {
      const params: Params = { ...c.req.query(), ...(await formOf(c)).all() };
      try {
        const app = authenticate(c, params);
        c.env.clientId = app.client_id;
        return c.json(answer(app, params));
      } catch (error) {
        if (error instanceof OAuthError) return c.json({ reason: error.message, error: error.error }, 400);
        throw error;
      }
    };

  // Zoom: old callers use the API's host for OAuth and the other way round; one origin serves both trees (zoom-api.md 8.8).
  for (const prefix of ["", "/v2"]) {
    http.post(`${prefix}/oauth/token`, answering(grant));
    http.post(`${prefix}/oauth/revoke`, answering(revoke));
  }

  http.get("/.well-known/oauth-authorization-server", (c) =>
    c.json({
      issuer: origin(),
      authorization_endpoint: `${origin()}/oauth/authorize`,
      token_endpoint: `${origin()}/oauth/token`,
      revocation_endpoint: `${origin()}/oauth/revoke`,
      response_types_supported: ["code"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "account_credentials",
      ],
      code_challenge_methods_supported: ["S256", "plain"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    }),
  );

  function authenticate(c: Context<SandboxEnv>, params: Params): App {
    const [id, secret] = basic(c.req.header("authorization")) ?? [params.client_id, params.client_secret];
    const app = apps.byClientId(id ?? "");
    if (app === undefined) throw new OAuthError("Invalid client_id or client_secret", "invalid_client");
    // Zoom: a public client sends no secret and proves itself by PKCE (zoom-api.md 2.2).
    const publicClient = secret === undefined && params.code_verifier !== undefined;
    if (!publicClient && !same(secret ?? "", app.client_secret)) {
      throw new OAuthError("Invalid client_id or client_secret", "invalid_client");
    }
    if (!app.active) throw new OAuthError("The app has been disabled by the developer", "invalid_client");
    return app;
  }

  function grant(app: App, params: Params): object {
    switch (params.grant_type) {
      case "authorization_code":
        return exchangeCode(app, params);
      case "refresh_token":
        return refresh(app, params);
      case "account_credentials":
        return accountCredentials(app, params);
      case "client_credentials":
        return clientCredentials(app);
      default:
        throw new OAuthError("unsupported grant type", "unsupported_grant_type");
    }
  }

  function exchangeCode(app: App, { code = "", redirect_uri, code_verifier }: Params): object {
    const row = codes.get(code);
    const bad = new OAuthError(`Invalid authorization code ${code}`, "invalid_grant");
    if (row === undefined || row.app_id !== app.id || row.used) throw bad;
    if (row.expires_ms <= clock.now().getTime()) throw bad;
    if (redirect_uri !== row.redirect_uri) {
      throw new OAuthError("Redirect URI mismatch.", "invalid_request");
    }
    if (!verifierFits(row, code_verifier)) throw new OAuthError("Invalid code verifier", "invalid_grant");
    row.used = true;
    // Zoom: authorising again kills the earlier tokens of the same person and app (zoom-api.md 2.4).
    tokens.kill(app.id, row.user_id);
    apps.add(app, row.user_id, row.scopes);
    return answerPair(app, row.user_id, row.scopes);
  }

  function refresh(app: App, { refresh_token = "" }: Params): object {
    const row = tokens.refresh(refresh_token);
    const nowMs = clock.now().getTime();
    const graceOver = row?.replaced_ms !== undefined && nowMs >= row.replaced_ms + settings.refreshGraceMs;
    const user = row === undefined ? undefined : users.find(row.user_id);
    if (
      row === undefined ||
      row.app_id !== app.id ||
      row.expires_ms <= nowMs ||
      graceOver ||
      user?.status !== "active"
    ) {
      throw new OAuthError("Invalid Token!", "invalid_grant");
    }
    row.replaced_ms ??= nowMs;
    return answerPair(app, row.user_id, row.scopes);
  }

  function accountCredentials(app: App, { account_id }: Params): object {
    if (app.kind !== "server_to_server")
      throw new OAuthError("unsupported grant type", "unsupported_grant_type");
    if (account_id !== account.id) throw new OAuthError("Bad request", "invalid_request");
    return answerAccess(app, app.created_by, app.scopes);
  }

  function clientCredentials(app: App): object {
    // Zoom: this grant gives only scopes the app owns itself (zoom-api.md 2.2).
    const own = app.scopes.filter((scope) => scope.startsWith("marketplace:") || scope === "imchat:bot");
    return answerAccess(app, app.created_by, own);
  }

  function answerAccess(app: App, user_id: string, scopes: string[]): Record<string, unknown> {
    const access = tokens.issueAccess({ app_id: app.id, client_id: app.client_id, user_id, scopes });
    return {
      access_token: access.token,
      token_type: "bearer",
      expires_in: 3599,
      scope: scopes.join(" "),
      api_url: origin(),
    };
  }

  function answerPair(app: App, user_id: string, scopes: string[]): object {
    const { token } = tokens.issueRefresh({ app_id: app.id, client_id: app.client_id, user_id, scopes });
    const { access_token, token_type, ...rest } = answerAccess(app, user_id, scopes);
    return { access_token, token_type, refresh_token: token, ...rest };
  }

  function revoke(app: App, { token = "" }: Params): object {
    const row = tokens.access(token) ?? tokens.refresh(token);
    if (row === undefined || row.app_id !== app.id) throw new OAuthError("Invalid Token!", "invalid_request");
    apps.remove(app, row.user_id);
    tokens.kill(app.id, row.user_id);
    return { status: "success" };
  }
}

function basic(header: string | undefined): [string, string] | undefined {
  if (header === undefined || !/^basic /i.test(header)) return undefined;
  const text = Buffer.from(header.slice(6), "base64").toString();
  const colon = text.indexOf(":");
  if (colon === -1) return undefined;
  // RFC 6749 2.3.1: both halves are form-encoded; Zoom's ids have nothing to decode.
  return [text.slice(0, colon), text.slice(colon + 1)];
}
