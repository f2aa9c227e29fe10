import { defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { meetingId, registrant } from "../../schemas/meeting.ts";

const output = z.looseObject({
  id: z.number().optional().describe("The meeting's id"),
  registrant_id: z.string(),
  join_url: z.string().optional(),
  start_time: z.string().optional(),
  topic: z.string().optional(),
});

const page = z.looseObject({ registrants: z.array(registrant), next_page_token: z.string().optional() });
const statuses = ["approved", "pending"] as const;
const maxPages = 20;

/** Registers someone. @see https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/POST/meetings/{meetingId}/registrants */
export const addMeetingRegistrant = defineAction({
  title: "Add meeting registrant",
  summary: "Registers someone for a meeting and gives their own join link.",
  endpoint: "POST /meetings/{meetingId}/registrants",
  scopes: [
    "meeting:write:registrant",
    "meeting:write:registrant:admin",
    "meeting:write",
    "meeting:write:admin",
  ],
  effect: "create",
  input: z.strictObject({
    meetingId,
    occurrence_ids: z.string().optional().describe("Occurrence ids, separated by commas"),
    email: z.email().max(128),
    first_name: z.string().min(1).max(64),
    last_name: z.string().max(64).optional(),
    address: z.string().optional(),
    city: z.string().optional(),
    country: z.string().optional(),
    zip: z.string().optional(),
    state: z.string().optional(),
    phone: z.string().optional(),
    industry: z.string().optional(),
    org: z.string().optional(),
    job_title: z.string().optional(),
    comments: z.string().optional(),
    no_of_employees: z
      .enum([
        "",
        "1-20",
        "21-50",
        "51-100",
        "101-500",
        "500-1,000",
        "1,001-5,000",
        "5,001-10,000",
        "More than 10,000",
      ])
      .optional(),
    purchasing_time_frame: z
      .enum(["", "Within a month", "1-3 months", "4-6 months", "More than 6 months", "No timeframe"])
      .optional(),
    role_in_purchase_process: z
      .enum(["", "Decision Maker", "Evaluator/Recommender", "Influencer", "Not involved"])
      .optional(),
    language: z.string().optional().describe("Of the confirmation mail, such as en-US"),
    auto_approve: z.boolean().optional(),
    custom_questions: z.array(z.strictObject({ title: z.string(), value: z.string().max(128) })).optional(),
  }),
  output,
  run: async ({ call, input: { meetingId: id, occurrence_ids, ...body } }) =>
    expectAnswer(output, await call({ path: { meetingId: id }, query: { occurrence_ids }, body })),
  async lookUp({ client, input }) {
    for (const status of statuses) {
      let nextPageToken: string | undefined;
      for (let turn = 0; turn < maxPages; turn += 1) {
        const answer = expectAnswer(
          page,
          await client.request("GET", "/meetings/{meetingId}/registrants", {
            path: { meetingId: input.meetingId },
            query: { status, page_size: 300, next_page_token: nextPageToken },
          }),
        );
        const found = answer.registrants.find(
          ({ email }) => email.toLowerCase() === input.email.toLowerCase(),
        );
        if (found?.id !== undefined) return { registrant_id: found.id, join_url: found.join_url };
        nextPageToken = answer.next_page_token || undefined;
        if (nextPageToken === undefined) break;
      }
    }
    return undefined;
  },
});
