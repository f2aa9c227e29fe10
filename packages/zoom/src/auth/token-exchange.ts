/** Exchanges with Zoom's OAuth server: what is sent, what the answer means, and what Zoom had against it. */
import {
  type AppProfile,
  ConnectorError,
  networkError,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { addressOf, fieldOf, isLoopback, secretOf } from "./zoom-profile.ts";

const timeoutMs = 30_000;

/** Zoom's OAuth server, by the addresses of the app's form. */
export function serverOf(profile: AppProfile): oauth.AuthorizationServer {
  const issuer = addressOf(profile, "oauth_url");
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
  };
}

/** What every exchange needs: server, client, its proof, the way there, and the time limit. */
export function contextOf(profile: AppProfile, fetch: typeof globalThis.fetch) {
  const server = serverOf(profile);
  return {
    server,
    client: { client_id: fieldOf(profile, "client_id") } satisfies oauth.Client,
    authentication: oauth.ClientSecretBasic(secretOf(profile, "client_secret").reveal()),
    options: {
      [oauth.customFetch]: (address: string, init: RequestInit) => fetch(new URL(address), init),
      [oauth.allowInsecureRequests]: isLoopback(new URL(server.issuer)),
      signal: () => AbortSignal.timeout(timeoutMs),
    },
  };
}

/** Zoom's answer as tokens; a refresh keeps what the answer does not say. */
export function tokenSetOf(
  answer: oauth.TokenEndpointResponse,
  now: Date,
  before: TokenSet | undefined,
): TokenSet {
  // Zoom: every refresh returns a new refresh token; always use the newest (OAuth guide).
  const refresh =
    answer.refresh_token === undefined ? before?.refreshToken : new Secret(answer.refresh_token);
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: refresh,
    expiresAt: new Date(now.getTime() + (answer.expires_in ?? 3599) * 1000),
    scopes: answer.scope?.split(" ").filter(Boolean) ?? before?.scopes ?? [],
    apiUrl: typeof answer["api_url"] === "string" ? answer["api_url"] : undefined,
  };
}

/** Runs an exchange and says in one sentence what Zoom had against it. @throws {ConnectorError} */
export async function explained<T>(profile: AppProfile, exchange: () => Promise<T>): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    throw explain(error, new URL(addressOf(profile, "oauth_url")).host);
  }
}

function explain(error: unknown, host: string): unknown {
  if (error instanceof oauth.AuthorizationResponseError) {
    return explainRefusal(error.error, error.error_description ?? error.error);
  }
  if (error instanceof oauth.ResponseBodyError && (error.status >= 500 || error.status === 429)) {
    // Refused at the door, or broken behind it: after the latter nobody knows whether the tokens were replaced.
    return outOfOrder(error.status === 429 || error.status === 503 ? "unavailable" : "outcome-unknown");
  }
  if (error instanceof oauth.ResponseBodyError) return explainToken(error.error, error.cause);
  if (error instanceof oauth.WWWAuthenticateChallengeError) return explainToken("invalid_client", undefined);
  if (error instanceof oauth.OperationProcessingError && notConform.has(error.code ?? "")) {
    // An answer of undici's own, which is no `Response` of Node's.
    const status = error.cause instanceof Object && "status" in error.cause ? error.cause.status : 200;
    return outOfOrder(status === 429 || status === 503 ? "unavailable" : "outcome-unknown");
  }
  if (error instanceof oauth.OperationProcessingError) {
    return new ConnectorError(
      "forbidden",
      "oauth.invalid-response",
      `What came back from Zoom was refused: ${error.message}.`,
      {
        hint: "Connect again.",
      },
    );
  }
  if (error instanceof TypeError && error.message === "fetch failed") {
    return networkError(error, "POST", host, undefined);
  }
  if (error instanceof Error && error.name === "TimeoutError") {
    return networkError(error, "POST", host, timeoutMs);
  }
  return error;
}

/** What came back from the consent page in place of a code. */
export function explainRefusal(code: string, why: string): ConnectorError {
  const declined = code === "access_denied";
  const what = declined
    ? "The request was declined at Zoom's consent page"
    : "Zoom refused the authorization";
  return new ConnectorError("forbidden", `oauth.${code}`, `${what}: ${why.replace(/\.$/, "")}.`, {
    hint: declined
      ? "Connect again and choose Allow."
      : "Check the app's redirect URL and scopes in the Zoom App Marketplace.",
  });
}

const notConform: ReadonlySet<string> = new Set([oauth.RESPONSE_IS_NOT_CONFORM, oauth.PARSE_ERROR]);

function outOfOrder(kind: "unavailable" | "outcome-unknown"): ConnectorError {
  return new ConnectorError(
    kind,
    "oauth.unexpected",
    "Zoom's OAuth server answered with an error of its own.",
  );
}

/** What the token endpoint has against an app or its tokens. */
export function explainToken(code: string, body: unknown): ConnectorError {
  // Zoom: OAuth errors carry their text in `reason`, not in `error_description`.
  const reason = z.looseObject({ reason: z.string() }).safeParse(body).data?.reason ?? code;
  if (code === "invalid_client") {
    return new ConnectorError("forbidden", "oauth.invalid_client", `Zoom does not know the app: ${reason}.`, {
      hint: "Check the client ID and the client secret on the app profile.",
    });
  }
  // Zoom: a dead refresh token is “Invalid Token!”, as invalid_grant, and as invalid_request in older answers.
  if (code === "invalid_grant" || /^invalid token/i.test(reason))
    return reconnect(`Zoom no longer accepts the authorization: ${reason}.`);
  return new ConnectorError("forbidden", `oauth.${code}`, `Zoom refused: ${reason}.`, {
    hint: "Check the app in the Zoom App Marketplace.",
  });
}

/** The authorization is dead. */
export function reconnect(message: string): ConnectorError {
  return new ConnectorError("reconnect", "oauth.invalid_grant", message, {
    hint: "Open the connection and choose Connect.",
  });
}
