/** Recipes whose service is told their address: when they start, and again when it changes; and told to forget it when they stop. */
import { createHash } from "node:crypto";
import type { Connector } from "@greenroom/connector-kit";
import { and, eq, like } from "drizzle-orm";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { listeners } from "../database/trigger-tables.ts";
import type { EngineLog } from "../engine-contract.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import type { Connections } from "../store/connections.ts";
import type { Hooks } from "./hooks.ts";
import type { Listener, ListenerState } from "./listeners.ts";
import { triggerNamed } from "./trigger-named.ts";

interface SubscriptionsContext {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly connections: Connections;
  readonly hookUrl: (token: string) => string;
  readonly clock: Clock;
  readonly log: EngineLog;
}

const prefix = "subscribe ";
/** Whether the address is still the one that was told. */
const looksAgainMs = 24 * 60 * 60_000;
const firstRetryMs = 60_000;
const longestRetryMs = 60 * 60_000;

/** What is kept of a subscription: all that is needed to end it when the recipe is no more. */
const kept = z.object({
  use: z.string(),
  connection: z.string().nullable(),
  config: z.unknown(),
  url: z.string(),
  state: z.unknown(),
});

function triggerOf({ connectors }: SubscriptionsContext, use: string) {
  const { connector, trigger } = triggerNamed(connectors, use) ?? {};
  if (!connector || trigger?.kind !== "hook" || !trigger.subscription) return undefined;
  return { connector, subscription: trigger.subscription };
}

/** The subscriptions that running recipes need. */
export function subscriptionsOf(
  context: SubscriptionsContext & { readonly hooks: Pick<Hooks, "of"> },
  recipes: readonly RunningRecipe[],
): Listener[] {
  const { connections, hooks, hookUrl, clock } = context;
  return recipes.flatMap(({ recipeId, listener: { use, connection, config } }): Listener[] => {
    const found = triggerOf(context, use);
    if (!found) return [];
    const { connector, subscription } = found;
    const settings = createHash("sha256")
      .update(JSON.stringify([use, connection, config]))
      .digest("base64url");
    const after = (ms: number) => new Date(clock.now().getTime() + ms);
    return [
      {
        ...{ key: `${prefix}${recipeId} ${settings.slice(0, 22)}`, recipeId, lasting: false },
        async run({ cursor, signal, keep }) {
          const url = hookUrl((await hooks.of(recipeId)).token);
          const before = kept.safeParse(cursor).data;
          if (before?.url === url) return after(looksAgainMs);
          if (before) await end(context, before, signal);
          const client = await connections.client(connector, connection);
          const state = await subscription.subscribe({ client, config, url, signal });
          await keep({ use, connection: connection ?? null, config, url, state: state ?? null }, 0);
          return after(looksAgainMs);
        },
        retryAt: (_, failures) => after(Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs)),
      },
    ];
  });
}

/** Ends the subscriptions of listeners that are no more; a service that is away keeps calling an address that refuses it. */
export async function endSubscriptions(
  context: SubscriptionsContext,
  gone: readonly Pick<ListenerState, "key" | "cursor">[],
): Promise<void> {
  for (const { key, cursor } of gone) {
    const before = key.startsWith(prefix) ? kept.safeParse(cursor).data : undefined;
    if (before) await end(context, before, AbortSignal.timeout(firstRetryMs));
  }
}

async function end(
  context: SubscriptionsContext,
  before: z.output<typeof kept>,
  signal: AbortSignal,
): Promise<void> {
  const { use, connection, config, url, state } = before;
  const found = triggerOf(context, use);
  try {
    const client = found && (await context.connections.client(found.connector, connection ?? undefined));
    await (client && found?.subscription.unsubscribe({ client, config, url, state, signal }));
  } catch (error) {
    context.log.warn(
      { use, error: String(error) },
      "a service could not be told to forget a recipe's address",
    );
  }
}

/** What was kept of a recipe's subscription; undefined before the service was told. */
export async function subscriptionState(database: Database, recipeId: string): Promise<unknown> {
  const [row] = await database
    .select({ cursor: listeners.cursor })
    .from(listeners)
    .where(and(eq(listeners.recipeId, recipeId), like(listeners.key, `${prefix}%`)));
  return kept.safeParse(row?.cursor).data?.state;
}
