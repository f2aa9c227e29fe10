/** What listens for running recipes, beside the webhooks: looks at services, sockets, and addresses of recipes. */
import { connectorOf, type Connector } from "@greenroom/connector-kit";
import { and, eq, inArray, like, or, sql } from "drizzle-orm";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { listeners as listenerRows } from "../database/trigger-tables.ts";
import type { EngineLog } from "../engine-contract.ts";
import type { Delivery, Receipt } from "../inbox/inbox.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import { heartbeatMs } from "../jobs/workers.ts";
import type { SecretBox } from "../secret-box.ts";
import type { AppProfiles } from "../store/app-profiles.ts";
import type { Connections } from "../store/connections.ts";
import { createDeliveryLog, type DeliveryLog } from "./delivery-log.ts";
import { socketKey, socketsOf } from "./event-sockets.ts";
import { createHooks, type HookListener, type Hooks } from "./hooks.ts";
import { createListeners, type ListenerState } from "./listeners.ts";
import { knowledgeKeys, knowledgeOf, looksOf, reconcileKey } from "./looks.ts";
import { looksBackOf } from "./looks-back.ts";
import { triggerNamed } from "./trigger-named.ts";
import { endSubscriptions, subscriptionsOf, subscriptionState } from "./subscriptions.ts";

const firstLookMs = 10_000;
const learnEveryMs = 60_000;

/** What listens. */
export interface Triggers {
  readonly hooks: Hooks;
  readonly deliveries: DeliveryLog;
  /** What was kept when a service was told a recipe's address. */
  subscriptionState(recipeId: string): Promise<unknown>;
  /** Does all that is due by now, and resolves when it is done: for tests, and for who does not want to wait. */
  runDue(): Promise<void>;
  /** How the looks fare that a recipe depends on: its own, and the one that finds what webhooks did not tell it. */
  looksFor(recipeId: string): Promise<readonly ListenerState[]>;
  /** How an app profile's socket fares; undefined where it has none. */
  socketOf(profileId: string): Promise<ListenerState | undefined>;
}

/** The same, as the engine drives it. */
export interface DrivenTriggers extends Triggers {
  /** Takes over which recipes are running. */
  load(recipes: readonly RunningRecipe[]): Promise<void>;
  /** Gives a recipe's filter what it must know. */
  bind(recipe: RunningRecipe): RunningRecipe;
  /** The same recipes, but an app profile has changed. */
  refresh(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Makes what listens. */
export function createTriggers(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly workerId: string;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly profiles: AppProfiles;
  readonly connections: Connections;
  readonly receive: (delivery: Delivery) => Promise<Receipt>;
  /** Reads anew which recipes are running, here and in the matcher, where another process changed them. */
  readonly reloadIfOld: () => Promise<void>;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly signal: AbortSignal;
  readonly onTurn?: ((recipeId: string, error: string | null) => Promise<void>) | undefined;
  /** Told when what happened since the date that a recipe was started from could not be read. */
  readonly onPastUnread: (recipeId: string, message: string) => Promise<void>;
  /** What a stopped recipe listens to, while its events wait for its next start. */
  readonly stoppedListener: (recipeId: string) => Promise<RunningRecipe | undefined>;
  /** How the world reaches a recipe's address. */
  readonly hookUrl: (token: string) => string;
}): DrivenTriggers {
  const { database, connectors, clock, log, signal, reloadIfOld } = context;
  const ending = new Set<Promise<void>>();
  const listeners = createListeners({
    ...context,
    onGone(gone) {
      const done = endSubscriptions(context, gone).finally(() => ending.delete(done));
      ending.add(done);
    },
  });
  const deliveries = createDeliveryLog(context);
  let running: readonly RunningRecipe[] = [];
  let listening = new Map<string, HookListener>();
  /** What filters must know: the keys by account, and what is known by key. */
  let asked: ReadonlyMap<string, string> = new Map();
  const known = new Map<string, unknown>();
  let learntAtMs = 0;
  let ticking: Promise<void> | undefined;
  /** What stopped recipes listen to, as far as somebody asked since recipes changed. */
  let stopped = new Map<string, Promise<HookListener | undefined>>();
  const hooks = createHooks({
    ...context,
    async listening(recipeId) {
      const found = listening.get(recipeId);
      if (found) return found;
      // Another worker may have started it.
      await reloadIfOld();
      return listening.get(recipeId);
    },
    waiting(recipeId) {
      const found = stopped.get(recipeId) ?? stoppedHook(recipeId);
      stopped.set(recipeId, found);
      found.catch(() => stopped.delete(recipeId));
      return found;
    },
  });

  async function stoppedHook(recipeId: string): Promise<HookListener | undefined> {
    const recipe = await context.stoppedListener(recipeId);
    if (!recipe) return undefined;
    const trigger = triggerOf(recipe);
    // A service that was told the address is told of the stop too.
    return trigger?.kind === "hook" && !trigger.subscription ? { trigger, recipe } : undefined;
  }

  /** What was told while the socket was closed was told to nobody. */
  async function lookAgain(profileId: string): Promise<void> {
    await database
      .update(listenerRows)
      .set({ dueAt: clock.now() })
      .where(and(like(listenerRows.key, `reconcile ${profileId} %`), sql`${listenerRows.leasedBy} is null`));
  }

  const triggerOf = ({ listener }: RunningRecipe) => triggerNamed(connectors, listener.use)?.trigger;

  async function load(recipes: readonly RunningRecipe[]): Promise<void> {
    running = recipes;
    stopped = new Map();
    listening = new Map(
      recipes.flatMap((recipe) => {
        const trigger = triggerOf(recipe);
        return trigger?.kind === "hook" ? [[recipe.recipeId, { trigger, recipe }] as const] : [];
      }),
    );
    const sockets = await socketsOf({ ...context, deliveries, onOpen: lookAgain });
    const looks = looksOf({ ...context, onKnown: (key, value) => known.set(key, value) }, recipes);
    const looksBack = await looksBackOf(
      { ...context, onKnown: () => undefined, onFailed: context.onPastUnread },
      recipes,
    );
    const subscriptions = subscriptionsOf({ ...context, hooks }, recipes);
    await listeners.want([...looks, ...looksBack, ...subscriptions, ...sockets]);
    asked = knowledgeKeys(recipes);
    await learn();
    // Whoever starts a recipe waits for what its filter must know; for a while.
    const unknown = new Set([...asked.values()].filter((key) => !known.has(key)));
    if (unknown.size > 0)
      await Promise.race([listeners.runDue(unknown), clock.sleep(firstLookMs, signal).catch(() => {})]);
  }

  /** Takes over what other workers have looked up. */
  async function learn(): Promise<void> {
    if (asked.size === 0) return;
    learntAtMs = clock.now().getTime();
    const rows = await database
      .select({ key: listenerRows.key, cursor: listenerRows.cursor })
      .from(listenerRows)
      .where(inArray(listenerRows.key, [...asked.values()]));
    for (const { key, cursor } of rows) if (cursor !== null) known.set(key, cursor);
  }

  async function tick(): Promise<void> {
    for (;;) {
      try {
        await clock.sleep(heartbeatMs, signal);
      } catch {
        return;
      }
      try {
        await listeners.turn();
        await deliveries.flush();
        if (clock.now().getTime() - learntAtMs > learnEveryMs) await learn();
      } catch (error) {
        log.warn({ error: String(error) }, "nothing could be looked at; the database may be away");
      }
    }
  }

  return {
    deliveries,
    hooks,
    load,
    subscriptionState: (recipeId) => subscriptionState(database, recipeId),
    bind: (recipe) =>
      recipe.listener.needs === undefined
        ? recipe
        : { ...recipe, known: () => known.get(asked.get(knowledgeOf(recipe)) ?? "") },
    refresh: () => load(running),
    async socketOf(profileId) {
      const [row] = await database
        .select()
        .from(listenerRows)
        .where(eq(listenerRows.key, socketKey(profileId)));
      return row;
    },
    async runDue() {
      await listeners.runDue();
      await Promise.all(ending);
    },
    async looksFor(recipeId) {
      const recipe = running.find((one) => one.recipeId === recipeId);
      const reconciled = recipe && reconcileKey(connectors.get(connectorOf(recipe.listener.use)), recipe);
      const own = and(
        eq(listenerRows.recipeId, recipeId),
        // Where a stopped recipe's left off is kept, and nobody looks there.
        sql`exists (select from greenroom.recipes where id = ${recipeId} and (state = 'running' or lost_at is not null))`,
      );
      return await database
        .select()
        .from(listenerRows)
        .where(reconciled === undefined ? own : or(eq(listenerRows.key, reconciled), own));
    },
    start() {
      ticking = tick();
    },
    async stop() {
      await ticking;
      await listeners.stop();
      await Promise.all(ending);
      await deliveries.flush();
    },
  };
}
