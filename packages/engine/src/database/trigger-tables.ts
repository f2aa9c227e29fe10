/** Tables of what listens: looks at services, addresses of recipes, and how deliveries fare. */
import { bigint, index, integer, json, text, uuid } from "drizzle-orm/pg-core";
import { bytea, greenroom, recipes, time } from "./schema.ts";

/** What one worker at a time does for all: looks at services, and sockets that are held open. */
export const listeners = greenroom.table(
  "listeners",
  {
    /** Such as `reconcile <profile> <account> meetings`. */
    key: text().primaryKey(),
    /** The recipe whose own it is. */
    recipeId: uuid("recipe_id"),
    cursor: json(),
    dueAt: time("due_at").notNull(),
    /** The worker that has it, and until when. */
    leasedBy: uuid("leased_by"),
    leasedUntil: time("leased_until"),
    ranAt: time("ran_at"),
    /** Why the last look failed. */
    error: text(),
    /** Failures in a row. */
    failures: integer().notNull().default(0),
    /** Events it found that were new. */
    found: integer().notNull().default(0),
  },
  (t) => [index("listeners_due").on(t.dueAt)],
);

/** Addresses of recipes: whoever knows the token may call it, as far as the trigger's own check lets them. */
export const hooks = greenroom.table("hooks", {
  token: text().primaryKey(),
  recipeId: uuid("recipe_id")
    .notNull()
    .unique()
    .references(() => recipes.id, { onDelete: "cascade" }),
  /** What signatures are made with, sealed. */
  secret: bytea().notNull(),
  createdAt: time("created_at").notNull(),
});

/** How the deliveries to a receiver, an app profile's or a recipe's, fare. */
export const deliveryHealth = greenroom.table("delivery_health", {
  receiverId: uuid("receiver_id").primaryKey(),
  received: bigint({ mode: "number" }).notNull(),
  duplicates: bigint({ mode: "number" }).notNull(),
  refused: bigint({ mode: "number" }).notNull(),
  lastReceivedAt: time("last_received_at"),
  lastRefusedAt: time("last_refused_at"),
});

/** Deliveries that were refused, and why; the newest of each receiver, and nothing of what was in them. */
export const refusedDeliveries = greenroom.table(
  "refused_deliveries",
  {
    id: uuid().primaryKey(),
    receiverId: uuid("receiver_id").notNull(),
    at: time("at").notNull(),
    status: integer().notNull(),
    reason: text().notNull(),
    bytes: integer().notNull(),
  },
  (t) => [index("refused_by_receiver").on(t.receiverId, t.id)],
);
