import { type ClientResponse, ConnectorError, type ErrorKind } from "@greenroom/connector-kit";
import { z } from "zod";

const said = z
  .array(z.looseObject({ errorCode: z.string(), message: z.string(), fields: z.array(z.string()).nullish() }))
  .min(1);
const kinds: Readonly<Record<string, ErrorKind>> = {
  ...{
    INVALID_SESSION_ID: "reconnect",
    INVALID_AUTH_HEADER: "reconnect",
    REQUEST_LIMIT_EXCEEDED: "rate-limited",
  },
  ...{
    DUPLICATE_VALUE: "conflict",
    DUPLICATES_DETECTED: "conflict",
    NOT_FOUND: "not-found",
    ENTITY_IS_DELETED: "not-found",
  },
  ...{
    INSUFFICIENT_ACCESS: "forbidden",
    INSUFFICIENT_ACCESS_OR_READONLY: "forbidden",
    API_DISABLED_FOR_ORG: "forbidden",
  },
  ...{
    INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: "forbidden",
    UNABLE_TO_LOCK_ROW: "unavailable",
    SERVER_UNAVAILABLE: "unavailable",
  },
};
const statuses: Readonly<Record<number, ErrorKind>> = {
  401: "reconnect",
  403: "forbidden",
  404: "not-found",
  429: "rate-limited",
};
/** The day's requests are used up; more come as the day moves on. */
const limitMs = 15 * 60_000;

/**
 * What Salesforce's refusals mean.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 */
export function salesforceError({ status, body }: ClientResponse, method: string): ConnectorError {
  const errors = said.safeParse(body).data ?? [];
  const [first] = errors;
  const kind =
    kinds[first?.errorCode ?? ""] ??
    statuses[status] ??
    (status >= 500 ? (method === "GET" ? "unavailable" : "outcome-unknown") : "invalid-input");
  const message = errors.map((one) => one.message).join("; ") || `it answered ${status}`;
  return new ConnectorError(kind, `salesforce.${first?.errorCode ?? status}`, `Salesforce: ${message}`, {
    fields: errors.flatMap((one) =>
      (one.fields ?? []).map((field) => ({ field: `fields.${field}`, message: one.message })),
    ),
    ...(kind === "rate-limited" && { retryAt: new Date(Date.now() + limitMs) }),
    hint: kind === "forbidden" ? "Give the connected app's user the permission." : undefined,
  });
}
