import { defineTrigger } from "@greenroom/connector-kit";
import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { eventPayload } from "../../facts/event-payloads.ts";
import { eventCategories, eventNames } from "../../facts/operations.ts";

const config = z
  .strictObject({
    category: z.string().optional().describe("The part of Zoom that it is of, such as meetings or phone"),
    event: z
      .string()
      .superRefine((event, context) => {
        if (eventNames().includes(event)) return;
        const near = closest(event, [...eventNames()]);
        context.addIssue({ code: "custom", message: `is none of Zoom's events; did you mean ${near}?` });
      })
      .describe("Zoom's name of the event, such as meeting.participant_left"),
  })
  .superRefine(({ category, event }, context) => {
    if (category === undefined) return;
    const categories = eventCategories();
    const events = categories.get(category);
    const add = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (!events) add("category", `is none of Zoom's; there is ${[...categories.keys()].join(", ")}`);
    else if (eventNames().includes(event) && !events.includes(event))
      add("event", `is not of ${category}; leave the category out, or choose one of its events`);
  });

/** Starts a job at any event of Zoom, by its name. */
export const newEvent = defineTrigger({
  title: "New event",
  summary: "Starts a job at any of Zoom's 535 events, by its category and name.",
  event: (given: z.output<typeof config>) => given.event,
  scopes: [],
  config,
  payload: z.looseObject({ account_id: z.string().optional() }),
  sample: { account_id: "aCc0untSampleId0000001", object: {} },
  payloadOf: ({ event }) => eventPayload(event),
});
