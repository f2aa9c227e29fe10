/** Drafts: what somebody is writing, saved as they write; one a recipe, and one for each recipe that is still to be made. */
import { ConnectorError } from "@greenroom/connector-kit";
import { and, desc, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Changes } from "../changes.ts";
import type { Database } from "../database/database.ts";
import { recipeDrafts } from "../database/recipe-tables.ts";
import { recipes, recipeVersions } from "../database/schema.ts";
import { notFound } from "./refusals.ts";

/** A draft. Its text need not be a recipe yet. */
export interface RecipeDraft {
  /** The recipe's, or the one that it will have. */
  readonly id: string;
  readonly revision: number;
  readonly source: string;
  /** The version it began from; 0 for a recipe that is still to be made. */
  readonly basedOn: number;
  readonly author: string | undefined;
  readonly savedAt: Date;
}

/** The drafts. */
export interface RecipeDrafts {
  /** Those of recipes that are still to be made, the last saved first. */
  listNew(): Promise<readonly RecipeDraft[]>;
  get(id: string): Promise<RecipeDraft | undefined>;
  /** Begins a recipe that is still to be made. */
  begin(source: string, author: string | undefined): Promise<RecipeDraft>;
  /**
   * @param revision the last one that the writer knows, 0 when there was no draft.
   * @throws {ConnectorError} `conflict` that says who saved meanwhile.
   */
  save(
    id: string,
    draft: { readonly source: string; readonly revision: number; readonly author: string | undefined },
  ): Promise<RecipeDraft>;
  /** Throws the draft away; no version is touched. */
  discard(id: string): Promise<void>;
}

/** Makes the store of drafts. */
export function createRecipeDrafts(context: {
  readonly database: Database;
  readonly changes: Changes;
  readonly now: () => Date;
}): RecipeDrafts {
  const { database, changes, now } = context;

  async function get(id: string): Promise<RecipeDraft | undefined> {
    const [row] = await database.select().from(recipeDrafts).where(eq(recipeDrafts.id, id));
    return row && draftOf(row);
  }

  async function insert(row: typeof recipeDrafts.$inferInsert): Promise<RecipeDraft | undefined> {
    const [made] = await database.insert(recipeDrafts).values(row).onConflictDoNothing().returning();
    return made && draftOf(made);
  }

  return {
    get,

    async listNew() {
      const rows = await database
        .select({ draft: recipeDrafts })
        .from(recipeDrafts)
        .where(sql`not exists (select 1 from ${recipes} where ${recipes.id} = ${recipeDrafts.id})`)
        .orderBy(desc(recipeDrafts.savedAt));
      return rows.map(({ draft }) => draftOf(draft));
    },

    async begin(source, author) {
      const made = await insert({ id: uuidv7(), revision: 1, source, basedOn: 0, author, savedAt: now() });
      if (!made) throw new Error("a new id was taken");
      return made;
    },

    async save(id, { source, revision, author }) {
      let saved: RecipeDraft | undefined;
      if (revision === 0) {
        const [newest] = await database
          .select({ number: recipeVersions.number })
          .from(recipes)
          .innerJoin(recipeVersions, eq(recipeVersions.id, recipes.versionId))
          .where(eq(recipes.id, id));
        if (!newest) throw notFound("recipe", id);
        saved = await insert({ id, revision: 1, source, basedOn: newest.number, author, savedAt: now() });
      } else {
        // Compared and set in one statement: of two who knew the same revision, one saves.
        const [row] = await database
          .update(recipeDrafts)
          .set({ source, revision: revision + 1, author: author ?? null, savedAt: now() })
          .where(and(eq(recipeDrafts.id, id), eq(recipeDrafts.revision, revision)))
          .returning();
        saved = row && draftOf(row);
      }
      if (!saved) throw stale(await get(id));
      if (revision === 0) changes.publish({ type: "recipe", id });
      return saved;
    },

    async discard(id) {
      const gone = await database.delete(recipeDrafts).where(eq(recipeDrafts.id, id)).returning();
      if (gone.length > 0) changes.publish({ type: "recipe", id });
    },
  };
}

function stale(draft: RecipeDraft | undefined): ConnectorError {
  const what = draft
    ? `${draft.author ?? "Somebody"} saved this draft at ${draft.savedAt.toISOString()} (revision ${draft.revision})`
    : "The draft is gone: it was saved as a version, or thrown away";
  return new ConnectorError("conflict", "draft-changed", `${what}; yours was not saved.`, {
    hint: "Read the draft again, put your changes into it, and save that.",
  });
}

function draftOf({ author, ...draft }: typeof recipeDrafts.$inferSelect): RecipeDraft {
  return { ...draft, author: author ?? undefined };
}
