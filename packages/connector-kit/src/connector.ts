import type { z } from "zod";
import type { AnyAction } from "./action.ts";
import type { Client } from "./client.ts";
import type { Secret } from "./secret.ts";
import type { AnyTrigger, IncomingEvent } from "./trigger.ts";

/** OAuth tokens as kept, encrypted, by the engine. */
export interface TokenSet {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  readonly expiresAt: Date;
  readonly scopes: readonly string[];
  /** Where the API lives for this token, when the service says so. */
  readonly apiUrl: string | undefined;
}

/** Who a connection is at its service. */
export interface Identity {
  readonly accountId: string;
  readonly accountName: string | undefined;
  readonly userId: string;
  readonly email: string;
  readonly displayName: string;
  readonly roleName: string | undefined;
}

/** The values of an OAuth app's form; secrets are {@link Secret}. */
export type AppProfile = Readonly<Record<string, string | Secret | undefined>>;

/** A field of a form that the UI draws. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly secret: boolean;
  readonly required: boolean;
  readonly default?: string;
}

/** A begun authorization; kept until the browser comes back. */
export interface BegunAuthorization {
  readonly authorizationUrl: string;
  readonly state: string;
  readonly codeVerifier: Secret;
}

/** OAuth 2.0 with an authorization code and PKCE (RFC 6749, RFC 7636). */
export interface OAuthConnectionKind {
  readonly id: string;
  readonly title: string;
  /** The OAuth app's form: client id, client secret, webhook secret token, base URLs. */
  readonly profileFields: readonly FormField[];
  begin(context: { profile: AppProfile; redirectUri: string }): Promise<BegunAuthorization>;
  /** @throws {ConnectorError} `forbidden` with the service's reason when the person declined. */
  complete(context: {
    profile: AppProfile;
    redirectUri: string;
    callbackUrl: URL;
    state: string;
    codeVerifier: Secret;
  }): Promise<TokenSet>;
  /** @throws {ConnectorError} `reconnect` when the refresh token is dead, `unavailable` when nobody answered. */
  refresh(context: { profile: AppProfile; tokens: TokenSet }): Promise<TokenSet>;
  revoke(context: { profile: AppProfile; tokens: TokenSet }): Promise<void>;
  identify(client: Client): Promise<Identity>;
}

/** What a webhook delivery came to. */
export interface WebhookAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly events: readonly IncomingEvent[];
  /** Set when the account removed the app: its connections are dead. */
  readonly deauthorized?: { readonly accountId: string; readonly userId: string | undefined };
  /** Why it was refused, for the log. */
  readonly refused?: string;
}

/** Checks a webhook delivery on its raw bytes and says what to answer; pure. */
export type WebhookReceiver = (delivery: {
  readonly profile: AppProfile;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly now: Date;
}) => WebhookAnswer;

/** Gives the access token to use; `after` names one the service just refused. */
export type AccessTokenSource = (options?: {
  after?: Secret;
}) => Promise<{ accessToken: Secret; apiUrl: string | undefined }>;

/** What a product can do here. */
export interface Connector {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Connectors without one need no connection. */
  readonly connection?: OAuthConnectionKind;
  readonly actions: Readonly<Record<string, AnyAction>>;
  readonly triggers: Readonly<Record<string, AnyTrigger>>;
  readonly webhook?: WebhookReceiver;
  /** Makes the client that this connector's actions run with. */
  createClient(context: {
    readonly profile: AppProfile;
    readonly accessToken: AccessTokenSource | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Client;
}

/** Declares a connector. */
export function defineConnector(connector: Connector): Connector {
  return connector;
}

/** The output type of a schema, for readers of action outputs. */
export type OutputOf<S extends z.ZodType> = z.output<S>;
