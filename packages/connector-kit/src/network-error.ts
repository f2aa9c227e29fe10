import { ConnectorError } from "./connector-error.ts";

/** Causes that say: no byte of the request left this machine. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);

/** Methods that change nothing (RFC 9110 §9.2.1): sending one of them again is always right. */
export const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * What a failed `fetch` means: `unavailable` when the request surely had no effect,
 * `outcome-unknown` when it may have been carried out. The token is in neither message nor cause.
 */
export function networkError(
  error: unknown,
  method: string,
  host: string,
  timedOutAfterMs: number | undefined,
): ConnectorError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof ConnectorError) return cause;
  if (timedOutAfterMs === undefined && error instanceof TypeError && cause === undefined) {
    // `fetch` refuses such a request before it sends anything, and quotes the header: so no cause here.
    return new ConnectorError(
      "invalid-input",
      "malformed-request",
      `The request to ${host} has a malformed header.`,
    );
  }
  const code = codeOf(cause ?? error);
  if (neverSent.has(code)) {
    return new ConnectorError("unavailable", code.toLowerCase(), `${host} cannot be reached (${code}).`, {
      cause: error,
    });
  }
  const [name, what] =
    timedOutAfterMs === undefined
      ? [code.toLowerCase(), `The connection to ${host} broke off (${code})`]
      : ["timeout", `${host} did not answer within ${Math.round(timedOutAfterMs / 100) / 10} seconds`];
  if (safeMethods.has(method)) return new ConnectorError("unavailable", name, `${what}.`, { cause: error });
  return new ConnectorError("outcome-unknown", name, `${what}; it may have carried out the request.`, {
    cause: error,
    hint: "Check at the service whether it was done, before you run it again.",
  });
}

function codeOf(cause: unknown): string {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "network";
}
