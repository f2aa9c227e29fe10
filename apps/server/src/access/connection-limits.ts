/** Keys that may use some connections alone: what acts through another is not theirs, a recipe's work included. */
import type { Engine } from "@greenroom/engine";
import { callsOf, createCatalogue, parseRecipe } from "@greenroom/recipes";
import type { Context } from "hono";
import { z } from "zod";
import type { Visit } from "./principal.ts";
import type { RouteRule } from "./route-access.ts";

/** Why a limited key may not do what a route does; undefined when it may. */
export async function connectionRefusal(
  c: Context<Visit>,
  allowed: readonly string[],
  { rule, params, engine }: { rule: RouteRule; params: Readonly<Record<string, string>>; engine: Engine },
): Promise<string | undefined> {
  if (rule.connection === "any") return "This key may use some connections, and this can be about any.";
  const used = await connectionsOf(c, rule, params, engine);
  const other = used.find((name) => !allowed.includes(name));
  return other === undefined ? undefined : `This key may not use the connection “${other}”.`;
}

async function connectionsOf(
  c: Context<Visit>,
  { connection, within, effect }: RouteRule,
  { id = "", name, number }: Readonly<Record<string, string>>,
  engine: Engine,
): Promise<readonly string[]> {
  if (connection === true) return [name ?? (await engine.connections.get(id)).name];
  if (c.req.method === "GET" && effect === undefined) return [];
  const texts = [await sourceIn(c)];
  if (z.uuid().safeParse(id).success) {
    const isJob = within === "job";
    // The text that a job runs, which of a test run is saved nowhere else; and the one that it would be run again on.
    if (isJob) texts.push((await engine.queries.textOf(id)) ?? "");
    const recipeId = isJob ? (await engine.queries.getJob(id)).recipeId : id;
    if (isJob || within === "recipe") texts.push(await newestText(recipeId, engine));
    if (within === "recipe" && number !== undefined)
      texts.push((await engine.versions.get(id, Number(number))).source);
  }
  return await connectionsThrough(texts, engine);
}

/** None of a recipe that is still to be made, or gone. */
async function newestText(recipeId: string, { recipes }: Engine): Promise<string> {
  return (await recipes.list()).find(({ id }) => id === recipeId)?.source ?? "";
}

/** The connections that recipes' texts act through: their own, those of the recipes that they call, and so on. */
export async function connectionsThrough(
  texts: readonly string[],
  { connectors, recipes }: Pick<Engine, "connectors" | "recipes">,
): Promise<readonly string[]> {
  const catalogue = createCatalogue([...connectors.values()]);
  const saved = new Map((await recipes.list()).map(({ name, source }) => [name, source]));
  const names = new Set<string>();
  const seen = new Set<string>();
  const left = texts.filter((text) => text !== "");
  for (let text = left.pop(); text !== undefined; text = left.pop()) {
    // What is no recipe is refused where it is used, and not here.
    const { recipe } = parseRecipe(text);
    if (!recipe) continue;
    for (const name of catalogue.connectionsOf(recipe)) names.add(name);
    for (const callee of callsOf(recipe)) {
      if (!seen.has(callee)) left.push(saved.get(callee) ?? "");
      seen.add(callee);
    }
  }
  return [...names];
}

async function sourceIn(c: Context<Visit>): Promise<string> {
  // What is no JSON is read by its route alone, which may stream it.
  if (c.req.header("content-type")?.startsWith("application/json") !== true) return "";
  const body: unknown = await c.req.json().catch(() => undefined);
  return z.object({ source: z.string() }).safeParse(body).data?.source ?? "";
}
