/** The routes of recipes: reading, saving, sorting, starting and stopping. */
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { actorOf } from "./actor.ts";
import { some } from "./answer-parts.ts";
import * as answers from "./answers.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";
import * as schemas from "./schemas.ts";

const filter = z.object({
  search: z.string().max(200).optional(),
  folder: z.string().max(200).optional(),
  tag: z.string().max(40).optional(),
  state: z.enum(["stopped", "running"]).optional(),
});

/** Makes the routes of `/recipes`. */
export function createRecipeRoutes(engine: Engine) {
  const { recipes, queries, backlog } = engine;
  const show = async (id: string) => answers.recipeAnswer(await recipes.get(id), await queries.countJobs(id));

  const routes = newRoutes();
  routes.on("POST", "/recipes/:id/start", withoutEmptyBody);
  return routes
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes", request: { query: filter } },
        responses: { 200: json(list(schemas.recipe), "Recipes, by name"), ...refused },
      }),
      async (c) => {
        const counts = await queries.countJobs();
        const found = await recipes.list(c.req.valid("query"));
        return c.json({ items: found.map((recipe) => answers.recipeAnswer(recipe, counts)) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/labels" },
        responses: { 200: json(schemas.recipeLabels, "The folders and tags of recipes") },
      }),
      async (c) => {
        const { folders, tags } = await recipes.labels();
        return c.json({ folders: [...folders], tags: [...tags] }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/recent-jobs" },
        request: { query: z.object({ each: z.coerce.number().int().min(1).max(100).default(20) }) },
        responses: {
          200: json(list(schemas.recentJobs), "The newest jobs of each recipe, as little as a picture needs"),
          ...refused,
        },
      }),
      async (c) => {
        const recent = await queries.recentJobs(c.req.valid("query").each);
        return c.json({ items: recent.map(answers.recentJobsAnswer) }, 200);
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
        ...{ method: "post", path: "/recipes", request: body(schemas.newRecipe) },
        responses: { 201: json(schemas.recipe, "Saved; not started"), ...refused },
      }),
      async (c) => {
        const { source, ...note } = c.req.valid("json");
        return c.json(await show((await recipes.create(source, { ...note, author: actorOf(c) })).id), 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}", request: idParam },
        responses: { 200: json(schemas.recipe, "One recipe"), ...refused },
      }),
      async (c) => c.json(await show(c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/recipes/{id}", request: { ...idParam, ...body(schemas.recipeSave) } },
        responses: { 200: json(schemas.recipe, "A new version"), ...refused },
      }),
      async (c) => {
        const { source, ...note } = c.req.valid("json");
        const { id } = c.req.valid("param");
        await recipes.save(id, source, { ...note, author: actorOf(c) });
        return c.json(await show(id), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "patch", path: "/recipes/{id}" },
        request: { ...idParam, ...body(schemas.recipePlace) },
        responses: { 200: json(schemas.recipe, "In its folder, with its tags"), ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        await recipes.organise(id, c.req.valid("json"));
        return c.json(await show(id), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/duplicate" },
        request: { ...idParam, ...body(schemas.recipeCopy) },
        responses: { 201: json(schemas.recipe, "The copy; not started"), ...refused },
      }),
      async (c) => {
        const as = { ...c.req.valid("json"), author: actorOf(c) };
        return c.json(await show((await recipes.duplicate(c.req.valid("param").id, as)).id), 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/waiting-events", request: idParam },
        responses: {
          200: json(schemas.waitingEvents, "How many events its next start may take"),
          ...refused,
        },
      }),
      async (c) => {
        const { since, count, more } = await backlog.waiting(c.req.valid("param").id);
        return c.json({ count, more, ...(since && { since: since.toISOString() }) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/start" },
        request: { ...idParam, body: json(schemas.recipeStart, "") },
        responses: {
          200: json(schemas.startedRecipe, "Running"),
          409: json(
            schemas.problem,
            "`not-connected`, or `events-waiting`: events arrived while it was stopped, so say `events`: `take` or `leave`",
          ),
          ...refused,
        },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        const { since, events } = c.req.valid("json") ?? {};
        const date = since === undefined ? undefined : new Date(since);
        // Of the place where it left off a start may leave nothing: asked before.
        const past = date && (await recipes.pastOf(id, date));
        await recipes.start(id, { events, since: date });
        return c.json({ ...(await show(id)), ...some({ notice: past?.note }) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/stop", request: idParam },
        responses: { 200: json(schemas.recipe, "Stopped"), ...refused },
      }),
      async (c) => c.json(await show((await recipes.stop(c.req.valid("param").id)).id), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/recipes/{id}" },
        request: {
          ...idParam,
          query: z.object({
            jobs: z.literal("cancel").optional().openapi({
              description: "What becomes of jobs that have not ended; without it they keep the recipe",
            }),
          }),
        },
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        await recipes.remove(c.req.valid("param").id, {
          cancelJobs: c.req.valid("query").jobs === "cancel",
        });
        return c.body(null, 204);
      },
    );
}

/** Many clients say that they send JSON even where they send nothing. */
const withoutEmptyBody: MiddlewareHandler = async (c, next) => {
  if (c.req.header("content-length") === "0") {
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-type");
    c.req.raw = new Request(c.req.raw, { headers });
  }
  await next();
};
