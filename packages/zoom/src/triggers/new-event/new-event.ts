import { defineTrigger } from "@greenroom/connector-kit";
import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { eventNames } from "../../facts/operations.ts";

const config = z.strictObject({
  event: z
    .string()
    .superRefine((event, context) => {
      if (eventNames().includes(event)) return;
      const near = closest(event, [...eventNames()]);
      context.addIssue({ code: "custom", message: `is none of Zoom's events; did you mean ${near}?` });
    })
    .describe("Zoom's name of the event, such as meeting.participant_left"),
});

/** Starts a job at any event of Zoom, by its name. */
export const newEvent = defineTrigger({
  title: "New event",
  summary: "Starts a job at any of Zoom's 535 events, by its name.",
  event: (given: z.output<typeof config>) => given.event,
  scopes: [],
  config,
  payload: z.looseObject({ account_id: z.string().optional() }),
  sample: { account_id: "aCc0untSampleId0000001", object: {} },
});
