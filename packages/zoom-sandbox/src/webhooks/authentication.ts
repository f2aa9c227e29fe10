/** What an endpoint asks for besides the signature: Basic, a token of its own, or a header. */
import { isRecord } from "../operations/projection.ts";
import type { App, WebhookAuthentication } from "../marketplace/app.ts";

const TIME_LIMIT_MS = 3_000;

/** The headers for an authentication. Never throws: without a token the endpoint refuses, and the log shows it. */
export async function authenticationHeaders(
  app: App,
  authentication: WebhookAuthentication = { kind: "default" },
): Promise<Record<string, string>> {
  if (authentication.kind === "default") return { authorization: app.verification_token };
  if (authentication.kind === "custom") return { [authentication.header]: authentication.value };
  if (authentication.kind === "basic") {
    const { username, password } = authentication;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
  }
  const token = await fetchToken(authentication);
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

// Zoom: it fetches a client_credentials token from the endpoint's own URL (zoom-api.md 5.3).
async function fetchToken({
  token_url,
  client_id,
  client_secret,
}: Extract<WebhookAuthentication, { kind: "oauth" }>): Promise<string | undefined> {
  try {
    const response = await fetch(token_url, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const answer: unknown = await response.json();
    const { access_token } = isRecord(answer) ? answer : {};
    return typeof access_token === "string" ? access_token : undefined;
  } catch {
    return undefined;
  }
}
