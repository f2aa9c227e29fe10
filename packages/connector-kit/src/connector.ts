import type { z } from "zod";
import type { AnyAction } from "./action.ts";
import type { Client } from "./client.ts";
import type { LimitsLeft, LimitState, LimitStore } from "./limit-store.ts";
import type { PermissionDoctor } from "./permission-doctor.ts";
import type { KnownService, PickLists } from "./pick-list.ts";
import type { Secret } from "./secret.ts";
import type { AnyTrigger, EventSocket, IncomingEvent, Knowledge, Reconciler } from "./trigger.ts";

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

/** The id of the connector that an action or trigger belongs to: `shop` of `shop/make`. */
export function connectorOf(use: string): string {
  return use.split("/", 1)[0] ?? "";
}

/** The values of an OAuth app's form; secrets are {@link Secret}. */
export type AppProfile = Readonly<Record<string, string | Secret | undefined>>;

/** A choice of a `select` field. */
export interface FormOption {
  readonly value: string;
  readonly label: string;
  /** The values it gives to other fields, which then need not be shown; without it, people fill these in. */
  readonly fills?: Readonly<Record<string, string>>;
}

/** A field of a form that the UI draws. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  /** `lines`: a text of several. */
  readonly type: "text" | "lines" | "secret" | "select" | "url";
  readonly required: boolean;
  /** Names the host that the form's secrets go to, as every address does: who changes it enters them anew. */
  readonly place?: true;
  readonly default?: string;
  /** Of a `select`. */
  readonly options?: readonly FormOption[];
}

/** A begun authorization; kept until the browser comes back. */
export interface BegunAuthorization {
  readonly authorizationUrl: string;
  readonly state: string;
  readonly codeVerifier: Secret;
}

/** What every way to connect has. */
interface AnyConnectionKind {
  readonly id: string;
  readonly title: string;
  /** Whom it acts for and what it may do, in a sentence. */
  readonly summary: string;
  /** Its form: of an OAuth app (client id, client secret, base URLs), or of the account itself (host, user, password). */
  readonly profileFields: readonly FormField[];
  /**
   * Refuses a form that can never work, such as one with an address that may not be called, when it is saved.
   *
   * @throws {ConnectorError} `invalid-input` or `forbidden`, naming the field
   */
  readonly check?: (profile: AppProfile) => Promise<void>;
  /** Who the connection is at the service: the test of a connection. */
  identify(client: Client): Promise<Identity>;
}

/** What the ways to connect by OAuth have. */
interface OAuthConnectionKind extends AnyConnectionKind {
  /**
   * @throws {ConnectorError} `reconnect` when the authorization is dead, `unavailable` when it surely was not replaced,
   * `outcome-unknown` when the service may have replaced the refresh token and the answer was lost.
   */
  refresh(context: { profile: AppProfile; tokens: TokenSet; now: Date }): Promise<TokenSet>;
  revoke(context: { profile: AppProfile; tokens: TokenSet }): Promise<void>;
}

/** OAuth 2.0 with an authorization code and PKCE (RFC 6749, RFC 7636): a person allows it in a browser. */
export interface BrowserConnectionKind extends OAuthConnectionKind {
  readonly type: "browser";
  begin(context: { profile: AppProfile; redirectUri: string }): Promise<BegunAuthorization>;
  /** @throws {ConnectorError} `forbidden` with the service's reason when the person declined. */
  complete(context: {
    profile: AppProfile;
    redirectUri: string;
    callbackUrl: URL;
    state: string;
    codeVerifier: Secret;
    now: Date;
  }): Promise<TokenSet>;
}

/** The app's own credentials are enough: no browser and no person. */
export interface CredentialsConnectionKind extends OAuthConnectionKind {
  readonly type: "credentials";
  /** @throws {ConnectorError} `forbidden` with the service's reason when it refuses the app. */
  obtain(context: { profile: AppProfile; now: Date }): Promise<TokenSet>;
}

/** What the form says is all it takes, such as a password or a key: no token is fetched, and nothing expires. */
export interface FormConnectionKind extends AnyConnectionKind {
  readonly type: "form";
}

/** A way to connect. */
export type ConnectionKind = BrowserConnectionKind | CredentialsConnectionKind | FormConnectionKind;

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

/** Limits that all clients of an account share, in whatever process they are. */
export interface SharedLimits {
  readonly store: LimitStore;
  readonly accountId: string;
  readonly userId: string;
  /** What people wait for goes before the work of jobs. */
  readonly priority: "interactive" | "bulk";
  readonly now: () => Date;
}

/** What a product can do here. */
export interface Connector {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** The ways to connect, the usual one first; connectors without any need no connection. */
  readonly connections?: readonly ConnectionKind[];
  /** Whether its actions work without a connection too. */
  readonly connectionOptional?: boolean;
  readonly actions: Readonly<Record<string, AnyAction>>;
  readonly triggers: Readonly<Record<string, AnyTrigger>>;
  readonly webhook?: WebhookReceiver;
  /** Events over a socket instead, for the app profiles that want it. */
  readonly socket?: EventSocket;
  /** What finds the events that no webhook told. */
  readonly reconcilers?: readonly Reconciler[];
  /** What filters ask that events do not say. */
  readonly knowledge?: readonly Knowledge[];
  readonly permissions?: PermissionDoctor;
  readonly pickLists?: PickLists;
  readonly known?: KnownService;
  /** What is left of an account's limits, for people; without it nothing is shown. */
  readonly limitsLeft?: (asked: {
    readonly profile: AppProfile;
    readonly store: LimitStore;
    readonly accountId: string;
    /** By their keys within the account. */
    readonly states: ReadonlyMap<string, LimitState>;
    readonly nowMs: number;
  }) => LimitsLeft;
  /** Makes the client that this connector's actions run with. */
  createClient(context: {
    /** Empty where there is no connection. */
    readonly profile: AppProfile;
    /** The way the profile connects by, by its id. */
    readonly kind?: string | undefined;
    /** Of the ways to connect by OAuth. */
    readonly accessToken: AccessTokenSource | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Without it the client counts for itself. */
    readonly limits?: SharedLimits | undefined;
  }): Client;
}

/** The way to connect that an app profile is for; profiles that name none are for the usual one. */
export function connectionKind(
  connector: Connector | undefined,
  id: string | undefined,
): ConnectionKind | undefined {
  const kinds = connector?.connections ?? [];
  return id === undefined ? kinds[0] : kinds.find((kind) => kind.id === id);
}

/** Declares a connector. */
export function defineConnector(connector: Connector): Connector {
  return connector;
}

/** The output type of a schema, for readers of action outputs. */
export type OutputOf<S extends z.ZodType> = z.output<S>;
