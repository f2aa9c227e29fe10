import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { done, isDone, meetingId } from "../../schemas/meeting.ts";

/** Deletes a meeting. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/DELETE/meetings/{meetingId} */
export const deleteMeeting = defineAction({
  title: "Delete meeting",
  summary: "Deletes a meeting, or one occurrence.",
  endpoint: "DELETE /meetings/{meetingId}",
  scopes: ["meeting:delete:meeting", "meeting:delete:meeting:admin", "meeting:write", "meeting:write:admin"],
  effect: "delete",
  input: z.strictObject({
    meetingId,
    occurrence_id: z.string().optional(),
    schedule_for_reminder: z.boolean().optional(),
    cancel_meeting_reminder: z.boolean().optional(),
  }),
  output: done,
  run: async ({ call, input: { meetingId: id, ...query } }) => {
    await call({ path: { meetingId: id }, query });
    return isDone;
  },
});
