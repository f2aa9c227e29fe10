import type { Client } from "@greenroom/connector-kit";
import { z } from "zod";
import { meeting } from "../../schemas/meeting.ts";

const list = z.looseObject({
  meetings: z.array(z.looseObject({ id: z.number(), topic: z.string().optional(), start_time: z.string().optional(), created_at: z.string().optional() })),
  next_page_token: z.string().optional(),
});

/** Clocks differ, and Zoom's times are in whole seconds. */
const slackMs = 5_000;
const maxPages = 20;

/** The meeting that a lost answer was about: the same host, topic and start, made since the attempt began. */
export async function findMadeMeeting(
  client: Client,
  wanted: { userId: string; topic?: string | undefined; start_time?: string | undefined },
  since: Date,
): Promise<z.input<typeof meeting> | undefined> {
  let nextPageToken: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = list.parse(
      await client.request("GET", "/users/{userId}/meetings", {
        path: { userId: wanted.userId },
        query: { type: "scheduled", page_size: 300, next_page_token: nextPageToken },
      }),
    );
    const found = answer.meetings.find(
      ({ topic, start_time, created_at }) =>
        (wanted.topic === undefined || topic === wanted.topic) &&
        (wanted.start_time === undefined || sameTime(start_time, wanted.start_time)) &&
        Date.parse(created_at ?? "") >= since.getTime() - slackMs,
    );
    if (found) return meeting.parse(await client.request("GET", "/meetings/{meetingId}", { path: { meetingId: found.id } }));
    nextPageToken = answer.next_page_token || undefined;
    if (nextPageToken === undefined) return undefined;
  }
  return undefined;
}

/** A start without Z is in the meeting's zone: then only the minutes are compared. */
function sameTime(listed: string | undefined, wanted: string): boolean {
  if (wanted.endsWith("Z")) return Date.parse(listed ?? "") === Date.parse(wanted);
  return listed?.slice(14, 16) === wanted.slice(14, 16);
}
