import type { RedirectMatching } from "../oauth/redirects.ts";

/** Who an app acts for; one of the kind `webhook_only` only hears events of the account. */
export type AppKind = "user_managed" | "admin_managed" | "server_to_server" | "webhook_only";

/** The kinds of app as people read them. */
export const APP_KINDS: Readonly<Record<AppKind, string>> = {
  user_managed: "General app, user-managed",
  admin_managed: "General app, admin-managed",
  server_to_server: "Server-to-server OAuth",
  webhook_only: "Webhook only",
};

/** How Zoom shows an endpoint who it is, besides the signature (zoom-api.md 5.3). */
export type WebhookAuthentication =
  /** The app's verification token in `authorization`. */
  | { kind: "default" }
  | { kind: "basic"; username: string; password: string }
  /** A token that Zoom fetches by client credentials. */
  | { kind: "oauth"; token_url: string; client_id: string; client_secret: string }
  | { kind: "custom"; header: string; value: string };

/** One address that an app wants events sent to. */
export interface EventSubscription {
  id: string;
  name: string;
  /** Empty for a WebSocket. */
  url: string;
  events: string[];
  validated_at: string;
  /** @default "webhook" */
  method?: "webhook" | "websocket";
  /** @default {kind: "default"} */
  authentication?: WebhookAuthentication;
  /** Only events about these people are sent; without it about everybody the app hears of. */
  user_ids?: string[];
  /** True when an API call made it, not a person. */
  by_api?: boolean;
  /** Times in a row that the 72-hour validation failed; at six it is disabled. */
  failed_validations?: number;
  disabled?: boolean;
}

/** An app of the Marketplace, with its credentials and features. */
export interface App {
  id: string;
  name: string;
  kind: AppKind;
  client_id: string;
  client_secret: string;
  /** The client secret before, which works until then. */
  old_secret?: { id: string; secret: string; revoked_ms: number };
  /** When the schedule of secrets was changed lately. */
  secret_changes?: number[];
  /** Signs webhooks. */
  secret_token: string;
  /** The older way to know a webhook: sent as its `authorization` header. */
  verification_token: string;
  redirect_urls: string[];
  /** @default "exact" */
  redirect_matching?: RedirectMatching;
  /** True when the app keeps no secret and proves itself by PKCE alone. */
  public_client?: boolean;
  /** True when an admin must approve it before others may add it. */
  needs_approval?: boolean;
  scopes: string[];
  subscriptions: EventSubscription[];
  deauthorization_url: string;
  created_by: string;
  created_at: string;
  /** A server-to-server app gives tokens only while activated. */
  active: boolean;
}

/** True for an app that people consent to; the others are turned on by their creator alone. */
export function asksConsent({ kind }: Pick<App, "kind">): boolean {
  return kind === "user_managed" || kind === "admin_managed";
}

/** An app that a person, or the whole account, has added. */
export interface Install {
  id: string;
  app_id: string;
  user_id: string;
  /** True when events of everybody in the account go to the app. */
  account_level: boolean;
  scopes: string[];
  added_at: string;
  /** True when an admin turned the events of this person off. */
  events_off?: boolean;
}

/** The address of an app's bot in Team Chat. */
export const robotJid = (appId: string): string => `v1${appId}@xmpp.zoom.us`;
