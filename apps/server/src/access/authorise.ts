/** Stands before every route: finds out who asks, and lets them in by the table. Only here is access decided. */
import type { Effect } from "@greenroom/connector-kit";
import { type Engine, includesRole, type Role, roleIn } from "@greenroom/engine";
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { log } from "../log.ts";
import type { ClientAddresses } from "./client-address.ts";
import type { Folders } from "./folders.ts";
import { limitRefusal } from "./key-limits.ts";
import { matchedRoute } from "./matched-route.ts";
import { isOwnerKey } from "./owner-key.ts";
import { anonymous, type Principal, processOwner, type Visit } from "./principal.ts";
import { callsIn } from "./recipe-reach.ts";
import { routeAccess, type RouteRule } from "./route-access.ts";
import type { SignIn } from "./sign-in.ts";

/** What is needed to know who asks. */
export interface IdentifyContext {
  readonly engine: Engine;
  readonly signIn: SignIn;
  readonly ownerKey: string;
  readonly clients: ClientAddresses;
}

/** What the decision needs. */
export interface AuthoriseContext extends IdentifyContext {
  readonly folders: Folders;
}

const effectOfMethod: Readonly<Record<string, Effect>> = {
  ...{ GET: "read", HEAD: "read", POST: "create", PUT: "update", PATCH: "update", DELETE: "delete" },
};

/** Makes the middleware. */
export function authorise(context: AuthoriseContext): MiddlewareHandler<Visit> {
  const { folders } = context;
  return async (c, next) => {
    c.set("client", context.clients.of(c));
    c.set("principal", anonymous);
    const route = matchedRoute(c);
    if (route === undefined) return await next();
    const rule = routeAccess[route.name];
    if (!rule) {
      log.error(
        { route: route.name },
        "this route is missing in apps/server/src/access/route-access.ts: nobody may use it",
      );
      return refuse(
        c,
        403,
        "not-allowed",
        `${route.name} is in no table of access.`,
        "This is a fault of Greenroom.",
      );
    }
    if (rule.who === "anyone") return await next();

    const principal = c.env?.as ?? (await identify(c, context));
    if (principal === undefined) return unauthorised(c);
    c.set("principal", principal);
    c.set("actor", principal.email ?? principal.name);
    const refusal = (await refusalOf(c, principal, rule, route.params, context)) ?? crossSite(c, principal);
    if (refusal) return refusal;
    await next();
    if (c.req.method === "GET" && (rule.within === "any-folder" || principal.limits?.connections))
      await folders.narrow(c, principal, route.name);
  };
}

/** Who asks; undefined for nobody we know. A key that is wrong is not made good by a cookie. */
export async function identify(c: Context<Visit>, context: IdentifyContext): Promise<Principal | undefined> {
  const { engine, signIn, ownerKey, clients } = context;
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const key = /^Bearer ([\w-]{20,200})$/i.exec(authorization)?.[1];
    if (key === undefined) return undefined;
    // What is read from a file of this machine is good on this machine alone.
    if (isOwnerKey(key, ownerKey)) return clients.isLocal(c) ? processOwner : undefined;
    const known = await engine.access.keys.find(key);
    return (
      known && {
        ...{
          kind: "key",
          id: known.id,
          name: known.name,
          email: undefined,
          personId: known.personId,
          sessionId: undefined,
        },
        ...{ permission: known.permission, limits: known },
      }
    );
  }
  const session = await signIn.session(c.req.raw.headers);
  const person = session && (await engine.access.people.find(session.personId));
  if (!person || person.state === "disabled") return undefined;
  for (const cookie of session.cookies) c.header("set-cookie", cookie, { append: true });
  return {
    ...{
      kind: "person",
      id: person.id,
      name: person.name,
      email: person.email,
      personId: person.id,
      sessionId: session.sessionId,
    },
    ...{ permission: person, limits: undefined },
  };
}

async function refusalOf(
  c: Context<Visit>,
  principal: Principal,
  rule: RouteRule,
  params: Readonly<Record<string, string>>,
  { folders, engine }: AuthoriseContext,
): Promise<Response | undefined> {
  const { who } = rule;
  const { kind, limits } = principal;
  if (who === "owner") {
    if (kind === "owner") return undefined;
    return refuse(
      c,
      403,
      "not-allowed",
      "Only the owner of this machine may do this, by the key in the home.",
    );
  }
  if (who !== "signed-in" && who !== "anyone") {
    const role = await roleWithin(c, params["id"] ?? "", principal, rule, folders);
    const called = await foreignCall(c, params["id"] ?? "", principal, engine);
    if (called !== undefined) {
      const why = `“${called}” is in a folder where you may not run recipes, and this recipe would call it.`;
      return refuse(c, 403, "not-allowed", why, "Ask an admin for the role operator there.");
    }
    if (!includesRole(role, who)) {
      const is = role === null ? "no role here" : `the role ${role}`;
      return refuse(
        c,
        403,
        "not-allowed",
        `This needs the role ${who}; you have ${is}.`,
        "Ask an admin for it.",
      );
    }
  }
  const effect = rule.effect ?? effectOfMethod[c.req.method] ?? "delete";
  if (limits?.needsApproval.some((one) => one === effect)) {
    const message = `What this key would ${effect} waits for a person's approval, and only its tools can ask for that.`;
    return refuse(c, 403, "not-allowed", message, "Call the tool at /mcp instead.");
  }
  const why = limits && (await limitRefusal(c, limits, { rule, effect, params, engine }));
  return why === undefined ? undefined : refuse(c, 403, "not-allowed", why);
}

/** The role that counts: the lower one where something goes from one folder into another. */
async function roleWithin(
  c: Context<Visit>,
  id: string,
  principal: Principal,
  { within }: RouteRule,
  folders: Folders,
): Promise<Role | null> {
  const { permission } = principal;
  if (Object.keys(permission.folders).length === 0) return permission.role;
  if (within === "any-folder") return roleIn(permission, undefined);
  if (within === undefined) return permission.role;
  const { folder: into, recipeId, draftId, jobIds = [] } = await placesInBody(c);
  if (within === "jobs-in-body") {
    const roles = (await folders.ofJobs(jobIds)).map((folder) => roleIn(permission, folder));
    return roles.reduce<Role | null>(
      (least, role) => lower(least, role),
      roles.length === 0 ? roleIn(permission, undefined) : "admin",
    );
  }
  const inDraft = async (draft: string) =>
    (await folders.isOwnDraft(draft, principal)) ? roleIn(permission, undefined) : permission.role;
  if (within === "recipe-in-body") {
    const of = recipeId === undefined ? undefined : await folders.of("recipe", recipeId);
    return roleIn(permission, of);
  }
  // A draft that somebody else began is not theirs to make a recipe of.
  if (within === "body") {
    const there = roleIn(permission, into ?? "");
    return draftId === undefined ? there : lower(there, await inDraft(draftId));
  }
  const folder = await folders.of(within, id);
  const here = folder === undefined ? await inDraft(id) : roleIn(permission, folder);
  return into === undefined ? here : lower(here, roleIn(permission, into));
}

/** No role is the lowest of all: who has none where something is does not bring it to where they have one. */
const lower = (one: Role | null, other: Role | null) =>
  one === null || other === null ? null : includesRole(other, one) ? one : other;

const places = z.object({
  folder: z.string().optional().catch(undefined),
  recipeId: z.string().optional().catch(undefined),
  draftId: z.string().optional().catch(undefined),
  source: z.string().optional().catch(undefined),
  jobIds: z.array(z.string()).optional().catch(undefined),
});

async function placesInBody(c: Context<Visit>): Promise<z.output<typeof places>> {
  if (c.req.method === "GET") return {};
  const body: unknown = await c.req.json().catch(() => undefined);
  return places.safeParse(body).data ?? {};
}

/** A recipe that a text would call, did not call before, and that somebody of some folders may not run. */
async function foreignCall(
  c: Context<Visit>,
  id: string,
  { permission }: Principal,
  { recipes }: Engine,
): Promise<string | undefined> {
  if (Object.keys(permission.folders).length === 0 || includesRole(permission.role, "operator"))
    return undefined;
  const calls = callsIn((await placesInBody(c)).source ?? "");
  if (calls.length === 0) return undefined;
  const before = callsIn((await recipes.entry(id))?.source ?? "");
  return (await recipes.entries()).find(
    ({ name, folder }) =>
      calls.includes(name) && !before.includes(name) && !includesRole(roleIn(permission, folder), "operator"),
  )?.name;
}

/** A browser sends its cookie whoever asks it to; that our own page asked must be seen from what only browsers set. */
function crossSite(c: Context<Visit>, { kind }: Principal): Response | undefined {
  const changes = !["GET", "HEAD", "OPTIONS"].includes(c.req.method);
  if (kind !== "person" || !changes || c.env?.as !== undefined) return undefined;
  // An origin was compared with ours before (guards.ts).
  if (c.req.header("origin") !== undefined || c.req.header("sec-fetch-site") === "same-origin")
    return undefined;
  const hint = "Programs use an API key instead of a browser's cookie.";
  return refuse(
    c,
    403,
    "cross-site",
    "A change by a browser's session must come from Greenroom's own page.",
    hint,
  );
}

function unauthorised(c: Context<Visit>): Response {
  c.header("www-authenticate", 'Bearer realm="Greenroom"');
  if (c.req.header("authorization") !== undefined) {
    const hint = "Make one at Settings → API keys. The owner's key is good on its own machine alone.";
    return refuse(c, 401, "wrong-key", "This key is not known, or has expired.", hint);
  }
  const hint = "Programs send an API key: Authorization: Bearer gr_…";
  return refuse(c, 401, "sign-in-needed", "Sign in first.", hint);
}

function refuse(c: Context, status: 401 | 403, code: string, message: string, hint?: string): Response {
  return c.json({ error: { code, message, ...(hint !== undefined && { hint }) } }, status);
}
