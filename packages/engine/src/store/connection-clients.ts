/** Clients of connections, kept from one use to the next. */
import type { Client, LimitStore, SharedLimits } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { tokens } from "../database/schema.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { App, AppProfiles } from "./app-profiles.ts";
import type { Row } from "./connection-summary.ts";
import { notConnected, notFound } from "./refusals.ts";

/** Makes clients. */
export interface ConnectionClients {
  /** @throws {ConnectorError} when the app profile is gone */
  appOf(row: { readonly connector: string; readonly profileId: string }): Promise<App>;
  /** A client that takes its turns among all of its account's, in whatever worker. */
  clientOf(row: Row, priority: SharedLimits["priority"]): Promise<Client>;
  /** Forgets a connection's, once it is lost. */
  forget(connectionId: string): void;
}

/** Makes what makes them. */
export function createConnectionClients(context: {
  readonly database: Database;
  readonly profiles: AppProfiles;
  readonly accessTokens: () => AccessTokens;
  readonly limits: LimitStore;
  readonly now: () => Date;
}): ConnectionClients {
  const { database, profiles, accessTokens, limits, now } = context;
  const clients = new Map<string, { readonly client: Client; readonly app: App; readonly tokenId: string }>();

  async function appOf(row: { readonly connector: string; readonly profileId: string }): Promise<App> {
    const app = await profiles.values(row.profileId);
    if (app?.connector.id !== row.connector) throw notFound("app profile", row.profileId);
    return app;
  }

  async function clientOf(row: Row, priority: SharedLimits["priority"]): Promise<Client> {
    if (row.tokenId === null || row.state !== "connected") throw notConnected(row.name);
    const app = await appOf(row);
    const key = `${row.id} ${priority}`;
    const cached = clients.get(key);
    if (cached?.app === app && cached.tokenId === row.tokenId) return cached.client;
    const { connector, kind, profile } = app;
    const [token] = await database.select().from(tokens).where(eq(tokens.id, row.tokenId));
    if (!token) throw notConnected(row.name);
    const { accountId, userId } = token;
    const client = connector.createClient({
      ...{ profile, kind: kind.id },
      accessToken: kind.type === "form" ? undefined : accessTokens().of(row.tokenId),
      limits: { store: limits, accountId: `${connector.id} ${accountId}`, userId, priority, now },
    });
    clients.set(key, { client, app, tokenId: row.tokenId });
    return client;
  }

  return {
    appOf,
    clientOf,
    forget(connectionId) {
      for (const priority of ["interactive", "bulk"]) clients.delete(`${connectionId} ${priority}`);
    },
  };
}
