import { defineTrigger } from "@greenroom/connector-kit";
import { meetingEvent, sampleAccountId, sampleMeeting } from "../../schemas/meeting-event.ts";

/** Starts a job when a meeting ends. */
export const meetingEnded = defineTrigger({
  title: "Meeting ended",
  summary: "Starts a job when a meeting ends.",
  event: "meeting.ended",
  scopes: ["meeting:read:meeting", "meeting:read:meeting:admin", "meeting:read", "meeting:read:admin"],
  payload: meetingEvent,
  sample: { account_id: sampleAccountId, object: { ...sampleMeeting, end_time: "2026-01-15T09:58:00Z" } },
});
