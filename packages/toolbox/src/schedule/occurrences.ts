/** Looks at a schedule: what is due by now, what was missed meanwhile, and when to look again. */
import type { FoundEvent, LookAnswer } from "@greenroom/connector-kit";
import { z } from "zod";

/** A schedule's moments. */
export interface Occurrences {
  /** The first after a time; undefined when it has ended. */
  next(after: Date): Date | undefined;
  /** The last before a time. */
  previous(before: Date): Date | undefined;
}

/** What becomes of the moments at which nothing ran: the server was off, or its database away. */
export const missed = z
  .enum(["skip", "once", "all"])
  .default("once")
  .describe(
    "What becomes of missed runs, as the server was off: skip them, make up for them once, or for all of them",
  );

/** A zone of the IANA time zone database. */
export const timeZone = z
  .string()
  .default("UTC")
  .refine(isTimeZone, "is no time zone; write it as Europe/Paris, America/New_York or UTC")
  .describe("The time zone that it is meant in, such as Europe/Paris");

/** What recipes see of a moment. */
export const occurrencePayload = z.looseObject({
  scheduledAt: z.string(),
  localTime: z.string(),
  timeZone: z.string(),
  missed: z.boolean(),
});

/** What {@link occurrencePayload} looks like. */
export const occurrenceSample = {
  ...{ scheduledAt: "2026-01-15T08:00:00.000Z", localTime: "2026-01-15T09:00:00" },
  ...{ timeZone: "Europe/Paris", missed: false },
};

interface Cursor {
  /** All moments until then are dealt with. */
  readonly until: string;
}

/** Whoever comes later than this was not there in time. */
const lateMs = 60_000;
/** More are made up for in the next look, which follows at once. */
const mostAtOnce = 100;
/** Nothing is to come; in case that clocks change. */
const farMs = 24 * 60 * 60_000;

/** Looks once. */
export function lookAtSchedule(
  schedule: Occurrences,
  parts: { cursor: unknown; now: Date; missed: z.output<typeof missed>; timeZone: string },
): LookAnswer {
  const { now } = parts;
  // Only this function's own answers come back as its cursor.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const before = (parts.cursor ?? undefined) as Cursor | undefined;
  // From the start of the recipe on.
  if (!before) return answerOf([], now, false);

  const inTime = new Date(now.getTime() - lateMs);
  const due: Date[] = [];
  let until = new Date(before.until);
  if (until < inTime && parts.missed !== "all") {
    const last = schedule.previous(inTime);
    if (parts.missed === "once" && last && last > until) due.push(last);
    until = new Date(inTime.getTime() - 1);
  }
  for (let at = schedule.next(until); at && at <= now && due.length < mostAtOnce; at = schedule.next(until)) {
    due.push(at);
    until = at;
  }
  const full = due.length >= mostAtOnce;
  const events = due.map((at): FoundEvent => {
    const scheduledAt = at.toISOString();
    const payload = {
      ...{ scheduledAt, localTime: localTime(at, parts.timeZone) },
      ...{ timeZone: parts.timeZone, missed: at < inTime },
    };
    return { dedupeKey: scheduledAt, occurredAt: at, payload };
  });
  return answerOf(events, full ? until : now, full);

  function answerOf(found: readonly FoundEvent[], dealtWith: Date, more: boolean): LookAnswer {
    const cursor: Cursor = { until: dealtWith.toISOString() };
    const nextAt = schedule.next(dealtWith) ?? new Date(now.getTime() + farMs);
    return { events: found, cursor, more, nextAt };
  }
}

/** A moment as the clocks of a zone show it. */
export function localTime(at: Date, zone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  return format.format(at).replace(" ", "T");
}

/** Whether it is one of the IANA time zone database. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format() !== "";
  } catch {
    return false;
  }
}
