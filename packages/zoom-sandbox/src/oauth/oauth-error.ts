/** The refusals of Zoom's OAuth endpoints: always `{reason, error}` (zoom-api.md 2.5). */

/** Every refusal, by what went wrong; `code` is the number that Zoom's table of OAuth errors has for it. */
export const REFUSALS = {
  wrongClient: { code: 4702, reason: "Invalid client_id or client_secret", error: "invalid_client" },
  unsupportedGrant: { code: 4705, reason: "unsupported grant type", error: "unsupported_grant_type" },
  redirectMismatch: { code: 4709, reason: "Redirect URI mismatch.", error: "invalid_request" },
  disabled: { code: 4717, reason: "The app has been disabled by the developer", error: "invalid_client" },
  wrongVerifier: { code: 4734, reason: "Invalid code verifier", error: "invalid_grant" },
  badToken: { code: 4741, reason: "Invalid Token!", error: "invalid_grant" },
  ownerGone: { code: 4735, reason: "The owner of the token does not exist", error: "invalid_grant" },
  wrongAccount: { code: 4700, reason: "Bad request", error: "invalid_request" },
  pending: {
    code: 4700,
    reason: "The user has not finished the authorization",
    error: "authorization_pending",
  },
  slowDown: { code: 4700, reason: "Polling too frequently", error: "slow_down" },
  deviceExpired: { code: 4733, reason: "The device code has expired", error: "expired_token" },
  denied: { code: 4700, reason: "The user declined the request", error: "access_denied" },
} as const satisfies Record<string, { code: number; reason: string; error: string }>;

/** A refusal in Zoom's `{reason, error}`. */
export class OAuthError extends Error {
  readonly error: string;

  constructor({ reason, error }: { readonly reason: string; readonly error: string }) {
    super(reason);
    this.error = error;
  }
}

/** Zoom: a bad, a used (4734) and an expired (4733) code answer alike (zoom-api.md 2.5). */
export function badCode(code: string): OAuthError {
  return new OAuthError({ reason: `Invalid authorization code ${code}`, error: "invalid_grant" });
}
