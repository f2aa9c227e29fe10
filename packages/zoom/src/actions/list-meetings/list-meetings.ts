import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { meeting, userId } from "../../schemas/meeting.ts";

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
  scopes: ["meeting:read:list_meetings", "meeting:read:list_meetings:admin", "meeting:read", "meeting:read:admin"],
  effect: "read",
  input: z.strictObject({
    userId: userId.default("me"),
    type: z.enum(["scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"]).optional(),
    page_size: z.int().min(1).max(300).optional(),
    next_page_token: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
  }),
  output,
  run: async ({ call, input: { userId: host, ...query } }) => output.parse(await call({ path: { userId: host }, query })),
});
