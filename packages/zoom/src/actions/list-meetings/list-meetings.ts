import { defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { meeting, pageFields, userId } from "../../schemas/meeting.ts";

const output = z.looseObject({
  meetings: z.array(meeting),
  total_records: z.number().optional(),
  next_page_token: z.string().optional(),
});

/** Lists a user's meetings. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings */
export const listMeetings = defineAction({
  title: "List meetings",
  summary: "Lists a user's meetings, a page at a time.",
  endpoint: "GET /users/{userId}/meetings",
  scopes: [
    "meeting:read:list_meetings",
    "meeting:read:list_meetings:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  effect: "read",
  input: z.strictObject({
    userId: userId.default("me"),
    type: z.enum(["scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"]).optional(),
    from: z.iso.date().optional().describe("The first day, such as 2026-01-31"),
    to: z.iso.date().optional().describe("The last day"),
    timezone: z.string().optional().describe("The zone of from and to"),
    ...pageFields,
  }),
  output,
  run: async ({ call, input: { userId: host, ...query } }) =>
    expectAnswer(output, await call({ path: { userId: host }, query })),
});
