/** The routes of OAuth apps and connections. */
import { ConnectorError } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Visit } from "../access/principal.ts";
import type { OAuthBrowsers } from "../oauth-browser.ts";
import * as answers from "./answers.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";
import * as schemas from "./schemas.ts";

/** Makes the routes of `/app-profiles` and `/connections`. */
export function createConnectionRoutes(engine: Engine, browsers: OAuthBrowsers, publicUrl: string) {
  const { profiles, connections, recipes } = engine;
  const redirectUri = `${publicUrl}/oauth/callback`;

  const showConnection = async (id: string) =>
    answers.connectionAnswer(await connections.get(id), await profiles.list(), await recipes.list());
  return newRoutes()
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
        ...{ method: "patch", path: "/connections/{id}" },
        request: { ...idParam, ...body(schemas.connectionChange) },
        responses: { 200: json(schemas.connection, "Changed"), ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        await connections.limit(id, c.req.valid("json").concurrency);
        return c.json(await showConnection(id), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/connections/{id}/authorize", request: idParam },
        responses: {
          200: json(
            z.object({
              /** Good for whoever keeps the cookie of this answer, and for nobody else. */
              authorizationUrl: z.string().optional(),
              /** Where a person goes on in a browser of their own. */
              page: z.string().optional(),
            }),
            "Where the browser goes now; without it, it is connected",
          ),
          ...refused,
        },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        const begun = await connections.authorize(id, redirectUri);
        if (begun === undefined) return c.json({}, 200);
        mustComeBack(c, publicUrl);
        browsers.tie(c, begun.state);
        const { authorizationUrl } = begun;
        return c.json({ authorizationUrl, page: `${publicUrl}/connections/${id}` }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/connections/{id}/test", request: idParam },
        responses: { 200: json(schemas.connection, "Who we are at the service, asked anew"), ...refused },
      }),
      async (c) => c.json(await showConnection((await connections.test(c.req.valid("param").id)).id), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/connections/{id}/doctor" },
        request: {
          ...idParam,
          query: z.object({
            for: z.enum(["recipes", "everything"]).default("recipes"),
            /** Instead: some of the connector's actions and triggers, with commas between. */
            actions: z.string().max(10_000).optional(),
            triggers: z.string().max(10_000).optional(),
          }),
        },
        responses: { 200: json(schemas.permissionReport, "What is missing, what is too much"), ...refused },
      }),
      async (c) => {
        const { for: whole, actions, triggers } = c.req.valid("query");
        const chosen = [...idsOf("action", actions), ...idsOf("trigger", triggers)];
        const scope = actions === undefined && triggers === undefined ? whole : chosen;
        return c.json(
          answers.permissionAnswer(await engine.permissions.examine(c.req.valid("param").id, scope)),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/connections/{id}/doctor/set-up" },
        request: { ...idParam, ...body(schemas.permissionSetUp) },
        responses: { 200: json(schemas.permissionsSetUp, "The role and who has it"), ...refused },
      }),
      async (c) => {
        const { for: scope, roleName, apiUser } = c.req.valid("json");
        const done = await engine.permissions.setUp(c.req.valid("param").id, { scope, roleName, apiUser });
        return c.json({ ...done, privileges: [...done.privileges] }, 200);
      },
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
    );
}

/** The service sends the browser to the public address, where a cookie of another name of ours is not known. */
function mustComeBack(c: Context<Visit>, publicUrl: string): void {
  const { host } = new URL(publicUrl);
  if (c.get("principal").kind !== "person" || c.req.header("host") === host) return;
  const message = `You are at ${c.req.header("host")}, and the service sends people back to ${host}.`;
  throw new ConnectorError("conflict", "other-address", message, {
    hint: `Open Greenroom at ${publicUrl} and connect there, or set PUBLIC_URL to the address people use.`,
  });
}

/** `create-meeting,zoom/get-user` as uses. */
function idsOf(kind: "action" | "trigger", text = "") {
  const names = text.split(",").filter(Boolean);
  return names.map((name) => ({ kind, id: name.slice(name.indexOf("/") + 1).trim() }));
}
