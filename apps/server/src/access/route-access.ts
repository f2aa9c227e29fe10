/**
 * Who may ask for what: every route of the server, once. A route that is missing here is refused, and the test that
 * walks them (route-access.test.ts) fails. Paths under `/api` are without their prefix.
 */
import type { Effect } from "@greenroom/connector-kit";
import type { Role } from "@greenroom/engine";

/** What a route asks of whoever calls it. */
export interface RouteRule {
  /** A role; or `anyone`, `signed-in` (whatever the role), `owner` (of this machine). */
  readonly who: Role | "anyone" | "signed-in" | "owner";
  /**
   * Where the role must be held. `recipe` and `job`: in the folder of the one in the path, and in the one it goes to.
   * `jobs-in-body`: in the folders of all the jobs that are given. `body`: in the folder that is given. `recipe-in-body`: in the folder of the recipe that is given, or somewhere.
   * `any-folder`: somewhere; what is listed is then narrowed to their folders.
   * Without it: everywhere.
   */
  readonly within?: "recipe" | "job" | "jobs-in-body" | "body" | "recipe-in-body" | "any-folder";
  /** What calling it does, where its method does not say so: keys can be limited by effect. */
  readonly effect?: Effect;
  /**
   * The connection in the path, by its id or name, is used; or the event in the path is one's; or any can be, which keys
   * of some connections may not then.
   * Those of recipes and jobs in the path, of a recipe in the body, and of all that these call, count by themselves.
   */
  readonly connection?: true | "event" | "any";
  /** False where a change is nothing to remember. */
  readonly audit?: false;
}

type More = Omit<RouteRule, "who">;
const anyone = (more: More = {}): RouteRule => ({ who: "anyone", audit: false, ...more });
const signedIn = (more: More = {}): RouteRule => ({ who: "signed-in", ...more });
const owner = (more: More = {}): RouteRule => ({ who: "owner", ...more });
const viewer = (more: More = {}): RouteRule => ({ who: "viewer", ...more });
const operator = (more: More = {}): RouteRule => ({ who: "operator", ...more });
const builder = (more: More = {}): RouteRule => ({ who: "builder", ...more });
const admin = (more: More = {}): RouteRule => ({ who: "admin", ...more });

const anywhere = { within: "any-folder" } as const;
const ofRecipe = { within: "recipe" } as const;
const ofJob = { within: "job" } as const;
const ofJobs = { within: "jobs-in-body" } as const;
const ofConnection = { connection: true } as const;
const ofAnyConnection = { connection: "any" } as const;
const ofEvent = { connection: "event" } as const;
/** Asks, and changes nothing, though it is a POST. */
const asks = { effect: "read", audit: false } as const;

/** The table. */
export const routeAccess: Readonly<Record<string, RouteRule>> = {
  // Outside of the API. Webhooks prove themselves by their signature, the OAuth answer by its state.
  "POST /webhooks/{connector}/{profileId}": anyone(),
  "GET /hooks/{token}": anyone(),
  "POST /hooks/{token}": anyone(),
  "GET /healthz": anyone(),
  "GET /readyz": anyone(),
  // Guarded by a token of its own, or open to this machine.
  "GET /metrics": anyone(),
  "GET /oauth/callback": anyone(),
  // Tools have limits of their own (mcp/action-calls.ts), and are remembered there.
  "POST /mcp": signedIn({ effect: "read", audit: false }),
  "GET /mcp": signedIn(),
  "DELETE /mcp": signedIn({ effect: "read", audit: false }),
  // The web app's files; what it shows comes from the API.
  "GET /*": anyone(),
  "GET /docs/*": anyone(),

  // Signing in and out: better-auth's own checks stand behind these.
  "GET /sign-in-options": anyone(),
  "POST /setup": anyone(),
  "POST /auth/sign-in/email": anyone(),
  "POST /auth/sign-in/social": anyone(),
  "POST /auth/sign-in/link": anyone(),
  "POST /auth/sign-out": anyone(),
  "GET /auth/callback/{provider}": anyone(),
  "POST /auth/request-password-reset": anyone(),
  "POST /auth/reset-password": anyone(),
  "POST /auth/two-factor/verify-totp": anyone(),
  "POST /auth/two-factor/verify-backup-code": anyone(),
  "POST /auth/two-factor/enable": signedIn({ audit: false }),
  "POST /auth/two-factor/disable": signedIn({ audit: false }),
  "POST /auth/two-factor/generate-backup-codes": signedIn({ audit: false }),
  "POST /auth/change-password": signedIn({ audit: false }),
  "POST /owner/sign-in-link": owner(),

  // Oneself. Other people's keys and sessions are an admin's: the routes see to it.
  "GET /me": signedIn(),
  "GET /api-keys": signedIn(),
  "POST /api-keys": signedIn(),
  "DELETE /api-keys/{id}": signedIn(),
  "GET /sessions": signedIn(),
  "DELETE /sessions/{id}": signedIn(),

  // Settings.
  "GET /people": admin(),
  "POST /people": admin(),
  "GET /people/{id}": admin(),
  "PATCH /people/{id}": admin(),
  "DELETE /people/{id}": admin(),
  "POST /people/{id}/password-link": admin(),
  "GET /audit": admin(),
  "GET /approvals": operator(),
  "GET /approvals/{id}": operator(),
  "POST /approvals/{id}/approve": operator({ audit: false }),
  "POST /approvals/{id}/decline": operator({ audit: false }),
  "GET /system": admin(),

  // The API itself.
  "GET /openapi.json": viewer(anywhere),
  "GET /docs": viewer(anywhere),
  "GET /docs/start.js": viewer(anywhere),
  "GET /docs/{file}": viewer(anywhere),
  "GET /stream": viewer(anywhere),

  // The catalogue.
  "GET /connectors": viewer(anywhere),
  "GET /catalogue": viewer(anywhere),
  "GET /formulas": viewer(anywhere),
  "GET /catalogue/actions/{connector}/{name}": viewer(anywhere),
  "GET /catalogue/triggers/{connector}/{name}": viewer(anywhere),
  "GET /catalogue/operations": viewer(anywhere),
  "GET /catalogue/events": viewer(anywhere),

  // Connections.
  "GET /app-profiles": builder(anywhere),
  "POST /app-profiles": builder(),
  "PATCH /app-profiles/{id}": builder(ofAnyConnection),
  "DELETE /app-profiles/{id}": builder(ofAnyConnection),
  "GET /connections": viewer(anywhere),
  // One of another app's account could be given the name that a key may use.
  "POST /connections": builder(ofAnyConnection),
  "GET /connections/{id}": viewer({ ...anywhere, ...ofConnection }),
  "GET /connections/{id}/status": viewer({ ...anywhere, ...ofConnection }),
  "GET /connections/{id}/calls": viewer({ ...anywhere, ...ofConnection }),
  "GET /connections/by-name/{name}/pick-lists/{list}": builder({ ...anywhere, ...ofConnection }),
  "PATCH /connections/{id}": builder(ofConnection),
  "POST /connections/{id}/authorize": builder(ofConnection),
  "POST /connections/{id}/test": operator({ ...ofConnection, effect: "read" }),
  "GET /connections/{id}/doctor": builder({ ...anywhere, ...ofConnection }),
  "POST /connections/{id}/doctor/set-up": admin(ofConnection),
  "POST /connections/{id}/disconnect": builder(ofConnection),
  "DELETE /connections/{id}": builder(ofConnection),

  // Recipes.
  "GET /recipes": viewer(anywhere),
  "GET /recipes/labels": viewer(anywhere),
  "GET /recipes/recent-jobs": viewer(anywhere),
  "POST /recipes": builder({ within: "body" }),
  "POST /recipes/lint": builder({ ...anywhere, ...asks }),
  "POST /expressions/evaluate": builder({ ...anywhere, ...asks }),
  "POST /recipes/import/workato": builder({ ...anywhere, ...asks }),
  "GET /recipes/{id}/export/workato": viewer(ofRecipe),
  "POST /recipes/preview": builder({ within: "recipe-in-body", ...asks }),
  "GET /recipes/{id}": viewer(ofRecipe),
  "GET /recipes/{id}/preview": viewer(ofRecipe),
  "GET /recipes/{id}/tests": viewer(ofRecipe),
  "POST /recipes/{id}/tests/run": builder({ ...ofRecipe, ...asks }),
  "PUT /recipes/{id}/tests/{name}": builder(ofRecipe),
  "DELETE /recipes/{id}/tests/{name}": builder(ofRecipe),
  "PUT /recipes/{id}": builder(ofRecipe),
  "PATCH /recipes/{id}": builder(ofRecipe),
  "POST /recipes/{id}/duplicate": builder(ofRecipe),
  "GET /recipes/{id}/waiting-events": viewer(ofRecipe),
  "GET /recipes/{id}/past": viewer(ofRecipe),
  "GET /recipes/{id}/versions": viewer(ofRecipe),
  "GET /recipes/{id}/versions/diff": viewer(ofRecipe),
  "GET /recipes/{id}/versions/{number}": viewer(ofRecipe),
  "POST /recipes/{id}/versions/{number}/restore": builder(ofRecipe),
  "POST /recipes/{id}/test-runs": builder(ofRecipe),
  "GET /recipes/{id}/draft": viewer(ofRecipe),
  // Saved while somebody types: the version that comes of it is what is remembered.
  "PUT /recipes/{id}/draft": builder({ ...ofRecipe, audit: false }),
  "DELETE /recipes/{id}/draft": builder({ ...ofRecipe, audit: false }),
  "GET /drafts": builder(anywhere),
  "POST /drafts": builder({ ...anywhere, audit: false }),
  "GET /recipes/{id}/looks": viewer(ofRecipe),
  // Who knows the address may call it: to be told it is as good as starting jobs.
  "GET /recipes/{id}/hook": builder({ ...ofRecipe, effect: "create" }),
  "POST /recipes/{id}/hook/secret": builder(ofRecipe),
  "POST /recipes/{id}/hook/renew": builder(ofRecipe),
  "POST /recipes/{id}/start": operator(ofRecipe),
  "POST /recipes/{id}/stop": operator(ofRecipe),
  "DELETE /recipes/{id}": builder(ofRecipe),

  // What is kept, and what is told.
  "GET /retention": viewer(anywhere),
  "PUT /retention": admin(),
  "GET /notices": viewer(),
  "GET /notices/settings": viewer(),
  "PUT /notices/settings": admin(),
  "GET /notices/channels": builder(anywhere),
  "POST /notices/channels": admin(),
  "PATCH /notices/channels/{id}": admin(),
  "DELETE /notices/channels/{id}": admin(),

  // What recipes read beside their events. A secret never comes back out.
  "GET /environments": viewer(anywhere),
  "GET /environments/{environment}/properties": viewer(anywhere),
  "PUT /environments/{environment}/properties/{name}": builder(),
  "DELETE /environments/{environment}/properties/{name}": builder(),
  "GET /lookup-tables": viewer(anywhere),
  "POST /lookup-tables": builder(),
  "POST /lookup-tables/import": builder(),
  "GET /lookup-tables/{id}": viewer(anywhere),
  "PATCH /lookup-tables/{id}": builder(),
  "DELETE /lookup-tables/{id}": builder(),
  "GET /lookup-tables/{id}/rows": viewer(anywhere),
  "POST /lookup-tables/{id}/rows": builder(),
  "POST /lookup-tables/{id}/rows/delete": builder({ effect: "delete" }),
  "PATCH /lookup-tables/{id}/rows/{rowId}": builder(),
  "DELETE /lookup-tables/{id}/rows/{rowId}": builder(),
  "POST /lookup-tables/{id}/import": builder(),
  "GET /lookup-tables/{id}/export": viewer(anywhere),

  // Jobs and the inbox.
  "GET /jobs": viewer(anywhere),
  "GET /jobs/stats": viewer(),
  "GET /jobs/{id}": viewer(ofJob),
  "GET /jobs/{id}/step-data": viewer(ofJob),
  "POST /jobs/{id}/rerun": operator(ofJob),
  "POST /jobs/{id}/cancel": operator(ofJob),
  // It may let a step go on, whatever that does.
  "POST /jobs/{id}/answer": operator({ ...ofJob, effect: "delete" }),
  // Of many at once: in each of their folders.
  "POST /jobs/rerun": operator({ ...ofJobs, ...ofAnyConnection }),
  "POST /jobs/cancel": operator({ ...ofJobs, ...ofAnyConnection }),
  "GET /queues": viewer(anywhere),
  "POST /recipes/{id}/queue/pause": operator(ofRecipe),
  "POST /recipes/{id}/queue/resume": operator(ofRecipe),
  "GET /events": viewer(),
  "GET /events/{id}": viewer(ofEvent),
  "GET /events/{id}/takers": viewer(ofEvent),
  "POST /events/replay": operator(ofAnyConnection),
  "GET /inbox/health": viewer(ofAnyConnection),
  "GET /inbox/refusals": viewer(ofAnyConnection),
};
