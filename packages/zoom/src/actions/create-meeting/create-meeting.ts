import { defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { meeting, meetingFields, userId } from "../../schemas/meeting.ts";
import { findMadeMeeting } from "./find-made-meeting.ts";

/** Schedules a meeting. @see https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings */
export const createMeeting = defineAction({
  title: "Create meeting",
  summary: "Schedules a meeting for a user and gives its join link.",
  endpoint: "POST /users/{userId}/meetings",
  scopes: ["meeting:write:meeting", "meeting:write:meeting:admin", "meeting:write", "meeting:write:admin"],
  // Zoom: no idempotency keys; three equal POSTs make three meetings (observed 2026-09-08).
  effect: "create",
  input: z.strictObject({
    userId: userId.default("me").describe("The host: a user id, an email address, or me"),
    ...meetingFields,
  }),
  output: meeting,
  run: async ({ call, input: { userId: host, ...body } }) =>
    expectAnswer(meeting, await call({ path: { userId: host }, body })),
  lookUp: ({ client, input, since }) => findMadeMeeting(client, input, since),
});
