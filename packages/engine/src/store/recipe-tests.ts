/** Recipes' tests: YAML kept beside a recipe, run without any service; see `greenroom test` for a sandbox. */
import { parseRecipeTests, type RecipeTestResult, runRecipeTest } from "@greenroom/recipes";
import { and, eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { recipeTests } from "../database/recipe-tables.ts";
import type { Recipes } from "./recipes.ts";
import { RecipeRefused, type RecipeTexts } from "./recipe-texts.ts";
import { notFound } from "./refusals.ts";

/** A file of tests. */
export interface RecipeTests {
  readonly name: string;
  readonly source: string;
  readonly author: string | undefined;
  readonly updatedAt: Date;
}

/** What a file's tests came to. */
export interface RecipeTestsRun {
  readonly name: string;
  readonly passed: boolean;
  readonly results: readonly RecipeTestResult[];
}

/** The files of tests. */
export interface RecipeTestStore {
  list(recipeId: string): Promise<readonly RecipeTests[]>;
  /** @throws {RecipeRefused} when it is no file of tests */
  put(
    recipeId: string,
    name: string,
    file: { source: string; author: string | undefined },
  ): Promise<RecipeTests>;
  remove(recipeId: string, name: string): Promise<void>;
  /** Runs one file or all, on the saved text or another one. @throws {RecipeRefused} */
  run(
    recipeId: string,
    what: { name?: string | undefined; source?: string | undefined },
  ): Promise<readonly RecipeTestsRun[]>;
}

/** Makes the store. */
export function createRecipeTestStore(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
  readonly recipes: Recipes;
  readonly now: () => Date;
}): RecipeTestStore {
  const { database, texts, recipes, now } = context;

  async function list(recipeId: string): Promise<readonly RecipeTests[]> {
    const rows = await database
      .select()
      .from(recipeTests)
      .where(eq(recipeTests.recipeId, recipeId))
      .orderBy(recipeTests.name);
    return rows.map(({ name, source, author, updatedAt }) => ({
      name,
      source,
      author: author ?? undefined,
      updatedAt,
    }));
  }

  function fileOf(source: string) {
    const { file, problems } = parseRecipeTests(source);
    if (!file) throw new RecipeRefused(problems);
    return file;
  }

  return {
    list,

    async put(recipeId, name, { source, author }) {
      await recipes.get(recipeId);
      fileOf(source);
      const row = { source, author: author ?? null, updatedAt: now() };
      await database
        .insert(recipeTests)
        .values({ recipeId, name, ...row })
        .onConflictDoUpdate({ target: [recipeTests.recipeId, recipeTests.name], set: row });
      return { name, source, author, updatedAt: row.updatedAt };
    },

    async remove(recipeId, name) {
      const mine = and(eq(recipeTests.recipeId, recipeId), eq(recipeTests.name, name));
      const gone = await database.delete(recipeTests).where(mine).returning();
      if (gone.length === 0) throw notFound("file of tests", name);
    },

    async run(recipeId, { name, source }) {
      const { source: saved } = await recipes.get(recipeId);
      const recipe = await texts.accept(source ?? saved);
      const files = (await list(recipeId)).filter((file) => name === undefined || file.name === name);
      if (name !== undefined && files.length === 0) throw notFound("file of tests", name);
      return await Promise.all(
        files.map(async (file) => {
          const parsed = fileOf(file.source);
          const results: RecipeTestResult[] = [];
          for (const test of parsed.tests)
            results.push(await runRecipeTest(recipe, texts.catalogue, test, { file: parsed }));
          return { name: file.name, passed: results.every(({ passed }) => passed), results };
        }),
      );
    },
  };
}
