/** Recipes and their immutable versions: saved only when lint finds no error. */
import { ConnectorError, type Use } from "@greenroom/connector-kit";
import { type Problem, type Program, renameRecipe } from "@greenroom/recipes";
import { and, arrayContains, desc, eq, ilike, like, or, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Changes } from "../changes.ts";
import type { Database } from "../database/database.ts";
import { noticeChannels as channels } from "../database/notice-tables.ts";
import { queues } from "../database/job-tables.ts";
import { recipeDrafts } from "../database/recipe-tables.ts";
import { type RecipeState, recipes, recipeVersions } from "../database/schema.ts";
import { type RecipeSummary, recipeSummaryOf, selectRecipes } from "./recipe-rows.ts";
import type { RecipeTexts } from "./recipe-texts.ts";
import { alreadyNamed, notFound } from "./refusals.ts";

/** Who saves, and why. */
export interface SaveNote {
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  /** The newest version that the writer knows; when there is a newer one, nothing is saved. */
  readonly basedOn?: number | undefined;
}

/** Which recipes are wanted. */
export interface RecipeFilter {
  /** Part of the name or of the text. */
  readonly search?: string | undefined;
  /** In this folder or one inside it. */
  readonly folder?: string | undefined;
  readonly tag?: string | undefined;
  readonly state?: RecipeState | undefined;
}

/** What people sort recipes by, each with how many there are. */
export interface RecipeLabels {
  readonly folders: readonly { readonly name: string; readonly recipes: number }[];
  readonly tags: readonly { readonly name: string; readonly recipes: number }[];
}

/** The recipes. */
export interface Recipes {
  list(filter?: RecipeFilter): Promise<readonly RecipeSummary[]>;
  get(id: string): Promise<RecipeSummary>;
  labels(): Promise<RecipeLabels>;
  lint(source: string): Promise<readonly Problem[]>;
  /** `draftId` is the draft that it was written in. @throws {RecipeRefused} */
  create(
    source: string,
    note?: SaveNote & { readonly draftId?: string | undefined; readonly folder?: string | undefined },
  ): Promise<RecipeSummary>;
  /** Saves a new version; events that come later start jobs on it. Its draft is gone. @throws {RecipeRefused} */
  save(id: string, source: string, note?: SaveNote): Promise<RecipeSummary>;
  /** A stopped recipe with the same text and another name, beside this one. */
  duplicate(
    id: string,
    as: { readonly name?: string | undefined; readonly author?: string | undefined },
  ): Promise<RecipeSummary>;
  /** Puts it in a folder, gives it tags, says who is told of it; what is left out stays. */
  organise(
    id: string,
    where: {
      readonly folder?: string | undefined;
      readonly tags?: readonly string[] | undefined;
      /** The channels that are told of it; null for all, none for nobody. */
      readonly noticeChannels?: readonly string[] | null | undefined;
    },
  ): Promise<RecipeSummary>;
  /** What all recipes, running or not, use a connection for. */
  uses(connectionName: string): Promise<readonly Use[]>;
  /** @throws {ConnectorError} `conflict` when it runs, or jobs of it have not ended and are not to be cancelled */
  remove(id: string, options?: { readonly cancelJobs?: boolean | undefined }): Promise<void>;
  program(versionId: string): Promise<Program>;
}

/** Makes the store of recipes. `onChange` is called when what is running may have changed. */
export function createRecipes(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
  readonly changes: Changes;
  readonly now: () => Date;
  readonly onChange: () => Promise<void>;
  readonly cancelJobs: (jobIds: readonly string[]) => Promise<unknown>;
}): Recipes {
  const { database, texts, changes, now, onChange, cancelJobs } = context;
  const rows = () => selectRecipes(database);

  async function mustBeChannels(ids: readonly string[]): Promise<void> {
    const known = await database.select({ id: channels.id }).from(channels);
    const unknown = ids.find((one) => !known.some(({ id }) => id === one));
    if (unknown !== undefined) throw notFound("place for notices", unknown);
  }

  async function get(id: string): Promise<RecipeSummary> {
    const [row] = await rows().where(eq(recipes.id, id));
    if (!row) throw notFound("recipe", id);
    return recipeSummaryOf(row, texts);
  }

  async function changed(id: string): Promise<RecipeSummary> {
    await onChange();
    changes.publish({ type: "recipe", id });
    return get(id);
  }

  /** Removes it. @returns some of its jobs that have not ended, where there are any: then it stays */
  async function removeUnlessUsed(id: string): Promise<readonly string[]> {
    return await database.transaction(async (tx) => {
      // Whoever starts it, or queues a job of it, at the same time was first or comes too late.
      const [recipe] = await tx.select().from(recipes).where(eq(recipes.id, id)).for("update");
      if (!recipe) throw notFound("recipe", id);
      if (recipe.state === "running") {
        throw new ConnectorError("conflict", "recipe-running", `“${recipe.name}” is running.`, {
          hint: "Stop it first.",
        });
      }
      const left = await unended(tx, id);
      if (left.length > 0) return left;
      await tx.delete(recipeDrafts).where(eq(recipeDrafts.id, id));
      await tx.delete(queues).where(eq(queues.recipeId, id));
      await tx.delete(recipes).where(eq(recipes.id, id));
      return [];
    });
  }

  /** Some of a recipe's jobs that have not ended: each kind by its own index, whatever the history holds. */
  async function unended(on: Pick<Database, "execute">, recipeId: string): Promise<readonly string[]> {
    const left = await on.execute<{ id: string }>(sql`
      select id from greenroom.jobs where recipe_id = ${recipeId} and finished_at is null and worker_id is not null
      union all select id from greenroom.jobs where recipe_id = ${recipeId} and state = 'queued'
      union all select id from greenroom.jobs where recipe_id = ${recipeId} and state = 'waiting' and worker_id is null
      limit ${maxCounted}`);
    return left.rows.map(({ id }) => id);
  }

  async function isTaken(name: string, id: string | undefined): Promise<boolean> {
    const [other] = await database.select({ id: recipes.id }).from(recipes).where(eq(recipes.name, name));
    return other !== undefined && other.id !== id;
  }

  async function create(
    source: string,
    { author, comment, draftId, folder, tags }: Parameters<Recipes["create"]>[1] & Placed = {},
  ): Promise<RecipeSummary> {
    const { name } = await texts.accept(source);
    if (await isTaken(name, undefined)) throw alreadyNamed("recipe", name);
    const [id, versionId, at] = [draftId ?? uuidv7(), uuidv7(), now()];
    await database.transaction(async (tx) => {
      const made = await tx
        .insert(recipes)
        .values({ id, name, state: "stopped", versionId, folder, tags, createdAt: at, updatedAt: at })
        .onConflictDoNothing()
        .returning({ id: recipes.id });
      if (made.length === 0) throw alreadyNamed("recipe", name);
      await tx
        .insert(recipeVersions)
        .values({ id: versionId, recipeId: id, number: 1, source, author, comment, createdAt: at });
      await tx.delete(recipeDrafts).where(eq(recipeDrafts.id, id));
    });
    return await changed(id);
  }

  async function freeCopyName(name: string): Promise<string> {
    const base = `Copy of ${name}`.slice(0, 190);
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? base : `${base} ${number}`;
      if (!(await isTaken(candidate, undefined))) return candidate;
    }
  }

  return {
    get,

    async list({ search, folder, tag, state } = {}) {
      const part = search === undefined ? undefined : `%${literally(search)}%`;
      const found = await rows()
        .where(
          and(
            part === undefined
              ? undefined
              : or(ilike(recipes.name, part), ilike(recipeVersions.source, part)),
            folder === undefined
              ? undefined
              : or(eq(recipes.folder, folder), like(recipes.folder, `${literally(folder)}/%`)),
            tag === undefined ? undefined : arrayContains(recipes.tags, [tag]),
            state === undefined ? undefined : eq(recipes.state, state),
          ),
        )
        .orderBy(recipes.name);
      return found.map((row) => recipeSummaryOf(row, texts));
    },

    async labels() {
      const count = sql<number>`count(*)::int`;
      const folders = await database
        .select({ name: recipes.folder, recipes: count })
        .from(recipes)
        .groupBy(recipes.folder)
        .orderBy(recipes.folder);
      const tags = await database.execute<{ name: string; recipes: number }>(
        sql`select tag as name, count(*)::int as recipes from greenroom.recipes, unnest(tags) tag group by tag order by tag`,
      );
      return { folders, tags: tags.rows };
    },

    lint: async (source) => (await texts.check(source)).problems,

    create,

    async save(id, source, { author, comment, basedOn } = {}) {
      const { name } = await texts.accept(source);
      if (await isTaken(name, id)) throw alreadyNamed("recipe", name);
      const [versionId, at] = [uuidv7(), now()];
      await database.transaction(async (tx) => {
        // Locked, so that two people saving at once get two numbers.
        const [row] = await tx.select().from(recipes).where(eq(recipes.id, id)).for("update");
        if (!row) throw notFound("recipe", id);
        const [newest] = await tx
          .select()
          .from(recipeVersions)
          .where(eq(recipeVersions.recipeId, id))
          .orderBy(desc(recipeVersions.number))
          .limit(1);
        if (newest && basedOn !== undefined && newest.number !== basedOn) throw changedMeanwhile(newest);
        const number = (newest?.number ?? 0) + 1;
        await tx
          .insert(recipeVersions)
          .values({ id: versionId, recipeId: id, number, source, author, comment, createdAt: at });
        await tx.update(recipes).set({ name, versionId, updatedAt: at }).where(eq(recipes.id, id));
        await tx.delete(recipeDrafts).where(eq(recipeDrafts.id, id));
      });
      return await changed(id);
    },

    async duplicate(id, { name, author }) {
      const { name: original, source, folder, tags, version } = await get(id);
      const copy = renameRecipe(source, name ?? (await freeCopyName(original)));
      const comment = `A copy of version ${version} of “${original}”`;
      return await create(copy, { author, comment, folder, tags: [...tags] });
    },

    async organise(id, { folder, tags, noticeChannels }) {
      await get(id);
      if (noticeChannels) await mustBeChannels(noticeChannels);
      const set = {
        ...(folder !== undefined && { folder }),
        ...(tags && { tags: [...new Set(tags)] }),
        ...(noticeChannels !== undefined && {
          noticeChannels: noticeChannels && [...new Set(noticeChannels)],
        }),
      };
      if (Object.keys(set).length > 0) await database.update(recipes).set(set).where(eq(recipes.id, id));
      changes.publish({ type: "recipe", id });
      return get(id);
    },

    uses: async (name) =>
      (await rows()).flatMap(({ version }) => texts.catalogue.usesOf(texts.saved(version).recipe, name)),

    async remove(id, options = {}) {
      // What runs or waits needs its version to go on.
      for (let left = await removeUnlessUsed(id); left.length > 0; left = await removeUnlessUsed(id)) {
        if (!options.cancelJobs) throw jobsLeft((await get(id)).name, left.length);
        await cancelJobs(left);
      }
      changes.publish({ type: "recipe", id });
    },

    program: (versionId) => texts.program(versionId),
  };
}

interface Placed {
  readonly tags?: string[];
}

const maxCounted = 1_000;

function jobsLeft(name: string, count: number): ConnectorError {
  const many = count === 1 ? "A job" : `${count >= maxCounted ? `${count} or more` : count} jobs`;
  const message = `${many} of “${name}” ${count === 1 ? "has" : "have"} not ended.`;
  return new ConnectorError("conflict", "jobs-unfinished", message, {
    hint: "Wait for that, or cancel them with the recipe (jobs=cancel).",
  });
}

/** A text as a pattern that matches itself. */
function literally(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

function changedMeanwhile(newest: typeof recipeVersions.$inferSelect): ConnectorError {
  const who = newest.author ?? "Somebody";
  return new ConnectorError(
    "conflict",
    "recipe-changed",
    `${who} saved version ${newest.number} meanwhile; nothing was saved.`,
    { hint: "Compare your text with the newest version, then save it again on top of that." },
  );
}
