/** Tables of what the installation keeps and tells: its preferences, and notices with their way out. */
import { index, integer, json, primaryKey, text, uuid, boolean } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { bytea, greenroom, time } from "./schema.ts";

/** What an installation chose; what must not be read is sealed. */
export const preferences = greenroom.table("preferences", {
  key: text().primaryKey(),
  value: json().notNull(),
  sealed: bytea(),
  updatedAt: time("updated_at").notNull(),
});

/** Where notices go. */
export const noticeChannels = greenroom.table("notice_channels", {
  id: uuid().primaryKey(),
  kind: text().$type<"email" | "webhook">().notNull(),
  /** The e-mail address, or the URL. */
  target: text().notNull(),
  /** What a webhook's requests are signed with. */
  sealed: bytea(),
  enabled: boolean().notNull().default(true),
  createdAt: time("created_at").notNull(),
});

/** What was told, or is still to be told. */
export const notices = greenroom.table(
  "notices",
  {
    id: uuid().primaryKey(),
    /** Equal for what is told only once in a while. */
    key: text().notNull(),
    kind: text().$type<NoticeKind>().notNull(),
    recipeId: uuid("recipe_id"),
    subject: text().notNull(),
    lines: text().array().notNull(),
    /** The page that shows more, below the installation's address. */
    path: text().notNull(),
    createdAt: time("created_at").notNull(),
  },
  (t) => [index("notices_by_key").on(t.key, t.createdAt)],
);

/** The way of a notice to a channel. */
export const noticeDeliveries = greenroom.table(
  "notice_deliveries",
  {
    noticeId: uuid("notice_id")
      .notNull()
      .references(() => notices.id, { onDelete: "cascade" }),
    channelId: uuid("channel_id")
      .notNull()
      .references(() => noticeChannels.id, { onDelete: "cascade" }),
    attempts: integer().notNull().default(0),
    /** When it is tried next; null when it arrived or was given up. */
    dueAt: time("due_at"),
    sentAt: time("sent_at"),
    /** Why the last try failed. */
    error: text(),
  },
  (t) => [
    primaryKey({ columns: [t.noticeId, t.channelId] }),
    index("notice_deliveries_due").on(t.dueAt).where(sql`due_at is not null`),
  ],
);

export type NoticeKind = "job-failed" | "job-asks" | "recipe-stopped" | "connection-lost" | "past-unread";
