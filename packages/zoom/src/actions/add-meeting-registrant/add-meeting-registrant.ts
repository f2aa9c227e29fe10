import { defineAction } from "@greenroom/connector-kit";
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
  scopes: ["meeting:write:registrant", "meeting:write:registrant:admin", "meeting:write", "meeting:write:admin"],
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
    language: z.string().optional(),
    auto_approve: z.boolean().optional(),
    custom_questions: z.array(z.strictObject({ title: z.string(), value: z.string() })).optional(),
  }),
  output,
  run: async ({ call, input: { meetingId: id, occurrence_ids, ...body } }) =>
    output.parse(await call({ path: { meetingId: id }, query: { occurrence_ids }, body })),
  async lookUp({ client, input }) {
    for (const status of statuses) {
      let nextPageToken: string | undefined;
      for (let turn = 0; turn < maxPages; turn += 1) {
        const answer = page.parse(
          await client.request("GET", "/meetings/{meetingId}/registrants", {
            path: { meetingId: input.meetingId },
            query: { status, page_size: 300, next_page_token: nextPageToken },
          }),
        );
        const found = answer.registrants.find(({ email }) => email.toLowerCase() === input.email.toLowerCase());
        if (found?.id !== undefined) return { registrant_id: found.id, join_url: found.join_url };
        nextPageToken = answer.next_page_token || undefined;
        if (nextPageToken === undefined) break;
      }
    }
    return undefined;
  },
});
