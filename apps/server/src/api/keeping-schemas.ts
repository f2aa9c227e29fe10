/** The shapes of retention and notices. */
import { z } from "@hono/zod-openapi";
import { id, time } from "./schema-parts.ts";

const days = z
  .number()
  .min(1 / 24)
  .max(3_650);

/** What is kept where a recipe says nothing. */
export const retention = z
  .object({
    jobs: z
      .object({
        /** From a job's end. */
        days,
        /** The newest of each recipe; more are deleted even when they are younger. */
        count: z.number().int().min(1).optional(),
      })
      .strict(),
    /** From when an event came; one whose job is kept stays with it. */
    events: z.object({ days }).strict(),
    /** For so long an event that comes again is known, also when its data is gone. */
    dedupeDays: z.number().min(1).max(3_650),
  })
  .strict()
  .openapi("Retention");

const noticeKind = z.enum(["job-failed", "job-asks", "recipe-stopped", "connection-lost", "past-unread"]);

/** What is told, and how often. */
export const noticeSettings = z
  .object({
    kinds: z.array(noticeKind),
    /** The same is told again only after so long. */
    everyMinutes: z.number().int().min(1).max(10_080),
  })
  .strict()
  .openapi("NoticeSettings");

/** Where notices go. */
export const noticeChannel = z
  .object({
    id,
    kind: z.enum(["email", "webhook"]),
    /** The e-mail address, or the URL. */
    target: z.string(),
    enabled: z.boolean(),
    createdAt: time,
  })
  .openapi("NoticeChannel");

/** A channel just made, with the secret of a web address. */
export const madeNoticeChannel = noticeChannel
  .extend({ secret: z.string().optional() })
  .openapi("MadeNoticeChannel");

/** The body that adds a channel. */
export const newNoticeChannel = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("email"), target: z.email() }).strict(),
    z.object({ kind: z.literal("webhook"), target: z.url({ protocol: /^https?$/ }).max(2_000) }).strict(),
  ])
  .openapi("NewNoticeChannel");

/** A notice and what became of it. */
export const notice = z
  .object({
    id,
    kind: noticeKind,
    subject: z.string(),
    lines: z.array(z.string()),
    path: z.string(),
    createdAt: time,
    deliveries: z.array(
      z.object({
        target: z.string(),
        attempts: z.number().int(),
        sentAt: time.optional(),
        error: z.string().optional(),
      }),
    ),
  })
  .openapi("Notice");
