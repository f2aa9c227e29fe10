/** How a trigger, its filters and its condition would have fared with the events that came last. */
import { ConnectorError } from "@greenroom/connector-kit";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { events } from "../database/schema.ts";
import { storedEventOf } from "../inbox/inbox.ts";
import type { StoredEvent } from "../inbox/inbox.ts";
import { type RunningRecipe, scopeOf } from "../inbox/matcher.ts";
import type { RecipeRuns } from "./recipe-runs.ts";

/** What would become of an event. */
export interface PreviewedEvent {
  readonly id: string;
  readonly occurredAt: Date;
  /** `filtered`: the trigger's own settings do not want it; `unmet`: the condition does not hold; `failed`: it failed. */
  readonly outcome: "starts" | "filtered" | "unmet" | "failed";
  /** Why the condition failed. */
  readonly error: string | undefined;
}

/** What a trigger would have started. */
export interface TriggerPreview {
  /** The events of its name and account that were looked at, newest first. */
  readonly events: readonly PreviewedEvent[];
  readonly starts: number;
}

/** A recipe's saved text, or another one; for one that is not made yet, without an id. */
export interface PreviewOf {
  readonly recipeId?: string | undefined;
  readonly source?: string | undefined;
}

/** The previews. */
export interface TriggerPreviews {
  /** @throws {RecipeRefused} */
  preview(of: PreviewOf): Promise<TriggerPreview>;
  /** The newest event that would start it. */
  newest(of: PreviewOf): Promise<StoredEvent | undefined>;
}

/** Events looked at. */
const examined = 100;

/** Makes them. */
export function createTriggerPreviews({
  database,
  runs,
}: {
  database: Database;
  runs: RecipeRuns;
}): TriggerPreviews {
  async function listenerOf({ recipeId, source }: PreviewOf): Promise<RunningRecipe> {
    const listener =
      source === undefined && recipeId !== undefined
        ? await runs.listener(recipeId)
        : await runs.listenerOfText(source ?? "", recipeId);
    if (listener) return listener;
    throw new ConnectorError("conflict", "not-connected", "The trigger's connection has no account yet.", {
      hint: "Connect it first: only then is known whose events these are.",
    });
  }

  async function last(recipe: RunningRecipe): Promise<readonly StoredEvent[]> {
    const rows = await database
      .select()
      .from(events)
      .where(
        and(
          ...[eq(events.profileId, recipe.profileId), eq(events.accountId, recipe.accountId)],
          ...[eq(events.name, recipe.eventName), eq(events.source, recipe.source), isNull(events.wipedAt)],
        ),
      )
      .orderBy(desc(events.receivedAt))
      .limit(examined);
    return rows.map(storedEventOf);
  }

  return {
    async preview(of) {
      const recipe = await listenerOf(of);
      const previewed = (await last(recipe)).map((event) => previewOf(recipe, event));
      return { events: previewed, starts: previewed.filter(({ outcome }) => outcome === "starts").length };
    },

    async newest(of) {
      const recipe = await listenerOf(of);
      return (await last(recipe)).find((event) => previewOf(recipe, event).outcome === "starts");
    },
  };
}

function previewOf({ program, filter, known }: RunningRecipe, event: StoredEvent): PreviewedEvent {
  const {
    id,
    event: { occurredAt, payload },
  } = event;
  const about = { id, occurredAt, error: undefined };
  try {
    if (filter && !filter(payload, known?.())) return { ...about, outcome: "filtered" };
    return { ...about, outcome: program.matches(scopeOf(event)) ? "starts" : "unmet" };
  } catch (error) {
    return { ...about, outcome: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}
