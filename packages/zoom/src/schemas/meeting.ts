/** Zoom's meeting, as requests send it and answers give it. Field names and limits are Zoom's (meetings.json). */
import { z } from "zod";
import { answeredSettings, settings } from "./meeting-settings.ts";

/** A meeting's number, as a number or as text. */
export const meetingId = z
  .union([z.int().positive(), z.string().min(1)], "must be a meeting's id, as a number or as text")
  .describe("The meeting's id (10 or 11 digits)");

/** A user: an id, an email address, or `me`. */
export const userId = z.string().min(1).describe("A user id, an email address, or me");

const dateTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/,
    "must be a time such as 2026-01-31T09:30:00Z, or without Z together with timezone",
  );

/** How a recurring meeting repeats. */
export const recurrence = z.strictObject({
  type: z.literal([1, 2, 3]).describe("1 daily, 2 weekly, 3 monthly"),
  repeat_interval: z.int().min(1).max(99).optional(),
  weekly_days: z.string().optional().describe("1 (Sunday) to 7, separated by commas"),
  monthly_day: z.int().min(1).max(31).optional(),
  monthly_week: z.literal([-1, 1, 2, 3, 4]).optional(),
  monthly_week_day: z.int().min(1).max(7).optional(),
  end_times: z.int().min(1).max(60).optional(),
  end_date_time: dateTime.optional().describe("In UTC"),
});

/** The fields of a meeting that can be set. */
export const meetingFields = {
  topic: z.string().max(200).optional(),
  type: z
    .literal([1, 2, 3, 8, 10])
    .optional()
    .describe(
      "1 instant, 2 scheduled (default), 3 recurring with no fixed time, 8 recurring with a fixed time, 10 screen share only",
    ),
  start_time: dateTime.optional().describe("In UTC if it ends in Z, else in timezone"),
  duration: z.int().min(1).max(1440).optional().describe("Minutes"),
  timezone: z.string().optional().describe("An IANA name, such as Europe/Paris"),
  password: z.string().max(10).optional(),
  default_password: z.boolean().optional(),
  agenda: z.string().max(2000).optional(),
  schedule_for: z.string().optional().describe("Schedule for another user: an id or an email address"),
  template_id: z.string().optional(),
  sensitivity_label_id: z.string().optional(),
  pre_schedule: z.boolean().optional(),
  recurrence: recurrence.optional(),
  settings: settings.optional(),
  tracking_fields: z.array(z.strictObject({ field: z.string(), value: z.string().optional() })).optional(),
};

/** How much of a list is read: up to a limit, or one page. */
export const listFields = {
  limit: z.int().min(1).max(100_000).optional().describe("Rows at most"),
  page_size: z.int().min(1).max(300).optional().describe("Reads one page, of so many"),
  next_page_token: z
    .string()
    .optional()
    .describe("Reads one page: from the answer before, where it is empty on the last page"),
};

/** A meeting in answers. */
export const meeting = z.looseObject({
  id: z.number().describe("The meeting's number"),
  uuid: z.string().optional(),
  host_id: z.string().optional(),
  host_email: z.string().optional(),
  topic: z.string().optional(),
  type: z.number().optional(),
  status: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.number().optional(),
  timezone: z.string().optional(),
  agenda: z.string().optional(),
  created_at: z.string().optional(),
  join_url: z.string().optional(),
  start_url: z.string().optional(),
  password: z.string().optional(),
  occurrences: z
    .array(
      z.looseObject({
        occurrence_id: z.string(),
        start_time: z.string().optional(),
        status: z.string().optional(),
      }),
    )
    .optional(),
  settings: answeredSettings.optional(),
});

/** A registrant in answers. */
export const registrant = z.looseObject({
  id: z.string().optional(),
  email: z.string(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  status: z.string().optional(),
  create_time: z.string().optional(),
  join_url: z.string().optional(),
});

/** What actions with nothing to give back give. */
export const done = z.object({ done: z.literal(true) });

/** The answer of those actions. */
export const isDone = { done: true } as const;
