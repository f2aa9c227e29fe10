/**
 * Rate limits in PostgreSQL, so that all workers take turns together. The calls that ask at the same moment are
 * answered by one transaction: it locks their rows, in one order for everybody, gives the turns, and writes them back.
 */
import {
  exhaustedState,
  heldState,
  type LimitAsked,
  type LimitState,
  type LimitStore,
  type LimitTaken,
  takeTurn,
} from "@greenroom/connector-kit";
import { inArray, lt, sql } from "drizzle-orm";
import { createBatcher } from "../batcher.ts";
import type { Database } from "../database/database.ts";
import { limits } from "../database/schema.ts";

/** The store of a worker; `sweep` forgets what is over. */
export interface DatabaseLimitStore extends LimitStore {
  sweep(now: Date): Promise<void>;
}

/** Makes the store. */
export function createDatabaseLimitStore(database: Database): DatabaseLimitStore {
  /** Runs `change` on the states of some keys while nobody else sees them. */
  async function withStates<T>(
    keys: readonly string[],
    change: (stateOf: (key: string) => LimitState) => T,
  ): Promise<T> {
    const names = [...new Set(keys)].toSorted();
    return await database.transaction(async (tx) => {
      await tx
        .insert(limits)
        .values(names.map((key) => ({ key, turns: [], used: 0, endsAt: new Date(0) })))
        .onConflictDoNothing();
      const rows = await tx
        .select()
        .from(limits)
        .where(inArray(limits.key, names))
        .orderBy(limits.key)
        .for("update");
      const states = new Map<string, LimitState>(
        rows.map(({ key, turns, used, endsAt }) => [key, { turns, used, endsAtMs: endsAt.getTime() }]),
      );
      const result = change((key) => {
        const state = states.get(key);
        if (!state) throw new Error(`the limit ${key} was not locked`);
        return state;
      });
      const changed = [...states].map(([key, { turns, used, endsAtMs }]) => ({
        ...{ key, turns, used, endsAt: new Date(endsAtMs) },
      }));
      await tx
        .insert(limits)
        .values(changed)
        .onConflictDoUpdate({
          target: limits.key,
          set: { turns: sql`excluded.turns`, used: sql`excluded.used`, endsAt: sql`excluded.ends_at` },
        });
      return result;
    });
  }

  const batcher = createBatcher<LimitAsked, LimitTaken>((asked) => {
    const keys = asked.flatMap(({ lanes, budgets }) => [...lanes, ...budgets].map(({ key }) => key));
    return withStates(keys, (stateOf) => asked.map((one) => takeTurn(one, stateOf)));
  });

  return {
    take: (asked) => batcher.add(asked),
    hold: (keys, untilMs) =>
      keys.length === 0
        ? Promise.resolve()
        : withStates(keys, (stateOf) => keys.forEach((key) => heldState(stateOf(key), untilMs))),
    exhaust: (key, untilMs) => withStates([key], (stateOf) => exhaustedState(stateOf(key), untilMs)),
    async sweep(now) {
      await database.delete(limits).where(lt(limits.endsAt, now));
    },
  };
}
