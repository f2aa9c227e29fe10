/**
 * Access tokens, refreshed ahead of their expiry by one caller at a time. The row is locked from before the refresh
 * until the new refresh token is committed, so that no two workers spend the same refresh token.
 */
import {
  type AccessTokenSource,
  ConnectorError,
  type OAuthConnectionKind,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { tokens } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";
import type { AppProfiles } from "./app-profiles.ts";

/** The share of a token's life after which it is refreshed. */
const refreshAfter = 0.85;

type Row = typeof tokens.$inferSelect;

/** Gives and refreshes access tokens by token id. */
export interface AccessTokens {
  of(tokenId: string): AccessTokenSource;
  seal(tokenId: string, set: TokenSet): Buffer;
  open(row: Row): TokenSet;
  /** Forgets what is in memory, after a token was replaced or deleted. */
  forget(tokenId: string): void;
}

interface Known {
  readonly set: TokenSet;
  readonly refreshAt: number;
}

/** Makes the source of access tokens. */
export function createAccessTokens(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly profiles: AppProfiles;
  readonly kindOf: (connector: string) => OAuthConnectionKind | undefined;
  readonly now: () => Date;
}): AccessTokens {
  const { database, secretBox, profiles, kindOf, now } = context;
  const known = new Map<string, Known>();
  const underWay = new Map<string, Promise<TokenSet>>();

  const place = (id: string) => `tokens/${id}`;

  function open(row: Row): TokenSet {
    const secrets = JSON.parse(secretBox.open(place(row.id), row.secrets)) as {
      access: string;
      refresh?: string;
    };
    return {
      accessToken: new Secret(secrets.access),
      refreshToken: secrets.refresh === undefined ? undefined : new Secret(secrets.refresh),
      expiresAt: row.expiresAt,
      scopes: row.scopes,
      apiUrl: row.apiUrl ?? undefined,
    };
  }

  function seal(id: string, set: TokenSet): Buffer {
    return secretBox.seal(
      place(id),
      JSON.stringify({ access: set.accessToken.reveal(), refresh: set.refreshToken?.reveal() }),
    );
  }

  function remember(id: string, set: TokenSet, refreshedAt: Date): TokenSet {
    const lifeMs = set.expiresAt.getTime() - refreshedAt.getTime();
    known.set(id, { set, refreshAt: refreshedAt.getTime() + lifeMs * refreshAfter });
    return set;
  }

  /** Refreshes unless another worker already did. @param stale the token that must not be given again. */
  async function refresh(id: string, stale: Secret | undefined): Promise<TokenSet> {
    return await database.transaction(async (tx) => {
      const [row] = await tx.select().from(tokens).where(eq(tokens.id, id)).for("update");
      if (!row) throw deadConnection();
      const current = open(row);
      const expired = now().getTime() >= row.refreshedAt.getTime() + lifeOf(row) * refreshAfter;
      const refused = stale !== undefined && stale.reveal() === current.accessToken.reveal();
      if (!expired && !refused) return remember(id, current, row.refreshedAt);

      const app = await profiles.values(row.profileId);
      const kind = app && kindOf(app.connector);
      if (!app || !kind) throw deadConnection();
      const next = await kind.refresh({ profile: app.profile, tokens: current });
      const refreshedAt = now();
      await tx
        .update(tokens)
        .set({
          secrets: seal(id, next),
          scopes: [...next.scopes],
          apiUrl: next.apiUrl ?? null,
          expiresAt: next.expiresAt,
          refreshedAt,
        })
        .where(eq(tokens.id, id));
      return remember(id, next, refreshedAt);
    });
  }

  function refreshOnce(id: string, stale: Secret | undefined): Promise<TokenSet> {
    const already = underWay.get(id);
    if (already) return already;
    const refreshing = refresh(id, stale).finally(() => underWay.delete(id));
    underWay.set(id, refreshing);
    return refreshing;
  }

  return {
    open,
    seal,
    forget: (id) => void known.delete(id),
    of: (id) => async (options) => {
      const have = known.get(id);
      const usable =
        have &&
        now().getTime() < have.refreshAt &&
        have.set.accessToken.reveal() !== options?.after?.reveal();
      return usable ? have.set : await refreshOnce(id, options?.after);
    },
  };
}

function lifeOf(row: Row): number {
  return row.expiresAt.getTime() - row.refreshedAt.getTime();
}

function deadConnection(): ConnectorError {
  return new ConnectorError("reconnect", "disconnected", "The connection is no longer authorised.", {
    hint: "Open the connection and choose Connect.",
  });
}
