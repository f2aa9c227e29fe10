import { z } from "zod";
import { listAction } from "../../operations/operation-action.ts";
import { listFields, meeting, userId } from "../../schemas/meeting.ts";

/** Lists a user's meetings. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings */
export const listMeetings = listAction({
  title: "List meetings",
  summary: "Lists a user's meetings.",
  endpoint: "GET /users/{userId}/meetings",
  scopes: [
    "meeting:read:list_meetings",
    "meeting:read:list_meetings:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  query: ["type", "from", "to", "timezone", "page_size", "next_page_token"],
  list: { key: "meetings", pageSize: 300 },
  input: z.strictObject({
    userId: userId.default("me"),
    type: z.enum(["scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"]).optional(),
    from: z.iso.date().optional().describe("The first day, such as 2026-01-31"),
    to: z.iso.date().optional().describe("The last day"),
    timezone: z.string().optional().describe("The zone of from and to"),
    ...listFields,
  }),
  output: z.looseObject({
    meetings: z.array(meeting).default([]),
    total_records: z.number().optional(),
    next_page_token: z.string().optional(),
  }),
});
