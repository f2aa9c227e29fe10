import { ConnectorError, defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";

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

const page = z.looseObject({
  participants: z.array(participant),
  total_records: z.number().optional(),
  next_page_token: z.string().optional(),
});

const pageSize = 300;
/** 30,000 participants: more than Zoom's largest meeting. */
const maxPages = 100;

/** Lists who took part. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants */
export const listPastMeetingParticipants = defineAction({
  title: "List past meeting participants",
  summary: "Lists everyone who took part in a meeting that has ended, a row each time they joined.",
  endpoint: "GET /past_meetings/{meetingId}/participants",
  scopes: [
    "meeting:read:list_past_participants",
    "meeting:read:list_past_participants:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  effect: "read",
  input: z.strictObject({
    meetingId: z
      .union([z.int(), z.string().min(1)])
      .describe("The meeting's uuid, or its id for the newest instance"),
  }),
  output: z.object({ participants: z.array(participant), total_records: z.number() }),
  async run({ call, input: { meetingId } }) {
    const participants: z.infer<typeof participant>[] = [];
    let nextPageToken: string | undefined;
    for (let turn = 0; turn < maxPages; turn += 1) {
      const answer = expectAnswer(
        page,
        await call({ path: { meetingId }, query: { page_size: pageSize, next_page_token: nextPageToken } }),
      );
      participants.push(...answer.participants);
      nextPageToken = answer.next_page_token || undefined;
      if (nextPageToken === undefined) return { participants, total_records: participants.length };
    }
    throw new ConnectorError(
      "unexpected-response",
      "too-many-pages",
      `Zoom gave more than ${maxPages} pages of participants.`,
    );
  },
});
