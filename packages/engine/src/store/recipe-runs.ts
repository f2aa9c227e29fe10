/** Starting and stopping recipes: what may run, which events a start takes, and what stops one by itself. */
import { ConnectorError } from "@greenroom/connector-kit";
import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Changes } from "../changes.ts";
import type { Database, Transaction } from "../database/database.ts";
import { connections as connectionRows, type PickUpBy, recipes } from "../database/schema.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import { orderLookBack } from "../triggers/looks-back.ts";
import { forgetPlace } from "../triggers/places-left.ts";
import type { KeptRecipe } from "../retention/retention.ts";
import type { Connections } from "./connections.ts";
import { createRecipeListeners, type RecipeListeners } from "./recipe-listeners.ts";
import { type RecipeRow, type RecipeSummary, recipeSummaryOf, selectRecipes } from "./recipe-rows.ts";
import { RecipeRefused, type RecipeTexts } from "./recipe-texts.ts";
import { notFound } from "./refusals.ts";

/** An event may have been received just before its recipe stopped, and written just after. */
const overlapMs = 60_000;

/** So many errors of its trigger in a row stop a recipe. */
export const maxTriggerErrors = 60;

/** From where a recipe starts; by default from now. */
export interface StartFrom {
  /** Events that happened since then start jobs too, where they started none yet. */
  readonly since?: Date | undefined;
  /** What becomes of the events that arrived while it was stopped. */
  readonly events?: "take" | "leave" | undefined;
}

/** Events that a running recipe is owed jobs for. */
export interface PickUp {
  readonly by: PickUpBy;
  readonly since: Date;
}

/** How many events arrived while a recipe was stopped that would have started it. */
export interface WaitingEvents {
  /** Since when they are counted; undefined for a recipe that never ran. */
  readonly since: Date | undefined;
  readonly count: number;
  /** Whether there are more than were counted. */
  readonly more: boolean;
}

/** A recipe that stopped by itself. */
export interface StoppedRecipe {
  readonly id: string;
  readonly name: string;
}

/** Starts and stops recipes. */
export interface RecipeRuns extends RecipeListeners {
  /** @throws {ConnectorError} `conflict` when a connection is missing, or events wait and `from` does not say what to do. */
  start(id: string, from?: StartFrom): Promise<RecipeSummary>;
  stop(id: string): Promise<RecipeSummary>;
  /** Counts an error of its trigger; after {@link maxTriggerErrors} in a row it stops, and says why. */
  triggerFailed(id: string, message: string): Promise<void>;
  /** Its trigger works: errors are counted anew. */
  triggerWorked(id: string): Promise<void>;
  /**
   * Stops those that use one of these connections, until all theirs are connected again, in the transaction
   * that loses them: nobody ever sees one without the other. `told` is to be called when it is committed.
   */
  stopUsersOf(
    transaction: Transaction,
    connectionNames: readonly string[],
    reason: string,
  ): Promise<readonly StoppedRecipe[]>;
  /** Tells of recipes that {@link stopUsersOf} stopped. */
  told(stopped: readonly StoppedRecipe[]): Promise<void>;
  /** Starts those again that stopped because a connection was lost, where all theirs are connected by now. @returns whether it did */
  startLost(): Promise<boolean>;
  /** What all recipes say of how long their jobs are kept. */
  kept(): Promise<readonly KeptRecipe[]>;
  /** Since when the events of a stopped recipe wait for its next start. */
  waitsSince(id: string): Promise<Date | undefined>;
  /** What running recipes are owed. */
  owed(): Promise<
    readonly { readonly id: string; readonly pickUp: PickUp; readonly forgottenUntil: Date | undefined }[]
  >;
  /** It is owed no more than came after. */
  pickedUp(id: string, pickUp: PickUp): Promise<void>;
}

/** Makes the starting and stopping of recipes. */
export function createRecipeRuns(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
  readonly connections: () => Connections;
  readonly changes: Changes;
  readonly now: () => Date;
  readonly onChange: () => Promise<void>;
  /** Gives a recipe's filter what it must know beside the event. */
  readonly bind: (recipe: RunningRecipe) => RunningRecipe;
  /** How many events wait for a stopped recipe. */
  readonly waiting: (id: string) => Promise<WaitingEvents>;
  /** Called when a running recipe is owed jobs. */
  readonly onOwed: () => void;
  /** Called in the transaction in which a recipe stops for the errors of its trigger. */
  readonly onStopped: (transaction: Transaction, recipe: StoppedRecipe, reason: string) => Promise<void>;
}): RecipeRuns {
  const { database, texts, connections, changes, now, onChange, bind, waiting, onOwed, onStopped } = context;
  const rows = () => selectRecipes(database);
  /** The recipes whose trigger's last turn failed, as far as this process knows. */
  const failing = new Set<string>();

  const listeners = createRecipeListeners({
    ...{ database, texts, connections, bind, row },
    onFailing: (id) => void failing.add(id),
  });
  async function row(id: string): Promise<RecipeRow> {
    const [found] = await rows().where(eq(recipes.id, id));
    if (!found) throw notFound("recipe", id);
    return found;
  }

  async function changed(id: string): Promise<RecipeSummary> {
    await onChange();
    changes.publish({ type: "recipe", id });
    return recipeSummaryOf(await row(id), texts);
  }

  /** The connections of these names, which cannot be lost before the transaction ends. */
  const held = (on: Pick<Database, "select">, names: readonly string[]) =>
    on
      .select({ name: connectionRows.name, state: connectionRows.state })
      .from(connectionRows)
      .where(inArray(connectionRows.name, [...names]))
      .orderBy(connectionRows.id)
      .for("share");

  async function refuseUnconnected(on: Pick<Database, "select">, recipe: RecipeSummary): Promise<void> {
    const found = await held(on, recipe.connections);
    for (const name of recipe.connections) {
      const connection = found.find((one) => one.name === name);
      if (connection?.state === "connected") continue;
      const message = `“${recipe.name}” needs the connection “${name}”, which is not connected.`;
      const hint = connection
        ? `Open the connection “${name}” and choose Connect.`
        : `Create a connection named “${name}”.`;
      throw new ConnectorError("conflict", "not-connected", message, { hint });
    }
  }

  /** What a start owes; asks by a refusal when events wait and nobody said what to do with them. */
  async function chosen(
    recipe: RecipeRow["recipe"],
    { since, events }: StartFrom,
  ): Promise<PickUp | undefined> {
    if (since) {
      if (since.getTime() > now().getTime()) {
        const fields = [{ field: "since", message: "must not be in the future" }];
        throw new ConnectorError("invalid-input", "invalid-input", "since must not be in the future.", {
          fields,
        });
      }
      return { by: "occurred", since };
    }
    const from = waitsSinceOf(recipe);
    if (events === "leave" || !from) return undefined;
    if (events === "take") return { by: "received", since: from };
    const { count, more } = await waiting(recipe.id);
    if (count === 0) return undefined;
    const many = `${more ? "More than " : ""}${count} ${count === 1 && !more ? "event" : "events"}`;
    const message = `${many} arrived while “${recipe.name}” was stopped.`;
    throw new ConnectorError("conflict", "events-waiting", message, {
      fields: [{ field: "events", message: "must be take or leave" }],
      hint: "Start it with events: take to run a job for each of them, or events: leave to begin with the next one.",
    });
  }

  /** Whether a trigger that looks does not go on where it left off. */
  function beginsAnew({ recipe, version }: RecipeRow, { since, events }: StartFrom): boolean {
    const trigger = texts.catalogue.trigger(texts.saved(version).recipe.trigger.use);
    if (trigger?.kind === "polling" && trigger.isMissed) return true;
    return since ? !recipe.stoppedAt || since > recipe.stoppedAt : events === "leave";
  }

  const stopAll = (
    on: Pick<Database, "update">,
    ids: readonly string[],
    reason: string,
    set: object,
  ): Promise<readonly StoppedRecipe[]> =>
    on
      .update(recipes)
      .set({ state: "stopped", stoppedReason: reason, stoppedAt: now(), ...set })
      .where(and(inArray(recipes.id, [...ids]), eq(recipes.state, "running")))
      .returning({ id: recipes.id, name: recipes.name });

  async function told(stopped: readonly StoppedRecipe[]): Promise<void> {
    if (stopped.length === 0) return;
    await onChange();
    for (const { id } of stopped) changes.publish({ type: "recipe", id });
  }

  return {
    async start(id, from = {}) {
      const found = await row(id);
      const problems = (await texts.check(found.version.source)).problems;
      if (problems.some(({ severity }) => severity === "error"))
        throw new RecipeRefused(problems.filter(({ severity }) => severity === "error"));
      const summary = recipeSummaryOf(found, texts);
      await refuseUnconnected(database, summary);
      const owes = found.recipe.state === "running" ? undefined : await chosen(found.recipe, from);
      const starts = await database.transaction(async (transaction) => {
        await refuseUnconnected(transaction, summary);
        const begun = await transaction
          .update(recipes)
          .set({
            ...{ state: "running", stoppedReason: null, lostAt: null, triggerErrors: 0 },
            ...{ startedAt: now(), pickUpBy: owes?.by ?? null, pickUpSince: owes?.since ?? null },
          })
          .where(and(eq(recipes.id, id), eq(recipes.state, "stopped")))
          .returning({ id: recipes.id });
        // It runs already, or of two who start it at once the other was first, with what they chose.
        if (begun.length === 0) {
          if (from.since || from.events === "take") throw runsAlready(found.recipe.name);
          return false;
        }
        if (beginsAnew(found, from)) await forgetPlace(transaction, id);
        if (owes?.by === "occurred") await orderLookBack(transaction, id, owes.since, now());
        return true;
      });
      const started = await changed(id);
      if (starts && owes) onOwed();
      return started;
    },

    async stop(id) {
      const { recipe } = await row(id);
      const stop = { state: "stopped", stoppedReason: null, lostAt: null } as const;
      await database
        .update(recipes)
        // Stopped already, its events wait since then.
        .set({ ...stop, ...(recipe.state === "running" && { stoppedAt: now() }) })
        .where(eq(recipes.id, id));
      return await changed(id);
    },

    async triggerFailed(id, message) {
      failing.add(id);
      const [counted] = await database
        .update(recipes)
        .set({ triggerErrors: sql`${recipes.triggerErrors} + 1`, triggerError: message.slice(0, 1_000) })
        .where(and(eq(recipes.id, id), eq(recipes.state, "running")))
        .returning({ errors: recipes.triggerErrors });
      if ((counted?.errors ?? 0) < maxTriggerErrors) return;
      const reason = `Its trigger failed ${maxTriggerErrors} times in a row. The last error: ${message}`;
      const stopped = await database.transaction(async (transaction) => {
        const those = await stopAll(transaction, [id], reason, {});
        for (const recipe of those) await onStopped(transaction, recipe, reason);
        return those;
      });
      await told(stopped);
    },

    async triggerWorked(id) {
      // Nearly always there is nothing to forget, and nothing is asked of the database.
      if (!failing.delete(id)) return;
      await database.update(recipes).set({ triggerErrors: 0, triggerError: null }).where(eq(recipes.id, id));
    },

    async stopUsersOf(transaction, connectionNames, reason) {
      const running = await selectRecipes(transaction).where(eq(recipes.state, "running"));
      const ids = running
        .filter(({ version }) =>
          texts.saved(version).connections.some((name) => connectionNames.includes(name)),
        )
        .map(({ recipe }) => recipe.id);
      return ids.length === 0 ? [] : await stopAll(transaction, ids, reason, { lostAt: now() });
    },

    told,

    async startLost() {
      const stopped = and(eq(recipes.state, "stopped"), isNotNull(recipes.lostAt));
      let any = false;
      for (const { recipe, version } of await rows().where(stopped)) {
        const names = texts.saved(version).connections;
        // What the catalogue no longer accepts stays stopped, for its owner to see why.
        const { problems } = await texts.check(version.source);
        if (problems.some(({ severity }) => severity === "error")) continue;
        const since = waitsSinceOf(recipe) ?? now();
        const starts = await database.transaction(async (transaction) => {
          const found = await held(transaction, names);
          const isConnected = (name: string) =>
            found.some((one) => one.name === name && one.state === "connected");
          if (!names.every(isConnected)) return false;
          const { rowCount } = await transaction
            .update(recipes)
            .set({
              ...{ state: "running", stoppedReason: null, lostAt: null, triggerErrors: 0 },
              // Lost again before all was picked up: the earlier moment is the one to go back to.
              pickUpBy: sql`coalesce(${recipes.pickUpBy}, 'received')`,
              pickUpSince: sql`least(${recipes.pickUpSince}, ${since.toISOString()}::timestamptz)`,
            })
            .where(and(eq(recipes.id, recipe.id), stopped));
          return rowCount === 1;
        });
        if (starts) changes.publish({ type: "recipe", id: recipe.id });
        any ||= starts;
      }
      return any;
    },

    ...listeners,

    async kept() {
      return (await rows()).map(({ recipe: { id }, version }) => ({
        ...{ id, retention: texts.saved(version).recipe.retention },
      }));
    },

    waitsSince: async (id) => waitsSinceOf((await row(id)).recipe),

    async owed() {
      const found = await database
        .select()
        .from(recipes)
        .where(and(eq(recipes.state, "running"), isNotNull(recipes.pickUpSince)));
      return found.flatMap(({ id, pickUpBy, pickUpSince, forgottenUntil }) =>
        pickUpSince
          ? [
              {
                id,
                pickUp: { by: pickUpBy ?? "received", since: pickUpSince },
                forgottenUntil: forgottenUntil ?? undefined,
              },
            ]
          : [],
      );
    },

    async pickedUp(id, { since }) {
      await database
        .update(recipes)
        .set({ pickUpBy: null, pickUpSince: null })
        .where(and(eq(recipes.id, id), eq(recipes.pickUpSince, since)));
    },
  };
}

function runsAlready(name: string): ConnectorError {
  return new ConnectorError("conflict", "recipe-running", `“${name}” runs already.`, {
    hint: "Somebody may have started it a moment ago. To give it events of before, stop it and start it since a date.",
  });
}

/** Never from before a person started it. */
function waitsSinceOf({ state, stoppedAt, startedAt }: RecipeRow["recipe"]): Date | undefined {
  if (state === "running" || !stoppedAt || !startedAt) return undefined;
  return new Date(Math.max(stoppedAt.getTime() - overlapMs, startedAt.getTime()));
}
