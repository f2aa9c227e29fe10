import type { Context } from "hono";
import type { App } from "../marketplace/app.ts";
import type { Apps } from "../marketplace/apps.ts";
import type { SandboxEnv } from "../sandbox.ts";
import { OAuthError, REFUSALS } from "./oauth-error.ts";

/** Parameters of an OAuth request, from its query and its form body. */
export type Params = Readonly<Record<string, string | undefined>>;

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** The app that calls, by Basic header or by `client_id` and `client_secret`. @throws {OAuthError} */
export function authenticateClient(c: Context<SandboxEnv>, params: Params, apps: Apps): App {
  const [id, secret] = basic(c.req.header("authorization")) ?? [params["client_id"], params["client_secret"]];
  const app = apps.byClientId(id ?? "");
  if (app === undefined || app.kind === "webhook_only") throw new OAuthError(REFUSALS.wrongClient);
  const proven = secret ? apps.knowsSecret(app, secret) : provesItself(app, params);
  if (!proven) throw new OAuthError(REFUSALS.wrongClient);
  if (!app.active) throw new OAuthError(REFUSALS.disabled);
  return app;
}

// Zoom: a public client has no secret since 2026-04-17 (zoom-api.md 2.2); its code is bound by PKCE, its refresh token
// and its device code are secrets themselves.
function provesItself(app: App, { grant_type, code_verifier }: Params): boolean {
  if (app.public_client !== true) return false;
  return (
    grant_type === undefined ||
    grant_type === "refresh_token" ||
    grant_type === DEVICE_GRANT ||
    (grant_type === "authorization_code" && code_verifier !== undefined)
  );
}

function basic(header: string | undefined): [string, string] | undefined {
  if (header === undefined || !/^basic /i.test(header)) return undefined;
  const text = Buffer.from(header.slice(6), "base64").toString();
  const colon = text.indexOf(":");
  if (colon === -1) return undefined;
  // RFC 6749 2.3.1: both halves are form-encoded; Zoom's ids have nothing to decode.
  return [text.slice(0, colon), text.slice(colon + 1)];
}
