/** The routes of recipes' versions and drafts. */
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { actorOf } from "./actor.ts";
import * as answers from "./answers.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";
import * as schemas from "./schemas.ts";

const number = z.coerce.number().int().min(1).max(2_147_483_647);
const versionParam = { params: z.object({ id: z.uuid(), number }) };
const name = z.union([z.literal("draft"), number]);

/** Makes the routes of `/recipes/{id}/versions`, `/recipes/{id}/draft` and `/drafts`. */
export function createVersionRoutes(engine: Engine) {
  const { recipes, versions, drafts, queries } = engine;

  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/versions", request: idParam },
        responses: { 200: json(list(schemas.recipeVersion), "Newest first"), ...refused },
      }),
      async (c) =>
        c.json(
          { items: (await versions.list(c.req.valid("param").id)).map(answers.recipeVersionAnswer) },
          200,
        ),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/versions/diff" },
        request: { ...idParam, query: z.object({ from: name, to: name }) },
        responses: { 200: json(schemas.recipeDiff, "What changed from one to the other"), ...refused },
      }),
      async (c) => {
        const { from, to } = c.req.valid("query");
        const diff = await versions.diff(c.req.valid("param").id, from, to);
        const hunks = diff.hunks.map(({ lines, ...place }) => ({ ...place, lines: [...lines] }));
        return c.json({ ...diff, hunks }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/versions/{number}", request: versionParam },
        responses: { 200: json(schemas.recipeVersion, "One version"), ...refused },
      }),
      async (c) => {
        const { id, number: wanted } = c.req.valid("param");
        return c.json(answers.recipeVersionAnswer(await versions.get(id, wanted)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/versions/{number}/restore", request: versionParam },
        responses: { 200: json(schemas.recipe, "Its text is the newest version now"), ...refused },
      }),
      async (c) => {
        const { id, number: wanted } = c.req.valid("param");
        await versions.restore(id, wanted, actorOf(c));
        return c.json(answers.recipeAnswer(await recipes.get(id), await queries.countJobs(id)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/drafts" },
        responses: { 200: json(list(schemas.recipeDraft), "Drafts of recipes that are still to be made") },
      }),
      async (c) => c.json({ items: (await drafts.listNew()).map(answers.recipeDraftAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/drafts", request: body(schemas.recipeSource) },
        responses: {
          201: json(schemas.recipeDraft, "Begun; POST /recipes with its id makes the recipe"),
          ...refused,
        },
      }),
      async (c) =>
        c.json(answers.recipeDraftAnswer(await drafts.begin(c.req.valid("json").source, actorOf(c))), 201),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/draft", request: idParam },
        responses: {
          200: json(z.object({ draft: schemas.recipeDraft.nullable() }), "The draft, or null"),
          ...refused,
        },
      }),
      async (c) => {
        const draft = await drafts.get(c.req.valid("param").id);
        return c.json({ draft: draft ? answers.recipeDraftAnswer(draft) : null }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/recipes/{id}/draft" },
        request: { ...idParam, ...body(schemas.draftSave) },
        responses: {
          200: json(schemas.recipeDraft, "Saved"),
          409: json(schemas.problem, "`draft-changed`: somebody saved it meanwhile; yours was not saved"),
          ...refused,
        },
      }),
      async (c) => {
        const saved = await drafts.save(c.req.valid("param").id, {
          ...c.req.valid("json"),
          author: actorOf(c),
        });
        return c.json(answers.recipeDraftAnswer(saved), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/recipes/{id}/draft", request: idParam },
        responses: { 204: { description: "Thrown away" }, ...refused },
      }),
      async (c) => {
        await drafts.discard(c.req.valid("param").id);
        return c.body(null, 204);
      },
    );
}
