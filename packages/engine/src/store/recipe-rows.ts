/** Recipes as they are read: a row with its newest version, its draft and what its text says. */
import type { OutlineStep } from "@greenroom/recipes";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { queues } from "../database/job-tables.ts";
import { recipeDrafts } from "../database/recipe-tables.ts";
import { type RecipeState, recipes, recipeVersions } from "../database/schema.ts";
import type { RecipeTexts } from "./recipe-texts.ts";

/** A recipe with its newest version. */
export interface RecipeSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly state: RecipeState;
  readonly stoppedReason: string | undefined;
  readonly version: number;
  readonly source: string;
  readonly trigger: string;
  /** The names of the connections it uses. */
  readonly connections: readonly string[];
  readonly outline: readonly OutlineStep[];
  readonly folder: string;
  readonly tags: readonly string[];
  /** The channels that are told of it; undefined for all, none for nobody. */
  readonly noticeChannels: readonly string[] | undefined;
  /** What somebody is writing and has not saved as a version. */
  readonly draft:
    | { readonly revision: number; readonly author: string | undefined; readonly savedAt: Date }
    | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | undefined;
  readonly stoppedAt: Date | undefined;
  /** Since when its queue is held up: no further job begins. */
  readonly pausedAt: Date | undefined;
}

/** A recipe's rows. */
export interface RecipeRow {
  readonly recipe: typeof recipes.$inferSelect;
  readonly version: typeof recipeVersions.$inferSelect;
  readonly draft: typeof recipeDrafts.$inferSelect | null;
  readonly pausedAt: Date | null;
}

/** Selects recipes, each with its newest version, its draft, and whether its queue is held up. */
export function selectRecipes(database: Pick<Database, "select">) {
  return database
    .select({ recipe: recipes, version: recipeVersions, draft: recipeDrafts, pausedAt: queues.pausedAt })
    .from(recipes)
    .innerJoin(recipeVersions, eq(recipeVersions.id, recipes.versionId))
    .leftJoin(recipeDrafts, eq(recipeDrafts.id, recipes.id))
    .leftJoin(queues, eq(queues.recipeId, recipes.id));
}

/** What people see of a recipe. */
export function recipeSummaryOf(
  { recipe: row, version, draft, pausedAt }: RecipeRow,
  texts: RecipeTexts,
): RecipeSummary {
  const { recipe, connections, outline } = texts.saved(version);
  return {
    ...{ id: row.id, name: row.name, description: recipe.description, state: row.state },
    ...{ stoppedReason: row.stoppedReason ?? undefined, version: version.number, source: version.source },
    ...{ trigger: recipe.trigger.use, connections, outline },
    ...{ folder: row.folder, tags: row.tags },
    noticeChannels: row.noticeChannels ?? undefined,
    draft: draft
      ? { revision: draft.revision, author: draft.author ?? undefined, savedAt: draft.savedAt }
      : undefined,
    ...{ createdAt: row.createdAt, updatedAt: row.updatedAt, startedAt: row.startedAt ?? undefined },
    ...{ stoppedAt: row.stoppedAt ?? undefined, pausedAt: pausedAt ?? undefined },
  };
}
