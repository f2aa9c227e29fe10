/** The versions of a recipe: who saved which text and why, what changed between two, and going back to one. */
import { ConnectorError } from "@greenroom/connector-kit";
import { createTwoFilesPatch, structuredPatch } from "diff";
import { and, desc, eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { recipeDrafts } from "../database/recipe-tables.ts";
import { recipeVersions } from "../database/schema.ts";
import type { RecipeSummary } from "./recipe-rows.ts";
import type { Recipes } from "./recipes.ts";
import { notFound } from "./refusals.ts";

/** A version as it was saved. */
export interface RecipeVersion {
  readonly number: number;
  readonly createdAt: Date;
  readonly author: string | undefined;
  readonly comment: string | undefined;
  readonly source: string;
}

/** What changed between two texts: lines that begin with a space, `+` or `-`. */
export interface RecipeDiff {
  readonly from: string;
  readonly to: string;
  readonly hunks: readonly {
    readonly oldStart: number;
    readonly newStart: number;
    readonly lines: readonly string[];
  }[];
  /** The same as a patch. */
  readonly patch: string;
}

/** A version's number, or the draft. */
export type VersionName = number | "draft";

/** The versions. */
export interface RecipeVersions {
  /** Newest first. */
  list(recipeId: string): Promise<readonly RecipeVersion[]>;
  get(recipeId: string, number: number): Promise<RecipeVersion>;
  diff(recipeId: string, from: VersionName, to: VersionName): Promise<RecipeDiff>;
  /** Saves an earlier version's text as a new version. @throws {RecipeRefused} */
  restore(recipeId: string, number: number, author: string | undefined): Promise<RecipeSummary>;
}

/** Makes the store of versions. */
export function createRecipeVersions(context: {
  readonly database: Database;
  readonly recipes: Recipes;
}): RecipeVersions {
  const { database, recipes } = context;

  async function get(recipeId: string, number: number): Promise<RecipeVersion> {
    const [row] = await database
      .select()
      .from(recipeVersions)
      .where(and(eq(recipeVersions.recipeId, recipeId), eq(recipeVersions.number, number)));
    if (!row) throw notFound("version of this recipe", String(number));
    return versionOf(row);
  }

  async function textOf(recipeId: string, name: VersionName): Promise<{ title: string; source: string }> {
    if (name !== "draft") return { title: `version ${name}`, source: (await get(recipeId, name)).source };
    const [draft] = await database.select().from(recipeDrafts).where(eq(recipeDrafts.id, recipeId));
    if (!draft) throw notFound("draft of recipe", recipeId);
    return { title: "draft", source: draft.source };
  }

  return {
    get,

    async list(recipeId) {
      const rows = await database
        .select()
        .from(recipeVersions)
        .where(eq(recipeVersions.recipeId, recipeId))
        .orderBy(desc(recipeVersions.number));
      if (rows.length === 0) throw notFound("recipe", recipeId);
      return rows.map(versionOf);
    },

    async diff(recipeId, from, to) {
      const [old, fresh] = [await textOf(recipeId, from), await textOf(recipeId, to)];
      // Two long texts with nothing in common take long to compare line by line.
      const options = { context: 3, timeout: 2_000 };
      const texts = [old.title, fresh.title, old.source, fresh.source, "", ""] as const;
      const structured = structuredPatch(...texts, options);
      const patch = createTwoFilesPatch(...texts, options);
      if (!structured || patch === undefined) {
        throw new ConnectorError(
          "invalid-input",
          "too-different",
          "These two texts differ too much to compare.",
          {
            hint: "Open both versions.",
          },
        );
      }
      return {
        ...{ from: old.title, to: fresh.title, patch },
        hunks: structured.hunks.map(({ oldStart, newStart, lines }) => ({ oldStart, newStart, lines })),
      };
    },

    async restore(recipeId, number, author) {
      const { source } = await get(recipeId, number);
      return await recipes.save(recipeId, source, { author, comment: `Version ${number}, restored` });
    },
  };
}

function versionOf(row: typeof recipeVersions.$inferSelect): RecipeVersion {
  const { number, createdAt, source } = row;
  return { number, createdAt, source, author: row.author ?? undefined, comment: row.comment ?? undefined };
}
