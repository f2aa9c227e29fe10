import { eq, lt, sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { throttles } from "../database/access-schema.ts";

/** Counts tries by key, shared by all processes. */
export interface Throttle {
  /** Counts one more. @returns how many there were in this window, this one included, and when it ends */
  count(key: string, windowMs: number): Promise<{ count: number; endsAt: Date }>;
  clear(key: string): Promise<void>;
  /** Forgets windows that have ended. */
  sweep(): Promise<void>;
}

/** Makes the throttle. */
export function createThrottle({ database, now }: { database: Database; now: () => Date }): Throttle {
  return {
    async count(key, windowMs) {
      const at = now();
      const endsAt = new Date(at.getTime() + windowMs);
      const over = sql`${throttles.endsAt} <= ${at}`;
      const [row] = await database
        .insert(throttles)
        .values({ key, count: 1, endsAt })
        .onConflictDoUpdate({
          target: throttles.key,
          set: {
            count: sql`case when ${over} then 1 else ${throttles.count} + 1 end`,
            endsAt: sql`case when ${over} then excluded.ends_at else ${throttles.endsAt} end`,
          },
        })
        .returning();
      return { count: row?.count ?? 1, endsAt: row?.endsAt ?? endsAt };
    },
    async clear(key) {
      await database.delete(throttles).where(eq(throttles.key, key));
    },
    async sweep() {
      await database.delete(throttles).where(lt(throttles.endsAt, now()));
    },
  };
}
