/** Recipes as far as their rows say, for those that ask often: no text is parsed. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/database.ts";
import { recipes, recipeVersions } from "../database/schema.ts";

/** Where a recipe is found among the others. */
export interface RecipeEntry {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly tags: readonly string[];
}

/** A recipe's newest text. */
export interface RecipeSource {
  readonly id: string;
  readonly name: string;
  readonly source: string;
}

/** Reads them. */
export interface RecipeEntries {
  /** All recipes, by name. */
  entries(): Promise<readonly RecipeEntry[]>;
  /** One recipe; undefined when there is none of that id, whatever the id looks like. */
  entry(id: string): Promise<(RecipeEntry & RecipeSource) | undefined>;
  /** The newest texts of all recipes. */
  sources(): Promise<readonly RecipeSource[]>;
}

/** Makes what reads them. */
export function createRecipeEntries(database: Database): RecipeEntries {
  const { id, name, folder, tags, versionId } = recipes;
  const { source } = recipeVersions;
  const itsVersion = eq(recipeVersions.id, versionId);
  return {
    entries: async () => await database.select({ id, name, folder, tags }).from(recipes).orderBy(name),

    async entry(wanted) {
      if (!z.uuid().safeParse(wanted).success) return undefined;
      const [found] = await database
        .select({ id, name, folder, tags, source })
        .from(recipes)
        .innerJoin(recipeVersions, itsVersion)
        .where(eq(id, wanted));
      return found;
    },

    sources: async () =>
      await database.select({ id, name, source }).from(recipes).innerJoin(recipeVersions, itsVersion),
  };
}
