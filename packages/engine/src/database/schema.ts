/**
 * Greenroom's tables. Payloads, inputs and outputs are `json`, not `jsonb`: they are written once, read whole,
 * and keep the key order their service gave them.
 *
 * The hot tables (events, jobs, job_steps) carry no foreign keys: their rows are written in batches by
 * statements that already name existing parents.
 */
import { sql } from "drizzle-orm";
import {
  boolean,
  customType,
  index,
  integer,
  json,
  pgSchema,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { Identity } from "@greenroom/connector-kit";

/** Bytes. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
/** A moment, in UTC. */
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const greenroom = pgSchema("greenroom");

/** One row a fact about the installation, such as the check of its secret key. */
export const settings = greenroom.table("settings", {
  key: text().primaryKey(),
  value: bytea().notNull(),
});

/** OAuth apps at a service: what connections authorise through. */
export const appProfiles = greenroom.table("app_profiles", {
  id: uuid().primaryKey(),
  connector: text().notNull(),
  /** The connection kind it is for; without one, the connector's usual kind. */
  kind: text(),
  name: text().notNull().unique(),
  fields: json().$type<Record<string, string>>().notNull(),
  /** The secret fields, sealed as one JSON object. */
  secrets: bytea().notNull(),
  createdAt: time("created_at").notNull(),
});

/** One row per app and account or user at the service, shared by the connections that use it. */
export const tokens = greenroom.table(
  "tokens",
  {
    id: uuid().primaryKey(),
    profileId: uuid("profile_id")
      .notNull()
      .references(() => appProfiles.id),
    accountId: text("account_id").notNull(),
    userId: text("user_id").notNull(),
    identity: json().$type<Identity>().notNull(),
    /** Access and refresh token, sealed as one JSON object. */
    secrets: bytea().notNull(),
    scopes: text().array().notNull(),
    apiUrl: text("api_url"),
    expiresAt: time("expires_at").notNull(),
    refreshedAt: time("refreshed_at").notNull(),
    /** Set while a refresh is under way, and left so when its answer was lost: the service may have replaced the token. */
    refreshBegunAt: time("refresh_begun_at"),
    /** Of a token that no connection uses, and that the service did not confirm to have revoked: since when it is asked. */
    revokeSince: time("revoke_since"),
    revokeTriedAt: time("revoke_tried_at"),
    /** The connection that says so, while it is not connected again. */
    revokeFor: uuid("revoke_for"),
  },
  (t) => [unique().on(t.profileId, t.accountId, t.userId)],
);

/** Named, authorised accounts. */
export const connections = greenroom.table("connections", {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  connector: text().notNull(),
  profileId: uuid("profile_id")
    .notNull()
    .references(() => appProfiles.id),
  tokenId: uuid("token_id").references(() => tokens.id),
  state: text().$type<ConnectionState>().notNull(),
  reason: text(),
  createdAt: time("created_at").notNull(),
  connectedAt: time("connected_at"),
  /** When we last asked the service who we are there. */
  testedAt: time("tested_at"),
  /** How many steps of jobs may use it at once; null for any number. */
  concurrency: integer(),
});

/** Authorizations that a browser is at; gone when it comes back or after ten minutes. */
export const authorizations = greenroom.table("authorizations", {
  state: text().primaryKey(),
  connectionId: uuid("connection_id")
    .notNull()
    .references(() => connections.id, { onDelete: "cascade" }),
  codeVerifier: bytea("code_verifier").notNull(),
  expiresAt: time("expires_at").notNull(),
});

/** Recipes; what they do stands in their versions. */
export const recipes = greenroom.table("recipes", {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  state: text().$type<RecipeState>().notNull(),
  stoppedReason: text("stopped_reason"),
  versionId: uuid("version_id").notNull(),
  createdAt: time("created_at").notNull(),
  updatedAt: time("updated_at").notNull(),
  startedAt: time("started_at"),
  /** When it stopped last, for whatever reason; the events kept since then wait for the next start. */
  stoppedAt: time("stopped_at"),
  /** When it stopped because a connection was lost; it starts by itself when all its connections are back. */
  lostAt: time("lost_at"),
  /** Set while a running recipe is owed jobs for events that the inbox keeps; of those, see `pickUpSince`. */
  pickUpBy: text("pick_up_by").$type<PickUpBy>(),
  pickUpSince: time("pick_up_since"),
  /** Where people put it, such as `Sales/Webinars`; empty at the top. */
  folder: text().notNull().default(""),
  tags: text().array().notNull().default(sql`'{}'`),
  /** The channels that are told of it; null for all, none for nobody. */
  noticeChannels: uuid("notice_channels").array(),
  /** Errors of its trigger in a row. */
  triggerErrors: integer("trigger_errors").notNull().default(0),
  /** What its trigger's last error was. */
  triggerError: text("trigger_error"),
  /** Its jobs up to this one keep no data any more, where it keeps none. */
  wipedThrough: uuid("wiped_through"),
  /** Events received before that may have had jobs which retention removed: they are never picked up again. */
  forgottenUntil: time("forgotten_until"),
});

/** Immutable: a job stays on the version it began with. */
export const recipeVersions = greenroom.table(
  "recipe_versions",
  {
    id: uuid().primaryKey(),
    recipeId: uuid("recipe_id")
      .notNull()
      .references(() => recipes.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    source: text().notNull(),
    /** Who saved it. */
    author: text(),
    /** Why. */
    comment: text(),
    createdAt: time("created_at").notNull(),
  },
  (t) => [unique().on(t.recipeId, t.number)],
);

/** The inbox: every event, once. */
export const events = greenroom.table(
  "events",
  {
    id: uuid().primaryKey(),
    profileId: uuid("profile_id").notNull(),
    connector: text().notNull(),
    accountId: text("account_id").notNull(),
    name: text().notNull(),
    occurredAt: time("occurred_at").notNull(),
    receivedAt: time("received_at").notNull(),
    dedupeKey: text("dedupe_key").notNull(),
    payload: json().$type<Record<string, unknown>>().notNull(),
    /** When its payload was deleted; the row stays for a while, so that the same event is known when it comes again. */
    wipedAt: time("wiped_at"),
    /** The recipe it is for alone, where it is one's: of its schedule, its address, its own look. Empty for all. */
    source: text().notNull().default(""),
    /** Equal for all events that leave the same thing in the same state; see `IncomingEvent`. */
    stateKey: text("state_key"),
    /** Found by looking, as no webhook had told it. */
    reconciled: boolean().notNull().default(false),
    /** With a state key: when it was found, it happened after this. */
    foundSince: time("found_since"),
  },
  (t) => [
    unique("events_once").on(t.profileId, t.dedupeKey),
    index("events_by_state").on(t.profileId, t.stateKey).where(sql`state_key is not null`),
    // The newest of a name, and those kept since a moment.
    index("events_by_name").on(t.profileId, t.name, t.receivedAt),
  ],
);

/** Turns and budgets of services' rate limits, shared by all workers. */
export const limits = greenroom.table("limits", {
  key: text().primaryKey(),
  /** The last turns given, in milliseconds since 1970; some are still to come. */
  turns: json().$type<number[]>().notNull(),
  used: integer().notNull(),
  endsAt: time("ends_at").notNull(),
});

export type ConnectionState = "disconnected" | "connected" | "needs-attention";
/** How events to pick up are chosen: by when they reached the inbox, or by when they happened. */
export type PickUpBy = "received" | "occurred";
export type RecipeState = "stopped" | "running";
