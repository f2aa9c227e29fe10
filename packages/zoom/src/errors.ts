/**
 * Zoom's answers that are not 2xx, as the engine understands them.
 *
 * Zoom: HTTP status and code are independent, and one code comes with several statuses; so both are looked at,
 * and for a few also the text (error tables of the API reference).
 */
import {
  type ClientResponse,
  ConnectorError,
  type ErrorKind,
  type FieldProblem,
} from "@greenroom/connector-kit";
import { z } from "zod";

const envelope = z.looseObject({
  code: z.coerce.number().optional().catch(undefined),
  message: z.string().catch(""),
  errors: z.array(z.looseObject({ field: z.string().catch(""), message: z.string().catch("") })).catch([]),
});

/** Codes that mean the same whatever the status. */
const kindByCode: Readonly<Record<number, ErrorKind>> = {
  104: "forbidden", // scopes, at Phone and Calendar
  200: "forbidden", // plan or permission
  201: "forbidden", // scopes, at Marketplace; comes with HTTP 401
  300: "invalid-input",
  1001: "not-found", // user
  1005: "conflict", // email address in use
  1010: "not-found", // user of another account
  1120: "not-found", // invitation
  2300: "not-found", // no such operation
  3001: "not-found", // meeting
  3027: "invalid-input", // the host cannot register
  3035: "conflict", // registration is full
  3038: "conflict", // the meeting is over
  3043: "conflict", // registration is full
  3079: "not-found", // registrant
  3161: "forbidden", // hosting not allowed
  3301: "not-found", // recording
  3322: "not-found", // transcript
  4130: "not-found", // group
  4711: "forbidden", // scopes
};

const kindByStatus: Readonly<Record<number, ErrorKind>> = {
  400: "invalid-input",
  401: "reconnect",
  403: "forbidden",
  404: "not-found",
  405: "invalid-input",
  409: "conflict",
  429: "rate-limited",
};

const hints: Partial<Record<ErrorKind, string>> = {
  reconnect: "Open the connection and choose Connect.",
  forbidden: "Check the role of the person who connected, and the account's plan.",
  "not-found": "It may have been deleted at Zoom, or it belongs to another account.",
  conflict: "Look at what is there already: change that, or choose another name, address or time.",
  unavailable: "Greenroom tries again by itself; if it stays so, look at Zoom's status page.",
  "rate-limited": "Greenroom waits and tries again by itself.",
  "invalid-input": "Correct the step's input in the recipe.",
  "outcome-unknown": "Check at Zoom whether it was done, before you run it again.",
};

/** Makes the error of an answer. */
export function decodeZoomError(
  { status, headers, body }: ClientResponse,
  { method, path }: { method: string; path: string },
): ConnectorError {
  const { code: number, message, errors } = envelope.safeParse(body).data ?? envelope.parse({});
  const code = number === undefined ? `zoom.http-${status}` : `zoom.${number}`;
  const said = message.trim() || `HTTP ${status}.`;
  const scopes = missingScopes(said);
  if (scopes !== undefined) {
    return new ConnectorError(
      "forbidden",
      code,
      `Zoom refused ${method} ${path}: the app has none of the scopes ${scopes}.`,
      {
        hint: "Add one of them to the app in the Zoom App Marketplace, then open the connection and choose Connect. An :admin scope also needs a role with that privilege.",
      },
    );
  }
  if (/registration has not been enabled/i.test(said)) {
    return new ConnectorError("invalid-input", code, `Zoom refused ${method} ${path}: ${said}`, {
      hint: "Set the meeting's settings.approval_type to 0 (or 1, to approve people by hand) before you register someone.",
    });
  }
  const kind = kindOf(status, number, method, headers);
  const fields: FieldProblem[] = errors.map((error) => ({ field: error.field, message: error.message }));
  const details = fields.map((problem) =>
    problem.field ? `${problem.field}: ${problem.message}` : problem.message,
  );
  return new ConnectorError(kind, code, [`Zoom refused ${method} ${path}: ${said}`, ...details].join(" "), {
    fields,
    hint: hints[kind],
  });
}

/** Zoom: “does not contain scopes:[a, b].” (4711, 104, 201) and “does not contain role:read:admin scope.” (4700). */
function missingScopes(said: string): string | undefined {
  const [, list, one] = /does not contain (?:scopes?:?\s*\[([^\]]*)\]|([\w:]+) scope)/i.exec(said) ?? [];
  return list ?? one;
}

function kindOf(status: number, code: number | undefined, method: string, headers: Headers): ErrorKind {
  if (status === 429) return "rate-limited";
  if (status >= 500) {
    // With Retry-After the request was refused at the door. After other server errors nobody knows whether
    // it was carried out, which matters to all that does not only read.
    return method === "GET" || (status === 503 && headers.has("retry-after"))
      ? "unavailable"
      : "outcome-unknown";
  }
  // Zoom: 124 with HTTP 400 means that the operation does not take this kind of token, not that the token is dead.
  if (code === 124 && status === 400) return "forbidden";
  return (code === undefined ? undefined : kindByCode[code]) ?? kindByStatus[status] ?? "unexpected-response";
}
