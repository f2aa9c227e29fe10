/** What a start since a date would take, asked before somebody starts. */
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { some } from "./answer-parts.ts";
import { startPast } from "./recipe-schemas.ts";
import { idParam, json, newRoutes, refused } from "./route-parts.ts";

/** Makes the route. */
export function createPastRoutes({ recipes }: Engine) {
  return newRoutes().openapi(
    createRoute({
      ...{ method: "get", path: "/recipes/{id}/past" },
      request: { ...idParam, query: z.object({ since: z.iso.datetime({ offset: true }).optional() }) },
      responses: { 200: json(startPast, "How far back a start since a date reaches"), ...refused },
    }),
    async (c) => {
      const { since } = c.req.valid("query");
      const { reads, note } = await recipes.pastOf(
        c.req.valid("param").id,
        since === undefined ? undefined : new Date(since),
      );
      return c.json({ reads, ...some({ note }) }, 200);
    },
  );
}
