/** Test runs: a text, saved or not, run once with an event; what it would change asks first. */
import { type Engine, RecipeRefused } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { body, idParam, json, newRoutes, refused } from "./route-parts.ts";

const effect = z.enum(["create", "update", "delete"]);

const testRun = z
  .object({
    /** The text to run. */
    source: z.string().max(1_000_000),
    /** The event that it runs for; or else `trigger`. */
    eventId: z.uuid().optional(),
    /** What it sees as `trigger`, written by hand. */
    trigger: z.record(z.string(), z.unknown()).optional(),
    /** Outputs in place of the steps' own, by the steps' ids or paths. */
    mocks: z.record(z.string(), z.unknown()).optional(),
    /** Steps not to run, by id or path. */
    skip: z.array(z.string()).max(1_000).optional(),
    /** The effects that need not ask first; reads never ask. */
    allow: z.array(effect).optional(),
  })
  .strict()
  .refine(({ eventId, trigger }) => (eventId === undefined) !== (trigger === undefined), {
    message: "needs eventId or trigger, one of them",
  })
  .openapi("TestRun");

/** Makes the route of `/recipes/{id}/test-runs`. */
export function createTestRunRoutes({ recipes, queries, jobs }: Engine) {
  return newRoutes().openapi(
    createRoute({
      ...{ method: "post", path: "/recipes/{id}/test-runs", request: { ...idParam, ...body(testRun) } },
      responses: {
        201: json(z.object({ jobId: z.string() }), "Begun; GET /jobs/{jobId} shows it"),
        ...refused,
      },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      const { source, eventId, trigger, ...options } = c.req.valid("json");
      const problems = await recipes.lint(source);
      if (problems.some(({ severity }) => severity === "error")) throw new RecipeRefused(problems);
      const payload = eventId === undefined ? (trigger ?? {}) : (await queries.getEvent(eventId)).payload;
      // The text stands in place of a version: a recipe that is still to be made has none.
      const jobId = await jobs.startTestRun({
        ...{ recipeId: id, versionId: id, trigger: payload, source },
        ...(eventId !== undefined && { eventId }),
        ...options,
      });
      return c.json({ jobId }, 201);
    },
  );
}
