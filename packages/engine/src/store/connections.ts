/** Connections: named accounts, authorised by OAuth 2.0; and what ends them. */
import { type Client, type Connector, ConnectorError, type Identity, Secret } from "@greenroom/connector-kit";
import { and, eq, inArray, lt } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Changes } from "../changes.ts";
import type { Database } from "../database/database.ts";
import { authorizations, type ConnectionState, connections, tokens } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { AppProfiles } from "./app-profiles.ts";
import { alreadyNamed, notFound } from "./refusals.ts";

/** Zoom's own limit for a code is five minutes; a person may take twice that to sign in. */
const authorizationLifeMs = 10 * 60_000;

/** A connection as people see it. */
export interface ConnectionSummary {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly profileId: string;
  readonly state: ConnectionState;
  readonly reason: string | undefined;
  readonly identity: Identity | undefined;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly connectedAt: Date | undefined;
}

/** The connections. What stops with them is the recipes' business: see `onLost`. */
export interface Connections {
  list(): Promise<readonly ConnectionSummary[]>;
  get(id: string): Promise<ConnectionSummary>;
  byName(name: string): Promise<ConnectionSummary | undefined>;
  create(connection: { name: string; connector: string; profileId: string }): Promise<ConnectionSummary>;
  remove(id: string): Promise<void>;
  /** Begins the authorization; the browser goes to the address. */
  authorize(id: string, redirectUri: string): Promise<{ authorizationUrl: string }>;
  /** Ends it with what the browser brought back. Nothing is stored unless all of it succeeds. */
  complete(callbackUrl: URL, redirectUri: string): Promise<ConnectionSummary>;
  /** The connection that a callback belongs to, even a refused one. */
  ofCallback(callbackUrl: URL): Promise<string | undefined>;
  disconnect(id: string): Promise<ConnectionSummary>;
  /** The account removed the app: every connection of it is dead. */
  deauthorized(profileId: string, accountId: string, userId: string | undefined): Promise<void>;
  needsAttention(name: string, reason: string): Promise<void>;
  client(connector: Connector, name: string | undefined): Promise<Client>;
}

type Row = typeof connections.$inferSelect;
type TokenRow = typeof tokens.$inferSelect;

/** Makes the store of connections. */
export function createConnections(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly profiles: AppProfiles;
  readonly accessTokens: AccessTokens;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly changes: Changes;
  readonly now: () => Date;
  /** Called after connections ceased to be connected, with the reason people read. */
  readonly onLost: (names: readonly string[], reason: string) => Promise<void>;
  readonly onConnected: () => Promise<void>;
}): Connections {
  const { database, secretBox, profiles, accessTokens, connectors, changes, now, onLost, onConnected } =
    context;
  const clients = new Map<string, Client>();

  const place = (state: string) => `authorizations/${state}`;

  async function find(where?: ReturnType<typeof eq>): Promise<readonly ConnectionSummary[]> {
    const rows = await database
      .select()
      .from(connections)
      .leftJoin(tokens, eq(tokens.id, connections.tokenId))
      .where(where)
      .orderBy(connections.name);
    return rows.map((row) => summaryOf(row.connections, row.tokens));
  }

  async function get(id: string): Promise<ConnectionSummary> {
    const [found] = await find(eq(connections.id, id));
    if (!found) throw notFound("connection", id);
    return found;
  }

  async function one(id: string): Promise<Row> {
    const [row] = await database.select().from(connections).where(eq(connections.id, id));
    if (!row) throw notFound("connection", id);
    return row;
  }

  async function appOf(row: { connector: string; profileId: string }) {
    const app = await profiles.values(row.profileId);
    const connector = connectors.get(row.connector);
    if (!app || app.connector !== row.connector) throw notFound("app profile", row.profileId);
    if (!connector?.connection) throw notFound("connector with connections", row.connector);
    return { connector, kind: connector.connection, profile: app.profile };
  }

  /** Marks connections as lost, forgets what is cached for them, and tells the recipes. */
  async function lose(rows: readonly Row[], state: ConnectionState, reason: string): Promise<void> {
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    const keepsToken = state === "needs-attention";
    await database
      .update(connections)
      .set({ state, reason, ...(keepsToken ? {} : { tokenId: null, connectedAt: null }) })
      .where(inArray(connections.id, ids));
    for (const { id } of rows) {
      clients.delete(id);
      changes.publish({ type: "connection", id });
    }
    await onLost(
      rows.map(({ name }) => name),
      reason,
    );
  }

  /** Deletes a token that no connection uses any more, and revokes it first where asked. */
  async function dropToken(tokenId: string, revoke: boolean): Promise<string | undefined> {
    const users = await database
      .select({ id: connections.id })
      .from(connections)
      .where(eq(connections.tokenId, tokenId));
    if (users.length > 0) return undefined;
    const [row] = await database.select().from(tokens).where(eq(tokens.id, tokenId));
    if (!row) return undefined;
    let trouble: string | undefined;
    if (revoke) trouble = await revokeAtService(row);
    await database.delete(tokens).where(eq(tokens.id, tokenId));
    accessTokens.forget(tokenId);
    return trouble;
  }

  async function revokeAtService(row: TokenRow): Promise<string | undefined> {
    const app = await profiles.values(row.profileId);
    const kind = app && connectors.get(app.connector)?.connection;
    if (!app || !kind) return undefined;
    try {
      await kind.revoke({ profile: app.profile, tokens: accessTokens.open(row) });
      return undefined;
    } catch (error) {
      // Disconnecting must work when the service is away; the person is told what is left to do.
      if (!(error instanceof ConnectorError)) throw error;
      return error.message;
    }
  }

  return {
    list: () => find(),

    get,

    byName: async (name) => (await find(eq(connections.name, name)))[0],

    async create({ name, connector, profileId }) {
      await appOf({ connector, profileId });
      const row: Row = {
        ...{ id: uuidv7(), name, connector, profileId, tokenId: null, state: "disconnected" },
        ...{ reason: null, createdAt: now(), connectedAt: null },
      };
      const inserted = await database
        .insert(connections)
        .values(row)
        .onConflictDoNothing()
        .returning({ id: connections.id });
      if (inserted.length === 0) throw alreadyNamed("connection", name);
      changes.publish({ type: "connection", id: row.id });
      return summaryOf(row, null);
    },

    async remove(id) {
      const row = await one(id);
      if (row.tokenId !== null) {
        throw new ConnectorError("conflict", "still-connected", `“${row.name}” is still authorised.`, {
          hint: "Disconnect it first.",
        });
      }
      await database.delete(connections).where(eq(connections.id, id));
      changes.publish({ type: "connection", id });
    },

    async authorize(id, redirectUri) {
      const row = await one(id);
      const { kind, profile } = await appOf(row);
      const { authorizationUrl, state, codeVerifier } = await kind.begin({ profile, redirectUri });
      await database.delete(authorizations).where(lt(authorizations.expiresAt, now()));
      await database.insert(authorizations).values({
        state,
        connectionId: id,
        codeVerifier: secretBox.seal(place(state), codeVerifier.reveal()),
        expiresAt: new Date(now().getTime() + authorizationLifeMs),
      });
      return { authorizationUrl };
    },

    async ofCallback(callbackUrl) {
      const state = callbackUrl.searchParams.get("state") ?? "";
      const [found] = await database.select().from(authorizations).where(eq(authorizations.state, state));
      return found?.connectionId;
    },

    async complete(callbackUrl, redirectUri) {
      const state = callbackUrl.searchParams.get("state") ?? "";
      // Taken, not read: a state is good once.
      const [begun] = await database
        .delete(authorizations)
        .where(eq(authorizations.state, state))
        .returning();
      if (!begun || begun.expiresAt < now()) {
        throw new ConnectorError(
          "forbidden",
          "unknown-state",
          "This sign-in was not begun here, or it took longer than ten minutes.",
          {
            hint: "Open the connection and choose Connect again.",
          },
        );
      }
      const row = await one(begun.connectionId);
      const { connector, kind, profile } = await appOf(row);
      const codeVerifier = new Secret(secretBox.open(place(state), begun.codeVerifier));
      const set = await kind.complete({ profile, redirectUri, callbackUrl, state, codeVerifier });
      const client = connector.createClient({
        profile,
        accessToken: async () => ({ accessToken: set.accessToken, apiUrl: set.apiUrl }),
      });
      const identity = await kind.identify(client);

      const connectedAt = now();
      const previous = row.tokenId;
      const tokenId = await database.transaction(async (tx) => {
        const { accountId, userId } = identity;
        const same = and(
          eq(tokens.profileId, row.profileId),
          eq(tokens.accountId, accountId),
          eq(tokens.userId, userId),
        );
        const [existing] = await tx.select({ id: tokens.id }).from(tokens).where(same).for("update");
        const id = existing?.id ?? uuidv7();
        const values = {
          ...{
            id,
            profileId: row.profileId,
            accountId,
            userId,
            identity,
            secrets: accessTokens.seal(id, set),
          },
          ...{
            scopes: [...set.scopes],
            apiUrl: set.apiUrl ?? null,
            expiresAt: set.expiresAt,
            refreshedAt: connectedAt,
          },
        };
        await tx.insert(tokens).values(values).onConflictDoUpdate({ target: tokens.id, set: values });
        await tx
          .update(connections)
          .set({ tokenId: id, state: "connected", reason: null, connectedAt })
          .where(eq(connections.id, row.id));
        return id;
      });
      accessTokens.forget(tokenId);
      clients.delete(row.id);
      if (previous !== null && previous !== tokenId) await dropToken(previous, true);
      await onConnected();
      changes.publish({ type: "connection", id: row.id });
      return get(row.id);
    },

    async disconnect(id) {
      const row = await one(id);
      if (row.tokenId === null) return get(id);
      await lose([row], "disconnected", `The connection “${row.name}” was disconnected.`);
      const trouble = await dropToken(row.tokenId, true);
      if (trouble !== undefined) {
        const reason = `Disconnected here, but the service did not confirm that it revoked the token (${trouble}). Remove the app there too.`;
        await database.update(connections).set({ reason }).where(eq(connections.id, id));
      }
      return get(id);
    },

    async deauthorized(profileId, accountId, userId) {
      const lost = await database
        .select()
        .from(connections)
        .innerJoin(tokens, eq(tokens.id, connections.tokenId))
        .where(
          and(
            eq(tokens.profileId, profileId),
            eq(tokens.accountId, accountId),
            userId === undefined ? undefined : eq(tokens.userId, userId),
          ),
        );
      const reason = "The app was removed from the account at the service. Connect again to go on.";
      await lose(
        lost.map((row) => row.connections),
        "disconnected",
        reason,
      );
      for (const id of new Set(lost.map((row) => row.tokens.id))) await dropToken(id, false);
    },

    async needsAttention(name, reason) {
      const [row] = await database.select().from(connections).where(eq(connections.name, name));
      if (row?.state === "connected") await lose([row], "needs-attention", reason);
    },

    async client(connector, name) {
      if (!connector.connection) return connector.createClient({ profile: {}, accessToken: undefined });
      const [row] = await database
        .select()
        .from(connections)
        .where(eq(connections.name, name ?? ""));
      if (row?.tokenId == null || row.state !== "connected") {
        throw new ConnectorError("reconnect", "not-connected", `The connection “${name}” is not connected.`, {
          hint: "Open the connection and choose Connect.",
        });
      }
      const cached = clients.get(row.id);
      if (cached) return cached;
      const { profile } = await appOf(row);
      const client = connector.createClient({ profile, accessToken: accessTokens.of(row.tokenId) });
      clients.set(row.id, client);
      return client;
    },
  };
}

function summaryOf(row: Row, token: TokenRow | null): ConnectionSummary {
  return {
    ...{ id: row.id, name: row.name, connector: row.connector, profileId: row.profileId, state: row.state },
    ...{ reason: row.reason ?? undefined, identity: token?.identity, scopes: token?.scopes ?? [] },
    ...{ createdAt: row.createdAt, connectedAt: row.connectedAt ?? undefined },
  };
}
