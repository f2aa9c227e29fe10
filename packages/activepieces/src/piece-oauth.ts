/** A piece's OAuth 2.0, through an app of one's own at the service. */
import {
  type AppProfile,
  type ConnectionKind,
  ConnectorError,
  networkError,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import * as oauth from "oauth4webapi";
import type { PieceAuth } from "./piece-description.ts";
import { formFields } from "./piece-schema.ts";

const timeoutMs = 30_000;
const usualLifeS = 3_600;

type Said = Readonly<Record<string, unknown>>;

/** What a service said with a token, such as where its API is; pieces read it. It is sealed with the token, as one text. */
export const saidWith = (accessToken: Secret): Said => {
  const text = accessToken.reveal();
  return text === "" ? {} : (JSON.parse(text) as Said);
};

/** Some services call their bearer tokens otherwise, or do not say what they are. */
async function asBearer(response: Response): Promise<Response> {
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const isToken = response.ok && typeof said === "object" && said !== null && "access_token" in said;
  if (!isToken) return response;
  const { status, headers } = response;
  return Response.json(
    { ...said, token_type: "Bearer" },
    { status, headers: { date: headers.get("date") ?? "" } },
  );
}

/** Makes the way to connect. */
export function pieceOAuth(
  {
    authUrl = "",
    tokenUrl = "",
    scope = [],
    pkce = false,
    grantType,
    authorizationMethod,
    extra = {},
    props = {},
  }: PieceAuth,
  {
    id,
    title,
    summary,
    service,
    fetch,
  }: { id: string; title: string; summary: string; service: string; fetch: typeof globalThis.fetch },
): ConnectionKind {
  const textOf = (profile: AppProfile, name: string) => {
    const value = profile[name];
    return value instanceof Secret ? value.reveal() : (value ?? "");
  };
  /** Addresses have holes for what the form says, such as {subdomain}; one that begins with a hole may have a whole address there. */
  const filled = (text: string, profile: AppProfile) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string, at: number) => {
      const value = textOf(profile, name);
      const isAddress = at === 0 && /^https?:\/\//.test(value);
      return isAddress ? value.replace(/\/+$/, "") : encodeURIComponent(value);
    });

  function partsOf(profile: AppProfile) {
    const token = new URL(filled(tokenUrl, profile));
    const secret = textOf(profile, "client_secret");
    return {
      server: { issuer: token.origin, token_endpoint: token.href } satisfies oauth.AuthorizationServer,
      client: { client_id: textOf(profile, "client_id") } satisfies oauth.Client,
      authentication:
        authorizationMethod === "HEADER" ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret),
      options: {
        [oauth.customFetch]: async (address: string, init: object) =>
          await asBearer(await fetch(new URL(address), init)),
        [oauth.allowInsecureRequests]: token.protocol === "http:",
        signal: () => AbortSignal.timeout(timeoutMs),
      },
    };
  }

  async function exchange(
    profile: AppProfile,
    grant: string,
    parameters: Record<string, string>,
    now: Date,
    before?: TokenSet,
  ): Promise<TokenSet> {
    const { server, client, authentication, options } = partsOf(profile);
    try {
      const response = await oauth.genericTokenEndpointRequest(
        server,
        client,
        authentication,
        grant,
        parameters,
        options,
      );
      const answer = await oauth.processGenericTokenEndpointResponse(server, client, response);
      const { refresh_token: refreshToken, ...said } = answer;
      return {
        accessToken: new Secret(JSON.stringify({ ...(before && saidWith(before.accessToken)), ...said })),
        refreshToken: refreshToken === undefined ? before?.refreshToken : new Secret(refreshToken),
        expiresAt: new Date(now.getTime() + (answer.expires_in ?? usualLifeS) * 1_000),
        scopes: answer.scope?.split(/[ ,]/).filter(Boolean) ?? before?.scopes ?? [],
        apiUrl: undefined,
      };
    } catch (error) {
      throw explained(error, service, grant, new URL(server.issuer).host);
    }
  }

  const common = {
    ...{ id, title, summary },
    profileFields: [
      {
        name: "client_id",
        label: "Client ID",
        hint: `Of an app of yours at ${service}`,
        type: "text" as const,
        required: true,
      },
      {
        name: "client_secret",
        label: "Client secret",
        hint: "Of the same app",
        type: "secret" as const,
        required: true,
      },
      ...formFields(props),
    ],
    async refresh({ profile, tokens, now }: { profile: AppProfile; tokens: TokenSet; now: Date }) {
      if (grantType === "client_credentials")
        return await exchange(profile, "client_credentials", { scope: scope.join(" ") }, now);
      const refresh = tokens.refreshToken?.reveal();
      // Some services give tokens that live until they are revoked, and nothing to refresh them with.
      if (refresh === undefined) return { ...tokens, expiresAt: new Date(now.getTime() + 86_400_000) };
      return await exchange(profile, "refresh_token", { refresh_token: refresh }, now, tokens);
    },
    revoke: () => Promise.resolve(),
    identify: () =>
      Promise.resolve({
        accountId: id,
        accountName: service,
        userId: "connection",
        email: "",
        displayName: service,
        roleName: undefined,
      }),
  };
  if (grantType === "client_credentials")
    return {
      ...common,
      type: "credentials",
      obtain: ({ profile, now }) => exchange(profile, "client_credentials", { scope: scope.join(" ") }, now),
    };
  return {
    ...common,
    type: "browser",
    async begin({ profile, redirectUri }) {
      const codeVerifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const url = new URL(filled(authUrl, profile));
      const parameters = {
        ...{
          response_type: "code",
          client_id: textOf(profile, "client_id"),
          redirect_uri: redirectUri,
          state,
        },
        ...(scope.length > 0 && { scope: scope.join(" ") }),
        ...{ access_type: "offline", prompt: "consent", ...extra },
        ...(pkce && {
          code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: "S256",
        }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { authorizationUrl: url.href, state, codeVerifier: new Secret(codeVerifier) };
    },
    async complete({ profile, redirectUri, callbackUrl, state, codeVerifier, now }) {
      const { server, client } = partsOf(profile);
      let code: string;
      try {
        code = oauth.validateAuthResponse(server, client, callbackUrl, state).get("code") ?? "";
      } catch (error) {
        throw explained(error, service, "authorization_code", new URL(server.issuer).host);
      }
      const verifier: Record<string, string> = pkce ? { code_verifier: codeVerifier.reveal() } : {};
      return await exchange(
        profile,
        "authorization_code",
        { code, redirect_uri: redirectUri, ...verifier },
        now,
      );
    },
  };
}

function explained(error: unknown, service: string, grant: string, host: string): unknown {
  const refreshes = grant === "refresh_token";
  if (error instanceof oauth.AuthorizationResponseError)
    return new ConnectorError(
      "forbidden",
      `oauth.${error.error}`,
      `${service} refused the authorization: ${error.error_description ?? error.error}.`,
    );
  if (error instanceof oauth.ResponseBodyError && error.status < 500 && error.status !== 429) {
    const dead = refreshes && error.error === "invalid_grant";
    return new ConnectorError(
      dead ? "reconnect" : "forbidden",
      `oauth.${error.error}`,
      `${service} refused the token: ${error.error_description ?? error.error}.`,
    );
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return new ConnectorError("forbidden", "oauth.invalid_client", `${service} does not know the app.`, {
      hint: "Check the client ID and secret.",
    });
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.OperationProcessingError)
    return new ConnectorError(
      refreshes ? "outcome-unknown" : "unavailable",
      "oauth.unexpected",
      `${host} answered with something else than a token.`,
    );
  if (error instanceof TypeError && error.message === "fetch failed")
    return networkError(error, refreshes ? "POST" : "GET", host, undefined);
  if (error instanceof Error && error.name === "TimeoutError")
    return networkError(error, refreshes ? "POST" : "GET", host, timeoutMs);
  return error;
}
