import { defineTrigger } from "@greenroom/connector-kit";
import { z } from "zod";
import { meetingEvent, sampleAccountId, sampleMeeting } from "../../schemas/meeting-event.ts";

const participant = z.looseObject({
  id: z.string().optional(),
  user_id: z.string(),
  user_name: z.string(),
  email: z.string().optional(),
  join_time: z.string(),
});

/** Starts a job each time someone joins a meeting. */
export const meetingParticipantJoined = defineTrigger({
  title: "Participant joined meeting",
  summary: "Starts a job each time someone joins a meeting.",
  event: "meeting.participant_joined",
  scopes: [
    "meeting:read:participant",
    "meeting:read:participant:admin",
    "meeting:read",
    "meeting:read:admin",
  ],
  payload: meetingEvent.extend({ object: meetingEvent.shape.object.extend({ participant }) }),
  sample: {
    account_id: sampleAccountId,
    object: {
      ...sampleMeeting,
      participant: {
        id: "uPa5tSampleUserId00001",
        user_id: "16778240",
        user_name: "Ada Example",
        email: "ada@example.com",
        join_time: "2026-01-15T09:01:10Z",
      },
    },
  },
});
