/** Zoom's OAuth 2.0: authorization code with PKCE, refresh with rotation, revocation. */
import {
  type AppProfile,
  type Client,
  ConnectorError,
  expectAnswer,
  type OAuthConnectionKind,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { addressOf, fieldOf, isLoopback, secretOf, zoomProfileFields } from "./zoom-profile.ts";

const timeoutMs = 30_000;

/** The connection kind `zoom-oauth`. */
export const zoomOAuth: OAuthConnectionKind = {
  id: "zoom-oauth",
  title: "Zoom OAuth 2.0",
  profileFields: zoomProfileFields,

  async begin({ profile, redirectUri }) {
    const codeVerifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(required(serverOf(profile).authorization_endpoint));
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: fieldOf(profile, "client_id"),
      redirect_uri: redirectUri,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: "S256",
    }).toString();
    return { authorizationUrl: url.href, state, codeVerifier: new Secret(codeVerifier) };
  },

  async complete({ profile, redirectUri, callbackUrl, state, codeVerifier }) {
    const { server, client, authentication, options } = contextOf(profile);
    return await explained(async () => {
      const parameters = oauth.validateAuthResponse(server, client, callbackUrl, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        redirectUri,
        codeVerifier.reveal(),
        options,
      );
      return tokenSetOf(await oauth.processAuthorizationCodeResponse(server, client, response), undefined);
    });
  },

  async refresh({ profile, tokens }) {
    const { server, client, authentication, options } = contextOf(profile);
    const { refreshToken } = tokens;
    if (!refreshToken) throw reconnect("Zoom gave no refresh token.");
    return await explained(async () => {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        authentication,
        refreshToken.reveal(),
        options,
      );
      return tokenSetOf(await oauth.processRefreshTokenResponse(server, client, response), tokens);
    });
  },

  async revoke({ profile, tokens }) {
    const { server, client, authentication, options } = contextOf(profile);
    await explained(async () => {
      const response = await oauth.revocationRequest(
        server,
        client,
        authentication,
        tokens.accessToken.reveal(),
        options,
      );
      await oauth.processRevocationResponse(response);
    });
  },

  async identify(client: Client) {
    const me = expectAnswer(meSchema, await client.request("GET", "/users/me"));
    return {
      accountId: me.account_id,
      accountName: me.company || undefined,
      userId: me.id,
      email: me.email,
      displayName: me.display_name || [me.first_name, me.last_name].filter(Boolean).join(" ") || me.email,
      roleName: me.role_name,
    };
  },
};

const meSchema = z.looseObject({
  id: z.string(),
  account_id: z.string(),
  email: z.string(),
  company: z.string().optional(),
  display_name: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  role_name: z.string().optional(),
});

function serverOf(profile: AppProfile): oauth.AuthorizationServer {
  const issuer = addressOf(profile, "oauth_url");
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
  };
}

function contextOf(profile: AppProfile) {
  const server = serverOf(profile);
  return {
    server,
    client: { client_id: fieldOf(profile, "client_id") } satisfies oauth.Client,
    authentication: oauth.ClientSecretBasic(secretOf(profile, "client_secret").reveal()),
    options: {
      [oauth.allowInsecureRequests]: isLoopback(new URL(server.issuer)),
      signal: () => AbortSignal.timeout(timeoutMs),
    },
  };
}

function tokenSetOf(answer: oauth.TokenEndpointResponse, before: TokenSet | undefined): TokenSet {
  // Zoom: every refresh returns a new refresh token; always use the newest (OAuth guide).
  const refresh =
    answer.refresh_token === undefined ? before?.refreshToken : new Secret(answer.refresh_token);
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: refresh,
    expiresAt: new Date(Date.now() + (answer.expires_in ?? 3599) * 1000),
    scopes: answer.scope?.split(" ").filter(Boolean) ?? before?.scopes ?? [],
    apiUrl: typeof answer["api_url"] === "string" ? answer["api_url"] : undefined,
  };
}

/** Runs an exchange and says in one sentence what Zoom had against it. */
async function explained<T>(exchange: () => Promise<T>): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof oauth.AuthorizationResponseError) {
    const why = (error.error_description ?? error.error).replace(/\.$/, "");
    const declined = error.error === "access_denied";
    const what = declined
      ? "The request was declined at Zoom's consent page"
      : "Zoom refused the authorization";
    return new ConnectorError("forbidden", `oauth.${error.error}`, `${what}: ${why}.`, {
      hint: declined
        ? "Connect again and choose Allow."
        : "Check the app's redirect URL and scopes in the Zoom App Marketplace.",
    });
  }
  if (error instanceof oauth.ResponseBodyError && (error.status >= 500 || error.status === 429))
    return outOfOrder();
  if (error instanceof oauth.ResponseBodyError) return explainToken(error.error, error.cause);
  if (error instanceof oauth.WWWAuthenticateChallengeError) return explainToken("invalid_client", undefined);
  if (error instanceof oauth.OperationProcessingError && error.code === oauth.RESPONSE_IS_NOT_CONFORM) {
    return outOfOrder();
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
  if (
    (error instanceof TypeError && error.message === "fetch failed") ||
    (error instanceof Error && error.name === "TimeoutError")
  ) {
    return new ConnectorError("unavailable", "oauth.network", "Zoom's OAuth server cannot be reached.", {
      cause: error,
    });
  }
  return error;
}

function outOfOrder(): ConnectorError {
  return new ConnectorError(
    "unavailable",
    "oauth.unexpected",
    "Zoom's OAuth server answered with an error of its own.",
  );
}

function explainToken(code: string, body: unknown): ConnectorError {
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

function reconnect(message: string): ConnectorError {
  return new ConnectorError("reconnect", "oauth.invalid_grant", message, {
    hint: "Open the connection and choose Connect.",
  });
}

function required(value: string | undefined): string {
  if (value === undefined) throw new Error("the authorization endpoint is missing");
  return value;
}
