/**
 * Access tokens, refreshed ahead of their expiry by one caller at a time, whatever the number of workers: who refreshes
 * holds a lock from before the token is read until the new refresh token is committed.
 *
 * That a refresh begins is committed before the service is asked. If the answer is lost, by a broken connection or by
 * the death of this process, the next one knows that the service may have replaced the refresh token meanwhile.
 */
import { type AccessTokenSource, ConnectorError, Secret, type TokenSet } from "@greenroom/connector-kit";
import { and, eq, inArray, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { Database } from "../database/database.ts";
import { isDatabaseAway } from "../database/database-away.ts";
import { connections, tokens } from "../database/schema.ts";
import { whileLocked } from "../database/session-lock.ts";
import type { SecretBox } from "../secret-box.ts";
import type { AppProfiles } from "./app-profiles.ts";

/** The share of a token's life after which it is refreshed. */
export const refreshAfter = 0.85;
/** Tokens that one sweep refreshes at the same time; each holds a connection to the database. */
const sweptAtOnce = 4;

type Row = typeof tokens.$inferSelect;

/** Gives and refreshes access tokens by token id. */
export interface AccessTokens {
  of(tokenId: string): AccessTokenSource;
  seal(tokenId: string, set: TokenSet): Buffer;
  open(row: Row): TokenSet;
  /** Forgets what is in memory, after a token was replaced or deleted. */
  forget(tokenId: string): void;
  /** Refreshes every token that is due, also those that no job uses. Any worker may do it at any time. */
  refreshDue(): Promise<void>;
}

interface Known {
  readonly set: TokenSet;
  readonly refreshAt: number;
}

/** Makes the source of access tokens. `onDead` is told of each token that the service no longer accepts, by the secrets that it refused. */
export function createAccessTokens(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly profiles: AppProfiles;
  readonly now: () => Date;
  readonly onDead: (tokenId: string, secrets: Buffer, reason: string) => Promise<void>;
  /** Runs a query until the database answers. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: { warn(fields: object, message: string): void };
}): AccessTokens {
  const { database, secretBox, profiles, now, onDead, patiently, log } = context;
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

  /** Whether the row's token can be given: it is not due, and is not the one that the service refused. */
  const isFresh = (row: Row, set: TokenSet, stale: Secret | undefined) =>
    now().getTime() < row.refreshedAt.getTime() + lifeOf(row) * refreshAfter &&
    stale?.reveal() !== set.accessToken.reveal();

  /** Refreshes unless another worker already did. @param stale the token that must not be given again. @param refused what is not accepted any more */
  async function refresh(
    id: string,
    stale: Secret | undefined,
    refused: { secrets?: Buffer },
  ): Promise<TokenSet> {
    const [found] = await database.select().from(tokens).where(eq(tokens.id, id));
    if (!found) throw disconnected();
    const set = open(found);
    if (isFresh(found, set, stale)) return remember(id, set, found.refreshedAt);
    // Before the lock: whoever holds it has one connection to the database and must not wait for a second one.
    const app = await profiles.values(found.profileId);
    if (!app) {
      refused.secrets = found.secrets;
      throw disconnected();
    }
    if (app.kind.type === "form") return remember(id, set, found.refreshedAt);
    const { kind, profile } = app;
    return await whileLocked(database.$client, place(id), async (client) => {
      const session = drizzle({ client }) as unknown as Database;
      const [row] = await session.select().from(tokens).where(eq(tokens.id, id));
      if (!row) throw disconnected();
      const current = open(row);
      if (isFresh(row, current, stale)) return remember(id, current, row.refreshedAt);

      const mark = (refreshBegunAt: Date | null) =>
        session.update(tokens).set({ refreshBegunAt }).where(eq(tokens.id, id));
      if (row.refreshBegunAt === null) await mark(now());
      let next: TokenSet;
      try {
        next = await kind.refresh({ profile, tokens: current, now: now() });
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        if (error.kind === "outcome-unknown") throw answerLost(error);
        if (error.kind === "reconnect") {
          // Whoever connected anew meanwhile has put others into the row; those were not refused.
          const [newer] = await session.select().from(tokens).where(eq(tokens.id, id));
          if (newer && !newer.secrets.equals(row.secrets))
            return remember(id, open(newer), newer.refreshedAt);
          refused.secrets = row.secrets;
          throw row.refreshBegunAt ? lostBefore(row.refreshBegunAt, error) : error;
        }
        // Surely not done. An earlier refresh whose answer was lost is still unresolved.
        if (row.refreshBegunAt === null) await mark(null);
        throw error;
      }
      const refreshedAt = now();
      const sealed = seal(id, next);
      const save = (on: Database) =>
        on
          .update(tokens)
          .set({
            ...{ secrets: sealed, scopes: [...next.scopes], apiUrl: next.apiUrl ?? null },
            ...{ expiresAt: next.expiresAt, refreshedAt, refreshBegunAt: null },
          })
          // Somebody who connected anew meanwhile has newer tokens than these.
          .where(and(eq(tokens.id, id), inArray(tokens.secrets, [row.secrets, sealed])));
      // The old refresh token is dead by now: these must not be lost with the session.
      const { rowCount } = await save(session).catch((error: unknown) => {
        if (!isDatabaseAway(error)) throw error;
        return patiently(() => save(database));
      });
      if (rowCount === 1) return remember(id, next, refreshedAt);
      const [newer] = await database.select().from(tokens).where(eq(tokens.id, id));
      if (!newer) throw disconnected();
      return remember(id, open(newer), newer.refreshedAt);
    });
  }

  async function refreshAndTell(id: string, stale: Secret | undefined): Promise<TokenSet> {
    const refused: { secrets?: Buffer } = {};
    try {
      return await refresh(id, stale, refused);
    } catch (error) {
      if (error instanceof ConnectorError && refused.secrets)
        await onDead(id, refused.secrets, error.message);
      throw error;
    }
  }

  function refreshOnce(id: string, stale: Secret | undefined): Promise<TokenSet> {
    const already = underWay.get(id);
    if (already) return already;
    const refreshing = refreshAndTell(id, stale).finally(() => underWay.delete(id));
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
    async refreshDue() {
      const due = await database
        .selectDistinct({ id: tokens.id })
        .from(tokens)
        .innerJoin(connections, eq(connections.tokenId, tokens.id))
        .where(
          sql`${connections.state} = 'connected' and ${now()} >= ${tokens.refreshedAt} + (${tokens.expiresAt} - ${tokens.refreshedAt}) * ${sql.raw(String(refreshAfter))}`,
        );
      for (let at = 0; at < due.length; at += sweptAtOnce) {
        const some = due.slice(at, at + sweptAtOnce);
        const results = await Promise.allSettled(some.map(({ id }) => refreshOnce(id, undefined)));
        for (const result of results) {
          if (result.status === "rejected")
            log.warn({ error: String(result.reason) }, "a token could not be refreshed ahead of its expiry");
        }
      }
    },
  };
}

function lifeOf(row: Row): number {
  return row.expiresAt.getTime() - row.refreshedAt.getTime();
}

function disconnected(): ConnectorError {
  return new ConnectorError("reconnect", "disconnected", "The connection is no longer authorised.", {
    hint: "Open the connection and choose Connect.",
  });
}

/** Nothing of the caller's was sent: trying again is right, and may find that the old refresh token still works. */
function answerLost(cause: ConnectorError): ConnectorError {
  return new ConnectorError(
    "unavailable",
    "refresh-answer-lost",
    `The answer to the token's refresh was lost: ${cause.message}`,
    { cause },
  );
}

function lostBefore(begunAt: Date, cause: ConnectorError): ConnectorError {
  return new ConnectorError(
    "reconnect",
    "refresh-lost",
    `A refresh begun at ${begunAt.toISOString()} was carried out by the service, but its answer never reached Greenroom (the connection broke, or Greenroom was ended). With it the new refresh token was lost, and the old one is dead: ${cause.message}`,
    { hint: "Open the connection and choose Connect.", cause },
  );
}
