/** The refusals of Zoom's OAuth endpoints: always `{reason, error}` (zoom-api.md 2.5). */

/** Every refusal, by what went wrong; beside it the number that Zoom's table of OAuth errors has for it. */
export const REFUSALS = {
  // 4702, 4704, 4706
  wrongClient: { reason: "Invalid client_id or client_secret", error: "invalid_client" },
  // 4705
  unsupportedGrant: { reason: "unsupported grant type", error: "unsupported_grant_type" },
  // 4709
  redirectMismatch: { reason: "Redirect URI mismatch.", error: "invalid_request" },
  // 4717
  disabled: { reason: "The app has been disabled by the developer", error: "invalid_client" },
  // 4734
  wrongVerifier: { reason: "Invalid code verifier", error: "invalid_grant" },
  // 4735
  ownerGone: { reason: "The owner of the token does not exist", error: "invalid_grant" },
  // 4740, 4741
  badToken: { reason: "Invalid Token!", error: "invalid_grant" },
  wrongAccount: { reason: "Bad request", error: "invalid_request" },
  // Of devices, as RFC 8628 names them (zoom-api.md 2.1).
  pending: { reason: "The user has not finished the authorization", error: "authorization_pending" },
  slowDown: { reason: "Polling too frequently", error: "slow_down" },
  deviceExpired: { reason: "The device code has expired", error: "expired_token" },
  denied: { reason: "The user declined the request", error: "access_denied" },
} as const satisfies Record<string, { reason: string; error: string }>;

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
