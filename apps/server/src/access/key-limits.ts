/** Keys that may use some connections alone, or have some effects: what they may not do is not theirs by a recipe either. */
import type { Effect } from "@greenroom/connector-kit";
import type { Engine, KeyLimits } from "@greenroom/engine";
import type { Context } from "hono";
import { z } from "zod";
import type { Visit } from "./principal.ts";
import { createReach, effectsOf } from "./recipe-reach.ts";
import type { RouteRule } from "./route-access.ts";

/** What is asked for. */
interface Asked {
  readonly rule: RouteRule;
  readonly effect: Effect;
  readonly params: Readonly<Record<string, string>>;
  readonly engine: Engine;
}

const ofAny = "This key may use some connections, and this can be about any.";

/** Why a limited key may not do what a route does; undefined when it may. */
export async function limitRefusal(
  c: Context<Visit>,
  limits: KeyLimits,
  asked: Asked,
): Promise<string | undefined> {
  return (
    (await effectRefusal(c, limits, asked)) ??
    (limits.connections && (await connectionRefusal(c, limits.connections, asked)))
  );
}

async function effectRefusal(
  c: Context<Visit>,
  { effects, needsApproval }: KeyLimits,
  { effect, engine }: Asked,
): Promise<string | undefined> {
  if (effects && !effects.includes(effect))
    return `This key may only ${effects.join(", ") || "nothing"}, and this would ${effect}.`;
  if (effect === "read" || (!effects && needsApproval.length === 0)) return undefined;
  const { source, allow } = await written(c);
  const does = [...effectsOf(source, engine.connectors), ...allow];
  const beyond = does.find((one) => effects && !effects.includes(one));
  if (beyond !== undefined)
    return `This key may only ${effects?.join(", ")}, and a step of this recipe may ${beyond}.`;
  const unasked = does.find((one) => needsApproval.some((needed) => needed === one));
  if (unasked === undefined) return undefined;
  return `What this key would ${unasked} waits for a person's approval, and a step of this recipe would not.`;
}

async function connectionRefusal(
  c: Context<Visit>,
  allowed: readonly string[],
  asked: Asked,
): Promise<string | undefined> {
  const { connection } = asked.rule;
  if (connection === "any") return ofAny;
  if (connection === "event")
    return (await isEventOf(asked.params["id"] ?? "", allowed, asked.engine)) ? undefined : ofAny;
  const used = await connectionsOf(c, asked);
  const other = used?.find((name) => !allowed.includes(name));
  if (used === undefined) return ofAny;
  return other === undefined ? undefined : `This key may not use the connection “${other}”.`;
}

/** The connections that something is done through; undefined where that cannot be known any more. */
async function connectionsOf(
  c: Context<Visit>,
  { rule: { connection, within, effect }, params: { id = "", name, number }, engine }: Asked,
): Promise<readonly string[] | undefined> {
  if (connection === true) return [name ?? (await engine.connections.get(id)).name];
  const isRead = c.req.method === "GET" && effect === undefined;
  // A recipe's text is no secret of a connection's; what its jobs were given by one is.
  if (isRead && within !== "job") return [];
  const texts = isRead ? [] : [(await written(c)).source];
  if (isId(id)) {
    const isJob = within === "job";
    if (isJob) {
      // The text that a job runs, which of a test run is saved nowhere else; and the one that it would be run again on.
      const ran = await engine.queries.textOf(id);
      if (ran === undefined && isRead) return undefined;
      texts.push(ran ?? "");
    }
    const recipeId = isJob ? (await engine.queries.getJob(id)).recipeId : id;
    if (!isRead && (isJob || within === "recipe")) texts.push(await newestText(recipeId, engine));
    if (within === "recipe" && number !== undefined)
      texts.push((await engine.versions.get(id, Number(number))).source);
  }
  return (await createReach(engine))(texts);
}

/** None of a recipe that is still to be made, or gone. */
async function newestText(recipeId: string, { recipes }: Engine): Promise<string> {
  return (await recipes.entry(recipeId))?.source ?? "";
}

/** Whether an event is of the account of one of these connections. */
async function isEventOf(id: string, allowed: readonly string[], engine: Engine): Promise<boolean> {
  if (!isId(id)) return true;
  const event = await engine.queries.getEvent(id);
  return (await accountsOf(allowed, engine)).has(`${event.profileId} ${event.accountId}`);
}

/** The accounts of connections, as events name them. */
export async function accountsOf(names: readonly string[], engine: Engine): Promise<ReadonlySet<string>> {
  const own = (await engine.connections.list()).filter(({ name }) => names.includes(name));
  return new Set(own.map(({ profileId, identity }) => `${profileId} ${identity?.accountId}`));
}

const isId = (text: string) => z.uuid().safeParse(text).success;
const changes = z.enum(["create", "update", "delete"]);
const given = z.object({
  source: z.string().catch(""),
  /** Of test runs: the effects that need not ask first. */
  allow: z.array(changes).catch([]),
});

async function written(c: Context<Visit>): Promise<z.output<typeof given>> {
  // What is no JSON is read by its route alone, which may stream it.
  const isJson = c.req.header("content-type")?.startsWith("application/json") === true;
  const body: unknown = isJson ? await c.req.json().catch(() => undefined) : undefined;
  return given.safeParse(body).data ?? { source: "", allow: [] };
}
