import { type ClientResponse, ConnectorError, type ErrorKind } from "@greenroom/connector-kit";
import { z } from "zod";

const said = z.looseObject({
  message: z.string(),
  category: z.string().optional(),
  policyName: z.string().optional(),
  errors: z
    .array(
      z.looseObject({
        message: z.string(),
        in: z.string().optional(),
        context: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});
const kinds: Readonly<Record<number, ErrorKind>> = {
  401: "reconnect",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  429: "rate-limited",
};
/** HubSpot counts its fast limit by ten seconds. */
const fastLimitMs = 10_000;

/**
 * What HubSpot's refusals mean.
 *
 * @see https://developers.hubspot.com/docs/api-reference/error-handling
 */
export function hubspotError({ status, body }: ClientResponse, method: string): ConnectorError {
  const error = said.safeParse(body).data;
  const code = `hubspot.${error?.category ?? status}`;
  const kind =
    kinds[status] ??
    (status >= 500 ? (method === "GET" ? "unavailable" : "outcome-unknown") : "invalid-input");
  const rolling = status === 429 && !/daily/i.test(error?.policyName ?? "");
  return new ConnectorError(kind, code, `HubSpot: ${error?.message ?? `it answered ${status}`}`, {
    fields: (error?.errors ?? []).map(({ message, context, in: place }) => ({
      field: propertyOf(context) ?? place ?? "properties",
      message,
    })),
    hint:
      kind === "reconnect"
        ? "Enter a valid access token of the private app at the connection."
        : kind === "forbidden"
          ? "Give the private app the scope that the message names."
          : undefined,
    ...(rolling && { retryAt: new Date(Date.now() + fastLimitMs) }),
  });
}

/** The property that an error is about. */
function propertyOf(context: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const names = context?.["propertyName"];
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  return typeof first === "string" ? first : undefined;
}
