import {
  type AppProfile,
  connectionKind,
  type ConnectionKind,
  type Connector,
  ConnectorError,
  Secret,
} from "@greenroom/connector-kit";
import { and, eq, isNotNull } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../database/database.ts";
import { appProfiles, connections, tokens } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";
import { filledForm } from "./filled-form.ts";
import { movedPlaces, mustNotKeep } from "./moved-places.ts";
import { alreadyNamed, notFound } from "./refusals.ts";

/** An app profile as people see it: which secrets are set, never what they are. */
export interface AppProfileSummary {
  readonly id: string;
  readonly connector: string;
  readonly kind: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly secretsSet: readonly string[];
  readonly createdAt: Date;
}

/** OAuth apps at services, their secrets sealed. */
export interface AppProfiles {
  list(): Promise<readonly AppProfileSummary[]>;
  create(profile: {
    connector: string;
    kind?: string | undefined;
    name: string;
    fields: Record<string, string>;
  }): Promise<AppProfileSummary>;
  /** Merges the given fields in; an empty secret keeps the one that is set. */
  update(id: string, change: { name?: string; fields?: Record<string, string> }): Promise<AppProfileSummary>;
  remove(id: string): Promise<void>;
  /** What a connector gets; kept in memory until the profile changes. */
  values(id: string): Promise<App | undefined>;
}

/** An app profile as connectors get it. */
export interface App {
  readonly connector: Connector;
  readonly kind: ConnectionKind;
  readonly profile: AppProfile;
}

type Row = typeof appProfiles.$inferSelect;

/** Makes the store of app profiles. */
export function createAppProfiles(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly now: () => Date;
  /** Called when the values of a profile may have changed. */
  readonly onChange: () => Promise<void>;
}): AppProfiles {
  const { database, secretBox, connectors, now, onChange } = context;
  const known = new Map<string, App>();

  const place = (id: string) => `app_profiles/${id}`;
  const secretsOf = (row: Row) =>
    JSON.parse(secretBox.open(place(row.id), row.secrets)) as Record<string, string>;

  function summaryOf(row: Row): AppProfileSummary {
    const { id, connector, name, fields, createdAt } = row;
    const kind = row.kind ?? connectionKind(connectors.get(connector), undefined)?.id ?? "";
    return { id, connector, kind, name, fields, secretsSet: Object.keys(secretsOf(row)), createdAt };
  }

  function kindOf(connectorId: string, kindId: string | undefined): ConnectionKind {
    const kind = connectionKind(connectors.get(connectorId), kindId);
    if (kind) return kind;
    const ways = (connectors.get(connectorId)?.connections ?? []).map(({ id }) => id);
    const [field, message] =
      ways.length === 0
        ? (["connector", "names no connector with connections"] as const)
        : (["kind", `is not a way to connect; there is ${ways.join(", ")}`] as const);
    throw new ConnectorError(
      "invalid-input",
      "unknown-connector",
      ways.length === 0
        ? `There is no connector “${connectorId}” that connects to an account.`
        : `There is no way to connect “${kindId}”.`,
      { fields: [{ field, message }] },
    );
  }

  async function rowOf(id: string): Promise<Row> {
    const [row] = await database.select().from(appProfiles).where(eq(appProfiles.id, id));
    if (!row) throw notFound("app profile", id);
    return row;
  }

  /** Tokens of before are for where the app was before. */
  async function mustHoldNoTokens({ id, name }: Row): Promise<void> {
    const holders = await database
      .select({ name: connections.name })
      .from(connections)
      .where(and(eq(connections.profileId, id), isNotNull(connections.tokenId)));
    if (holders.length === 0) return;
    const names = holders.map((one) => `“${one.name}”`).join(", ");
    throw new ConnectorError(
      "conflict",
      "still-connected",
      `“${name}” would be at another address, and ${names} is connected through it.`,
      { hint: "Disconnect it first; or make another app profile for the other address." },
    );
  }

  return {
    async list() {
      const rows = await database.select().from(appProfiles).orderBy(appProfiles.name);
      return rows.map(summaryOf);
    },

    async create({ connector, kind: kindId, name, fields: given }) {
      const id = uuidv7();
      const kind = kindOf(connector, kindId);
      const { fields, secrets } = filledForm(kind.profileFields, given, {});
      await mustBeUsable(kind, fields, secrets);
      const sealed = secretBox.seal(place(id), JSON.stringify(secrets));
      const row: Row = { id, connector, kind: kind.id, name, fields, secrets: sealed, createdAt: now() };
      const inserted = await database
        .insert(appProfiles)
        .values(row)
        .onConflictDoNothing()
        .returning({ id: appProfiles.id });
      if (inserted.length === 0) throw alreadyNamed("app profile", name);
      return summaryOf(row);
    },

    async update(id, change) {
      const row = await rowOf(id);
      const kind = kindOf(row.connector, row.kind ?? undefined);
      const { fields, secrets } = filledForm(kind.profileFields, change.fields ?? {}, {
        ...row.fields,
        ...secretsOf(row),
      });
      await mustBeUsable(kind, fields, secrets);
      const moved = movedPlaces(kind.profileFields, row.fields, fields);
      const given = change.fields ?? {};
      mustNotKeep(
        ...([kind.profileFields, moved, Object.keys(secrets).filter((one) => !given[one]?.trim())] as const),
      );
      if (moved.length > 0 && kind.type !== "form") {
        await mustHoldNoTokens(row);
        // What is still to be revoked at the old address must not go to the new one.
        await database.delete(tokens).where(eq(tokens.profileId, id));
      }
      const updated: Row = {
        ...row,
        name: change.name ?? row.name,
        fields,
        secrets: secretBox.seal(place(id), JSON.stringify(secrets)),
      };
      await database.update(appProfiles).set(updated).where(eq(appProfiles.id, id));
      known.delete(id);
      await onChange();
      return summaryOf(updated);
    },

    async remove(id) {
      const row = await rowOf(id);
      const users = await database
        .select({ name: connections.name })
        .from(connections)
        .where(eq(connections.profileId, id));
      if (users.length > 0) {
        const names = users.map(({ name }) => `“${name}”`).join(", ");
        throw new ConnectorError(
          "conflict",
          "profile-in-use",
          `“${row.name}” is used by the connections ${names}.`,
          {
            hint: "Delete those connections first.",
          },
        );
      }
      await database.transaction(async (tx) => {
        // What its connections left to be revoked goes with its credentials.
        await tx.delete(tokens).where(eq(tokens.profileId, id));
        await tx.delete(appProfiles).where(eq(appProfiles.id, id));
      });
      known.delete(id);
    },

    async values(id) {
      const cached = known.get(id);
      if (cached) return cached;
      const [row] = await database.select().from(appProfiles).where(eq(appProfiles.id, id));
      if (!row) return undefined;
      const connector = connectors.get(row.connector);
      const kind = connectionKind(connector, row.kind ?? undefined);
      if (!connector || !kind) return undefined;
      const value: App = { connector, kind, profile: valuesOf(row.fields, secretsOf(row)) };
      known.set(id, value);
      return value;
    },
  };
}

type Values = Readonly<Record<string, string>>;

function valuesOf(fields: Values, secrets: Values): AppProfile {
  const sealed = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)] as const);
  return { ...fields, ...Object.fromEntries(sealed) };
}

/** @throws {ConnectorError} as the kind itself says it, its fields named as in the request. */
async function mustBeUsable(kind: ConnectionKind, fields: Values, secrets: Values): Promise<void> {
  try {
    await kind.check?.(valuesOf(fields, secrets));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { hint } = error;
    throw new ConnectorError(error.kind, error.code, error.message, {
      fields: error.fields.map(({ field, message }) => ({ field: `fields.${field}`, message })),
      ...(hint !== undefined && { hint }),
    });
  }
}
