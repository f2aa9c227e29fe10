/** The shapes of what is known of a connection beyond who it is. */
import { z } from "@hono/zod-openapi";
import { id, time } from "./schema-parts.ts";

/** A connection's token, without the token, and its account's limits. */
export const connectionStatus = z
  .object({
    token: z
      .object({
        connectedAt: time.optional(),
        refreshedAt: time,
        expiresAt: time,
        refreshAt: time,
        /** Set when a refresh began whose answer has not come. */
        refreshBegunAt: time.optional(),
      })
      .optional(),
    limits: z
      .object({
        /** Where the limits are from. */
        basis: z.string(),
        items: z.array(
          z.object({
            title: z.string(),
            most: z.number(),
            used: z.number(),
            /** Calls whose turn is still to come. */
            waiting: z.number(),
            /** When it begins anew; without it, it moves on all the time. */
            until: time.optional(),
          }),
        ),
      })
      .optional(),
  })
  .openapi("ConnectionStatus");

/** A step of a job that used a connection. */
export const connectionCall = z
  .object({
    jobId: id,
    recipeId: id,
    recipeName: z.string(),
    /** Where in the job. */
    path: z.string(),
    title: z.string(),
    /** The action. */
    use: z.string(),
    state: z.enum(["running", "waiting", "ready", "succeeded", "failed"]),
    attempts: z.number().int(),
    errorKind: z.string().optional(),
    startedAt: time,
    durationMs: z.number().optional(),
  })
  .openapi("ConnectionCall");
