import { defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { meetingId, pageFields, registrant } from "../../schemas/meeting.ts";

const output = z.looseObject({
  registrants: z.array(registrant),
  total_records: z.number().optional(),
  next_page_token: z.string().optional(),
});

/** Lists registrants. @see https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/registrants */
export const listMeetingRegistrants = defineAction({
  title: "List meeting registrants",
  summary: "Lists a meeting's registrants, a page at a time.",
  endpoint: "GET /meetings/{meetingId}/registrants",
  scopes: [
    "meeting:read:list_registrants",
    "meeting:read:list_registrants:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  effect: "read",
  input: z.strictObject({
    meetingId,
    occurrence_id: z.string().optional(),
    status: z.enum(["pending", "approved", "denied"]).optional(),
    ...pageFields,
  }),
  output,
  run: async ({ call, input: { meetingId: id, ...query } }) =>
    expectAnswer(output, await call({ path: { meetingId: id }, query })),
});
