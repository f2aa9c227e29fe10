/** Who may come in, and what they did: what the server's sign-in and authorisation stand on. */
import { accounts, people, sessions, twoFactors, verifications } from "../database/access-schema.ts";
import type { Database } from "../database/database.ts";
import { type ApiKeys, createApiKeys } from "./api-keys.ts";
import { type Approvals, createApprovals } from "./approvals.ts";
import { type AuditLog, createAuditLog } from "./audit-log.ts";
import { createPeople, type People } from "./people.ts";
import { readSystem, type SystemSummary } from "./system.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

/** The stores of access. */
export interface Access {
  readonly people: People;
  readonly keys: ApiKeys;
  readonly audit: AuditLog;
  readonly approvals: Approvals;
  readonly throttle: Throttle;
  /** What runs, and how much there is. */
  system(): Promise<SystemSummary>;
  /** For better-auth's Drizzle adapter and nothing else (docs/adr/0015). */
  readonly signInStorage: SignInStorage;
}

/** The database as better-auth's Drizzle adapter takes it. */
export interface SignInStorage {
  readonly database: object;
  readonly schema: Readonly<Record<"user" | "session" | "account" | "verification" | "twoFactor", object>>;
}

/** Makes the stores of access. */
export function createAccess(context: { readonly database: Database; readonly now: () => Date }): Access {
  return {
    people: createPeople(context),
    keys: createApiKeys(context),
    audit: createAuditLog(context),
    approvals: createApprovals(context),
    throttle: createThrottle(context),
    system: () => readSystem(context.database, context.now),
    signInStorage: {
      database: context.database,
      schema: {
        ...{ user: people, session: sessions, account: accounts, verification: verifications },
        twoFactor: twoFactors,
      },
    },
  };
}
