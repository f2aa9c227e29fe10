/** What a start since a date takes of what happened before it: said to people before they start a recipe, and after. */
import { connectorOf, type Connector } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { recipes } from "../database/schema.ts";
import { selectRecipes } from "./recipe-rows.ts";
import type { RecipeTexts } from "./recipe-texts.ts";
import { notFound } from "./refusals.ts";

/** How far back a recipe's trigger reaches, beside the inbox. */
export interface StartPast {
  /** `service`: the service lists what happened; `place-left`: it reads on from where it stopped; `inbox`: that alone. */
  readonly reads: "service" | "place-left" | "inbox";
  /** What such a start does not take, and why; undefined where nothing is missing. */
  readonly note: string | undefined;
}

/** Tells of it. */
export interface StartPasts {
  /** @param since the date; without one, what holds for any. @throws {ConnectorError} when there is no such recipe */
  pastOf(id: string, since?: Date): Promise<StartPast>;
}

/** Makes what tells of it. */
export function createStartPasts(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
  readonly connectors: ReadonlyMap<string, Connector>;
}): StartPasts {
  const { database, texts, connectors } = context;
  return {
    async pastOf(id, since) {
      const [row] = await selectRecipes(database).where(eq(recipes.id, id));
      if (!row) throw notFound("recipe", id);
      const { recipe } = texts.saved(row.version);
      const trigger = texts.catalogue.trigger(recipe.trigger.use);
      const connector = connectors.get(connectorOf(recipe.trigger.use));
      if (trigger?.kind === "polling" && trigger.isMissed)
        return { reads: "inbox", note: "Its trigger makes up for no time at which the recipe did not run." };
      if (trigger?.kind === "polling") return placeLeft(row.recipe.stoppedAt ?? undefined, since);
      if (!trigger || trigger.kind === "hook") return { reads: "inbox", note: inboxAlone };
      const { eventName } = texts.catalogue.listenerOf(recipe);
      const isListed = connector?.reconcilers?.some(({ past }) => past?.events.includes(eventName)) ?? false;
      return isListed ? { reads: "service", note: undefined } : { reads: "inbox", note: inboxAlone };
    },
  };
}

const inboxAlone =
  "What happened before cannot be listed for its trigger: events that the inbox kept are taken, and no others.";

/** Whoever looks goes on at its place, if the date is not after the stop; else it begins with what is new from now on. */
function placeLeft(stoppedAt: Date | undefined, since: Date | undefined): StartPast {
  if (!stoppedAt) {
    const note =
      "Its trigger has not looked yet and begins with what is new from now on, or with the date in its own settings: of before, only what the inbox kept is taken.";
    return { reads: "inbox", note };
  }
  const stopped = stoppedAt.toISOString();
  if (since && since > stoppedAt) {
    const note = `Its trigger begins with what is new from now on: what came between that date and now is taken only where the inbox kept it. It reads on from where it stopped with a date of ${stopped} or before.`;
    return { reads: "inbox", note };
  }
  const note = `Its trigger reads on from where it stopped, at ${stopped}, and cannot read further back: of before, only what the inbox kept is taken.`;
  return { reads: "place-left", note };
}
