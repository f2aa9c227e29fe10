/** How deliveries fare: counted in memory, written every few seconds, so that a flood of refusals costs next to nothing. */
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { deliveryHealth, refusedDeliveries } from "../database/trigger-tables.ts";

/** How the deliveries to a receiver fare. */
export type DeliveryHealth = typeof deliveryHealth.$inferSelect;
/** A delivery that was refused. */
export type RefusedDelivery = typeof refusedDeliveries.$inferSelect;

/** A receiver is an app profile or, for its own address, a recipe. */
export interface DeliveryLog {
  received(receiverId: string, receipt: { readonly duplicate: boolean }): void;
  refused(receiverId: string, refusal: { status: number; reason: string; bytes: number }): void;
  /** Writes what has gathered. */
  flush(): Promise<void>;
  health(): Promise<readonly DeliveryHealth[]>;
  /** Newest first. */
  refusals(filter: {
    receiverId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ readonly items: readonly RefusedDelivery[]; readonly nextCursor: string | undefined }>;
}

/** Refusals kept of each receiver. */
const mostKept = 200;
/** Of those that come between two writes, for all receivers. */
const mostWaiting = 200;
const longestReason = 300;

/** Makes the log. */
export function createDeliveryLog({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): DeliveryLog {
  let counts = new Map<string, DeliveryHealth>();
  let refusals: RefusedDelivery[] = [];

  function countOf(receiverId: string): DeliveryHealth {
    const known = counts.get(receiverId) ?? {
      ...{ receiverId, received: 0, duplicates: 0, refused: 0 },
      ...{ lastReceivedAt: null, lastRefusedAt: null },
    };
    counts.set(receiverId, known);
    return known;
  }

  async function flush(): Promise<void> {
    const [counted, refused] = [[...counts.values()], refusals];
    [counts, refusals] = [new Map(), []];
    if (counted.length > 0) {
      const { received, duplicates, refused: no, lastReceivedAt, lastRefusedAt } = deliveryHealth;
      await database
        .insert(deliveryHealth)
        .values(counted)
        .onConflictDoUpdate({
          target: deliveryHealth.receiverId,
          set: {
            received: sql`${received} + excluded.received`,
            duplicates: sql`${duplicates} + excluded.duplicates`,
            refused: sql`${no} + excluded.refused`,
            lastReceivedAt: sql`greatest(${lastReceivedAt}, excluded.last_received_at)`,
            lastRefusedAt: sql`greatest(${lastRefusedAt}, excluded.last_refused_at)`,
          },
        });
    }
    if (refused.length === 0) return;
    await database.insert(refusedDeliveries).values(refused);
    for (const receiverId of new Set(refused.map((one) => one.receiverId))) {
      const older = database
        .select({ id: refusedDeliveries.id })
        .from(refusedDeliveries)
        .where(eq(refusedDeliveries.receiverId, receiverId))
        .orderBy(desc(refusedDeliveries.id))
        .offset(mostKept);
      await database.delete(refusedDeliveries).where(inArray(refusedDeliveries.id, older));
    }
  }

  return {
    received(receiverId, { duplicate }) {
      const count = countOf(receiverId);
      counts.set(receiverId, {
        ...{ ...count, received: count.received + 1, lastReceivedAt: clock.now() },
        duplicates: count.duplicates + (duplicate ? 1 : 0),
      });
    },
    refused(receiverId, { status, reason, bytes }) {
      const count = countOf(receiverId);
      const at = clock.now();
      counts.set(receiverId, { ...count, refused: count.refused + 1, lastRefusedAt: at });
      if (refusals.length >= mostWaiting) return;
      refusals.push({ id: uuidv7(), receiverId, at, status, reason: reason.slice(0, longestReason), bytes });
    },
    flush,
    async health() {
      await flush();
      return await database.select().from(deliveryHealth);
    },
    async refusals({ receiverId, cursor, limit }) {
      await flush();
      const items = await database
        .select()
        .from(refusedDeliveries)
        .where(
          and(
            receiverId === undefined ? undefined : eq(refusedDeliveries.receiverId, receiverId),
            cursor === undefined ? undefined : lt(refusedDeliveries.id, cursor),
          ),
        )
        .orderBy(desc(refusedDeliveries.id))
        .limit(limit + 1);
      const shown = items.slice(0, limit);
      return { items: shown, nextCursor: items.length > limit ? shown.at(-1)?.id : undefined };
    },
  };
}
