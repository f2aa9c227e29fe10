import { z } from "zod";
import { listAction } from "../../operations/operation-action.ts";
import { listFields } from "../../schemas/meeting.ts";

const participant = z.looseObject({
  id: z.string().optional().describe("The user's id, empty for people who are not users of the account"),
  name: z.string().optional(),
  user_id: z.string().optional().describe("The id within the meeting; a new one each time someone joins"),
  user_email: z.string().optional(),
  registrant_id: z.string().optional(),
  join_time: z.string().optional(),
  leave_time: z.string().optional(),
  duration: z.number().optional().describe("Seconds"),
});

/** Lists everyone who took part in a meeting that has ended, a row each time they joined. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants */
export const listPastMeetingParticipants = listAction({
  title: "List past meeting participants",
  summary: "Lists everyone who took part in a meeting that has ended, a row each time they joined.",
  endpoint: "GET /past_meetings/{meetingId}/participants",
  scopes: [
    "meeting:read:list_past_participants",
    "meeting:read:list_past_participants:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  query: ["page_size", "next_page_token"],
  // More than take part in Zoom's largest meeting: who was there is not cut off unasked.
  list: { key: "participants", pageSize: 300, unasked: 30_000 },
  input: z.strictObject({
    meetingId: z
      .union([z.int(), z.string().min(1)])
      .describe("The meeting's uuid, or its id for the newest instance"),
    ...listFields,
  }),
  output: z.looseObject({
    participants: z.array(participant).default([]),
    total_records: z.number().optional(),
    next_page_token: z.string().optional(),
  }),
});
