/** Keys that may use some connections alone: what acts through another is not theirs, a recipe's work included. */
import type { Engine } from "@greenroom/engine";
import { parseRecipe } from "@greenroom/recipes";
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
  { connection, within }: RouteRule,
  { id = "", name }: Readonly<Record<string, string>>,
  engine: Engine,
): Promise<readonly string[]> {
  if (connection === true) return [name ?? (await engine.connections.get(id)).name];
  if (c.req.method === "GET") return [];
  const written = namedIn(await sourceIn(c));
  if (!z.uuid().safeParse(id).success) return written;
  if (within === "recipe") return [...written, ...(await engine.recipes.get(id)).connections];
  if (within !== "job") return written;
  const { recipeId } = await engine.queries.getJob(id);
  const recipe = (await engine.recipes.list()).find((one) => one.id === recipeId);
  return [...written, ...(recipe?.connections ?? [])];
}

async function sourceIn(c: Context<Visit>): Promise<string> {
  // What is no JSON is read by its route alone, which may stream it.
  if (c.req.header("content-type")?.startsWith("application/json") !== true) return "";
  const body: unknown = await c.req.json().catch(() => undefined);
  return z.object({ source: z.string() }).safeParse(body).data?.source ?? "";
}

/** The connections that a recipe's text names, wherever it does. What is no recipe is refused later, and not here. */
function namedIn(source: string): readonly string[] {
  const names: string[] = [];
  JSON.stringify(source === "" ? undefined : parseRecipe(source).recipe, (key, value: unknown) => {
    if (key === "connection" && typeof value === "string") names.push(value);
    return value;
  });
  return names;
}
