/** Roles by recipe folder (recipes that are in none are in “”, where no folder's role holds): where a recipe or job is, and lists without what is elsewhere. */
import { type Engine, includesRole, roleIn } from "@greenroom/engine";
import type { Context } from "hono";
import { z } from "zod";
import type { Principal, Visit } from "./principal.ts";

/** Where things are. */
export interface Folders {
  /** The folder of a recipe or of a job's recipe; undefined when there is no such one. */
  of(kind: "recipe" | "job", id: string): Promise<string | undefined>;
  /** Leaves out of an answer's items the recipes, and what is of recipes, that somebody may not see, and connections that a key may not use. */
  narrow(c: Context<Visit>, principal: Principal, route: string): Promise<void>;
}

const listed = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string().optional(),
      recipeId: z.string().optional(),
      name: z.string().optional(),
    }),
  ),
});

/** Makes the look-up. */
export function createFolders(engine: Engine): Folders {
  const folderOfRecipe = async (id: string): Promise<string | undefined> => {
    const recipe = (await engine.recipes.list()).find((one) => one.id === id);
    return recipe?.folder;
  };
  return {
    async of(kind, id) {
      if (!z.uuid().safeParse(id).success) return undefined;
      if (kind === "recipe") return await folderOfRecipe(id);
      return await folderOfRecipe((await engine.queries.getJob(id)).recipeId);
    },

    async narrow(c, { permission, limits }, route) {
      const connections = route === "GET /connections" ? limits?.connections : undefined;
      const everywhere = includesRole(permission.role, "viewer");
      if (everywhere && connections === undefined) return;
      const type = c.res.headers.get("content-type") ?? "";
      if (!c.res.ok || !type.startsWith("application/json")) return;
      const answer = listed.safeParse(await c.res.clone().json());
      if (!answer.success) return;
      const recipes = await engine.recipes.list();
      const all = new Set(recipes.map(({ id }) => id));
      const seen = new Set(
        recipes.filter((recipe) => roleIn(permission, recipe.folder) !== null).map(({ id }) => id),
      );
      // A job of a recipe that is gone is in no folder.
      const items = answer.data.items.filter(({ id = "", recipeId, name = "" }) => {
        if (connections && !connections.includes(name)) return false;
        return everywhere || (recipeId === undefined ? seen.has(id) || !all.has(id) : seen.has(recipeId));
      });
      const headers = new Headers(c.res.headers);
      headers.delete("content-length");
      c.res = new Response(JSON.stringify({ ...answer.data, items }), { status: c.res.status, headers });
    },
  };
}
