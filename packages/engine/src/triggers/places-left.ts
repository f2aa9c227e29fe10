/** Where triggers that look left off when their recipe was stopped: what they would find there, and how that is forgotten. */
import { and, eq, isNotNull, like } from "drizzle-orm";
import type { Connector } from "@greenroom/connector-kit";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { listeners } from "../database/trigger-tables.ts";
import { type RunningRecipe, wants } from "../inbox/matcher.ts";
import type { Connections } from "../store/connections.ts";
import { triggerNamed } from "./trigger-named.ts";
import { eventOf, ownLookKey, ownLookPrefix } from "./looks.ts";

/** Whoever starts a recipe does not wait longer for a service that says nothing. */
const longestMs = 15_000;

/** How many events a stopped recipe's trigger would find. */
export interface FoundThere {
  readonly count: number;
  readonly more: boolean;
}

/** What looking there needs. */
export interface PlacesLeftContext {
  readonly database: Database;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly connections: () => Connections;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Makes what looks where a stopped recipe's trigger left off, once, and keeps nothing of it. */
export function createPlacesLeft(context: PlacesLeftContext): (recipe: RunningRecipe) => Promise<FoundThere> {
  const { database, connectors, connections, clock, signal } = context;
  const nothing = { count: 0, more: false };

  return async (recipe) => {
    const { accountId, listener, eventName, profileId, recipeId } = recipe;
    const { connector, trigger } = triggerNamed(connectors, listener.use) ?? {};
    if (!connector || trigger?.kind !== "polling" || trigger.isMissed) return nothing;
    const [row] = await database
      .select({ cursor: listeners.cursor })
      .from(listeners)
      .where(and(eq(listeners.key, ownLookKey(recipe)), isNotNull(listeners.cursor)));
    if (!row) return nothing;
    try {
      const answer = await trigger.poll({
        ...{ cursor: row.cursor, config: listener.config, now: clock.now(), accountId },
        client: await connections().client(connector, listener.connection),
        signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
      });
      const wanted = answer.events.filter((found) =>
        wants(recipe, {
          ...{ id: recipeId, profileId, connector: connector.id },
          event: eventOf(found, eventName, accountId),
        }),
      );
      return { count: wanted.length, more: answer.more };
    } catch {
      // It goes on from there all the same, and says by then what is wrong.
      return nothing;
    }
  };
}

/** Has a recipe's trigger begin anew, in the transaction that starts it. */
export async function forgetPlace(transaction: Pick<Database, "delete">, recipeId: string): Promise<void> {
  await transaction
    .delete(listeners)
    .where(and(eq(listeners.recipeId, recipeId), like(listeners.key, `${ownLookPrefix}%`)));
}
