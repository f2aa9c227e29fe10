import { type ClientResponse, ConnectorError, type ErrorKind } from "@greenroom/connector-kit";

const kinds: Readonly<Record<number, ErrorKind>> = {
  401: "forbidden",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "not-found",
  412: "conflict",
  429: "rate-limited",
};
const safe = new Set(["GET", "HEAD"]);
const longestExcerpt = 300;

/** Makes the error of an answer outside 2xx, by its status alone: nothing is known of the service. */
export function decodeHttpError(
  { status, headers, body }: ClientResponse,
  { method, path }: { method: string; path: string },
): ConnectorError {
  const place = placeOf(path);
  if (status >= 300 && status < 400) {
    const to = headers.get("location") ?? "somewhere else";
    return new ConnectorError(
      "unexpected-response",
      `http.${status}`,
      `${method} ${place} is redirected to ${to}.`,
      {
        hint: "Redirects are not followed. Use the new address in the step, if it is the right one.",
      },
    );
  }
  const said = body === undefined ? "" : `: ${excerpt(body)}`;
  return new ConnectorError(
    kindOf(status, headers, method),
    `http.${status}`,
    `${method} ${place} answered ${status}${said}`,
    {
      hint:
        status < 500 && status !== 429
          ? "If this answer is wanted, name its status in expectStatus."
          : undefined,
    },
  );
}

function kindOf(status: number, headers: Headers, method: string): ErrorKind {
  if (status >= 500) {
    // With Retry-After the server says itself that it did not carry the request out.
    const refused = status === 503 && headers.has("retry-after");
    return refused || safe.has(method) ? "unavailable" : "outcome-unknown";
  }
  return kinds[status] ?? (status >= 400 ? "invalid-input" : "unexpected-response");
}

/** The address without query or user: keys are often in them, and errors are shown to people. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function excerpt(body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text;
}
