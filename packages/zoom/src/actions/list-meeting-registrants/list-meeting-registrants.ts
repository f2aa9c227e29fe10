import { z } from "zod";
import { listAction } from "../../operations/operation-action.ts";
import { listFields, meetingId, registrant } from "../../schemas/meeting.ts";

/** Lists a meeting's registrants. @see https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/registrants */
export const listMeetingRegistrants = listAction({
  title: "List meeting registrants",
  summary: "Lists a meeting's registrants.",
  endpoint: "GET /meetings/{meetingId}/registrants",
  scopes: [
    "meeting:read:list_registrants",
    "meeting:read:list_registrants:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  query: ["occurrence_id", "status", "page_size", "next_page_token"],
  list: { key: "registrants", pageSize: 300 },
  input: z.strictObject({
    meetingId,
    occurrence_id: z.string().optional(),
    status: z.enum(["pending", "approved", "denied"]).optional(),
    ...listFields,
  }),
  output: z.looseObject({
    registrants: z.array(registrant).default([]),
    total_records: z.number().optional(),
    next_page_token: z.string().optional(),
  }),
});
