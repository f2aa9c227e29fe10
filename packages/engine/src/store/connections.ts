/** Connections: named accounts, authorised by OAuth 2.0; and what ends them. */
import {
  type Client,
  type Connector,
  ConnectorError,
  type Identity,
  type LimitStore,
  type TokenSet,
} from "@greenroom/connector-kit";
import { and, eq, inArray, isNull, type SQL } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Changes } from "../changes.ts";
import type { Database, Transaction } from "../database/database.ts";
import { type ConnectionState, connections, tokens } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { App, AppProfiles } from "./app-profiles.ts";
import { createAuthorizations } from "./authorizations.ts";
import { createConnectionClients } from "./connection-clients.ts";
import { type ConnectionSummary, type Row, summaryOf } from "./connection-summary.ts";
import { createTokenDrop, notRevokedYet } from "./drop-token.ts";
import { noTokens, saveTokens } from "./save-tokens.ts";
import { alreadyNamed, notConnected, notFound } from "./refusals.ts";

/** A client for a step. */
export interface ConnectionClient {
  readonly client: Client;
  /** Set where the connection limits how many steps use it at once. */
  readonly limited: { readonly id: string; readonly concurrency: number } | undefined;
}

/** The connections. What stops with them is the recipes' business: see `onLost`. */
export interface Connections {
  list(): Promise<readonly ConnectionSummary[]>;
  get(id: string): Promise<ConnectionSummary>;
  byName(name: string): Promise<ConnectionSummary | undefined>;
  create(connection: { name: string; connector: string; profileId: string }): Promise<ConnectionSummary>;
  remove(id: string): Promise<void>;
  /** Begins the authorization: the browser goes to the address. Without one nobody need be asked: it is connected. */
  authorize(
    id: string,
    redirectUri: string,
  ): Promise<{ authorizationUrl: string; state: string } | undefined>;
  /** Ends it with what the browser brought back. Nothing is stored unless all of it succeeds. */
  complete(callbackUrl: URL, redirectUri: string): Promise<ConnectionSummary>;
  /** The connection that a callback belongs to, even a refused one. */
  ofCallback(callbackUrl: URL): Promise<string | undefined>;
  /** Asks the service who we are there, and keeps the answer. @throws {ConnectorError} when it no longer knows us. */
  test(id: string): Promise<ConnectionSummary>;
  disconnect(id: string): Promise<ConnectionSummary>;
  /** Revokes what a disconnect left at the service, because it was away or the process died. Any worker may do it at any time. */
  revokeLeft(): Promise<void>;
  /** The account removed the app: every connection of it is dead. */
  deauthorized(profileId: string, accountId: string, userId: string | undefined): Promise<void>;
  needsAttention(name: string, reason: string): Promise<void>;
  /** The service no longer accepts a token: every connection with it needs attention, unless it has another one by now. */
  tokenDied(tokenId: string, secrets: Buffer, reason: string): Promise<void>;
  client(connector: Connector, name: string | undefined): Promise<Client>;
  /** The same for a step of a job, which takes a place where the connection limits how many use it. */
  use(connector: Connector, name: string | undefined): Promise<ConnectionClient>;
  /** Lets at most so many steps of jobs use it at once; null for any number. */
  limit(id: string, concurrency: number | null): Promise<ConnectionSummary>;
  /** A connection's app and client, for what looks at the connection itself. @throws {ConnectorError} */
  opened(id: string): Promise<App & { readonly client: Client; readonly connection: ConnectionSummary }>;
}

/** Makes the store of connections. */
export function createConnections(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly profiles: AppProfiles;
  readonly accessTokens: () => AccessTokens;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly changes: Changes;
  readonly limits: LimitStore;
  readonly now: () => Date;
  /**
   * Called in the transaction in which connections cease to be connected, with the reason people read.
   * What it answers with is called when that is committed.
   */
  readonly onLost: (
    transaction: Transaction,
    names: readonly string[],
    reason: string,
  ) => Promise<() => Promise<void>>;
  readonly onConnected: () => Promise<void>;
}): Connections {
  const {
    database,
    secretBox,
    profiles,
    accessTokens,
    connectors,
    changes,
    limits,
    now,
    onLost,
    onConnected,
  } = context;

  const authorizations = createAuthorizations({ database, secretBox, now });
  const { drop, dropLeft, dropBeforeAuthorization } = createTokenDrop({
    database,
    profiles,
    accessTokens,
    changes,
    now,
  });

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

  const { appOf, clientOf, forget } = createConnectionClients({
    ...{ database, profiles, accessTokens, limits, now },
  });

  /** Marks connections as lost and stops their recipes, both or neither; then forgets what is cached for them. */
  async function lose(
    which: SQL | undefined,
    state: ConnectionState,
    reason: string,
    still: (transaction: Transaction) => Promise<boolean> = async () => true,
  ): Promise<void> {
    const keepsToken = state === "needs-attention";
    const lost = await database.transaction(async (transaction) => {
      if (!(await still(transaction))) return undefined;
      const rows = await transaction
        .select({ id: connections.id, name: connections.name })
        .from(connections)
        // What another process loses at the same time is lost when this returns, and its recipes are stopped.
        .where(keepsToken ? and(which, eq(connections.state, "connected")) : which)
        .orderBy(connections.id)
        .for("update");
      if (rows.length === 0) return undefined;
      const [ids, names] = [rows.map(({ id }) => id), rows.map(({ name }) => name)];
      await transaction
        .update(connections)
        .set({ state, reason, ...(keepsToken ? {} : { tokenId: null, connectedAt: null }) })
        .where(inArray(connections.id, ids));
      return { rows, tell: await onLost(transaction, names, reason) };
    });
    if (!lost) return;
    for (const { id } of lost.rows) {
      forget(id);
      changes.publish({ type: "connection", id });
    }
    await lost.tell();
  }

  const needsAttention = (name: string, reason: string) =>
    lose(eq(connections.name, name), "needs-attention", reason);

  /** Asks who the new tokens are, then keeps them for this connection and all that share them. */
  async function keep(row: Row, app: App, set: TokenSet): Promise<ConnectionSummary> {
    const { connector, kind, profile } = app;
    const client = connector.createClient({
      ...{ profile, kind: kind.id },
      accessToken:
        kind.type === "form" ? undefined : async () => ({ accessToken: set.accessToken, apiUrl: set.apiUrl }),
    });
    const identity = await kind.identify(client);
    const connectedAt = now();
    const { seal } = accessTokens();
    const tokenId = await saveTokens(database, { row, identity, set, connectedAt, seal });
    accessTokens().forget(tokenId);
    if (row.tokenId !== null && row.tokenId !== tokenId) await drop(row.tokenId, true);
    await onConnected();
    changes.publish({ type: "connection", id: row.id });
    return get(row.id);
  }

  async function use(connector: Connector, name: string | undefined): Promise<ConnectionClient> {
    if (!connector.connections || (connector.connectionOptional === true && name === undefined))
      return { client: connector.createClient({ profile: {}, accessToken: undefined }), limited: undefined };
    const [row] = await database
      .select()
      .from(connections)
      .where(eq(connections.name, name ?? ""));
    if (!row) throw notConnected(name ?? "");
    const { id, concurrency } = row;
    const limited = concurrency === null ? undefined : { id, concurrency };
    return { client: await clientOf(row, "bulk"), limited };
  }

  return {
    list: () => find(),

    get,

    byName: async (name) => (await find(eq(connections.name, name)))[0],

    async create({ name, connector, profileId }) {
      if (!connectors.get(connector)?.connections) throw notFound("connector with connections", connector);
      await appOf({ connector, profileId });
      const row: Row = {
        ...{ id: uuidv7(), name, connector, profileId, tokenId: null, state: "disconnected" },
        ...{ reason: null, createdAt: now(), connectedAt: null, testedAt: null, concurrency: null },
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
      const app = await appOf(row);
      const { kind, profile } = app;
      if (kind.type === "form") {
        await keep(row, app, noTokens);
        return undefined;
      }
      if (kind.type === "credentials") {
        await keep(row, app, await kind.obtain({ profile, now: now() }));
        return undefined;
      }
      await dropBeforeAuthorization(row.profileId);
      const begun = await kind.begin({ profile, redirectUri });
      await authorizations.keep(id, begun);
      return { authorizationUrl: begun.authorizationUrl, state: begun.state };
    },

    ofCallback: (callbackUrl) => authorizations.connectionOf(callbackUrl),

    async complete(callbackUrl, redirectUri) {
      const begun = await authorizations.take(callbackUrl);
      const row = await one(begun.connectionId);
      const app = await appOf(row);
      const { kind, profile } = app;
      if (kind.type !== "browser") throw new Error(`${kind.id} begins no authorization`);
      const set = await kind.complete({ profile, redirectUri, callbackUrl, ...begun, now: now() });
      return await keep(row, app, set);
    },

    async test(id) {
      const row = await one(id);
      const client = await clientOf(row, "interactive");
      const { kind } = await appOf(row);
      let identity: Identity;
      try {
        identity = await kind.identify(client);
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === "reconnect")
          await needsAttention(row.name, error.message);
        throw error;
      }
      await database
        .update(tokens)
        .set({ identity })
        .where(eq(tokens.id, row.tokenId ?? ""));
      await database.update(connections).set({ testedAt: now() }).where(eq(connections.id, id));
      changes.publish({ type: "connection", id });
      return get(id);
    },

    async disconnect(id) {
      const row = await one(id);
      if (row.tokenId === null) return get(id);
      await lose(eq(connections.id, id), "disconnected", `The connection “${row.name}” was disconnected.`);
      const trouble = await drop(row.tokenId, true, id);
      if (trouble !== undefined) {
        await database
          .update(connections)
          .set({ reason: notRevokedYet(trouble) })
          .where(and(eq(connections.id, id), isNull(connections.tokenId)));
      }
      return get(id);
    },

    revokeLeft: dropLeft,

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
      if (lost.length === 0) return;
      const ids = lost.map((row) => row.connections.id);
      await lose(inArray(connections.id, ids), "disconnected", reason);
      for (const id of new Set(lost.map((row) => row.tokens.id))) await drop(id, false);
    },

    needsAttention,

    tokenDied: (tokenId, secrets, reason) =>
      lose(eq(connections.tokenId, tokenId), "needs-attention", reason, async (transaction) => {
        // Locked as by who connects anew: either is first, and the new tokens outlive this.
        const same = and(eq(tokens.id, tokenId), eq(tokens.secrets, secrets));
        const rows = await transaction.select({ id: tokens.id }).from(tokens).where(same).for("update");
        return rows.length > 0;
      }),

    async opened(id) {
      const row = await one(id);
      return { ...(await appOf(row)), client: await clientOf(row, "interactive"), connection: await get(id) };
    },

    client: async (connector, name) => (await use(connector, name)).client,

    use,

    async limit(id, concurrency) {
      await one(id);
      await database.update(connections).set({ concurrency }).where(eq(connections.id, id));
      changes.publish({ type: "connection", id });
      return get(id);
    },
  };
}
