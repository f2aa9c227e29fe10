/** Roles by recipe folder (recipes that are in none are in “”, where no folder's role holds): where a recipe or job is, and lists without what is elsewhere. */
import { type Engine, includesRole, type RecipeEntry, roleIn } from "@greenroom/engine";
import type { Context } from "hono";
import { z } from "zod";
import { accountsOf } from "./key-limits.ts";
import type { Principal, Visit } from "./principal.ts";
import { createReach } from "./recipe-reach.ts";

/** Where things are. */
export interface Folders {
  /** The folder of a recipe or of a job's recipe; undefined when there is no such one. */
  of(kind: "recipe" | "job", id: string): Promise<string | undefined>;
  /** The folders of the recipes of jobs, each once; “” stands for those of recipes that are gone. */
  ofJobs(ids: readonly string[]): Promise<readonly string[]>;
  /** Whether a recipe that is still to be made is being written by this person. */
  isOwnDraft(id: string, principal: Principal): Promise<boolean>;
  /** Leaves out of an answer the recipes, and what is of recipes, that somebody may not see, and what is of connections that a key may not use. */
  narrow(c: Context<Visit>, principal: Principal, route: string): Promise<void>;
}

const listed = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string().optional(),
      recipeId: z.string().optional(),
      name: z.string().optional(),
      author: z.string().optional(),
      profileId: z.string().optional(),
      accountId: z.string().optional(),
    }),
  ),
});
type Listed = z.output<typeof listed>["items"][number];
/** Answers that tell of recipes beside what they are about. */
const about = /^GET \/connections(?:\/|$)/;
const label = z.looseObject({
  folders: z.array(z.looseObject({ name: z.string() })),
  tags: z.array(z.unknown()),
});

/** Makes the look-up. */
export function createFolders(engine: Engine): Folders {
  const folderOfRecipe = async (id: string): Promise<string | undefined> =>
    (await engine.recipes.entry(id))?.folder;

  /** Whether a key of some connections sees an item. */
  async function seenByKey(route: string, allowed: readonly string[] | undefined) {
    if (allowed === undefined) return undefined;
    if (route === "GET /connections") return ({ name = "" }: Listed) => allowed.includes(name);
    if (route === "GET /events") {
      const accounts = await accountsOf(allowed, engine);
      return ({ profileId, accountId }: Listed) => accounts.has(`${profileId} ${accountId}`);
    }
    if (route !== "GET /jobs") return undefined;
    const reach = await createReach(engine);
    const texts = new Map((await engine.recipes.sources()).map(({ id, source }) => [id, source]));
    const known = new Map<string, boolean>();
    const isOwn = (recipeId: string) => {
      const text = texts.get(recipeId);
      return text !== undefined && reach([text]).every((name) => allowed.includes(name));
    };
    return ({ recipeId = "" }: Listed) => {
      const own = known.get(recipeId) ?? isOwn(recipeId);
      known.set(recipeId, own);
      return own;
    };
  }

  return {
    async of(kind, id) {
      if (!z.uuid().safeParse(id).success) return undefined;
      if (kind === "recipe") return await folderOfRecipe(id);
      return await folderOfRecipe((await engine.queries.getJob(id)).recipeId);
    },

    async ofJobs(ids) {
      const known = ids.filter((id) => z.uuid().safeParse(id).success);
      const recipes = await engine.queries.recipesOf(known);
      return [...new Set(await Promise.all(recipes.map(async (id) => (await folderOfRecipe(id)) ?? "")))];
    },

    async isOwnDraft(id, { kind, email }) {
      if (kind !== "person" || email === undefined || !z.uuid().safeParse(id).success) return false;
      return (await engine.drafts.get(id))?.author === email;
    },

    async narrow(c, { permission, limits, email }, route) {
      const everywhere = includesRole(permission.role, "viewer");
      const isSeenByKey = await seenByKey(route, limits?.connections);
      if (everywhere && !isSeenByKey) return;
      const type = c.res.headers.get("content-type") ?? "";
      if (!c.res.ok || !type.startsWith("application/json")) return;
      const recipes = await engine.recipes.entries();
      const all = new Set(recipes.map(({ id }) => id));
      const visible = recipes.filter((recipe) => roleIn(permission, recipe.folder) !== null);
      const seen = new Set(visible.map(({ id }) => id));
      const isSeen = ({ id = "", recipeId, author }: Listed) => {
        if (everywhere) return true;
        if (route === "GET /drafts") return author !== undefined && author === email;
        // A job of a recipe that is gone is in no folder.
        return recipeId === undefined ? seen.has(id) || !all.has(id) : seen.has(recipeId);
      };
      const answered: unknown = await c.res.clone().json();
      const answer = listed.safeParse(answered);
      let narrowed: unknown = answered;
      if (answer.success) {
        const items = answer.data.items.filter((item) => isSeen(item) && (isSeenByKey?.(item) ?? true));
        narrowed = { ...answer.data, items };
      }
      if (!everywhere && about.test(route)) narrowed = withoutOthers(narrowed, seen, recipes);
      if (!everywhere && route === "GET /recipes/labels") narrowed = labelsOf(visible, label.parse(narrowed));
      const headers = new Headers(c.res.headers);
      headers.delete("content-length");
      c.res = new Response(JSON.stringify(narrowed), { status: c.res.status, headers });
    },
  };
}

/** What is told of a connection, without the recipes of other folders that use it. */
function withoutOthers(told: unknown, seen: ReadonlySet<string>, recipes: readonly RecipeEntry[]): unknown {
  const hidden = new Set(recipes.filter(({ id }) => !seen.has(id)).map(({ name }) => name));
  const isSeen = (of: unknown) => seen.has(z.object({ id: z.string() }).safeParse(of).data?.id ?? "");
  return JSON.parse(JSON.stringify(told), (key, value: unknown) => {
    if (!Array.isArray(value)) return value;
    if (key === "recipes") return value.filter(isSeen);
    return key === "usedBy"
      ? value.filter((name: unknown) => typeof name !== "string" || !hidden.has(name))
      : value;
  });
}

/** The folders and tags of these recipes alone. */
function labelsOf(visible: readonly RecipeEntry[], { folders }: z.output<typeof label>) {
  const counts = new Map<string, number>();
  for (const tag of visible.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return {
    folders: folders.filter(({ name }) => visible.some(({ folder }) => folder === name)),
    tags: [...counts].map(([name, recipes]) => ({ name, recipes })),
  };
}
