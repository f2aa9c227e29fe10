/** Tables of what recipes read beside their events: properties and lookup tables. */
import { bigint, index, integer, json, pgSchema, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, greenroom, time } from "./schema.ts";

/** Named values, by environment; a secret's is sealed. */
export const properties = greenroom.table(
  "properties",
  {
    environment: text().notNull(),
    name: text().notNull(),
    type: text().$type<PropertyType>().notNull(),
    /** Null for a secret. */
    value: json().$type<PropertyValue>(),
    sealed: bytea(),
    description: text(),
    updatedAt: time("updated_at").notNull(),
    updatedBy: text("updated_by"),
  },
  (t) => [primaryKey({ columns: [t.environment, t.name] })],
);

/** All properties as they were between two changes: what jobs of that time see, however long they run. */
export const propertySets = greenroom.table("property_sets", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  properties: json().$type<readonly FrozenProperty[]>().notNull(),
  createdAt: time("created_at").notNull(),
});

/** Lookup tables; each has its rows in a table of its own in {@link lookupRows}. */
export const lookupTables = greenroom.table("lookup_tables", {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  description: text(),
  columns: json().$type<readonly LookupColumn[]>().notNull(),
  /** The number that the next column gets. */
  nextColumn: integer("next_column").notNull(),
  createdAt: time("created_at").notNull(),
  updatedAt: time("updated_at").notNull(),
});

/** PostgreSQL's schema that the rows of lookup tables are in: a table each, with columns `c1`, `c2` …, made at run time. */
export const lookupRows = pgSchema("greenroom_tables");

/** Values that jobs can be found by. */
export const jobValues = greenroom.table(
  "job_values",
  {
    jobId: uuid("job_id").notNull(),
    name: text().notNull(),
    value: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.jobId, t.name] }),
    index("job_values_by_value").on(t.name, t.value, t.jobId),
  ],
);

export type PropertyType = "text" | "number" | "boolean" | "secret";
export type PropertyValue = string | number | boolean;

/** A property in a set; a secret's value is sealed, in base64. */
export interface FrozenProperty {
  readonly environment: string;
  readonly name: string;
  readonly type: PropertyType;
  readonly value: PropertyValue;
}

/** A column of a lookup table. */
export interface LookupColumn {
  /** Its name in the database, such as `c1`; the same when it is renamed. */
  readonly id: string;
  readonly name: string;
  readonly type: LookupColumnType;
}

export type LookupColumnType = "text" | "number" | "boolean";
