import type { Context } from "hono";
import type {
  Account,
  ApiRoutes,
  Caller,
  Operation,
  Roles,
  Sandbox,
  SandboxEnv,
  User,
  Users,
} from "./sandbox.ts";
import { ZoomError, zoomError } from "./sandbox.ts";
import type { AccessToken, Tokens } from "./oauth/tokens.ts";

/** What authentication reads. */
interface ApiParts {
  readonly app: Sandbox["app"];
  readonly clock: Sandbox["clock"];
  readonly tokens: Tokens;
  readonly users: Users;
  readonly roles: Roles;
  readonly account: Account;
}

/** A token with what does not change during its life. */
interface KnownToken {
  readonly scopes: ReadonlySet<string>;
}

/** Makes the routes of the REST API: bearer token, scopes, role privilege, headers. */
export function createApi({ app, clock, tokens, users, roles, account }: ApiParts): ApiRoutes {
  const known = new WeakMap<AccessToken, KnownToken>();
  let requestCount = 0;

  const trackingId = (): string =>
    `v=2.0;clid=sandbox;rid=WEB_${(++requestCount).toString(16).padStart(32, "0")}`;

  function authenticate(c: Context<SandboxEnv>, operation: Operation): Caller {
    const header = c.req.header("authorization");
    if (header === undefined || !/^bearer /i.test(header)) throw zoomError(401, 124, "Invalid access token.");
    const token = tokens.access(header.slice(7).trim());
    if (token === undefined) throw zoomError(401, 124, "Invalid access token.");
    if (token.expires_ms <= clock.now().getTime()) throw zoomError(401, 124, "Access token is expired.");
    const user = users.find(token.user_id);
    if (user === undefined || user.status !== "active") throw zoomError(401, 124, "Invalid access token.");
    let held = known.get(token);
    if (held === undefined) known.set(token, (held = { scopes: new Set(token.scopes) }));
    c.env.clientId = token.client_id;
    return {
      user,
      appId: token.app_id,
      clientId: token.client_id,
      accountId: account.id,
      scopes: held.scopes,
      accepted: operation.scopes,
      admin: allowed(held.scopes, operation, user, roles) === "admin",
    };
  }

  const register =
    (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"): ApiRoutes["get"] =>
    (path, operation, handler) => {
      app.on(method, `/v2${path}`, (c) => {
        c.header("x-zm-trackingid", trackingId());
        c.header("x-ratelimit-category", operation.label);
        c.set("caller", authenticate(c, operation));
        return handler(c);
      });
    };

  return {
    get: register("GET"),
    post: register("POST"),
    put: register("PUT"),
    patch: register("PATCH"),
    delete: register("DELETE"),
  };
}

// Zoom: an `:admin` scope reaches other people only while the authorising person's role holds the privilege
// (zoom-api.md 2.6); for what is the person's own it is enough by itself, or nobody could connect with the least role.
function allowed(
  held: ReadonlySet<string>,
  { scopes, privilege, accountWide = false }: Operation,
  user: User,
  roles: Roles,
): "admin" | "own" {
  let own = false;
  for (const scope of scopes) {
    if (!held.has(scope)) continue;
    if (isAdminScope(scope) && (privilege === undefined || roles.allows(user, privilege))) return "admin";
    own ||= !isAdminScope(scope) || !accountWide;
  }
  if (own) return "own";
  throw missingScopes(scopes);
}

/** True for a scope that reaches other people's things. */
export function isAdminScope(scope: string): boolean {
  return scope.endsWith(":admin") || scope.endsWith(":master");
}

/** Zoom's refusal of a token without a fitting scope. */
export function missingScopes(scopes: readonly string[]): ZoomError {
  return zoomError(400, 4711, `Invalid access token, does not contain scopes:[${scopes.join(", ")}].`);
}

/** Answers a `ZoomError` in Zoom's envelope. */
export function answerError(c: Context<SandboxEnv>, error: unknown): Response {
  if (error instanceof ZoomError) {
    const { status, code, message, errors } = error;
    return c.json(errors === undefined ? { code, message } : { code, message, errors }, status);
  }
  console.error(error);
  return c.json({ code: 500, message: "Internal error of the sandbox; its log says more." }, 500);
}
