import type { App } from "../marketplace/app.ts";
import type { Apps } from "../marketplace/apps.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Settings } from "../settings.ts";
import type { Params } from "./clients.ts";
import type { AuthorizationCode } from "./codes.ts";
import { verifierFits } from "./codes.ts";
import type { DeviceCodes } from "./device-codes.ts";
import { badCode, OAuthError, REFUSALS } from "./oauth-error.ts";
import type { TokenGrant, Tokens } from "./tokens.ts";

interface GrantParts extends Pick<Sandbox, "clock" | "table" | "account" | "users" | "origin"> {
  readonly apps: Apps;
  readonly tokens: Tokens;
  readonly settings: Settings;
  readonly deviceCodes: DeviceCodes;
}

/** A way to get tokens: what it answers to an app. @throws {OAuthError} */
export type Grant = (app: App, params: Params) => object;

/** Makes Zoom's grants, by `grant_type`. */
export function createGrants(parts: GrantParts): ReadonlyMap<string, Grant> {
  const { clock, table, account, users, origin, apps, tokens, settings, deviceCodes } = parts;
  const codes = table<AuthorizationCode>("codes");

  const grantOf = (app: App, user_id: string, scopes: string[], code?: string): TokenGrant => ({
    ...{ app_id: app.id, client_id: app.client_id, user_id, scopes },
    ...(code !== undefined && { code }),
  });

  function answerAccess(grant: TokenGrant): Record<string, unknown> {
    return {
      access_token: tokens.issueAccess(grant).token,
      token_type: "bearer",
      // Zoom: 3599, where older documents say 3600 (zoom-api.md 2.3).
      expires_in: 3599,
      scope: grant.scopes.join(" "),
      api_url: origin(),
    };
  }

  function answerPair(grant: TokenGrant): object {
    const refresh_token = tokens.issueRefresh(grant).token;
    const { access_token, token_type, ...rest } = answerAccess(grant);
    return { access_token, token_type, refresh_token, ...rest };
  }

  function mustBeThere(userId: string): void {
    if (users.find(userId)?.status !== "active") throw new OAuthError(REFUSALS.ownerGone);
  }

  /** A person has allowed the app. */
  function connected(app: App, user_id: string, scopes: string[], code?: string): object {
    mustBeThere(user_id);
    // Zoom: authorising again kills the earlier tokens of the same person and app (zoom-api.md 2.4).
    tokens.kill(app.id, user_id);
    apps.add(app, user_id, scopes);
    return answerPair(grantOf(app, user_id, scopes, code));
  }

  const authorizationCode: Grant = (app, { code = "", redirect_uri, code_verifier }) => {
    const row = codes.get(code);
    if (row === undefined || row.app_id !== app.id || row.used || row.expires_ms <= clock.now().getTime())
      throw badCode(code);
    if (redirect_uri !== row.redirect_uri) throw new OAuthError(REFUSALS.redirectMismatch);
    if (!verifierFits(row, code_verifier)) throw new OAuthError(REFUSALS.wrongVerifier);
    row.used = true;
    return connected(app, row.user_id, row.scopes, code);
  };

  const refreshToken: Grant = (app, { refresh_token = "" }) => {
    const row = tokens.refresh(refresh_token);
    const nowMs = clock.now().getTime();
    if (row === undefined || row.app_id !== app.id || row.expires_ms <= nowMs)
      throw new OAuthError(REFUSALS.badToken);
    // Zoom: whether a used one is dead at once is disputed (zoom-api.md 2.4), so the grace is a setting.
    if (row.replaced_ms !== undefined && nowMs >= row.replaced_ms + settings.refreshGraceMs)
      throw new OAuthError(REFUSALS.badToken);
    if (users.find(row.user_id)?.status !== "active") throw new OAuthError(REFUSALS.badToken);
    row.replaced_ms ??= nowMs;
    return answerPair(grantOf(app, row.user_id, row.scopes));
  };

  const accountCredentials: Grant = (app, { account_id }) => {
    if (app.kind !== "server_to_server") throw new OAuthError(REFUSALS.unsupportedGrant);
    if (account_id !== account.id) throw new OAuthError(REFUSALS.wrongAccount);
    mustBeThere(app.created_by);
    // Zoom: in 2022 a new token killed the one before; later that was relaxed (zoom-api.md 2.4).
    if (settings.serverToServerTokens === "one") tokens.kill(app.id, app.created_by);
    return answerAccess(grantOf(app, app.created_by, app.scopes));
  };

  const clientCredentials: Grant = (app) => {
    // Zoom: this grant gives only scopes the app owns itself (zoom-api.md 2.2).
    const own = app.scopes.filter((scope) => scope.startsWith("marketplace:") || scope === "imchat:bot");
    return answerAccess({ ...grantOf(app, app.created_by, own), app_own: true });
  };

  const deviceCode: Grant = (app, { device_code = "" }) => {
    const { user_id, scopes } = deviceCodes.poll(app, device_code);
    return connected(app, user_id, scopes);
  };

  return new Map([
    ["authorization_code", authorizationCode],
    ["refresh_token", refreshToken],
    ["account_credentials", accountCredentials],
    ["client_credentials", clientCredentials],
    ["urn:ietf:params:oauth:grant-type:device_code", deviceCode],
  ]);
}
