/** Who an app acts for. */
export type AppKind = "user_managed" | "admin_managed" | "server_to_server";

/** One address that an app wants events sent to. */
export interface EventSubscription {
  id: string;
  name: string;
  url: string;
  events: string[];
  validated_at: string;
}

/** An app of the Marketplace, with its credentials and features. */
export interface App {
  id: string;
  name: string;
  kind: AppKind;
  client_id: string;
  client_secret: string;
  /** Signs webhooks. */
  secret_token: string;
  /** The older way to know a webhook: sent as its `authorization` header. */
  verification_token: string;
  redirect_urls: string[];
  scopes: string[];
  subscriptions: EventSubscription[];
  deauthorization_url: string;
  created_by: string;
  created_at: string;
  /** A server-to-server app gives tokens only while activated. */
  active: boolean;
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
}
