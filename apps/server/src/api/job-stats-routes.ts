/** Jobs counted over time and by recipe, for charts. */
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { json, newRoutes, refused } from "./route-parts.ts";
import { jobStats } from "./job-stats-schemas.ts";

const dayMs = 86_400_000;

/** Makes the route of `/jobs/stats`. */
export function createJobStatsRoutes(engine: Engine) {
  return newRoutes().openapi(
    createRoute({
      ...{ method: "get", path: "/jobs/stats" },
      request: {
        query: z.object({
          recipeId: z.uuid().optional(),
          /** By default a day ago. */
          since: z.iso.datetime({ offset: true }).optional(),
          until: z.iso.datetime({ offset: true }).optional(),
          spans: z.coerce.number().int().min(1).max(400).default(48),
        }),
      },
      responses: { 200: json(jobStats, "Counts and durations"), ...refused },
    }),
    async (c) => {
      const { recipeId, spans, ...times } = c.req.valid("query");
      const until = times.until === undefined ? new Date() : new Date(times.until);
      const since = times.since === undefined ? new Date(until.getTime() - dayMs) : new Date(times.since);
      const counted = await engine.jobStats({ since, until, spans, recipeId });
      return c.json(
        {
          spans: counted.spans.map(({ from, medianMs, p95Ms, ...counts }) => ({
            ...{ ...counts, from: from.toISOString() },
            ...(medianMs !== undefined && { medianMs }),
            ...(p95Ms !== undefined && { p95Ms }),
          })),
          recipes: counted.recipes.map(({ name, medianMs, p95Ms, ...counts }) => ({
            ...{ ...counts, name: name ?? "(deleted recipe)" },
            ...(medianMs !== undefined && { medianMs }),
            ...(p95Ms !== undefined && { p95Ms }),
          })),
        },
        200,
      );
    },
  );
}
