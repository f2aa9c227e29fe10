/** The shape of counted jobs. */
import { z } from "@hono/zod-openapi";
import { id, time } from "./schema-parts.ts";

const counts = {
  succeeded: z.number().int(),
  failed: z.number().int(),
  /** Under way, waiting, or cancelled. */
  other: z.number().int(),
  /** Of those that ended. */
  medianMs: z.number().optional(),
  p95Ms: z.number().optional(),
};

/** Jobs over time and by recipe. */
export const jobStats = z
  .object({
    spans: z.array(z.object({ from: time, ...counts })),
    recipes: z.array(z.object({ recipeId: id, name: z.string(), ...counts })),
  })
  .openapi("JobStats");
