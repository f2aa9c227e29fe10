import { defineTrigger } from "@greenroom/connector-kit";
import { z } from "zod";
import { sampleAccountId } from "../../schemas/meeting-event.ts";

const config = z.strictObject({
  event: z
    .string()
    .regex(
      /^[a-z_]+(\.[a-z_]+)+$|^app_deauthorized$/,
      "must be an event's name, such as meeting.participant_left",
    )
    .describe("Zoom's name of the event, such as meeting.participant_left"),
});

/** Starts a job at any event of Zoom, by its name. */
export const newEvent = defineTrigger({
  title: "New event",
  summary: "Starts a job at any event of Zoom, by its name.",
  event: (given: z.output<typeof config>) => given.event,
  scopes: [],
  config,
  payload: z.looseObject({ account_id: z.string().optional() }),
  sample: { account_id: sampleAccountId, object: {} },
});
