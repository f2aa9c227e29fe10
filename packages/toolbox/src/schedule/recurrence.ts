import { definePollingTrigger } from "@greenroom/connector-kit";
import { RRuleTemporal } from "rrule-temporal";
import { z } from "zod";
import {
  isTimeZone,
  lookAtSchedule,
  missed,
  type Occurrences,
  occurrencePayload,
  occurrenceSample,
  timeZone,
} from "./occurrences.ts";

const start = z.iso
  .datetime({ local: true, error: "is no local date and time; write it as 2026-01-05T09:00" })
  .refine(
    (at) => !/[Z+]/.test(at),
    "has a zone of its own; write it as 2026-01-05T09:00, and the zone in timeZone",
  )
  .describe(
    "The first time, by the clocks of the time zone: the rule counts from there, such as 2026-01-05T09:00",
  );

const config = z
  .strictObject({
    rule: z
      .string()
      .min(1)
      .describe(
        "A recurrence rule of iCalendar (RFC 5545): FREQ=MONTHLY;BYDAY=-1FR is each month's last Friday",
      ),
    ...{ start, timeZone, missed },
  })
  .superRefine(({ rule, start: at, timeZone: zone }, context) => {
    // Said of those fields already.
    if (Number.isNaN(Date.parse(at)) || !isTimeZone(zone)) return;
    try {
      if (/FREQ=SECONDLY/i.test(rule)) throw new Error("more often than each minute");
      occurrencesOf(rule, at, zone).next(new Date(0));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `is no recurrence rule (${reason}); write it as FREQ=WEEKLY;BYDAY=MO,TH`;
      context.addIssue({ code: "custom", path: ["rule"], message });
    }
  });

/** Starts a job at the times of a recurrence rule. */
export const recurrenceTrigger = definePollingTrigger({
  title: "By recurrence rule",
  summary: "Starts a job at the times of a recurrence rule (iCalendar's RRULE), in a time zone.",
  event: "schedule.due",
  isMissed: true,
  scopes: [],
  config,
  payload: occurrencePayload,
  sample: occurrenceSample,
  poll: ({ cursor, config: given, now }) =>
    Promise.resolve(
      lookAtSchedule(occurrencesOf(given.rule, given.start, given.timeZone), { ...given, cursor, now }),
    ),
});

function occurrencesOf(rule: string, startsAt: string, zone: string): Occurrences {
  const digits = startsAt.replaceAll(/[-:]|\.\d+$/g, "").padEnd(15, "0");
  const rruleString = `DTSTART;TZID=${zone}:${digits}\nRRULE:${rule.replace(/^RRULE:/i, "")}`;
  const recurrence = new RRuleTemporal({ rruleString });
  const dateOf = (at: { readonly epochMilliseconds: number } | null) =>
    at ? new Date(at.epochMilliseconds) : undefined;
  return {
    next: (after) => dateOf(recurrence.next(after)),
    previous: (before) => dateOf(recurrence.previous(before)),
  };
}
