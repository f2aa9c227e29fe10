import { definePollingTrigger } from "@greenroom/connector-kit";
import { Cron } from "croner";
import { z } from "zod";
import {
  lookAtSchedule,
  missed,
  type Occurrences,
  occurrencePayload,
  occurrenceSample,
  timeZone,
} from "./occurrences.ts";

const config = z.strictObject({
  cron: z
    .string()
    .superRefine((pattern, context) => {
      try {
        cronOf(pattern, "UTC");
      } catch (error) {
        const message = `is no cron pattern (${reasonOf(error)}); write five parts, such as 30 8 * * MON-FRI`;
        context.addIssue({ code: "custom", message });
      }
    })
    .describe(
      "Minute, hour, day of the month, month, day of the week: 30 8 * * MON-FRI is at 8:30 on weekdays",
    ),
  ...{ timeZone, missed },
});

/** Starts a job at the times of a cron pattern. */
export const cronTrigger = definePollingTrigger({
  title: "By cron pattern",
  summary: "Starts a job at the times of a cron pattern, in a time zone.",
  event: "schedule.due",
  isMissed: true,
  scopes: [],
  config,
  payload: occurrencePayload,
  sample: occurrenceSample,
  poll: ({ cursor, config: given, now }) =>
    Promise.resolve(lookAtSchedule(occurrencesOf(given.cron, given.timeZone), { ...given, cursor, now })),
});

function occurrencesOf(pattern: string, zone: string): Occurrences {
  const cron = cronOf(pattern, zone);
  return {
    next: (after) => cron.nextRun(after) ?? undefined,
    previous: (before) => cron.previousRuns(1, before)[0],
  };
}

/** @throws when it is no pattern. */
function cronOf(pattern: string, timezone: string): Cron {
  return new Cron(pattern, { mode: "5-part", paused: true, timezone });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^CronPattern:\s*/, "") : String(error);
}
