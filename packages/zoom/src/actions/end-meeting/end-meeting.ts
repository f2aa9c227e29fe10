import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { done, isDone, meetingId } from "../../schemas/meeting.ts";

/** Ends a meeting. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/PUT/meetings/{meetingId}/status */
export const endMeeting = defineAction({
  title: "End meeting",
  summary: "Ends a meeting that is under way.",
  endpoint: "PUT /meetings/{meetingId}/status",
  scopes: ["meeting:update:status", "meeting:update:status:admin", "meeting:write", "meeting:write:admin"],
  effect: "update",
  input: z.strictObject({ meetingId }),
  output: done,
  run: async ({ call, input }) => {
    await call({ path: { meetingId: input.meetingId }, body: { action: "end" } });
    return isDone;
  },
});
