/** Looks back: what a service lists since the date that a recipe was started from. One a start, over when it succeeded. */
import { connectorOf, ConnectorError, type Connector, type ReconciledEvent } from "@greenroom/connector-kit";
import { and, eq, inArray, like } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { recipes } from "../database/schema.ts";
import { listeners } from "../database/trigger-tables.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import type { Listener, ListenerState } from "./listeners.ts";
import { eventOf, lookOf, type LooksContext } from "./looks.ts";

/** When a look that is over is due again; stopping its recipe deletes its row. */
export const neverAgain = new Date("9999-01-01T00:00:00Z");

/** What no later try will change. */
const refusals = new Set(["forbidden", "not-found", "invalid-input", "conflict"]);
const usualMs = 5 * 60_000;
const prefix = "since ";

/** Of which kind a look is: a recipe's own, an account's, or one back since a date. */
export function lookKindOf({ key, recipeId }: Pick<ListenerState, "key" | "recipeId">) {
  if (key.startsWith(prefix)) return "since" as const;
  return recipeId === null ? ("reconcile" as const) : ("own" as const);
}

/** Notes, in the transaction that starts the recipe, that somebody has to look back. */
export async function orderLookBack(
  transaction: Pick<Database, "insert" | "delete">,
  recipeId: string,
  since: Date,
  now: Date,
): Promise<void> {
  await transaction
    .delete(listeners)
    .where(and(eq(listeners.recipeId, recipeId), like(listeners.key, `${prefix}%`)));
  await transaction
    .insert(listeners)
    .values({ key: `${prefix}${recipeId} ${since.toISOString()}`, recipeId, dueAt: now });
}

/** The looks back that are ordered for running recipes whose events can be listed. */
export async function looksBackOf(
  context: LooksContext & {
    readonly database: Database;
    /** Told what could not be read, and what to do. */
    readonly onFailed: (recipeId: string, message: string) => Promise<void>;
  },
  running: readonly RunningRecipe[],
): Promise<readonly Listener[]> {
  const byId = new Map(
    running.filter((recipe) => reconcilerOf(context, recipe)).map((recipe) => [recipe.recipeId, recipe]),
  );
  if (byId.size === 0) return [];
  const rows = await context.database
    .select({ key: listeners.key, recipeId: listeners.recipeId })
    .from(listeners)
    .where(and(inArray(listeners.recipeId, [...byId.keys()]), like(listeners.key, `${prefix}%`)));
  return rows.flatMap(({ key, recipeId }) => {
    const recipe = byId.get(recipeId ?? "");
    return recipe ? lookBack(context, recipe, key) : [];
  });
}

function reconcilerOf(
  { connectors }: Pick<LooksContext, "connectors">,
  { source, listener, eventName }: RunningRecipe,
): { readonly connector: Connector; readonly reconciler: Past } | undefined {
  const connector = source === "" ? connectors.get(connectorOf(listener.use)) : undefined;
  for (const { past, look } of connector?.reconcilers ?? [])
    if (connector && past?.events.includes(eventName)) return { connector, reconciler: { past, look } };
  return undefined;
}

type AnyReconciler = NonNullable<Connector["reconcilers"]>[number];
interface Past extends Pick<AnyReconciler, "look"> {
  readonly past: NonNullable<AnyReconciler["past"]>;
}

function lookBack(
  context: Parameters<typeof looksBackOf>[0],
  recipe: RunningRecipe,
  key: string,
): readonly Listener[] {
  const found = reconcilerOf(context, recipe);
  if (!found) return [];
  const { database, onFailed } = context;
  const { recipeId, profileId, accountId, eventName, listener } = recipe;
  const { connector, reconciler } = found;
  const since = new Date(key.slice(key.lastIndexOf(" ") + 1));
  const isOver = (error: unknown) => error instanceof ConnectorError && refusals.has(error.kind);
  let others: readonly { readonly id: string; readonly fromMs: number }[] = [];

  const look = lookOf<ReconciledEvent>(context, {
    // Its row has the recipe's id and goes with it; it is not the recipe's own trigger that fails with it.
    ...{ key, recipeId: undefined, everyMs: usualMs, connector },
    ...{ connection: listener.connection, accountId },
    async look(at) {
      const rows = await database
        .select({ id: recipes.id, startedAt: recipes.startedAt, forgottenUntil: recipes.forgottenUntil })
        .from(recipes)
        .where(eq(recipes.state, "running"));
      // Of what it forgot, nobody knows whether it had a job.
      others = rows.map(({ id, startedAt, forgottenUntil }) => ({
        id,
        fromMs: Math.max(
          (id === recipeId ? since : (startedAt ?? at.now)).getTime(),
          (forgottenUntil?.getTime() ?? -1) + 1,
        ),
      }));
      const fromMs = others.find(({ id }) => id === recipeId)?.fromMs ?? at.now.getTime();
      const cursor = at.cursor ?? reconciler.past.cursor(new Date(fromMs));
      const answer = await reconciler.look({ ...at, cursor, config: new Set([eventName]) });
      const events = answer.events.filter(({ occurredAt }) => occurredAt.getTime() >= fromMs);
      return { events, cursor: answer.more ? answer.cursor : null, more: answer.more, nextAt: neverAgain };
    },
    deliveryOf: (event) => ({
      ...{ profileId, connector: connector.id, event: eventOf(event, event.name, accountId) },
      reconciled: { since: event.state?.since },
      // Those that ran by then and missed it have it too, and those that run from later do not.
      startsOnly: new Set(
        others.filter(({ fromMs }) => event.occurredAt.getTime() >= fromMs).map(({ id }) => id),
      ),
    }),
  });
  return [
    {
      ...look,
      async run(turn) {
        try {
          return await look.run(turn);
        } catch (error) {
          if (turn.signal.aborted) throw error;
          const next = isOver(error)
            ? "Put that right, then stop the recipe and start it since that date again."
            : "It is tried again.";
          const from = `What ${connector.title} lists since ${since.toISOString()} could not be read`;
          const message = `${from}: ${reasonOf(error)} ${next}`;
          await onFailed(recipeId, message);
          if (!(error instanceof ConnectorError)) throw new Error(message, { cause: error });
          const { kind, code, retryAt, hint } = error;
          throw new ConnectorError(kind, code, message, { retryAt, hint, cause: error });
        }
      },
      retryAt: (error, failures) => (isOver(error) ? neverAgain : look.retryAt(error, failures)),
    },
  ];
}

function reasonOf(error: unknown): string {
  const hint = error instanceof ConnectorError ? error.hint : undefined;
  return [error instanceof Error ? error.message : String(error), hint].filter(Boolean).join(" ");
}
