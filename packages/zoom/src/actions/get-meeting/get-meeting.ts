import { defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { meeting, meetingId } from "../../schemas/meeting.ts";

/** Gets a meeting. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId} */
export const getMeeting = defineAction({
  title: "Get meeting",
  summary: "Gives a meeting with its settings and occurrences.",
  endpoint: "GET /meetings/{meetingId}",
  scopes: ["meeting:read:meeting", "meeting:read:meeting:admin", "meeting:read", "meeting:read:admin"],
  effect: "read",
  input: z.strictObject({
    meetingId,
    occurrence_id: z.string().optional(),
    show_previous_occurrences: z.boolean().optional(),
  }),
  output: meeting,
  run: async ({ call, input: { meetingId: id, ...query } }) =>
    expectAnswer(meeting, await call({ path: { meetingId: id }, query })),
});
