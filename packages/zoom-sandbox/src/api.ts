/** Zoom's REST API: finds the operation, checks token, limits, scopes and role, and answers as Zoom does. */
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { type Answer, type Call, makeCall, type PathParams, respond, takesJson, textOf } from "./call.ts";
import type { AccessToken, Tokens } from "./oauth/tokens.ts";
import { freePlanRefusal } from "./operations/paid-only.ts";
import { type Operation, operations } from "./operations/operations.ts";
import { createRouter, type Router } from "./operations/router.ts";
import { shapeOf } from "./operations/shapes.ts";
import type { AnswerObserver } from "./options.ts";
import type { RateLimits } from "./rate-limits.ts";
import { newReply, type Reply, replyError, responseOf } from "./reply.ts";
import type { Account, Caller, Roles, Sandbox, SandboxEnv, User, Users } from "./sandbox.ts";
import { ZoomError, zoomError } from "./sandbox.ts";

/** Registers what is emulated. */
export interface ApiRoutes {
  /** Emulates one of Zoom's operations, named as `GET /users/{userId}`; what it needs comes from the generated tables. */
  readonly on: <Name extends string>(
    operation: Name,
    handler: (call: Call<PathParams<Name>>) => Answer | Promise<Answer>,
  ) => void;
  /** The names of the operations that are emulated. */
  readonly emulated: () => string[];
}

/** What the API reads. */
interface ApiParts {
  readonly app: Sandbox["app"];
  readonly clock: Sandbox["clock"];
  readonly tokens: Tokens;
  readonly users: Users;
  readonly roles: Roles;
  readonly account: Account;
  readonly limits: RateLimits;
  readonly onAnswer: AnswerObserver | undefined;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

interface Route {
  readonly operation: Operation;
  readonly handler: Handler | undefined;
}

/** A token with what does not change during its life. */
interface KnownToken {
  readonly scopes: ReadonlySet<string>;
}

/** The API as the server sees it. */
interface Api extends ApiRoutes {
  /** Puts it behind the app's middleware, such as faults. */
  readonly serve: () => void;
  /** Whether it answers that address; OAuth has a few under `/v2` too. */
  readonly takes: (url: string) => boolean;
  /** Answers without the app, and at once where nothing must be waited for. */
  readonly answer: (incoming: IncomingMessage) => Reply | Promise<Reply>;
}

/** Serves `/v2` (and SCIM's `/scim2`): every one of Zoom's operations is known, the registered ones are emulated. */
export function createApi(parts: ApiParts): Api {
  const { app, clock, tokens, users, roles, account, limits, onAnswer } = parts;
  const known = new WeakMap<AccessToken, KnownToken>();
  const handlers = new Map<string, Handler>();
  let requestCount = 0;

  /** All of Zoom's operations, made with the first call: they would be a part of every start. */
  let router: Router<Route> | undefined;
  function makeRouter(): Router<Route> {
    const made = createRouter<Route>();
    for (const operation of operations().values())
      made.add(operation.method, operation.path, { operation, handler: handlers.get(operation.name) });
    for (const name of handlers.keys())
      if (!operations().has(name)) throw new Error(`Zoom has no operation ${name}`);
    return made;
  }

  const trackingId = (): string =>
    `v=2.0;clid=sandbox;rid=WEB_${(++requestCount).toString(16).padStart(32, "0")}`;

  function authenticate(header: string | undefined, operation: Operation, reply: Reply): Caller {
    if (header === undefined || !/^bearer /i.test(header))
      throw unauthorized(operation, "Invalid access token.");
    const token = tokens.access(header.slice(7).trim());
    if (token === undefined) throw unauthorized(operation, "Invalid access token.");
    if (token.expires_ms <= clock.nowMs()) throw unauthorized(operation, "Access token is expired.");
    // Zoom: a bot writes with the token of its own app, by client credentials (zoom-api.md 2.2), whatever else has its scope.
    if (operation.product === "chatbot" && token.app_own !== true)
      throw unauthorized(operation, "Invalid access token.");
    const user = users.find(token.user_id);
    if (user === undefined || user.status !== "active")
      throw unauthorized(operation, "Invalid access token.");
    let held = known.get(token);
    if (held === undefined) known.set(token, (held = { scopes: new Set(token.scopes) }));
    reply.clientId = token.client_id;
    limits.count(operation);
    return {
      user,
      appId: token.app_id,
      clientId: token.client_id,
      accountId: account.id,
      scopes: held.scopes,
      operation,
      admin: allowed(held.scopes, operation, user, roles) === "admin",
    };
  }

  function answer(incoming: IncomingMessage): Reply | Promise<Reply> {
    const reply = newReply(["x-zm-trackingid", trackingId()]);
    const refused = (error: unknown): Reply => told(replyError(reply, asZoomError(error)));
    try {
      const answered = perform(incoming, reply);
      return answered instanceof Promise ? answered.then(told).catch(refused) : told(answered);
    } catch (error) {
      return refused(error);
    }
  }

  function told(reply: Reply): Reply {
    const { operation, status, body } = reply;
    if (operation !== undefined) onAnswer?.(operation, status, typeof body === "string" ? body : "");
    return reply;
  }

  /** Waits for nothing but a body and handlers that wait. */
  function perform(incoming: IncomingMessage, reply: Reply): Reply | Promise<Reply> {
    const path = pathOf(incoming.url ?? "/");
    const found = (router ??= makeRouter()).find(
      incoming.method ?? "GET",
      path.startsWith("/v2/") ? path.slice(3) : path,
    );
    if (!found) throw unknownEndpoint();
    const { operation, handler } = found.value;
    reply.operation = operation.name;
    reply.headers.push("x-ratelimit-category", operation.label);
    const caller = authenticate(authorizationOf(incoming), operation, reply);
    if (!handler) {
      throw zoomError(
        501,
        501,
        `The sandbox knows ${operation.name} but does not emulate it; see /_sandbox/coverage.`,
      );
    }
    const unpaid = account.plan === "free" ? freePlanRefusal(operation.name, account.id) : undefined;
    if (unpaid !== undefined) throw zoomError(400, 200, unpaid);
    const shape = shapeOf(operation.name);
    const params = path.includes("%") ? decoded(found.params) : found.params;
    const given = { incoming, path, operation, shape, caller, params, clock };
    const finish = (result: Answer): Reply => respond(reply, shape, result);
    if (takesJson(shape)) {
      return textOf(incoming).then(async (text) => finish(await handler(makeCall(given, text))));
    }
    const result = handler(makeCall(given));
    return result instanceof Promise ? result.then(finish) : finish(result);
  }

  return {
    on: (name, handler) => {
      if (handlers.has(name)) throw new Error(`${name} is emulated twice`);
      handlers.set(name, handler);
    },
    emulated: () => [...operations().keys()].filter((name) => handlers.has(name)),
    serve: () => {
      const behind = async (c: Context<SandboxEnv>): Promise<Response> => {
        const reply = await answer(c.env.incoming);
        c.env.clientId = reply.clientId;
        return responseOf(reply);
      };
      app.all("/v2/*", behind);
      app.all("/scim2/*", behind);
    },
    takes: (url) => (url.startsWith("/v2/") && !url.startsWith("/v2/oauth/")) || url.startsWith("/scim2/"),
    answer,
  };
}

// Zoom: an `:admin` scope reaches other people only while the authorising person's role holds the privilege
// (zoom-api.md 2.6); for what is the person's own it is enough by itself, or nobody could connect with the least role.
function allowed(held: ReadonlySet<string>, operation: Operation, user: User, roles: Roles): "admin" | "own" {
  const { scopes, privilege, accountWide } = operation;
  if (scopes.length === 0) return privilege === undefined || roles.allows(user, privilege) ? "admin" : "own";
  let own = false;
  for (const scope of scopes) {
    if (!held.has(scope)) continue;
    if (isAdminScope(scope) && (privilege === undefined || roles.allows(user, privilege))) return "admin";
    own ||= !isAdminScope(scope) || !accountWide;
  }
  if (own) return "own";
  throw missingScopes(operation);
}

// Node makes an object of all headers where one is asked for by its name.
function authorizationOf({ rawHeaders }: IncomingMessage): string | undefined {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 13 && name.toLowerCase() === "authorization") return rawHeaders[at + 1];
  }
  return undefined;
}

// Most addresses are plain; parsing one costs as much as finding its operation.
function pathOf(url: string): string {
  if (!url.startsWith("/") || url.startsWith("//") || url.includes("/.") || url.includes("#"))
    return new URL(url, "http://sandbox").pathname;
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}

function decoded(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeOnce(value)]));
}

/** Undoes one percent-encoding; what is no encoding stays as it is. */
export function decodeOnce(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** True for a scope that reaches other people's things. */
export function isAdminScope(scope: string): boolean {
  return scope.endsWith(":admin") || scope.endsWith(":master");
}

function unauthorized({ product }: Operation, message: string): ZoomError {
  // Zoom: the chatbot's operations have a code of their own (zoom-api.md 3.2).
  return product === "chatbot"
    ? zoomError(401, 7010, "Invalid Authorization token.")
    : zoomError(401, 124, message);
}

/** Zoom's refusal of a token without a fitting scope; its status and code differ by product (zoom-api.md 3.2). */
export function missingScopes(
  { product, tag, scopes, granularScopes }: Operation,
  which: (scope: string) => boolean = () => true,
): ZoomError {
  // Zoom: the text names the granular scopes where there are any (live logs).
  const named = (granularScopes.length > 0 ? granularScopes : scopes).filter(which);
  const message = `Invalid access token, does not contain scopes:[${named.join(", ")}].`;
  if (product === "phone" || product === "calendar") return zoomError(400, 104, message);
  if (product === "marketplace") return zoomError(401, 201, message);
  if (tag === "Roles") return zoomError(400, 4700, message);
  return zoomError(400, 4711, message);
}

// Zoom: live answer to a path it does not know (zoom-api.md 3.2).
const unknownEndpoint = () => zoomError(404, 2300, "This API endpoint is not recognized.");

/** Answers as Zoom does where there is nothing. */
export const answerUnknown = (c: Context<SandboxEnv>): Response => answerError(c, unknownEndpoint());

/** Answers an error in Zoom's envelope. */
export function answerError(c: Context<SandboxEnv>, error: unknown): Response {
  const refused = asZoomError(error);
  return c.json(refused.envelope(), refused.status, refused.headers);
}

function asZoomError(error: unknown): ZoomError {
  if (error instanceof ZoomError) return error;
  console.error(error);
  return zoomError(500, 500, "Internal error of the sandbox; its log says more.");
}
