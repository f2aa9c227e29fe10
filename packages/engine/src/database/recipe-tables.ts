/** Tables around recipes, beside the recipes themselves: drafts and tests. */
import { integer, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { greenroom, recipes, time } from "./schema.ts";

/** What somebody is writing: at most one a recipe, and no version until it is saved. */
export const recipeDrafts = greenroom.table("recipe_drafts", {
  /** The recipe's; one that no recipe has is of a recipe still to be made. */
  id: uuid().primaryKey(),
  /** Grows with every save; a save that knows an older one is refused. */
  revision: integer().notNull(),
  source: text().notNull(),
  /** The version it began from. */
  basedOn: integer("based_on").notNull(),
  author: text(),
  savedAt: time("saved_at").notNull(),
});

/** Cases that a recipe is tried with: YAML, kept beside it. */
export const recipeTests = greenroom.table(
  "recipe_tests",
  {
    recipeId: uuid("recipe_id")
      .notNull()
      .references(() => recipes.id, { onDelete: "cascade" }),
    name: text().notNull(),
    source: text().notNull(),
    author: text(),
    updatedAt: time("updated_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.recipeId, t.name] })],
);
