/** Stands before every route: finds out who asks, and lets them in by the table. Only here is access decided. */
import type { Effect } from "@greenroom/connector-kit";
import { type Engine, includesRole, type Role, roleIn } from "@greenroom/engine";
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { log } from "../log.ts";
import type { ClientAddresses } from "./client-address.ts";
import type { Folders } from "./folders.ts";
import { matchedRoute } from "./matched-route.ts";
import { connectionRefusal } from "./connection-limits.ts";
import { isOwnerKey } from "./owner-key.ts";
import { anonymous, type Principal, processOwner, type Visit } from "./principal.ts";
import { routeAccess, type RouteRule } from "./route-access.ts";
import type { SignIn } from "./sign-in.ts";

/** What the decision needs. */
export interface AuthoriseContext {
  readonly engine: Engine;
  readonly signIn: SignIn;
  readonly ownerKey: string;
  readonly clients: ClientAddresses;
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
    if (rule.within === "any-folder" && c.req.method === "GET")
      await folders.narrow(c, principal, route.name);
  };
}

/** Who asks; undefined for nobody we know. A key that is wrong is not made good by a cookie. */
async function identify(c: Context<Visit>, context: AuthoriseContext): Promise<Principal | undefined> {
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
  if (limits?.effects && !limits.effects.includes(effect)) {
    const allowed = limits.effects.join(", ") || "nothing";
    return refuse(c, 403, "not-allowed", `This key may only ${allowed}, and this would ${effect}.`);
  }
  if (limits?.needsApproval.some((one) => one === effect)) {
    const message = `What this key would ${effect} waits for a person's approval, and only its tools can ask for that.`;
    return refuse(c, 403, "not-allowed", message, "Call the tool at /mcp instead.");
  }
  if (limits?.connections) {
    const why = await connectionRefusal(c, limits.connections, { rule, params, engine });
    if (why !== undefined) return refuse(c, 403, "not-allowed", why);
  }
  return undefined;
}

/** The role that counts: the lower one where something goes from one folder into another. */
async function roleWithin(
  c: Context<Visit>,
  id: string,
  { permission }: Principal,
  { within }: RouteRule,
  folders: Folders,
): Promise<Role | null> {
  if (Object.keys(permission.folders).length === 0) return permission.role;
  if (within === "any-folder") return roleIn(permission, undefined);
  if (within === undefined) return permission.role;
  const into = await folderInBody(c);
  if (within === "body") return roleIn(permission, into ?? "");
  const folder = await folders.of(within, id);
  const here = folder === undefined ? permission.role : roleIn(permission, folder);
  const there = into === undefined ? here : roleIn(permission, into);
  return here !== null && includesRole(there, here) ? here : there;
}

async function folderInBody(c: Context<Visit>): Promise<string | undefined> {
  if (c.req.method === "GET") return undefined;
  const body: unknown = await c.req.json().catch(() => undefined);
  return z.object({ folder: z.string() }).safeParse(body).data?.folder;
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
