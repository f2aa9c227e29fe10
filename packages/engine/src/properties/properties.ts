/** Properties: named values that recipes read, by environment. A job sees them all its life as they were when it was made. */
import { ConnectorError } from "@greenroom/connector-kit";
import { and, asc, desc, eq, lt, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import {
  type FrozenProperty,
  properties,
  propertySets,
  type PropertyType,
  type PropertyValue,
} from "../database/data-tables.ts";
import type { SecretBox } from "../secret-box.ts";
import { notFound } from "../store/refusals.ts";

/** A property; a secret's value never comes back out. */
export interface Property {
  readonly environment: string;
  readonly name: string;
  readonly type: PropertyType;
  readonly value: PropertyValue | undefined;
  readonly description: string | undefined;
  readonly updatedAt: Date;
  readonly updatedBy: string | undefined;
}

/** What is set: a value of its type. */
export interface PropertyChange {
  readonly type: PropertyType;
  readonly value: PropertyValue;
  readonly description?: string | undefined;
  readonly by?: string | undefined;
}

/** What a job sees. */
export interface JobProperties {
  /** Those that are no secrets, by name. */
  readonly values: Readonly<Record<string, PropertyValue>>;
  /** Opens a secret. @throws {ConnectorError} `invalid-input` when there is none of that name. */
  secret(name: string): string;
}

/** The properties. */
export interface Properties {
  /** The environment whose properties this installation's recipes see. */
  readonly environment: string;
  /** Those that have properties, and this one. */
  environments(): Promise<readonly string[]>;
  list(environment: string): Promise<readonly Property[]>;
  set(environment: string, name: string, change: PropertyChange): Promise<Property>;
  remove(environment: string, name: string): Promise<void>;
  /** What a job sees whose row names that set; null is a job from before there were any. */
  of(setId: number | null): Promise<JobProperties>;
  /** What a job sees that would begin now. */
  now(): Promise<JobProperties>;
  /** Deletes the sets that no unfinished job sees. */
  sweep(): Promise<void>;
}

const maxProperties = 1_000;
const maxTextLength = 32_768;
/** Any number that nothing else in this database locks. */
const changeLock = 7_110_310_116;
const maxCached = 20;

/** Makes the store of properties. */
export function createProperties(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly environment: string;
  readonly now: () => Date;
}): Properties {
  const { database, secretBox, environment: current, now } = context;
  /** Sets never change; jobs of a time share one. */
  const cache = new Map<number, JobProperties>();

  const place = (environment: string, name: string) => `properties/${environment}/${name}`;

  /** Changes the rows, and keeps all of them as a new set in the same commit: a job sees all of a change or nothing. */
  async function change<T>(
    work: (tx: Pick<Database, "insert" | "delete" | "select">) => Promise<T>,
  ): Promise<T> {
    return await database.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${changeLock})`);
      const result = await work(tx);
      const all = await tx
        .select()
        .from(properties)
        .orderBy(asc(properties.environment), asc(properties.name));
      const frozen = all.map(({ environment, name, type, value, sealed }): FrozenProperty => {
        return { environment, name, type, value: sealed ? sealed.toString("base64") : (value ?? "") };
      });
      await tx.insert(propertySets).values({ properties: frozen, createdAt: now() });
      return result;
    });
  }

  function opened(set: readonly FrozenProperty[]): JobProperties {
    const mine = set.filter(({ environment }) => environment === current);
    const secrets = new Map(
      mine.flatMap(({ type, name, value }) => (type === "secret" ? [[name, value]] : [])),
    );
    return {
      values: Object.fromEntries(
        mine.flatMap(({ type, name, value }) => (type === "secret" ? [] : [[name, value]])),
      ),
      secret(name) {
        const sealed = secrets.get(name);
        if (sealed === undefined) throw noSecret(name, current);
        return secretBox.open(place(current, name), Buffer.from(String(sealed), "base64"));
      },
    };
  }

  return {
    environment: current,

    async environments() {
      const found = await database.selectDistinct({ name: properties.environment }).from(properties);
      return [...new Set([current, ...found.map(({ name }) => name)])].toSorted();
    },

    async list(environment) {
      const rows = await database
        .select()
        .from(properties)
        .where(eq(properties.environment, environment))
        .orderBy(properties.name);
      return rows.map(propertyOf);
    },

    async set(environment, name, { type, value, description, by }) {
      refuseMisfit(type, value);
      const secret = type === "secret";
      const row = {
        ...{ environment, name, type, value: secret ? null : value, description: description ?? null },
        sealed: secret ? secretBox.seal(place(environment, name), String(value)) : null,
        ...{ updatedAt: now(), updatedBy: by ?? null },
      };
      return await change(async (tx) => {
        const known = await tx
          .select({ name: properties.name })
          .from(properties)
          .where(eq(properties.environment, environment));
        if (known.length >= maxProperties && !known.some((one) => one.name === name))
          throw tooMany(environment);
        const key = { target: [properties.environment, properties.name], set: row };
        const [saved] = await tx.insert(properties).values(row).onConflictDoUpdate(key).returning();
        return propertyOf(saved ?? row);
      });
    },

    async remove(environment, name) {
      await change(async (tx) => {
        const gone = await tx
          .delete(properties)
          .where(and(eq(properties.environment, environment), eq(properties.name, name)))
          .returning({ name: properties.name });
        if (gone.length === 0) throw notFound(`property in ${environment}`, name);
      });
    },

    async of(setId) {
      if (setId === null) return opened([]);
      const known = cache.get(setId);
      if (known) return known;
      const [set] = await database.select().from(propertySets).where(eq(propertySets.id, setId));
      if (!set) throw new Error(`the set of properties ${setId} is gone`);
      const made = opened(set.properties);
      const [oldest] = cache.keys();
      if (oldest !== undefined && cache.size >= maxCached) cache.delete(oldest);
      cache.set(setId, made);
      return made;
    },

    async now() {
      const [newest] = await database
        .select({ id: propertySets.id })
        .from(propertySets)
        .orderBy(desc(propertySets.id))
        .limit(1);
      return await this.of(newest?.id ?? null);
    },

    async sweep() {
      await database.delete(propertySets).where(
        lt(
          propertySets.id,
          sql`least(
            (select max(id) from greenroom.property_sets),
            (select min(property_set) from greenroom.jobs where finished_at is null))`,
        ),
      );
    },
  };
}

function propertyOf(row: typeof properties.$inferSelect): Property {
  const { environment, name, type, value, description, updatedAt, updatedBy } = row;
  return {
    ...{ environment, name, type, value: value ?? undefined, description: description ?? undefined },
    ...{ updatedAt, updatedBy: updatedBy ?? undefined },
  };
}

function refuseMisfit(type: PropertyType, value: PropertyValue): void {
  const wanted = type === "secret" ? "text" : type;
  const got = typeof value === "string" ? "text" : typeof value;
  const message =
    got !== wanted
      ? `must be ${wanted === "boolean" ? "true or false" : `a ${wanted}`.replace("a text", "text")}, but is ${got}`
      : typeof value === "number" && !Number.isFinite(value)
        ? "must be a finite number"
        : typeof value === "string" && value.length > maxTextLength
          ? `must have at most ${maxTextLength} characters`
          : undefined;
  if (message === undefined) return;
  const fields = [{ field: "value", message }];
  throw new ConnectorError("invalid-input", "invalid-input", `The value ${message}.`, { fields });
}

function tooMany(environment: string): ConnectorError {
  const message = `The environment “${environment}” has ${maxProperties} properties, which is the most there may be.`;
  return new ConnectorError("conflict", "too-many-properties", message, {
    hint: "Delete some, or keep them in a lookup table.",
  });
}

function noSecret(name: string, environment: string): ConnectorError {
  const message = `There is no secret “${name}” among the properties of “${environment}”, as they were when this job began.`;
  return new ConnectorError("invalid-input", "no-such-secret", message, {
    hint: "Add it under Settings → Properties, then run the job again.",
  });
}
