/** Replays: an event of the inbox is given to recipes once more, whoever it started before. */
import { ConnectorError } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Changes } from "../changes.ts";
import type { Database } from "../database/database.ts";
import { events } from "../database/schema.ts";
import { queueJob } from "../jobs/queue-job.ts";
import type { RecipeSummary } from "../store/recipe-rows.ts";
import type { RecipeRuns } from "../store/recipe-runs.ts";
import { notFound } from "../store/refusals.ts";
import { type StoredEvent, storedEventOf } from "./inbox.ts";
import { type RunningRecipe, wants } from "./matcher.ts";

/** A recipe whose trigger is of an event's name. */
export interface Taker {
  readonly recipe: RecipeSummary;
  /** Why the event would not start it: it listens to another account or address; its condition. Undefined where it would. */
  readonly not: "elsewhere" | "condition" | undefined;
}

/** What became of many events and recipes. */
export interface Replayed {
  readonly done: readonly { readonly eventId: string; readonly recipeId: string; readonly jobId: string }[];
  readonly refused: readonly {
    readonly eventId: string;
    readonly recipeId: string | undefined;
    readonly message: string;
  }[];
}

/** Gives events to recipes again. */
export interface Replays {
  /** The recipes that can be given an event, running or not. @throws {ConnectorError} when there is no such event */
  takers(eventId: string): Promise<readonly Taker[]>;
  /**
   * Starts a job for each event and recipe, by the newest version; its condition is not asked where a person names the
   * recipe. Without recipes: for each running one that the event would start.
   */
  replay(eventIds: readonly string[], recipeIds: readonly string[] | undefined): Promise<Replayed>;
}

/** Makes it. */
export function createReplays(context: {
  readonly database: Database;
  readonly recipes: { list(): Promise<readonly RecipeSummary[]> } & Pick<RecipeRuns, "listener">;
  readonly changes: Changes;
  readonly now: () => Date;
  readonly onQueued: (recipeIds: readonly string[]) => void;
}): Replays {
  const { database, recipes, changes, now, onQueued } = context;

  interface Listening {
    readonly recipe: RecipeSummary;
    readonly listener: RunningRecipe;
  }

  /** What the catalogue no longer accepts, or has no account, listens to nothing. */
  async function listening(): Promise<readonly Listening[]> {
    const all = await recipes.list();
    const found = await Promise.allSettled(all.map(({ id }) => recipes.listener(id)));
    return found.flatMap((result, index) => {
      const recipe = all[index];
      return result.status === "fulfilled" && result.value && recipe
        ? [{ recipe, listener: result.value }]
        : [];
    });
  }

  async function eventOf(id: string): Promise<StoredEvent> {
    const [row] = await database.select().from(events).where(eq(events.id, id));
    if (!row) throw notFound("event", id);
    if (row.wipedAt !== null) {
      throw new ConnectorError("conflict", "no-data", "The data of this event was deleted.", {
        hint: "An event is kept without its data where the recipes that it started keep none.",
      });
    }
    return storedEventOf(row);
  }

  function takerOf({ recipe, listener }: Listening, stored: StoredEvent): Taker | undefined {
    const { event, profileId, connector, source = "" } = stored;
    const [own] = listener.listener.use.split("/");
    if (listener.eventName !== event.name || own !== connector) return undefined;
    const same =
      listener.profileId === profileId &&
      listener.accountId === event.accountId &&
      listener.source === source;
    if (!same) return { recipe, not: "elsewhere" };
    return { recipe, not: wants(listener, stored) ? undefined : "condition" };
  }

  async function begin(listener: RunningRecipe, event: StoredEvent): Promise<string> {
    const id = await queueJob(database, listener, event, { cause: "rerun", at: now() });
    changes.publish({ type: "job", id, recipeId: listener.recipeId, state: "queued" });
    return id;
  }

  return {
    async takers(eventId) {
      const event = await eventOf(eventId);
      return (await listening()).flatMap((one) => takerOf(one, event) ?? []);
    },

    async replay(eventIds, recipeIds) {
      const all = await listening();
      const done: Replayed["done"][number][] = [];
      const refused: Replayed["refused"][number][] = [];
      for (const eventId of eventIds) {
        let event: StoredEvent;
        try {
          event = await eventOf(eventId);
        } catch (error) {
          if (!(error instanceof ConnectorError)) throw error;
          refused.push({ eventId, recipeId: undefined, message: error.message });
          continue;
        }
        const chosen = recipeIds ?? all.filter((one) => starts(one, event)).map(({ recipe }) => recipe.id);
        if (chosen.length === 0)
          refused.push({ eventId, recipeId: undefined, message: "No running recipe would take it." });
        for (const recipeId of chosen) {
          const one = all.find(({ recipe }) => recipe.id === recipeId);
          if (one && takerOf(one, event)) {
            done.push({ eventId, recipeId, jobId: await begin(one.listener, event) });
            continue;
          }
          const name = one ? `“${one.recipe.name}”` : `The recipe ${recipeId}`;
          refused.push({ eventId, recipeId, message: `${name} does not listen to ${event.event.name}.` });
        }
      }
      onQueued([...new Set(done.map(({ recipeId }) => recipeId))]);
      return { done, refused };
    },
  };

  function starts(one: Listening, event: StoredEvent): boolean {
    const taker = takerOf(one, event);
    return one.recipe.state === "running" && taker !== undefined && taker.not === undefined;
  }
}
