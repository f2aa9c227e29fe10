/** Tokens for programs, by OAuth 2.0: client credentials (RFC 6749 §4.4) and signed assertions (RFC 7523). */
import { ConnectorError, networkError, Secret, type TokenSet } from "@greenroom/connector-kit";
import type { ClientAuth } from "oauth4webapi";

/** What is asked for, and of whom. */
export interface TokenRequest {
  /** As people call it. */
  readonly service: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** How the client proves itself; nothing for assertions, which prove it themselves. */
  readonly proof: "basic" | "post" | "none";
  readonly clientSecret?: string;
  readonly grantType: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly now: Date;
}

const timeoutMs = 30_000;
/** Where a service does not say how long a token lives. */
const usualLifeS = 3_600;

/** Asks for a token. @throws {ConnectorError} `forbidden` with the service's reason when it refuses. */
export async function requestToken(request: TokenRequest): Promise<TokenSet> {
  const {
    service,
    tokenUrl,
    clientId,
    proof,
    clientSecret = "",
    grantType,
    parameters,
    fetch,
    now,
  } = request;
  const oauth = await import("oauth4webapi");
  const authentication: Readonly<Record<TokenRequest["proof"], () => ClientAuth>> = {
    basic: () => oauth.ClientSecretBasic(clientSecret),
    post: () => oauth.ClientSecretPost(clientSecret),
    none: () => oauth.None(),
  };
  const url = new URL(tokenUrl);
  const server = { issuer: url.origin, token_endpoint: url.href };
  const client = { client_id: clientId };
  try {
    const response = await oauth.genericTokenEndpointRequest(
      ...([server, client, authentication[proof](), grantType, { ...parameters }] as const),
      {
        [oauth.customFetch]: (address, init) => fetch(new URL(address), init),
        // Services inside a company's own network often have no certificate.
        [oauth.allowInsecureRequests]: url.protocol === "http:",
        signal: () => AbortSignal.timeout(timeoutMs),
      },
    );
    const answer = await oauth.processGenericTokenEndpointResponse(server, client, response);
    const { access_token: token, expires_in: lifeS = usualLifeS, scope, instance_url: instance } = answer;
    return {
      ...{ accessToken: new Secret(token), refreshToken: undefined },
      expiresAt: new Date(now.getTime() + lifeS * 1_000),
      scopes: scope?.split(" ").filter(Boolean) ?? [],
      apiUrl: typeof instance === "string" ? instance : undefined,
    };
  } catch (error) {
    throw explained(error, oauth, service, url.host);
  }
}

function explained(
  error: unknown,
  oauth: typeof import("oauth4webapi"),
  service: string,
  host: string,
): unknown {
  const refused = (code: string, why: string) =>
    new ConnectorError("forbidden", `oauth.${code}`, `${service} refused the token: ${why}.`, {
      hint: "Check the connection's client id, secret and scope, and its app at the service.",
    });
  if (error instanceof oauth.ResponseBodyError) {
    const { status, error: code, error_description: said } = error;
    if (status === 429 || status >= 500)
      return new ConnectorError(
        "unavailable",
        "oauth.unexpected",
        `${host} answered ${status} instead of a token.`,
      );
    return refused(code, said?.replace(/\.$/, "") || code);
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return refused("invalid_client", "it does not know the client");
  if (error instanceof oauth.OperationProcessingError) {
    const status =
      error.cause instanceof Object && "status" in error.cause ? Number(error.cause.status) : 200;
    if (status === 429 || status >= 500)
      return new ConnectorError(
        "unavailable",
        "oauth.unexpected",
        `${host} answered ${status} instead of a token.`,
      );
    return new ConnectorError(
      "unexpected-response",
      "oauth.no-token",
      `${host} answered with something else than a token: ${error.message}.`,
      { hint: "Check the token address of the connection." },
    );
  }
  if (error instanceof TypeError && error.message === "fetch failed")
    return networkError(error, "GET", host, undefined);
  if (error instanceof Error && error.name === "TimeoutError")
    return networkError(error, "GET", host, timeoutMs);
  return error;
}
