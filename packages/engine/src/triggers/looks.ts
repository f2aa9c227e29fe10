/** Looks at services: the triggers that look for themselves, what finds events that no webhook told, and what filters ask. */
import { createHash } from "node:crypto";
import {
  connectorOf,
  type Client,
  type Connector,
  ConnectorError,
  type FoundEvent,
  type LookAnswer,
  type Reconciler,
} from "@greenroom/connector-kit";
import type { Clock } from "../clock.ts";
import type { EngineLog } from "../engine-contract.ts";
import type { Delivery, Receipt } from "../inbox/inbox.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import type { Connections } from "../store/connections.ts";
import type { Listener, Turn } from "./listeners.ts";
import { triggerNamed } from "./trigger-named.ts";

/** How long after a look the next one follows. */
const usualMs = 5 * 60_000;
const longestMs = 60 * 60_000;
/** A refusal of the rate limit is waited out for so long; the look keeps its place meanwhile. */
const patienceMs = 10 * 60_000;

/** What looks need. */
export interface LooksContext {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly connections: Connections;
  readonly receive: (delivery: Delivery) => Promise<Receipt>;
  /** Told of what was looked up for filters. */
  readonly onKnown: (key: string, known: unknown) => void;
  readonly clock: Clock;
  readonly log: EngineLog;
}

/** The looks that running recipes need: one a recipe whose trigger looks, one an account and reconciler. */
export function looksOf(context: LooksContext, recipes: readonly RunningRecipe[]): readonly Listener[] {
  return [
    ...ownLooks(context, recipes),
    ...reconcilerLooks(context, recipes),
    ...knowledgeLooks(context, recipes),
  ];
}

/** The keys of what the recipes' filters must know, by account and knowledge. */
export function knowledgeKeys(recipes: readonly RunningRecipe[]): ReadonlyMap<string, string> {
  const groups = Map.groupBy(
    recipes.filter(({ listener }) => listener.needs !== undefined),
    knowledgeOf,
  );
  return new Map(
    [...groups].map(([about, group]) => {
      const asked = new Set(group.flatMap(({ listener }) => listener.needs?.of ?? []));
      return [about, `know ${about} ${hashOf([...asked].toSorted())}`];
    }),
  );
}

/** Of which account a recipe's filter must know what. */
export function knowledgeOf({ profileId, accountId, listener }: RunningRecipe): string {
  return `${profileId} ${accountId} ${connectorOf(listener.use)} ${listener.needs?.knowledge}`;
}

function knowledgeLooks(context: LooksContext, recipes: readonly RunningRecipe[]): Listener[] {
  return [...knowledgeKeys(recipes)].flatMap(([about, key]) => {
    const group = recipes.filter((recipe) => recipe.listener.needs && knowledgeOf(recipe) === about);
    const [first] = group;
    const connector = context.connectors.get(connectorOf(first?.listener.use ?? ""));
    const knowledge = connector?.knowledge?.find(({ id }) => id === first?.listener.needs?.knowledge);
    if (!first || !connector || !knowledge) return [];
    const asked = new Set(group.flatMap(({ listener }) => listener.needs?.of ?? []));
    return lookOf(context, {
      ...{ key, recipeId: undefined, everyMs: usualMs, connector },
      ...{ connection: first.listener.connection, accountId: first.accountId },
      async look(at) {
        const known = await knowledge.look({ ...at, config: asked });
        context.onKnown(key, known);
        return { events: [], cursor: known, more: false };
      },
      deliveryOf: () => {
        throw new Error("knowledge is no event");
      },
    });
  });
}

const hashOf = (value: unknown) =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

/** The key of the look that finds what webhooks did not tell of an event, where there is one. */
export function reconcileKey(
  connector: Connector | undefined,
  { profileId, accountId, eventName }: Pick<RunningRecipe, "profileId" | "accountId" | "eventName">,
): string | undefined {
  const reconciler = connector?.reconcilers?.find(({ events }) => events.includes(eventName));
  return reconciler && keyOf(profileId, accountId, reconciler);
}

const keyOf = (profileId: string, accountId: string, { id }: Reconciler) =>
  `reconcile ${profileId} ${accountId} ${id}`;

/** How keys of recipes' own looks begin. */
export const ownLookPrefix = "look ";

/** The key of the look of a recipe whose trigger looks for itself. */
export const ownLookKey = ({ recipeId, listener: { use, connection, config } }: RunningRecipe) =>
  `${ownLookPrefix}${recipeId} ${hashOf([use, connection, config])}`;

function ownLooks(context: LooksContext, recipes: readonly RunningRecipe[]): Listener[] {
  return recipes.flatMap((recipe) => {
    const { recipeId, profileId, accountId, listener, eventName } = recipe;
    const { connector, trigger } = triggerNamed(context.connectors, listener.use) ?? {};
    if (!connector || trigger?.kind !== "polling") return [];
    const everyMs = trigger.everyMs ?? usualMs;
    return lookOf(context, {
      ...{
        key: ownLookKey(recipe),
        recipeId,
        everyMs,
        connector,
        connection: listener.connection,
        accountId,
      },
      look: (at) => trigger.poll({ ...at, config: listener.config }),
      deliveryOf: (found) => ({
        ...{ profileId, connector: connector.id, source: recipeId },
        event: { ...eventOf(found, eventName, accountId), dedupeKey: `${recipeId} ${found.dedupeKey}` },
      }),
    });
  });
}

function reconcilerLooks(context: LooksContext, recipes: readonly RunningRecipe[]): Listener[] {
  const groups = Map.groupBy(
    recipes.filter(({ source }) => source === ""),
    ({ listener, profileId, accountId }) => `${connectorOf(listener.use)}\n${profileId}\n${accountId}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { profileId, accountId, listener } = first;
    const connectorId = connectorOf(listener.use);
    const connector = context.connectors.get(connectorId);
    return (connector?.reconcilers ?? []).flatMap((reconciler) => {
      const wanted = new Set(
        group.map(({ eventName }) => eventName).filter((name) => reconciler.events.includes(name)),
      );
      if (!connector || wanted.size === 0) return [];
      const key = keyOf(profileId, accountId, reconciler);
      return lookOf<FoundEvent & { readonly name: string }>(context, {
        ...{ key, recipeId: undefined, everyMs: usualMs, connector },
        ...{ connection: listener.connection, accountId },
        look: (at) => reconciler.look({ ...at, config: wanted }),
        deliveryOf: (found) => ({
          ...{ profileId, connector: connectorId, event: eventOf(found, found.name, accountId) },
          reconciled: { since: found.state?.since },
        }),
      });
    });
  });
}

/** What was found, as an event of the account. */
export function eventOf(found: FoundEvent, name: string, accountId: string): Delivery["event"] {
  const { dedupeKey, occurredAt, payload, state } = found;
  return { name, accountId, dedupeKey, occurredAt, payload, stateKey: state?.key };
}

interface LookParts<Found extends FoundEvent> {
  readonly key: string;
  readonly recipeId: string | undefined;
  readonly everyMs: number;
  readonly connector: Connector;
  readonly connection: string | undefined;
  readonly accountId: string;
  readonly look: (at: {
    client: Client;
    cursor: unknown;
    now: Date;
    accountId: string;
    signal: AbortSignal;
  }) => Promise<LookAnswer<Found>>;
  readonly deliveryOf: (found: Found) => Delivery;
}

/** A look as one of the things that one worker at a time does. */
export function lookOf<Found extends FoundEvent>(context: LooksContext, parts: LookParts<Found>): Listener {
  const { connections, clock } = context;
  const { key, recipeId, everyMs, connector, connection, accountId, look, deliveryOf } = parts;
  const after = (ms: number) => new Date(clock.now().getTime() + ms);

  async function run({ cursor: kept, signal, keep }: Turn): Promise<Date> {
    for (let cursor = kept; ; ) {
      const client = patient(await connections.client(connector, connection), clock, signal);
      const answer = await look({ client, cursor, now: clock.now(), accountId, signal });
      const receipts = await Promise.all(
        answer.events.map((found) => receiveOne(context, deliveryOf(found))),
      );
      ({ cursor } = answer);
      await keep(cursor, receipts.filter((receipt) => receipt?.duplicate === false).length);
      signal.throwIfAborted();
      if (!answer.more) return answer.nextAt ?? after(everyMs);
    }
  }

  return {
    ...{ key, recipeId, lasting: false },
    async run(turn) {
      try {
        return await run(turn);
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === "reconnect" && connection !== undefined)
          await connections.needsAttention(connection, error.message);
        throw error;
      }
    },
    retryAt(error, failures) {
      const asked = error instanceof ConnectorError ? error.retryAt : undefined;
      return asked ?? after(Math.min(everyMs * 2 ** Math.min(failures - 1, 8), Math.max(longestMs, everyMs)));
    },
  };
}

/** One event that PostgreSQL will not take must not keep all later ones back. */
async function receiveOne({ receive, log }: LooksContext, delivery: Delivery): Promise<Receipt | undefined> {
  try {
    return await receive(delivery);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!code.startsWith("22")) throw error;
    log.warn({ event: delivery.event.name, error: String(error) }, "an event could not be written");
    return undefined;
  }
}

/** A client that waits while the limits want it to, so that a long look need not begin again. */
function patient(client: Client, clock: Clock, signal: AbortSignal): Client {
  async function waiting<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ConnectorError) || error.kind !== "rate-limited" || !error.retryAt)
          throw error;
        const ms = error.retryAt.getTime() - clock.now().getTime();
        if (ms > patienceMs) throw error;
        await clock.sleep(Math.max(ms, 1), signal);
      }
    }
  }
  const changed: Pick<Client, "request" | "send"> = {
    request: (...args) => waiting(() => client.request(...args)),
    send: (...args) => waiting(() => client.send(...args)),
  };
  // Over the client and not in place of it: some have more than these two.
  return Object.assign(Object.create(client) as Client, changed);
}
