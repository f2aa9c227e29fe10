import { type AppProfile, ConnectorError, type FormField, Secret } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../database/database.ts";
import { appProfiles, connections } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";
import { alreadyNamed, notFound } from "./refusals.ts";

/** An app profile as people see it: which secrets are set, never what they are. */
export interface AppProfileSummary {
  readonly id: string;
  readonly connector: string;
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
    name: string;
    fields: Record<string, string>;
  }): Promise<AppProfileSummary>;
  /** Merges the given fields in; an empty secret keeps the one that is set. */
  update(id: string, change: { name?: string; fields?: Record<string, string> }): Promise<AppProfileSummary>;
  remove(id: string): Promise<void>;
  /** What a connector gets; kept in memory until the profile changes. */
  values(id: string): Promise<{ connector: string; profile: AppProfile } | undefined>;
}

type Row = typeof appProfiles.$inferSelect;

/** Makes the store of app profiles. */
export function createAppProfiles(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly fieldsOf: (connector: string) => readonly FormField[] | undefined;
  readonly now: () => Date;
}): AppProfiles {
  const { database, secretBox, fieldsOf, now } = context;
  const known = new Map<string, { connector: string; profile: AppProfile }>();

  const place = (id: string) => `app_profiles/${id}`;
  const secretsOf = (row: Row) =>
    JSON.parse(secretBox.open(place(row.id), row.secrets)) as Record<string, string>;

  function summaryOf(row: Row): AppProfileSummary {
    const { id, connector, name, fields, createdAt } = row;
    return { id, connector, name, fields, secretsSet: Object.keys(secretsOf(row)), createdAt };
  }

  /** Sorts the given values into open fields and secrets. @throws {ConnectorError} naming each field that is wrong. */
  function split(connector: string, given: Record<string, string>, before: Record<string, string>) {
    const form = fieldsOf(connector);
    if (!form) {
      throw new ConnectorError(
        "invalid-input",
        "unknown-connector",
        `There is no connector “${connector}” that connects to an account.`,
        {
          fields: [{ field: "connector", message: "names no connector with connections" }],
        },
      );
    }
    const names = new Set(form.map(({ name }) => name));
    const problems = Object.keys(given)
      .filter((name) => !names.has(name))
      .map((name) => ({
        field: `fields.${name}`,
        message: `is not a field of this form; it has ${[...names].join(", ")}`,
      }));
    const fields: Record<string, string> = {};
    const secrets: Record<string, string> = {};
    for (const { name, label, secret, required, default: fallback } of form) {
      const value = given[name]?.trim() || before[name] || fallback;
      if (value) (secret ? secrets : fields)[name] = value;
      else if (required) problems.push({ field: `fields.${name}`, message: `${label} is required` });
    }
    if (problems.length > 0) {
      const text = problems.map(({ field, message }) => `${field} ${message}`).join("; ");
      throw new ConnectorError(
        "invalid-input",
        "invalid-profile",
        `The app's form is not complete: ${text}.`,
        { fields: problems },
      );
    }
    return { fields, secrets };
  }

  async function rowOf(id: string): Promise<Row> {
    const [row] = await database.select().from(appProfiles).where(eq(appProfiles.id, id));
    if (!row) throw notFound("app profile", id);
    return row;
  }

  return {
    async list() {
      const rows = await database.select().from(appProfiles).orderBy(appProfiles.name);
      return rows.map(summaryOf);
    },

    async create({ connector, name, fields: given }) {
      const id = uuidv7();
      const { fields, secrets } = split(connector, given, {});
      const sealed = secretBox.seal(place(id), JSON.stringify(secrets));
      const row: Row = { id, connector, name, fields, secrets: sealed, createdAt: now() };
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
      const { fields, secrets } = split(row.connector, change.fields ?? {}, {
        ...row.fields,
        ...secretsOf(row),
      });
      const updated: Row = {
        ...row,
        name: change.name ?? row.name,
        fields,
        secrets: secretBox.seal(place(id), JSON.stringify(secrets)),
      };
      await database.update(appProfiles).set(updated).where(eq(appProfiles.id, id));
      known.delete(id);
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
      await database.delete(appProfiles).where(eq(appProfiles.id, id));
      known.delete(id);
    },

    async values(id) {
      const cached = known.get(id);
      if (cached) return cached;
      const [row] = await database.select().from(appProfiles).where(eq(appProfiles.id, id));
      if (!row) return undefined;
      const secrets = Object.entries(secretsOf(row)).map(
        ([name, value]) => [name, new Secret(value)] as const,
      );
      const value = { connector: row.connector, profile: { ...row.fields, ...Object.fromEntries(secrets) } };
      known.set(id, value);
      return value;
    },
  };
}
