import { z } from "zod";

/** The payload that meeting events share. Zoom's newer fields pass. */
export const meetingEvent = z.looseObject({
  account_id: z.string(),
  object: z.looseObject({
    id: z.union([z.string(), z.number()]),
    uuid: z.string(),
    host_id: z.string(),
    topic: z.string(),
    type: z.number(),
    start_time: z.string().optional(),
    duration: z.number().optional(),
    timezone: z.string().optional(),
  }),
});

/** A sample of the fields that meeting events share. */
export const sampleMeeting = {
  id: "81234567890",
  uuid: "pn2r8wUxTfqFJ1XUiDb4jA==",
  host_id: "uHo5tSampleHostId00001",
  topic: "Quarterly review",
  type: 2,
  start_time: "2026-01-15T09:00:00Z",
  duration: 60,
  timezone: "Europe/Paris",
};

/** The account in samples. */
export const sampleAccountId = "aCc0untSampleId0000001";
