import type { Identity } from "@greenroom/connector-kit";
import type { ConnectionState, connections, tokens } from "../database/schema.ts";

/** A connection's row. */
export type Row = typeof connections.$inferSelect;
/** A token's row. */
export type TokenRow = typeof tokens.$inferSelect;

/** A connection as people see it. */
export interface ConnectionSummary {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly profileId: string;
  readonly state: ConnectionState;
  readonly reason: string | undefined;
  readonly identity: Identity | undefined;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly connectedAt: Date | undefined;
  readonly testedAt: Date | undefined;
  /** How many steps of jobs may use it at once; undefined for any number. */
  readonly concurrency: number | undefined;
}

/** A connection and its token as people see them. */
export function summaryOf(row: Row, token: TokenRow | null): ConnectionSummary {
  return {
    ...{ id: row.id, name: row.name, connector: row.connector, profileId: row.profileId, state: row.state },
    ...{ reason: row.reason ?? undefined, identity: token?.identity, scopes: token?.scopes ?? [] },
    ...{ createdAt: row.createdAt, connectedAt: row.connectedAt ?? undefined },
    ...{ testedAt: row.testedAt ?? undefined, concurrency: row.concurrency ?? undefined },
  };
}
