import { defineTrigger } from "@greenroom/connector-kit";
import { meetingEvent, sampleAccountId, sampleMeeting } from "../../schemas/meeting-event.ts";

/** Starts a job when someone schedules a meeting. */
export const meetingCreated = defineTrigger({
  title: "Meeting created",
  summary: "Starts a job when someone schedules a meeting.",
  event: "meeting.created",
  scopes: ["meeting:read:meeting", "meeting:read:meeting:admin", "meeting:read", "meeting:read:admin"],
  payload: meetingEvent,
  sample: { account_id: sampleAccountId, object: { ...sampleMeeting, id: 81_234_567_890 } },
});
