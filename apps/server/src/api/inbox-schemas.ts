/** The shapes of the inbox beside its events. */
import { z } from "@hono/zod-openapi";
import { id, time } from "./schema-parts.ts";

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

/** How a look fares that a recipe depends on. */
export const triggerLook = z
  .object({
    /** Its own look at the service, or the one that finds what no webhook told. */
    kind: z.enum(["own", "reconcile"]),
    lastAt: time.optional(),
    nextAt: time,
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
