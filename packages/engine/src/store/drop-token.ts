/**
 * What becomes of the tokens that connections leave behind. A row that no connection uses is one to be revoked at the
 * service and deleted: so nothing is forgotten by who dies in between, or while the service is away.
 */
import { ConnectorError, type TokenSet } from "@greenroom/connector-kit";
import { and, eq, isNull, notExists, sql } from "drizzle-orm";
import type { Changes } from "../changes.ts";
import type { Database } from "../database/database.ts";
import { connections, tokens } from "../database/schema.ts";
import { whileLocked } from "../database/session-lock.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { AppProfiles } from "./app-profiles.ts";
import type { TokenRow } from "./connection-summary.ts";

/** After each failure as long again as it has been tried, within these. */
const [shortestWaitMs, longestWaitMs] = [60_000, 6 * 3_600_000];
/** Zoom: a refresh token lives for 90 days; after that nothing is left to revoke. */
const givenUpAfterMs = 90 * 24 * 3_600_000;

/** Ends tokens. */
export interface TokenDrop {
  /**
   * Deletes a token that no connection uses any more, and revokes it first where asked. What the service does not
   * confirm is tried again by `dropLeft`; the connection then learns of it.
   * @returns what went wrong at the service
   */
  drop(tokenId: string, revoke: boolean, connectionId?: string): Promise<string | undefined>;
  /** Ends those that were left: by who died before it had, and by a service that was away. Any worker may do it at any time. */
  dropLeft(): Promise<void>;
  /**
   * Ends what is left of an app's tokens, or gives it up. Zoom: to revoke one token removes the app from its account, and
   * with it what somebody has just allowed anew.
   */
  dropBeforeAuthorization(profileId: string): Promise<void>;
}

interface Trouble {
  readonly message: string;
  /** Whether it can be another time. */
  readonly mayPass: boolean;
}

/** What the connection says while the service has not confirmed. */
export const notRevokedYet = (trouble: string): string =>
  `Disconnected here, but the service did not confirm that it revoked the token (${trouble}). Greenroom asks again by itself; to be sure now, remove the app there.`;

/** Makes it. */
export function createTokenDrop(context: {
  readonly database: Database;
  readonly profiles: AppProfiles;
  readonly accessTokens: () => AccessTokens;
  readonly changes: Changes;
  readonly now: () => Date;
}): TokenDrop {
  const { database, profiles, accessTokens, changes, now } = context;

  const unused = notExists(
    database.select({ id: connections.id }).from(connections).where(eq(connections.tokenId, tokens.id)),
  );

  async function left(id: string): Promise<TokenRow | undefined> {
    const [row] = await database
      .select()
      .from(tokens)
      .where(and(eq(tokens.id, id), unused));
    return row;
  }

  /** Unless somebody connected the same account again meanwhile. */
  async function remove(id: string): Promise<void> {
    await database.delete(tokens).where(and(eq(tokens.id, id), unused));
    accessTokens().forget(id);
  }

  /** One after another: once this is through, nobody revokes what a new authorization may already have replaced. */
  const end = (id: string, revoke: boolean): Promise<Trouble | undefined> =>
    whileLocked(database.$client, `revoke/${id}`, async () => {
      const row = await left(id);
      if (!row) return undefined;
      const trouble = revoke ? await revokeAtService(row) : undefined;
      if (!trouble?.mayPass) await remove(id);
      return trouble;
    });

  async function drop(tokenId: string, revoke: boolean, connectionId?: string): Promise<string | undefined> {
    const trouble = await end(tokenId, revoke);
    if (trouble?.mayPass) {
      const at = now();
      await database
        .update(tokens)
        .set({ revokeSince: at, revokeTriedAt: at, revokeFor: connectionId ?? null })
        .where(and(eq(tokens.id, tokenId), unused));
    }
    return trouble?.message;
  }

  async function dropBeforeAuthorization(profileId: string): Promise<void> {
    const rows = await database
      .select({ id: tokens.id })
      .from(tokens)
      .where(and(eq(tokens.profileId, profileId), unused));
    for (const { id } of rows) if (await end(id, true)) await remove(id);
  }

  /** Takes the rows that are due, each for this worker alone. */
  async function takeLeft(): Promise<readonly TokenRow[]> {
    const at = now();
    const triedMs = sql`extract(epoch from ${tokens.revokeTriedAt} - ${tokens.revokeSince}) * 1000`;
    const waitMs = sql`least(${longestWaitMs}::float8, greatest(${shortestWaitMs}::float8, ${triedMs}))`;
    return await database
      .update(tokens)
      .set({ revokeSince: sql`coalesce(${tokens.revokeSince}, ${at})`, revokeTriedAt: at })
      .where(
        and(
          unused,
          sql`(${tokens.revokeTriedAt} is null or ${tokens.revokeTriedAt} + ${waitMs} * interval '1 ms' <= ${at})`,
        ),
      )
      .returning();
  }

  async function dropLeft(): Promise<void> {
    for (const row of await takeLeft()) {
      const trouble = await end(row.id, true);
      const triedMs = now().getTime() - (row.revokeSince?.getTime() ?? 0);
      if (trouble?.mayPass && triedMs < givenUpAfterMs) continue;
      if (trouble) await remove(row.id);
      if (row.revokeFor === null) continue;
      const told = await database
        .update(connections)
        .set({ reason: trouble ? neverRevoked(trouble.message) : null })
        // Whoever connected it since knows better.
        .where(and(eq(connections.id, row.revokeFor), isNull(connections.tokenId)))
        .returning({ id: connections.id });
      for (const { id } of told) changes.publish({ type: "connection", id });
    }
  }

  async function revokeAtService(row: TokenRow): Promise<Trouble | undefined> {
    const app = await profiles.values(row.profileId);
    if (!app || app.kind.type === "form") return undefined;
    const { kind, profile } = app;
    try {
      const set = await alive(row);
      if (set) await kind.revoke({ profile, tokens: set });
      return undefined;
    } catch (error) {
      // Disconnecting must work when the service is away; the person is told what is left to do.
      if (!(error instanceof ConnectorError)) throw error;
      // What is dead there already need not be revoked.
      if (error.kind === "reconnect") return undefined;
      return { message: error.message, mayPass: passing.has(error.kind) };
    }
  }

  /** A token that the service still knows: when it has expired, the authorization behind it lives on. */
  async function alive(row: TokenRow): Promise<TokenSet | undefined> {
    const set = accessTokens().open(row);
    if (set.expiresAt > now()) return set;
    if (!set.refreshToken) return undefined;
    await accessTokens().of(row.id)();
    const refreshed = await left(row.id);
    return refreshed && accessTokens().open(refreshed);
  }

  return { drop, dropLeft, dropBeforeAuthorization };
}

const passing: ReadonlySet<string> = new Set(["unavailable", "rate-limited", "outcome-unknown"]);

const neverRevoked = (trouble: string): string =>
  `Disconnected here, but the service never confirmed that it revoked the token (${trouble}). Remove the app there too.`;
