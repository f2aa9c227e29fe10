/** The shapes of the inbox beside its events. */
import { z } from "@hono/zod-openapi";
import { givenId, id, time } from "./schema-parts.ts";

/** How the deliveries to an app profile, or to a recipe's own address, fare. */
export const deliveryHealth = z
  .object({
    receiverId: id,
    kind: z.enum(["app-profile", "recipe"]),
    name: z.string(),
    received: z.number().int(),
    /** Of those received: delivered before already. */
    duplicates: z.number().int(),
    refused: z.number().int(),
    lastReceivedAt: time.optional(),
    lastRefusedAt: time.optional(),
    /** Of an app profile whose events come over a socket. */
    socket: z.object({ open: z.boolean(), error: z.string().optional() }).optional(),
  })
  .openapi("DeliveryHealth");

/** A delivery that was refused, without anything that was in it. */
export const refusedDelivery = z
  .object({
    id,
    receiverId: id,
    receiverName: z.string().optional(),
    at: time,
    status: z.number().int(),
    reason: z.string(),
    bytes: z.number().int(),
  })
  .openapi("RefusedDelivery");

/** A recipe that an event can be given again. */
export const taker = z
  .object({
    recipeId: id,
    name: z.string(),
    state: z.enum(["stopped", "running"]),
    /** Why the event would not start it by itself: it listens to another account or address, or its condition. */
    not: z.enum(["elsewhere", "condition"]).optional(),
  })
  .openapi("Taker");

/** The body that gives events to recipes again. */
export const replay = z
  .object({
    eventIds: z.array(givenId).min(1).max(200),
    /** Their conditions are not asked. Without it: each running recipe that the event would start. */
    recipeIds: z.array(givenId).min(1).max(50).optional(),
  })
  .strict()
  .openapi("Replay");

/** What became of them, by event and recipe. */
export const replayed = z
  .object({
    done: z.array(z.object({ eventId: id, recipeId: id, jobId: id })),
    refused: z.array(z.object({ eventId: id, recipeId: id.optional(), message: z.string() })),
  })
  .openapi("Replayed");

/** How a look fares that a recipe depends on. */
export const triggerLook = z
  .object({
    /** Its own look at the service, the one that finds what no webhook told, or the one since the date it was started from. */
    kind: z.enum(["own", "reconcile", "since"]),
    lastAt: time.optional(),
    /** None where it is over. */
    nextAt: time.optional(),
    /** Events that it found and nobody had told. */
    found: z.number().int(),
    /** Why the last one failed. */
    error: z.string().optional(),
    failures: z.number().int(),
  })
  .openapi("TriggerLook");

/** A recipe's own address. */
export const hook = z.object({ url: z.string() }).openapi("Hook");

/** What signatures of calls to a recipe's address are made with; told this once. */
export const hookSecret = z.object({ secret: z.string() }).openapi("HookSecret");

/** The body that sets the secret; without one, one is made. */
export const newHookSecret = z
  .object({ secret: z.string().max(500).optional() })
  .strict()
  .openapi("NewHookSecret");
