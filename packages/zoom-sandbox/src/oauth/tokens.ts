import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import type { Account } from "../sandbox.ts";
import type { Table } from "../table.ts";
import { createSweeper } from "./sweeper.ts";

/** An access token, kept under its own text. */
export interface AccessToken {
  token: string;
  app_id: string;
  client_id: string;
  user_id: string;
  scopes: string[];
  expires_ms: number;
  /** True when the app got it for itself, by client credentials. */
  app_own?: boolean;
}

/** A refresh token; `replaced_ms` is set once it has been used. */
export interface RefreshToken extends AccessToken {
  replaced_ms?: number;
}

/** A pair as the token endpoint gives it. */
export interface TokenGrant {
  readonly app_id: string;
  readonly client_id: string;
  readonly user_id: string;
  readonly scopes: string[];
  /** The authorization code it was got for. */
  readonly code?: string;
  /** True when nobody authorised it: the app asks for itself. */
  readonly app_own?: boolean;
}

/** Makes, finds and kills tokens. */
export interface Tokens {
  readonly access: (token: string) => AccessToken | undefined;
  readonly refresh: (token: string) => RefreshToken | undefined;
  readonly issueAccess: (grant: TokenGrant) => AccessToken;
  readonly issueRefresh: (grant: TokenGrant) => RefreshToken;
  readonly forget: (token: string) => void;
  /** Kills every token of an app, or those of one person in it; what the app got for itself is no person's. */
  readonly kill: (appId: string, userId?: string) => number;
}

// Zoom: 3599 seconds, where older documents say 3600 (zoom-api.md 2.3).
const ACCESS_LIFETIME_MS = 3_600_000;
const REFRESH_LIFETIME_MS = 90 * 86_400_000;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Makes the store of tokens; a token is a key, so finding one costs one lookup. */
export function createTokens(parts: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly account: Pick<Account, "id">;
  readonly access: Table<AccessToken>;
  readonly refresh: Table<RefreshToken>;
  /** Zoom: tokens stop working while their app is deactivated (https://developers.zoom.us/docs/internal-apps/s2s-oauth/). */
  readonly isActive: (appId: string) => boolean;
}): Tokens {
  const { clock, ids, account, access, refresh, isActive } = parts;
  const nowMs = (): number => clock.now().getTime();
  // Identifiers may be guessed from the seed; a token must not be.
  const key = randomBytes(64);

  // Zoom: tokens are JWTs with these claims (zoom-api.md 2.3), but clients must not read them, nor does the sandbox.
  const mint = (tokenType: string, grant: TokenGrant, expires_ms: number): string => {
    const { user_id, client_id, code = "" } = grant;
    const accountId = account.id;
    const iat = Math.floor(nowMs() / 1000);
    const head = part({ sv: "000001", alg: "HS512", v: "2.0", kid: ids.key() });
    const claims = part({
      ...{ ver: 10, clientId: client_id, code, iss: `urn:zoom:connect:clientid:${client_id}` },
      ...{ authenticationId: ids.hex(32), userId: user_id, groupNumber: 0, aud: "https://oauth.zoom.us" },
      ...{ accountId, nbf: iat, exp: Math.floor(expires_ms / 1000), tokenType, iat, jti: ids.key() },
      // Newer tokens name the person and the account by these.
      ...{ toleranceId: 0, uid: user_id, aid: accountId },
    });
    return `${head}.${claims}.${createHmac("sha512", key).update(`${head}.${claims}`).digest("base64url")}`;
  };

  function make(kind: "access_token" | "refresh_token", grant: TokenGrant, lifetimeMs: number): AccessToken {
    const expires_ms = nowMs() + lifetimeMs;
    const { app_id, client_id, user_id, scopes, app_own } = grant;
    const token = mint(kind, grant, expires_ms);
    return { token, app_id, client_id, user_id, scopes, expires_ms, ...(app_own === true && { app_own }) };
  }

  const sweeps = [access, refresh].map((rows) => createSweeper(rows, ({ token }) => token, nowMs));

  return {
    access: (token) => {
      const row = access.get(token);
      return row !== undefined && isActive(row.app_id) ? row : undefined;
    },
    refresh: (token) => refresh.get(token),
    issueAccess: (grant) => {
      for (const sweep of sweeps) sweep();
      const made = make("access_token", grant, ACCESS_LIFETIME_MS);
      access.set(made.token, made);
      return made;
    },
    issueRefresh: (grant) => {
      const made = make("refresh_token", grant, REFRESH_LIFETIME_MS);
      refresh.set(made.token, made);
      return made;
    },
    forget: (token) => {
      access.delete(token);
      refresh.delete(token);
    },
    kill: (appId, userId) => {
      let killed = 0;
      for (const store of [access, refresh]) {
        for (const row of store.by("app_id", appId)) {
          if (userId !== undefined && (row.user_id !== userId || row.app_own === true)) continue;
          store.delete(row.token);
          killed += 1;
        }
      }
      return killed;
    },
  };
}
