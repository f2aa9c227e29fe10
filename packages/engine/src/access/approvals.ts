import { ConnectorError } from "@greenroom/connector-kit";
import { and, desc, eq, lt } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type ApprovableEffect, approvals, type ApprovalState } from "../database/access-schema.ts";
import type { Database } from "../database/database.ts";
import { unlessLocked, whileLocked } from "../database/session-lock.ts";
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
  /**
   * Does what is asked for, and keeps what came of it. Of two who decide at once, one does.
   * @throws {ConnectorError} `conflict` when it was decided before
   */
  approve(id: string, by: string, work: () => Promise<unknown>): Promise<Approval>;
  /** @throws {ConnectorError} `conflict` when it was decided before */
  decline(id: string, by: string): Promise<Approval>;
}

/** Held as long as it is done: who is gone has lost it. */
const lockOf = (id: string): string => `approval ${id}`;
const unknown = {
  message: "The server ended while it did this: whether it was done is not known.",
  hint: "Look whether it was done before you ask for it again.",
};
const ourFault = { message: "It failed by a fault of Greenroom's own.", hint: "The server's log says more." };

/** Makes the store. */
export function createApprovals({ database, now }: { database: Database; now: () => Date }): Approvals {
  async function rowOf(id: string): Promise<Row> {
    const [row] = await database.select().from(approvals).where(eq(approvals.id, id));
    if (!row) throw notFound("approval", id);
    return row;
  }
  async function get(id: string): Promise<Approval> {
    const row = await rowOf(id);
    return approvalOf((await settledWhereLost(row)) ? await rowOf(id) : row);
  }

  /** @returns whether its doer is gone: then what is not known is told, rather than nothing for ever */
  async function settledWhereLost({ id, state }: Row): Promise<boolean> {
    if (state !== "running") return false;
    const settled = await unlessLocked(database.$client, lockOf(id), async () => {
      await database
        .update(approvals)
        .set({ state: "failed", error: unknown })
        .where(and(eq(approvals.id, id), eq(approvals.state, "running")));
      return true;
    });
    return settled ?? false;
  }

  async function decide(id: string, state: "running" | "declined", by: string): Promise<void> {
    await rowOf(id);
    const decided = await database
      .update(approvals)
      .set({ state, decidedBy: by, decidedAt: now() })
      .where(and(eq(approvals.id, id), eq(approvals.state, "pending")))
      .returning({ id: approvals.id });
    if (decided.length > 0) return;
    throw new ConnectorError("conflict", "decided", "This was decided already.", {
      hint: "Look at it again to see how.",
    });
  }

  /** Also when it was taken for lost meanwhile: what is known now is more. */
  async function keep(id: string, what: Partial<Row>): Promise<void> {
    await database
      .update(approvals)
      .set({ error: null, ...what })
      .where(eq(approvals.id, id));
  }

  return {
    get,
    async list({ state, keyId, cursor, limit }) {
      const read = () =>
        database
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
      const found = await read();
      let lost = false;
      for (const row of found) lost = (await settledWhereLost(row)) || lost;
      const rows = lost ? await read() : found;
      const items = rows.slice(0, limit).map(approvalOf);
      return { items, nextCursor: rows.length > limit ? items.at(-1)?.id : undefined };
    },

    async ask(wish) {
      const id = uuidv7();
      await database.insert(approvals).values({ ...wish, id, state: "pending", createdAt: now() });
      return await get(id);
    },

    async approve(id, by, work) {
      await whileLocked(database.$client, lockOf(id), async () => {
        await decide(id, "running", by);
        const done = await work().then(
          (output) => ({ output: output ?? null }),
          (error: unknown) => ({ error }),
        );
        if ("output" in done) return await keep(id, { state: "done", ...done });
        const told = done.error instanceof ConnectorError ? done.error : ourFault;
        const { message, hint } = told;
        await keep(id, { state: "failed", error: { message, ...(hint !== undefined && { hint }) } });
        if (told === ourFault) throw done.error;
      });
      return await get(id);
    },

    async decline(id, by) {
      await decide(id, "declined", by);
      return await get(id);
    },
  };
}

type Row = typeof approvals.$inferSelect;

function approvalOf(row: Row): Approval {
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
