/** The HTTP API: every route with its schema, so that the OpenAPI description is what runs. */
import type { Engine } from "@greenroom/engine";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ConnectorError } from "@greenroom/connector-kit";
import * as answers from "./answers.ts";
import { createApiDocs } from "./api-docs.ts";
import { answerInvalid } from "./problems.ts";
import { body, idParam, json, list, paging, refused } from "./route-parts.ts";
import * as schemas from "./schemas.ts";
import { streamChanges } from "./stream.ts";

/** Makes the API's routes over an engine. */
export function createApi(engine: Engine, publicUrl: string) {
  const { profiles, connections, recipes, queries } = engine;
  const redirectUri = `${publicUrl}/oauth/callback`;
  const api = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : answerInvalid(result.error, c)),
  });

  const showConnection = async (id: string) =>
    answers.connectionAnswer(await connections.get(id), await profiles.list(), await recipes.list());
  const showRecipe = async (id: string) =>
    answers.recipeAnswer(await recipes.get(id), await queries.countByRecipe());

  const routes = api
    .openapi(
      createRoute({
        method: "get",
        path: "/connectors",
        responses: { 200: json(list(schemas.connector), "What can be used") },
      }),
      (c) => c.json({ items: [...engine.connectors.values()].map(answers.connectorAnswer) }, 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/app-profiles",
        responses: { 200: json(list(schemas.appProfile), "OAuth apps") },
      }),
      async (c) =>
        c.json(
          { items: (await profiles.list()).map((app) => answers.appProfileAnswer(app, publicUrl)) },
          200,
        ),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/app-profiles", request: body(schemas.newAppProfile) },
        responses: { 201: json(schemas.appProfile, "Made"), ...refused },
      }),
      async (c) =>
        c.json(answers.appProfileAnswer(await profiles.create(c.req.valid("json")), publicUrl), 201),
    )
    .openapi(
      createRoute({
        ...{
          method: "patch",
          path: "/app-profiles/{id}",
          request: { ...idParam, ...body(schemas.appProfileChange) },
        },
        responses: { 200: json(schemas.appProfile, "Changed"), ...refused },
      }),
      async (c) => {
        const { name, fields } = c.req.valid("json");
        const change = { ...(name !== undefined && { name }), ...(fields && { fields }) };
        return c.json(
          answers.appProfileAnswer(await profiles.update(c.req.valid("param").id, change), publicUrl),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/app-profiles/{id}",
        request: idParam,
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        await profiles.remove(c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/connections",
        responses: { 200: json(list(schemas.connection), "Connections") },
      }),
      async (c) => {
        const [all, apps, users] = await Promise.all([connections.list(), profiles.list(), recipes.list()]);
        return c.json(
          { items: all.map((connection) => answers.connectionAnswer(connection, apps, users)) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/connections", request: body(schemas.newConnection) },
        responses: { 201: json(schemas.connection, "Made; not connected yet"), ...refused },
      }),
      async (c) => c.json(await showConnection((await connections.create(c.req.valid("json"))).id), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/connections/{id}",
        request: idParam,
        responses: { 200: json(schemas.connection, "One connection"), ...refused },
      }),
      async (c) => c.json(await showConnection(c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/connections/{id}/authorize", request: idParam },
        responses: {
          200: json(z.object({ authorizationUrl: z.string() }), "Where the browser goes now"),
          ...refused,
        },
      }),
      async (c) => c.json(await connections.authorize(c.req.valid("param").id, redirectUri), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/connections/{id}/disconnect", request: idParam },
        responses: { 200: json(schemas.connection, "Disconnected; its recipes stopped"), ...refused },
      }),
      async (c) =>
        c.json(await showConnection((await connections.disconnect(c.req.valid("param").id)).id), 200),
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/connections/{id}",
        request: idParam,
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        const { name, recipes: users } = await showConnection(id);
        if (users.length > 0) {
          throw new ConnectorError(
            "conflict",
            "connection-in-use",
            `“${name}” is used by ${users.map((recipe) => `“${recipe.name}”`).join(", ")}.`,
            {
              hint: "Change or delete those recipes first.",
            },
          );
        }
        await connections.remove(id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/recipes",
        responses: { 200: json(list(schemas.recipe), "Recipes") },
      }),
      async (c) => {
        const counts = await queries.countByRecipe();
        return c.json(
          { items: (await recipes.list()).map((recipe) => answers.recipeAnswer(recipe, counts)) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/lint", request: body(schemas.recipeSource) },
        responses: {
          200: json(z.object({ problems: z.array(schemas.recipeProblem) }), "What is wrong with it"),
          ...refused,
        },
      }),
      async (c) => c.json({ problems: [...(await recipes.lint(c.req.valid("json").source))] }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes", request: body(schemas.recipeSource) },
        responses: { 201: json(schemas.recipe, "Saved; not started"), ...refused },
      }),
      async (c) => c.json(await showRecipe((await recipes.create(c.req.valid("json").source)).id), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/recipes/{id}",
        request: idParam,
        responses: { 200: json(schemas.recipe, "One recipe"), ...refused },
      }),
      async (c) => c.json(await showRecipe(c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/recipes/{id}", request: { ...idParam, ...body(schemas.recipeSource) } },
        responses: { 200: json(schemas.recipe, "A new version"), ...refused },
      }),
      async (c) =>
        c.json(
          await showRecipe((await recipes.save(c.req.valid("param").id, c.req.valid("json").source)).id),
          200,
        ),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/versions", request: idParam },
        responses: { 200: json(list(schemas.recipeVersion), "Newest first"), ...refused },
      }),
      async (c) =>
        c.json(
          { items: (await recipes.versions(c.req.valid("param").id)).map(answers.recipeVersionAnswer) },
          200,
        ),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/recipes/{id}/start",
        request: idParam,
        responses: { 200: json(schemas.recipe, "Running"), ...refused },
      }),
      async (c) => c.json(await showRecipe((await recipes.start(c.req.valid("param").id)).id), 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/recipes/{id}/stop",
        request: idParam,
        responses: { 200: json(schemas.recipe, "Stopped"), ...refused },
      }),
      async (c) => c.json(await showRecipe((await recipes.stop(c.req.valid("param").id)).id), 200),
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/recipes/{id}",
        request: idParam,
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        await recipes.remove(c.req.valid("param").id);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/jobs" },
        request: {
          query: z.object({ recipeId: z.uuid().optional(), state: schemas.jobState.optional(), ...paging }),
        },
        responses: { 200: json(schemas.page(schemas.job), "Newest first"), ...refused },
      }),
      async (c) => {
        const { items, nextCursor } = await queries.listJobs(c.req.valid("query"));
        return c.json(
          { items: items.map(answers.jobAnswer), ...(nextCursor !== undefined && { nextCursor }) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/jobs/{id}",
        request: idParam,
        responses: { 200: json(schemas.jobWithSteps, "One job"), ...refused },
      }),
      async (c) => c.json(answers.jobDetailAnswer(await queries.getJob(c.req.valid("param").id)), 200),
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

  api.get("/stream", (c) => streamChanges(c, engine.changes));
  api.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Greenroom", version: "0.1.0", description: "Connections, recipes, jobs and the inbox." },
    servers: [{ url: `${publicUrl}/api` }],
  });
  api.route("/docs", createApiDocs());
  return routes;
}
