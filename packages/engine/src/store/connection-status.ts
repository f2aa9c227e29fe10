/** What is known of a connection beyond who it is: its token's age, and what is left of its account's limits. */
import type { LimitsLeft, LimitStore } from "@greenroom/connector-kit";
import { eq, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { connections, limits, tokens } from "../database/schema.ts";
import { refreshAfter } from "./access-tokens.ts";
import type { AppProfiles } from "./app-profiles.ts";
import { notFound } from "./refusals.ts";

/** A connection's token, without the token. */
export interface TokenStatus {
  /** Since when the service has known us under this authorization. */
  readonly connectedAt: Date | undefined;
  readonly refreshedAt: Date;
  readonly expiresAt: Date;
  /** When it will be refreshed. */
  readonly refreshAt: Date;
  /** Set when a refresh began whose answer has not come. */
  readonly refreshBegunAt: Date | undefined;
}

/** What is known of a connection. */
export interface ConnectionStatus {
  /** Undefined where it is not connected, or needs no token that expires. */
  readonly token: TokenStatus | undefined;
  /** Undefined where its connector knows of none. */
  readonly limits: LimitsLeft | undefined;
}

/** Makes the reader. @throws {ConnectorError} when there is no such connection */
export function createConnectionStatus(context: {
  readonly database: Database;
  readonly profiles: AppProfiles;
  /** The store that the clients take their turns from. */
  readonly store: LimitStore;
  readonly now: () => Date;
}): (id: string) => Promise<ConnectionStatus> {
  const { database, profiles, store, now } = context;
  return async (id) => {
    const [row] = await database
      .select()
      .from(connections)
      .leftJoin(tokens, eq(tokens.id, connections.tokenId))
      .where(eq(connections.id, id));
    if (!row) throw notFound("connection", id);
    const { connections: connection, tokens: token } = row;
    const app = await profiles.values(connection.profileId);
    if (!token || !app) return { token: undefined, limits: undefined };
    const { connector, kind, profile } = app;
    const accountId = `${connector.id} ${token.accountId}`;
    const { limitsLeft } = connector;
    const asked = { profile, store, accountId, nowMs: now().getTime() };
    const left = limitsLeft?.({ ...asked, states: await statesOf(accountId) });
    const { refreshedAt, expiresAt, refreshBegunAt } = token;
    const lifeMs = expiresAt.getTime() - refreshedAt.getTime();
    return {
      token:
        kind.type === "form"
          ? undefined
          : {
              ...{ connectedAt: connection.connectedAt ?? undefined, refreshedAt, expiresAt },
              refreshAt: new Date(refreshedAt.getTime() + lifeMs * refreshAfter),
              refreshBegunAt: refreshBegunAt ?? undefined,
            },
      limits: left,
    };
  };

  /** The turns and budgets of an account, by what they are called within it. */
  async function statesOf(accountId: string) {
    const prefix = `${accountId}/`;
    const rows = await database.select().from(limits).where(sql`starts_with(${limits.key}, ${prefix})`);
    return new Map(
      rows.map(({ key, turns, used, endsAt }) => [
        key.slice(prefix.length),
        { turns, used, endsAtMs: endsAt.getTime() },
      ]),
    );
  }
}
