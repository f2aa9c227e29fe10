/** Invitations to calendars (iCalendar, RFC 5545 and RFC 5546). */
import { z } from "zod";

const person = z.strictObject({ email: z.email(), name: z.string().optional() });

/** An event that the receivers' calendars take in. */
export const invitation = z.strictObject({
  summary: z.string().min(1).describe("What the calendar shows"),
  start: z.iso.datetime({ offset: true }).describe("Such as 2026-11-24T15:00:00Z"),
  end: z.iso.datetime({ offset: true }).optional(),
  durationMinutes: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Instead of an end; an hour where there is neither"),
  description: z.string().optional(),
  location: z.string().optional().describe("Such as the meeting's address"),
  url: z.url().optional(),
  organizer: person.optional().describe("The sender, where nobody is named"),
  attendees: z.array(person).max(1_000).optional().describe("The receivers, where nobody is named"),
  uid: z.string().min(1).max(200).optional().describe("The same for an event's changes and its cancellation"),
  sequence: z.int().min(0).default(0).describe("Higher with each change of the event"),
  cancel: z.boolean().default(false).describe("Takes the event out of calendars again"),
  reminderMinutes: z.int().min(0).max(40_320).optional(),
});

/** An invitation as a step gives it. */
export type Invitation = z.output<typeof invitation>;

/** The invitation as text, with its method. */
export async function icalendar(
  {
    summary,
    start,
    end,
    durationMinutes = 60,
    organizer,
    attendees,
    uid,
    sequence,
    cancel,
    ...given
  }: Invitation,
  fallback: {
    readonly from: { name: string; email: string };
    readonly to: readonly string[];
    readonly uid: string;
    readonly now: Date;
  },
): Promise<{ readonly method: "REQUEST" | "CANCEL"; readonly content: string }> {
  const ical = await import("ical-generator");
  const method = cancel ? "CANCEL" : "REQUEST";
  const starts = new Date(start);
  const calendar = ical.default({
    prodId: { company: "Greenroom", product: "Greenroom" },
    method: cancel ? ical.ICalCalendarMethod.CANCEL : ical.ICalCalendarMethod.REQUEST,
  });
  const event = calendar.createEvent({
    ...{ id: uid ?? fallback.uid, sequence, summary, start: starts, stamp: fallback.now },
    end: end === undefined ? new Date(starts.getTime() + durationMinutes * 60_000) : new Date(end),
    organizer: organizer
      ? { name: organizer.name ?? organizer.email, email: organizer.email }
      : { name: fallback.from.name || fallback.from.email, email: fallback.from.email },
    attendees: (attendees ?? fallback.to.map((email) => ({ email, name: undefined }))).map(
      ({ email, name }) => ({
        ...{
          email,
          rsvp: true,
          role: ical.ICalAttendeeRole.REQ,
          status: ical.ICalAttendeeStatus.NEEDSACTION,
        },
        ...(name !== undefined && { name }),
      }),
    ),
    ...(given.description !== undefined && { description: given.description }),
    ...(given.location !== undefined && { location: given.location }),
    ...(given.url !== undefined && { url: given.url }),
    status: cancel ? ical.ICalEventStatus.CANCELLED : ical.ICalEventStatus.CONFIRMED,
  });
  if (given.reminderMinutes !== undefined)
    event.createAlarm({ type: ical.ICalAlarmType.display, trigger: given.reminderMinutes * 60 });
  return { method, content: calendar.toString() };
}
