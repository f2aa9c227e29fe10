/** The routes that bring recipes from Workato and back. Nothing is saved by an import: its text is for a draft or a recipe. */
import { type Engine, RecipeRefused } from "@greenroom/engine";
import {
  createCatalogue,
  exportWorkatoRecipe,
  type ImportNote,
  importWorkatoRecipe,
  parseRecipe,
} from "@greenroom/recipes";
import { workatoOperations } from "@greenroom/zoom";
import { createRoute, z } from "@hono/zod-openapi";
import { some } from "./answer-parts.ts";
import { body, idParam, json, newRoutes, refused } from "./route-parts.ts";
import { exportedRecipe, importedRecipe, type importNote } from "./workato-schemas.ts";

const workatoAliases = { zoom: workatoOperations };

/** Makes the routes. */
export function createWorkatoRoutes({ connectors, recipes }: Engine) {
  const catalogue = createCatalogue([...connectors.values()]);
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/import/workato" },
        request: body(z.object({ source: z.string().max(5_000_000) }).strict()),
        responses: { 200: json(importedRecipe, "The recipe as ours, and what to check"), ...refused },
      }),
      (c) => {
        const made = importWorkatoRecipe(c.req.valid("json").source, { catalogue, aliases: workatoAliases });
        if ("problems" in made) throw new RecipeRefused(made.problems);
        return c.json({ name: made.recipe.name, source: made.text, notes: made.notes.map(noteAnswer) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/export/workato", request: idParam },
        responses: {
          200: json(exportedRecipe, "The recipe as Workato's JSON, and what to check there"),
          ...refused,
        },
      }),
      async (c) => {
        const { source } = await recipes.get(c.req.valid("param").id);
        const { recipe, problems } = parseRecipe(source);
        if (!recipe) throw new RecipeRefused(problems);
        const made = exportWorkatoRecipe(recipe, { catalogue, aliases: workatoAliases });
        return c.json({ json: made.json, notes: made.notes.map(noteAnswer) }, 200);
      },
    );
}

function noteAnswer({ path, number, message, hint }: ImportNote): z.output<typeof importNote> {
  return { path, message, ...some({ number, hint }) };
}
