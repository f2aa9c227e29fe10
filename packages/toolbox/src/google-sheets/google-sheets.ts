import {
  type AddressPolicy,
  type AppProfile,
  type ClientResponse,
  type Connector,
  ConnectorError,
  createHttpClient,
  defineConnector,
  type ErrorKind,
  guardedFetch,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { addressOf } from "../form-values.ts";
import { ofProfile, profileOf } from "../profiled-client.ts";
import { keyOf, serviceAccountToken } from "./signed-token.ts";
import { appendRows, readRows, updateRows } from "./sheet-rows.ts";

/** Makes the connector `google-sheets`. */
export function createGoogleSheetsConnector(policy: AddressPolicy): Connector {
  const fetch = guardedFetch(policy);
  const obtain = ({ profile, now }: { profile: AppProfile; now: Date }) =>
    serviceAccountToken(profile, { fetch, now });
  return defineConnector({
    id: "google-sheets",
    title: "Google Sheets",
    summary: "Rows of Google's spreadsheets.",
    connections: [
      {
        ...{ type: "credentials", id: "google-service-account", title: "Service account" },
        summary: "A program's own Google account; share the spreadsheets with its address.",
        profileFields: [
          {
            ...{ name: "key", label: "Key (JSON)", type: "secret", required: true },
            hint: "The whole file that Google Cloud gave when the key was made",
          },
          {
            ...{ name: "api_url", label: "Address of the API", type: "url", required: false },
            ...{
              default: "https://sheets.googleapis.com",
              hint: "Google's own, unless you go through a proxy",
            },
          },
        ],
        obtain,
        refresh: obtain,
        revoke: () => Promise.resolve(),
        // That a token was given says that Google knows it; there is nothing of its own to ask for.
        async identify(client) {
          const { client_email: email } = keyOf(profileOf(client));
          const accountId = email.split("@").at(-1) ?? email;
          return {
            accountId,
            accountName: undefined,
            userId: email,
            email,
            displayName: email,
            roleName: undefined,
          };
        },
      },
    ],
    actions: { "read-rows": readRows, "append-rows": appendRows, "update-rows": updateRows },
    triggers: {},
    createClient: ({ profile, accessToken, signal }) =>
      ofProfile(
        createHttpClient({
          ...{ baseUrl: addressOf(profile, "api_url"), accessToken, fetch, signal },
          decodeError: (answer, { method }) => googleError(answer, method, profile),
        }),
        profile,
      ),
  });
}

const said = z.looseObject({ error: z.looseObject({ message: z.string(), status: z.string().optional() }) });
const kinds: Readonly<Record<number, ErrorKind>> = {
  401: "reconnect",
  403: "forbidden",
  404: "not-found",
  429: "rate-limited",
  503: "unavailable",
};
/** Google counts by the minute. */
const limitMs = 60_000;

function googleError({ status, body }: ClientResponse, method: string, profile: AppProfile): ConnectorError {
  const error = said.safeParse(body).data?.error;
  const kind =
    kinds[status] ??
    (status >= 500 ? (method === "GET" ? "unavailable" : "outcome-unknown") : "invalid-input");
  const shared = status === 403 || status === 404;
  return new ConnectorError(
    kind,
    `google.${error?.status ?? status}`,
    `Google: ${error?.message ?? `it answered ${status}`}`,
    {
      hint: shared ? `Share the spreadsheet with ${keyOf(profile).client_email}, as editor.` : undefined,
      ...(status === 429 && { retryAt: new Date(Date.now() + limitMs) }),
    },
  );
}
