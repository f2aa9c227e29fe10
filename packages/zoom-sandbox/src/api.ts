/** Zoom's REST API: finds the operation, checks token, limits, scopes and role, and answers as Zoom does. */
import type { AnswerObserver } from "./options.ts";
import { Context } from "hono";
import { addRoute, createRouter, findRoute } from "rou3";
import { type Answer, type Call, makeCall, type PathParams, respond } from "./call.ts";
import type { AccessToken, Tokens } from "./oauth/tokens.ts";
import { type Operation, operations } from "./operations/operations.ts";
import { shapeOf } from "./operations/shapes.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { Account, Bindings, Caller, Roles, Sandbox, SandboxEnv, User, Users } from "./sandbox.ts";
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
  handler: Handler | undefined;
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
  /** Answers without the app: its routers cost more than most of Zoom's operations. */
  readonly answer: (request: Request, env: Bindings) => Promise<Response>;
}

/** Serves `/v2` (and SCIM's `/scim2`): every one of Zoom's operations is known, the registered ones are emulated. */
export function createApi(parts: ApiParts): Api {
  const { app, clock, tokens, users, roles, account, limits, onAnswer } = parts;
  const known = new WeakMap<AccessToken, KnownToken>();
  const routes = new Map<string, Route>();
  const router = createRouter<Route>();
  let requestCount = 0;

  for (const operation of operations.values()) {
    const route: Route = { operation, handler: undefined };
    routes.set(operation.name, route);
    addRoute(router, operation.method, operation.path.replace(/\{(\w+)\}/g, ":$1"), route);
  }

  const trackingId = (): string =>
    `v=2.0;clid=sandbox;rid=WEB_${(++requestCount).toString(16).padStart(32, "0")}`;

  function authenticate(c: Context<SandboxEnv>, operation: Operation): Caller {
    const { authorization: header } = c.env.incoming.headers;
    if (header === undefined || !/^bearer /i.test(header))
      throw unauthorized(operation, "Invalid access token.");
    const token = tokens.access(header.slice(7).trim());
    if (token === undefined) throw unauthorized(operation, "Invalid access token.");
    if (token.expires_ms <= clock.now().getTime()) throw unauthorized(operation, "Access token is expired.");
    // Zoom: a bot writes with the token of its own app, by client credentials (zoom-api.md 2.2), whatever else has its scope.
    if (operation.product === "chatbot" && token.app_own !== true)
      throw unauthorized(operation, "Invalid access token.");
    const user = users.find(token.user_id);
    if (user === undefined || user.status !== "active")
      throw unauthorized(operation, "Invalid access token.");
    let held = known.get(token);
    if (held === undefined) known.set(token, (held = { scopes: new Set(token.scopes) }));
    c.env.clientId = token.client_id;
    limits.count(c, operation);
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

  async function serve(c: Context<SandboxEnv>): Promise<Response> {
    const headers: Record<string, string> = { "x-zm-trackingid": trackingId() };
    try {
      return await answer(c, headers);
    } catch (error) {
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      return answerError(c, error);
    }
  }

  async function answer(c: Context<SandboxEnv>, headers: Record<string, string>): Promise<Response> {
    const pathname = pathOf(c.env.incoming.url ?? "/");
    const path = pathname.startsWith("/v2/") ? pathname.slice(3) : pathname;
    const found = findRoute(router, c.req.method, path);
    if (!found) throw unknownEndpoint();
    const { operation, handler } = found.data;
    if (operation.label) headers["x-ratelimit-category"] = operation.label;
    const caller = authenticate(c, operation);
    if (!handler) {
      throw zoomError(
        501,
        501,
        `The sandbox knows ${operation.name} but does not emulate it; see /_sandbox/coverage.`,
      );
    }
    const shape = shapeOf(operation.name);
    const params = decoded(found.params ?? {});
    const call = await makeCall(c, operation, shape, { caller, params, clock });
    const response = respond(headers, shape, await handler(call));
    if (onAnswer) onAnswer(operation.name, response.status, await response.clone().text());
    return response;
  }

  return {
    on: (name, handler) => {
      const route = routes.get(name);
      if (!route) throw new Error(`Zoom has no operation ${name}`);
      if (route.handler) throw new Error(`${name} is emulated twice`);
      route.handler = handler;
    },
    emulated: () =>
      [...routes.values()].filter(({ handler }) => handler).map(({ operation }) => operation.name),
    serve: () => {
      app.all("/v2/*", serve);
      app.all("/scim2/*", serve);
    },
    takes: (url) => (url.startsWith("/v2/") && !url.startsWith("/v2/oauth/")) || url.startsWith("/scim2/"),
    answer: (request, env) =>
      serve(
        new Context<SandboxEnv>(request, {
          env,
          path: pathOf(env.incoming.url ?? "/"),
          notFoundHandler: answerUnknown,
        }),
      ),
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

/** Answers a `ZoomError` in Zoom's envelope. */
export function answerError(c: Context<SandboxEnv>, error: unknown): Response {
  if (error instanceof ZoomError) {
    const { status, code, message, errors } = error;
    return c.json(errors === undefined ? { code, message } : { code, message, errors }, status);
  }
  console.error(error);
  return c.json({ code: 500, message: "Internal error of the sandbox; its log says more." }, 500);
}
