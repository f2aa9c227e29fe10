/** The HTTP API: every route with its schema, so that the OpenAPI description is what runs. */
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { SendMail } from "../access/mail.ts";
import type { Visit } from "../access/principal.ts";
import type { ActionCalls } from "../mcp/action-calls.ts";
import type { OAuthBrowsers } from "../oauth-browser.ts";
import * as answers from "./answers.ts";
import { createApiDocs } from "./api-docs.ts";
import { createApprovalRoutes } from "./approval-routes.ts";
import { createCatalogueRoutes } from "./catalogue-routes.ts";
import { createConnectionRoutes } from "./connection-routes.ts";
import { createConnectionStatusRoutes } from "./connection-status-routes.ts";
import { createExpressionRoutes } from "./expression-routes.ts";
import { createFormulaRoutes } from "./formula-routes.ts";
import { createInboxRoutes } from "./inbox-routes.ts";
import { createMeRoutes } from "./me-routes.ts";
import { createPeopleRoutes } from "./people-routes.ts";
import { createJobRoutes } from "./job-routes.ts";
import { createJobStatsRoutes } from "./job-stats-routes.ts";
import { createKeepingRoutes } from "./keeping-routes.ts";
import { createLookupTableRoutes } from "./lookup-table-routes.ts";
import { createPickListRoutes } from "./pick-list-routes.ts";
import { createPropertyRoutes } from "./property-routes.ts";
import { createRecipeRoutes } from "./recipe-routes.ts";
import { createPastRoutes } from "./past-routes.ts";
import { idParam, json, list, newRoutes, paging, refused } from "./route-parts.ts";
import { createTriggerRoutes } from "./trigger-routes.ts";
import { createTrialRoutes } from "./trial-routes.ts";
import { createWorkatoRoutes } from "./workato-routes.ts";
import { createVersionRoutes } from "./version-routes.ts";
import * as schemas from "./schemas.ts";
import { createSignInRoutes, type SignInContext } from "./sign-in-routes.ts";
import { streamChanges } from "./stream.ts";
import { createSystemRoutes, type SystemFacts } from "./system-routes.ts";

/** What the API needs besides the engine. */
export interface ApiContext extends SignInContext {
  readonly mail: SendMail | undefined;
  readonly facts: SystemFacts;
  readonly calls: ActionCalls;
  readonly browsers: OAuthBrowsers;
  /** Whether whoever began a request would be let in now. */
  readonly isStillIn: (c: Context<Visit>) => Promise<boolean>;
}

/** Makes the API's routes over an engine. */
export function createApi(engine: Engine, context: ApiContext) {
  const { publicUrl, mail, facts, calls, browsers, isStillIn } = context;
  const { queries } = engine;
  const api = newRoutes();
  // They stay the same, and it takes a second to say what their hundreds of forms are.
  let connectors: ReturnType<typeof answers.connectorAnswer>[] | undefined;

  const routes = api
    .openapi(
      createRoute({
        method: "get",
        path: "/connectors",
        responses: { 200: json(list(schemas.connector), "What can be used") },
      }),
      (c) => {
        connectors ??= [...engine.connectors.values()].map(answers.connectorAnswer);
        return c.json({ items: connectors }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/events" },
        request: { query: z.object({ name: z.string().max(200).optional(), ...paging }) },
        responses: { 200: json(schemas.page(schemas.event), "Newest first"), ...refused },
      }),
      async (c) => {
        const { items, nextCursor } = await queries.listEvents(c.req.valid("query"));
        return c.json(
          { items: items.map(answers.eventAnswer), ...(nextCursor !== undefined && { nextCursor }) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/events/{id}",
        request: idParam,
        responses: { 200: json(schemas.eventWithPayload, "One event"), ...refused },
      }),
      async (c) => c.json(answers.eventDetailAnswer(await queries.getEvent(c.req.valid("param").id)), 200),
    );

  // Before the routes of one job: “stats” is no id.
  api.route("/", createJobStatsRoutes(engine));
  api.route("/", createJobRoutes(engine));
  api.route("/", createConnectionRoutes(engine, browsers, publicUrl));
  api.route("/", createConnectionStatusRoutes(engine));
  api.route("/", createCatalogueRoutes(engine));
  api.route("/", createPickListRoutes(engine));
  api.route("/", createExpressionRoutes());
  api.route("/", createFormulaRoutes());
  api.route("/", createTrialRoutes(engine));
  api.route("/", createPastRoutes(engine));
  api.route("/", createWorkatoRoutes(engine));
  api.route("/", createRecipeRoutes(engine));
  api.route("/", createVersionRoutes(engine));
  api.route("/", createSignInRoutes(context));
  api.route("/", createMeRoutes(engine.access));
  api.route("/", createApprovalRoutes(engine.access, calls));
  api.route("/", createPeopleRoutes(context, mail));
  api.route("/", createSystemRoutes(engine.access, facts));
  api.route("/", createInboxRoutes(engine));
  api.route("/", createTriggerRoutes(engine, publicUrl));
  api.route("/", createPropertyRoutes(engine));
  api.route("/", createLookupTableRoutes(engine));
  api.route("/", createKeepingRoutes(engine));
  api.get("/stream", (c) => streamChanges(c, engine, () => isStillIn(c)));
  api.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    ...{ type: "http", scheme: "bearer" },
    description: "An API key, made at Settings → API keys: gr_…",
  });
  api.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Greenroom",
      version: facts.version,
      description: "Connections, recipes, jobs and the inbox.",
    },
    security: [{ apiKey: [] }],
    servers: [{ url: `${publicUrl}/api/v1` }],
  });
  api.route("/docs", createApiDocs());
  return routes;
}
