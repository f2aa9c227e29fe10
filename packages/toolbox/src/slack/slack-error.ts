/** What Slack's refusals mean; it answers 200 and says in the body that it did nothing. */
import { type ClientResponse, ConnectorError, type ErrorKind } from "@greenroom/connector-kit";

const kinds: Readonly<Record<string, ErrorKind>> = {
  ...{
    invalid_auth: "reconnect",
    not_authed: "reconnect",
    token_revoked: "reconnect",
    token_expired: "reconnect",
  },
  ...{ account_inactive: "reconnect", missing_scope: "forbidden", not_allowed_token_type: "forbidden" },
  ...{
    restricted_action: "forbidden",
    ekm_access_denied: "forbidden",
    access_denied: "forbidden",
    no_permission: "forbidden",
  },
  ...{
    channel_not_found: "not-found",
    users_not_found: "not-found",
    user_not_found: "not-found",
    file_not_found: "not-found",
  },
  ...{ thread_not_found: "not-found", ratelimited: "rate-limited", rate_limited: "rate-limited" },
  ...{
    internal_error: "outcome-unknown",
    fatal_error: "outcome-unknown",
    service_unavailable: "unavailable",
  },
};

const hints: Readonly<Record<string, string>> = {
  not_in_channel: "Invite the app to the channel: /invite @app.",
  channel_not_found:
    "Use the channel's ID, or its name with #; the app must be in a private channel to see it.",
};

/** The error of an answer; of an incoming webhook's too, which says it in a word. */
export function slackError({ status, headers, body }: ClientResponse, method: string): ConnectorError {
  const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const code =
    typeof said["error"] === "string"
      ? said["error"]
      : typeof body === "string"
        ? body.slice(0, 80)
        : String(status);
  const needed = typeof said["needed"] === "string" ? ` It needs the scope ${said["needed"]}.` : "";
  const kind = kinds[code] ?? kindOfStatus(status, method);
  const retryAfter = Number(headers.get("retry-after"));
  return new ConnectorError(kind, `slack.${code}`, `Slack refused: ${code.replaceAll("_", " ")}.${needed}`, {
    hint: hints[code] ?? (kind === "reconnect" ? "Enter a valid token at the connection." : undefined),
    ...(kind === "rate-limited" && retryAfter > 0 && { retryAt: new Date(Date.now() + retryAfter * 1_000) }),
  });
}

function kindOfStatus(status: number, method: string): ErrorKind {
  if (status === 429) return "rate-limited";
  if (status >= 500) return method === "GET" ? "unavailable" : "outcome-unknown";
  // An incoming webhook that was removed: 404 no_service, 403 action_prohibited, 410 channel_is_archived.
  return status === 404 || status === 410 ? "not-found" : status === 403 ? "forbidden" : "invalid-input";
}
