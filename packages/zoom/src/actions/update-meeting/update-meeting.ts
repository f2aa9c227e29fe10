import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { done, isDone, meetingFields, meetingId } from "../../schemas/meeting.ts";

/** Updates a meeting. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/PATCH/meetings/{meetingId} */
export const updateMeeting = defineAction({
  title: "Update meeting",
  summary: "Changes the given fields of a meeting, or of one occurrence.",
  endpoint: "PATCH /meetings/{meetingId}",
  scopes: ["meeting:update:meeting", "meeting:update:meeting:admin", "meeting:write", "meeting:write:admin"],
  effect: "update",
  input: z.strictObject({ meetingId, occurrence_id: z.string().optional(), ...meetingFields }),
  output: done,
  run: async ({ call, input: { meetingId: id, occurrence_id, ...body } }) => {
    await call({ path: { meetingId: id }, query: { occurrence_id }, body });
    return isDone;
  },
});
