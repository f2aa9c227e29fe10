/** The ways to connect to any HTTP API, and what each puts into a request. */
import {
  type AppProfile,
  type Client,
  type ConnectionKind,
  ConnectorError,
  type FormConnectionKind,
  type FormField,
  type Identity,
} from "@greenroom/connector-kit";
import { addressOf, textOf } from "../form-values.ts";
import { profileOf } from "../profiled-client.ts";
import { requestToken } from "../oauth/token-request.ts";

const baseUrl: FormField = {
  ...{ name: "base_url", label: "Address", type: "url", required: true },
  hint: "Such as https://api.example.com/v1. The credentials go to this host and to no other; steps may write a path alone.",
};
const testPath: FormField = {
  ...{ name: "test_path", label: "Path to test", type: "text", required: false },
  hint: "A GET of it must be answered with 200 to 299, such as /me. Without one the credentials are not tried when connecting.",
};
const field = (name: string, label: string, hint: string, type: FormField["type"] = "text"): FormField => ({
  ...{ name, label, hint, type, required: true },
});

type FormKind = Omit<FormConnectionKind, "type" | "profileFields" | "identify"> & {
  readonly fields: readonly FormField[];
  /** Puts the credentials into a request. */
  authorize(profile: AppProfile, request: { url: URL; headers: Record<string, string> }): void;
};

const formKinds: readonly FormKind[] = [
  {
    id: "http-bearer",
    title: "Bearer token",
    summary: "Sends a token that you got from the service in the header Authorization.",
    fields: [field("token", "Token", "Sent as Authorization: Bearer …", "secret")],
    authorize(profile, { headers }) {
      headers["authorization"] = `Bearer ${textOf(profile, "token")}`;
    },
  },
  {
    id: "http-basic",
    title: "User and password",
    summary: "Basic authentication (RFC 7617).",
    fields: [
      field("username", "User", "As the service knows it"),
      { ...field("password", "Password", "Kept sealed", "secret"), required: false },
    ],
    authorize(profile, { headers }) {
      const pair = `${textOf(profile, "username")}:${textOf(profile, "password")}`;
      headers["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
    },
  },
  {
    id: "http-api-key",
    title: "API key",
    summary: "Sends a key in a header, or in the address.",
    fields: [
      {
        ...field("place", "Where the key goes", "As the service's documents say", "select"),
        default: "header",
        options: [
          { value: "header", label: "Header" },
          { value: "query", label: "Address (query)" },
        ],
      },
      { ...field("key_name", "Name", "Such as X-API-Key, or api_key"), default: "X-API-Key" },
      field("key", "Key", "Kept sealed", "secret"),
    ],
    authorize(profile, { url, headers }) {
      const [name, key] = [textOf(profile, "key_name"), textOf(profile, "key")];
      if (textOf(profile, "place") === "query") url.searchParams.set(name, key);
      else headers[name.toLowerCase()] = key;
    },
  },
];

/** What a profile's way to connect puts into a request; nothing where it is a token that the pipeline sends. */
export function authorizerOf(profile: AppProfile, kindId: string | undefined) {
  const kind = formKinds.find(({ id }) => id === kindId);
  return (
    kind && ((request: { url: URL; headers: Record<string, string> }) => kind.authorize(profile, request))
  );
}

/** Makes the ways to connect; `fetch` asks for tokens. */
export function httpConnectionKinds(fetch: typeof globalThis.fetch): readonly ConnectionKind[] {
  const clientCredentials = async (profile: AppProfile, now: Date) =>
    await requestToken({
      ...{ service: "The service", tokenUrl: textOf(profile, "token_url"), fetch, now },
      ...{ clientId: textOf(profile, "client_id"), clientSecret: textOf(profile, "client_secret") },
      proof: textOf(profile, "authentication") === "post" ? "post" : "basic",
      grantType: "client_credentials",
      parameters: {
        ...(textOf(profile, "scope") && { scope: textOf(profile, "scope") }),
        ...(textOf(profile, "audience") && { audience: textOf(profile, "audience") }),
      },
    });
  return [
    ...formKinds.map(({ id, title, summary, fields }) => ({
      ...{ type: "form" as const, id, title, summary, identify },
      profileFields: [baseUrl, ...fields, testPath],
    })),
    {
      type: "credentials",
      id: "http-client-credentials",
      title: "OAuth 2.0, client credentials",
      summary:
        "An app of the service fetches short-lived tokens with its own id and secret; no person is asked.",
      profileFields: [
        baseUrl,
        field("token_url", "Token address", "Such as https://login.example.com/oauth/token", "url"),
        field("client_id", "Client ID", "From the app's page at the service"),
        field("client_secret", "Client secret", "From the app's page at the service", "secret"),
        {
          ...field("scope", "Scope", "With spaces between several, as the service's documents say"),
          required: false,
        },
        { ...field("audience", "Audience", "Only where the service asks for one"), required: false },
        {
          ...field("authentication", "How the app proves itself", "Most services take both", "select"),
          default: "basic",
          options: [
            { value: "basic", label: "In the header (client_secret_basic)" },
            { value: "post", label: "In the body (client_secret_post)" },
          ],
        },
        testPath,
      ],
      obtain: ({ profile, now }) => clientCredentials(profile, now),
      refresh: ({ profile, now }) => clientCredentials(profile, now),
      revoke: () => Promise.resolve(),
      identify,
    },
  ];
}

/** A step's address as its client takes it, whole. @throws {ConnectorError} */
export function addressFor(client: Client, url: string): URL {
  return new URL(wholeAddress(profileOf(client), url));
}

async function identify(client: Client): Promise<Identity> {
  const profile = profileOf(client);
  const path = textOf(profile, "test_path");
  if (path) await client.send("GET", path);
  const { host } = new URL(textOf(profile, "base_url"));
  const who =
    textOf(profile, "username") || textOf(profile, "client_id") || textOf(profile, "key_name") || "token";
  return {
    ...{ accountId: host, accountName: host, userId: who, email: "", displayName: who, roleName: undefined },
  };
}

/**
 * A step's address, whole. A connection's credentials go to its own host alone.
 *
 * @throws {ConnectorError} `invalid-input` when it is another's, or a path where there is no connection.
 */
export function wholeAddress(profile: AppProfile, url: string): string {
  const base = addressOf(profile, "base_url");
  const refused = (code: string, message: string, problem: string) =>
    new ConnectorError("invalid-input", code, message, { fields: [{ field: "url", message: problem }] });
  if (url.startsWith("/")) {
    if (base) return base + url;
    throw refused(
      "no-base-url",
      `“${url}” is a path, and there is no connection.`,
      "must be a whole address where the step has no connection",
    );
  }
  if (!base || (URL.canParse(url) && new URL(url).origin === new URL(base).origin)) return url;
  const { origin } = new URL(base);
  throw refused(
    "not-the-connections",
    `${URL.parse(url)?.origin ?? url} is not the connection's: its credentials go to ${origin} alone.`,
    `must be at ${origin}, or a path that begins with /`,
  );
}
