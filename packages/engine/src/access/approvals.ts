import { ConnectorError } from "@greenroom/connector-kit";
import { and, desc, eq, lt } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type ApprovableEffect, approvals, type ApprovalState } from "../database/access-schema.ts";
import type { Database } from "../database/database.ts";
import type { Page } from "../store/page.ts";
import { notFound } from "../store/refusals.ts";

/** What a key wants to do, and what became of it. */
export interface Approval {
  readonly id: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly use: string;
  readonly effect: ApprovableEffect | undefined;
  readonly connection: string | undefined;
  readonly input: unknown;
  readonly state: ApprovalState;
  readonly output: unknown;
  readonly error: { readonly message: string; readonly hint?: string } | undefined;
  readonly decidedBy: string | undefined;
  readonly decidedAt: Date | undefined;
  readonly createdAt: Date;
}

/** What became of an allowed action. */
export type ApprovedResult =
  | { readonly output: unknown }
  | { readonly error: { message: string; hint?: string } };

/** What waits for a person's approval. */
export interface Approvals {
  list(filter: {
    state?: ApprovalState | undefined;
    /** The key that asked. */
    keyId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<Page<Approval>>;
  get(id: string): Promise<Approval>;
  ask(wish: {
    keyId: string;
    keyName: string;
    use: string;
    effect: ApprovableEffect;
    connection: string | undefined;
    input: unknown;
  }): Promise<Approval>;
  /** Of two who decide at once, one does. @throws {ConnectorError} `conflict` when it was decided before */
  decide(id: string, decision: "approve" | "decline", by: string): Promise<Approval>;
  finish(id: string, result: ApprovedResult): Promise<Approval>;
}

/** Makes the store. */
export function createApprovals({ database, now }: { database: Database; now: () => Date }): Approvals {
  async function get(id: string): Promise<Approval> {
    const [row] = await database.select().from(approvals).where(eq(approvals.id, id));
    if (!row) throw notFound("approval", id);
    return approvalOf(row);
  }
  return {
    get,
    async list({ state, keyId, cursor, limit }) {
      const rows = await database
        .select()
        .from(approvals)
        .where(
          and(
            state === undefined ? undefined : eq(approvals.state, state),
            keyId === undefined ? undefined : eq(approvals.keyId, keyId),
            cursor === undefined ? undefined : lt(approvals.id, cursor),
          ),
        )
        .orderBy(desc(approvals.id))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map(approvalOf);
      return { items, nextCursor: rows.length > limit ? items.at(-1)?.id : undefined };
    },

    async ask(wish) {
      const id = uuidv7();
      await database.insert(approvals).values({ ...wish, id, state: "pending", createdAt: now() });
      return await get(id);
    },

    async decide(id, decision, by) {
      await get(id);
      const decided = await database
        .update(approvals)
        .set({ state: decision === "approve" ? "running" : "declined", decidedBy: by, decidedAt: now() })
        .where(and(eq(approvals.id, id), eq(approvals.state, "pending")))
        .returning({ id: approvals.id });
      if (decided.length > 0) return await get(id);
      throw new ConnectorError("conflict", "decided", "This was decided already.", {
        hint: "Look at it again to see how.",
      });
    },

    async finish(id, result) {
      const is = "error" in result ? { state: "failed" as const } : { state: "done" as const };
      await database
        .update(approvals)
        .set({ ...is, ...("error" in result ? { error: result.error } : { output: result.output ?? null }) })
        .where(eq(approvals.id, id));
      return await get(id);
    },
  };
}

function approvalOf(row: typeof approvals.$inferSelect): Approval {
  return {
    ...row,
    ...{
      effect: row.effect ?? undefined,
      connection: row.connection ?? undefined,
      error: row.error ?? undefined,
    },
    ...{ decidedBy: row.decidedBy ?? undefined, decidedAt: row.decidedAt ?? undefined },
  };
}
