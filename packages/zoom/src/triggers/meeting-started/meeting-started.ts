import { defineTrigger } from "@greenroom/connector-kit";
import { meetingEvent, sampleAccountId, sampleMeeting } from "../../schemas/meeting-event.ts";

/** Starts a job when a meeting starts. */
export const meetingStarted = defineTrigger({
  title: "Meeting started",
  summary: "Starts a job when a meeting starts.",
  event: "meeting.started",
  scopes: ["meeting:read:meeting", "meeting:read:meeting:admin", "meeting:read", "meeting:read:admin"],
  payload: meetingEvent,
  sample: { account_id: sampleAccountId, object: sampleMeeting },
});
