import { type Client, ConnectorError, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { meeting } from "../../schemas/meeting.ts";

const listed = z.looseObject({
  id: z.number(),
  topic: z.string().optional(),
  start_time: z.string().optional(),
  timezone: z.string().optional(),
  duration: z.number().optional(),
  created_at: z.string().optional(),
});

const list = z.looseObject({ meetings: z.array(listed), next_page_token: z.string().optional() });

/** The fields of a wanted meeting that a listed one can be known by. */
export interface WantedMeeting {
  readonly userId: string;
  readonly schedule_for?: string | undefined;
  readonly topic?: string | undefined;
  readonly type?: number | undefined;
  readonly start_time?: string | undefined;
  readonly duration?: number | undefined;
}

/** Clocks differ, and Zoom's times are in whole seconds. */
const slackMs = 5_000;
const maxPages = 20;
const instant = 1;

/**
 * The meeting that a lost answer was about: the same host, topic, start and duration, made since the attempt began.
 *
 * @throws {ConnectorError} `outcome-unknown` where Zoom's list cannot tell.
 */
export async function findMadeMeeting(
  client: Client,
  wanted: WantedMeeting,
  since: Date,
): Promise<z.output<typeof meeting> | undefined> {
  // Zoom: an instant meeting that nobody has started is in no list (API reference, List meetings).
  if (wanted.type === instant) throw undecided("Zoom lists no instant meetings that have not started");
  let nextPageToken: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await client.request("GET", "/users/{userId}/meetings", {
      path: { userId: wanted.schedule_for ?? wanted.userId },
      query: { type: "scheduled", page_size: 300, next_page_token: nextPageToken },
    });
    const { meetings, next_page_token } = expectAnswer(list, answer);
    const found = meetings.find((candidate) => isSame(candidate, wanted, since));
    if (found) {
      const whole = await client.request("GET", "/meetings/{meetingId}", { path: { meetingId: found.id } });
      return expectAnswer(meeting, whole);
    }
    nextPageToken = next_page_token || undefined;
    if (nextPageToken === undefined) return undefined;
  }
  throw undecided(`the host has more than ${maxPages * 300} meetings`);
}

function isSame(candidate: z.output<typeof listed>, wanted: WantedMeeting, since: Date): boolean {
  return (
    (wanted.topic === undefined || candidate.topic === wanted.topic) &&
    (wanted.duration === undefined || candidate.duration === wanted.duration) &&
    (wanted.start_time === undefined || startsThen(candidate, wanted.start_time)) &&
    Date.parse(candidate.created_at ?? "") >= since.getTime() - slackMs
  );
}

/** A wanted start without Z is wall-clock time in the meeting's zone; Zoom lists starts in UTC. */
function startsThen({ start_time, timezone }: z.output<typeof listed>, wanted: string): boolean {
  const start = new Date(start_time ?? "");
  if (Number.isNaN(start.getTime())) return false;
  if (wanted.endsWith("Z")) return sameMinute(start.toISOString(), new Date(wanted).toISOString());
  return sameMinute(wallClock(start, timezone), wanted);
}

function sameMinute(one: string, other: string): boolean {
  return one.slice(0, 16) === other.slice(0, 16);
}

/** Swedish writes dates as ISO 8601 does. */
function wallClock(at: Date, timeZone: string | undefined): string {
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timeZone ?? "UTC",
    dateStyle: "short",
    timeStyle: "medium",
  });
  return text.format(at).replace(" ", "T");
}

function undecided(why: string): ConnectorError {
  return new ConnectorError(
    "outcome-unknown",
    "look-up-undecided",
    `Whether the meeting was made is unknown: ${why}.`,
    {
      hint: "Check at Zoom whether the meeting is there, before you run it again.",
    },
  );
}
