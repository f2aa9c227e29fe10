/** What rules look like that make requests fail and webhooks go astray. */
import { z } from "zod";
import { operations } from "../operations/operations.ts";

/** A rule that makes matching requests go wrong. */
export const faultRule = z
  .strictObject({
    /** `*` matches one part of the path, `**` any rest; default: everything. */
    path: z.string().default("/**"),
    method: z.string().toUpperCase().default("*"),
    /** Instead of method and path: one of Zoom's operations, such as `GET /users/{userId}`. */
    operation: z
      .string()
      .refine(
        (name) => operations().has(name),
        "is none of Zoom's operations; write it as GET /users/{userId}",
      )
      .optional(),
    kind: z.enum([
      ...["status", "delay", "hang", "drop-before-write", "drop-after-write"],
      ...["expire-token", "wrong-json"],
    ] as const),
    /** How many requests it meets before it is spent; default: 1, or no end where `share` is given. */
    count: z.int().positive().optional(),
    /** Of the requests it fits, this share meets it; from 0 to 1. */
    share: z.number().min(0).max(1).default(1),
    /** `status` only. */
    status: z.int().min(400).max(599).default(500),
    /** Default: the status. */
    code: z.int().optional(),
    /** Default: what Zoom says to 429, else that the sandbox was told to. */
    message: z.string().optional(),
    headers: z
      .record(
        z.string(),
        z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "a header's value is one line of Latin letters"),
      )
      .refine(
        (given) => Object.keys(given).every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)),
        "a name of a header has letters, digits and dashes",
      )
      .default({}),
    /** `delay` only: milliseconds before the request is handled. */
    delayMs: z.int().min(0).max(600_000).default(0),
  })
  .superRefine(({ kind, delayMs, operation, method, path }, context) => {
    if (kind === "delay" && delayMs === 0)
      context.addIssue({
        code: "custom",
        path: ["delayMs"],
        message: "is missing: how many milliseconds late",
      });
    if (operation !== undefined && (method !== "*" || path !== "/**"))
      context.addIssue({
        code: "custom",
        path: ["operation"],
        message: "stands instead of method and path: give one of both",
      });
  });

/** A checked one. */
export type FaultBody = z.infer<typeof faultRule>;

/** A rule that makes webhooks go missing, come twice, late or in another order. */
export const deliveryRule = z.strictObject({
  kind: z.enum(["drop", "duplicate", "delay", "reorder"]),
  /** Only this event; default: every one. */
  event: z.string().optional(),
  app_id: z.string().optional(),
  /** Of the deliveries it fits, this share meets it; from 0 to 1. */
  share: z.number().min(0).max(1).default(1),
  /** How many deliveries it meets before it is spent; default: no end. */
  count: z.int().positive().optional(),
  /** `delay` only: how long on the sandbox's clock. `reorder` holds a delivery back until the next one has gone. */
  delayMs: z.int().min(0).max(604_800_000).default(60_000),
});

/** A checked one. */
export type DeliveryRuleBody = z.infer<typeof deliveryRule>;
