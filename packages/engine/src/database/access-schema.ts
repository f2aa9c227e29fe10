/** The tables of who may come in: people and what better-auth keeps of them, API keys, throttles, the audit log. */
import { boolean, index, integer, json, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Effect } from "@greenroom/connector-kit";
import type { FolderRoles, Role } from "../access/roles.ts";
import { greenroom } from "./schema.ts";

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const made = { createdAt: time("created_at").notNull().defaultNow() };
const changed = { ...made, updatedAt: time("updated_at").notNull().defaultNow() };

/** People; better-auth's `user`. */
export const people = greenroom.table("people", {
  id: uuid().primaryKey().defaultRandom(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text(),
  /** Everywhere. Without one, they may do what `folders` says and no more. */
  role: text().$type<Role>(),
  folders: json().$type<FolderRoles>().notNull().default({}),
  twoFactorEnabled: boolean("two_factor_enabled").default(false),
  disabledAt: time("disabled_at"),
  ...changed,
});

const personId = () =>
  uuid("person_id")
    .notNull()
    .references(() => people.id, { onDelete: "cascade" });

/** Browsers that are signed in; better-auth's `session`. */
export const sessions = greenroom.table(
  "sessions",
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: personId(),
    token: text().notNull().unique(),
    expiresAt: time("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    ...changed,
  },
  (t) => [index("sessions_by_person").on(t.userId)],
);

/** How people prove who they are, a password or an account elsewhere; better-auth's `account`. */
export const accounts = greenroom.table(
  "accounts",
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: personId(),
    providerId: text("provider_id").notNull(),
    accountId: text("account_id").notNull(),
    /** Hashed by scrypt. */
    password: text(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: time("access_token_expires_at"),
    refreshTokenExpiresAt: time("refresh_token_expires_at"),
    scope: text(),
    ...changed,
  },
  (t) => [index("accounts_by_person").on(t.userId)],
);

/** One-time links and what a sign-in elsewhere is waiting for; better-auth's `verification`. Identifiers are hashed. */
export const verifications = greenroom.table(
  "verifications",
  {
    id: uuid().primaryKey().defaultRandom(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: time("expires_at").notNull(),
    ...changed,
  },
  (t) => [index("verifications_by_identifier").on(t.identifier)],
);

/** Second factors: the authenticator's secret and the backup codes, encrypted by better-auth. */
export const twoFactors = greenroom.table(
  "two_factors",
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: personId(),
    secret: text().notNull(),
    backupCodes: text("backup_codes").notNull(),
    verified: boolean().default(true),
    failedVerificationCount: integer("failed_verification_count").default(0),
    lockedUntil: time("locked_until"),
  },
  (t) => [index("two_factors_by_person").on(t.userId)],
);

/** Keys of programs. Only the hash is kept. */
export const apiKeys = greenroom.table(
  "api_keys",
  {
    id: uuid().primaryKey(),
    userId: personId(),
    name: text().notNull(),
    /** The key's first characters, to tell it by. */
    prefix: text().notNull(),
    hash: text().notNull().unique(),
    /** At most this, and at most what its person may. */
    role: text().$type<Role>().notNull(),
    /** Names of the connections it may use; null for all. */
    connections: text().array(),
    /** The effects it may have; null for all that its role allows. */
    effects: text().array().$type<Effect[]>(),
    callsPerMinute: integer("calls_per_minute"),
    /** The effects that wait for a person's approval. */
    needsApproval: text("needs_approval").array().$type<ApprovableEffect[]>().notNull().default([]),
    expiresAt: time("expires_at"),
    lastUsedAt: time("last_used_at"),
    createdAt: time("created_at").notNull(),
  },
  (t) => [index("api_keys_by_person").on(t.userId)],
);

/** What a key wanted to do through a tool and a person has to allow. */
export const approvals = greenroom.table(
  "approvals",
  {
    id: uuid().primaryKey(),
    keyId: uuid("key_id").notNull(),
    keyName: text("key_name").notNull(),
    /** The action, such as `zoom/create-meeting`; or `recipe/` and a recipe's name. */
    use: text().notNull(),
    /** Of the time before it was kept: null. */
    effect: text().$type<ApprovableEffect>(),
    connection: text(),
    input: json().notNull(),
    state: text().$type<ApprovalState>().notNull(),
    output: json(),
    error: json().$type<{ message: string; hint?: string }>(),
    decidedBy: text("decided_by"),
    decidedAt: time("decided_at"),
    createdAt: time("created_at").notNull(),
  },
  (t) => [index("approvals_by_state").on(t.state, t.id)],
);

/** What is not taken back by itself. */
export type ApprovableEffect = Exclude<Effect, "read">;

/** `running`: allowed, and under way; or begun by a process that died, and its outcome is not known. */
export type ApprovalState = "pending" | "running" | "done" | "failed" | "declined";

/** How often something was tried, such as a password for an address. */
export const throttles = greenroom.table("throttles", {
  key: text().primaryKey(),
  count: integer().notNull(),
  endsAt: time("ends_at").notNull(),
});

/** Who changed what. A trigger of its migration refuses to change or delete a row. */
export const auditLog = greenroom.table(
  "audit_log",
  {
    id: uuid().primaryKey(),
    at: time("at").notNull(),
    actorKind: text("actor_kind").$type<ActorKind>().notNull(),
    actorId: text("actor_id"),
    actorName: text("actor_name").notNull(),
    ipAddress: text("ip_address"),
    /** The route, such as `POST /recipes/{id}/start`, or what a person did at sign-in. */
    action: text().notNull(),
    subjectType: text("subject_type").notNull(),
    subjectId: text("subject_id"),
    subjectName: text("subject_name"),
    /** What differs, as the API shows it. */
    before: json(),
    after: json(),
  },
  (t) => [index("audit_log_by_subject").on(t.subjectType, t.subjectId)],
);

/** Who did it: a person in a browser, a key, the owner of the process, or nobody known. */
export type ActorKind = "person" | "key" | "owner" | "anonymous";
