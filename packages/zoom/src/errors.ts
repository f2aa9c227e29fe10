/** Zoom's answers that are not 2xx, as the engine understands them. One table; source: docs/zoom facts, error index. */
import { type ClientResponse, ConnectorError, type ErrorKind, type FieldProblem, retryAfter } from "@greenroom/connector-kit";

interface ZoomError {
  readonly code?: number;
  readonly message?: string;
  readonly errors?: readonly { readonly field?: string; readonly message?: string }[];
}

/** Codes that mean the same wherever they come. */
const kindByCode: Readonly<Record<number, ErrorKind>> = {
  124: "reconnect",
  4700: "forbidden",
  4711: "forbidden",
  104: "forbidden",
  200: "forbidden",
  300: "invalid-input",
  1001: "not-found",
  1005: "conflict",
  1010: "not-found",
  1120: "not-found",
  2300: "not-found",
  3001: "not-found",
  3027: "invalid-input",
  3038: "conflict",
  3079: "not-found",
  3161: "forbidden",
  3301: "not-found",
  4130: "not-found",
};

const kindByStatus: Readonly<Record<number, ErrorKind>> = {
  400: "invalid-input",
  401: "reconnect",
  403: "forbidden",
  404: "not-found",
  405: "not-found",
  409: "conflict",
  429: "rate-limited",
};

const hints: Partial<Record<ErrorKind, string>> = {
  reconnect: "Open the connection and choose Connect.",
  "not-found": "It may have been deleted at Zoom, or it belongs to another account.",
  "rate-limited": "Greenroom waits and tries again by itself.",
  "invalid-input": "Correct the step's input in the recipe.",
};

/** Makes the error of an answer. Zoom's HTTP status and its own code are independent, so both are looked at. */
export function decodeZoomError(
  { status, headers, body }: ClientResponse,
  { method, path }: { method: string; path: string },
): ConnectorError {
  const answer: ZoomError = typeof body === "object" && body !== null ? body : {};
  const code = answer.code === undefined ? `zoom.http-${status}` : `zoom.${answer.code}`;
  const said = answer.message?.trim() || `HTTP ${status}`;
  const scopes = /does not contain scopes?:?\s*\[([^\]]*)\]/i.exec(said)?.[1];
  if (scopes !== undefined) {
    return new ConnectorError("forbidden", code, `Zoom refused ${method} ${path}: the app has none of the scopes ${scopes}.`, {
      hint: "Add one of them to the app in the Zoom App Marketplace, then open the connection and choose Connect.",
    });
  }
  const kind = kindOf(status, answer.code, method);
  const fields: FieldProblem[] = (answer.errors ?? []).map(({ field, message }) => ({ field: field ?? "", message: message ?? "" }));
  const details = fields.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return new ConnectorError(kind, code, `Zoom refused ${method} ${path}: ${said}${details ? ` ${details}` : ""}`, {
    fields,
    retryAt: kind === "rate-limited" ? retryAfter(headers, new Date()) : undefined,
    hint: hints[kind],
  });
}

function kindOf(status: number, code: number | undefined, method: string): ErrorKind {
  if (status === 429) return "rate-limited";
  // A 503 is refused at the door; after other server errors nobody knows whether it was carried out.
  if (status === 503 || (status >= 500 && method === "GET")) return "unavailable";
  if (status >= 500) return "outcome-unknown";
  if (code !== undefined && kindByCode[code]) return kindByCode[code];
  return kindByStatus[status] ?? "unexpected-response";
}
