/** Routes to act as people in meetings: `/_sandbox/meetings/…`. Their effects are what Zoom would show and tell. */
import type { Context } from "hono";
import { z } from "zod";
import type { Meeting } from "../resources/meetings/meeting-rows.ts";
import type { Sandbox } from "../sandbox.ts";
import { endMeeting, joinMeeting, leaveMeeting, presentIn, startMeeting } from "./hold-meeting.ts";

const joiner = z.strictObject({
  name: z.string().min(1).max(128).optional(),
  email: z.email().optional(),
  device: z.enum(["desktop", "mobile", "telephone", "room"]).default("desktop"),
  phone_number: z.string().optional(),
});
const leaver = z.strictObject({ user_id: z.string() });

/** The routes. */
export function people(sandbox: Sandbox): void {
  const { app, table } = sandbox;
  const meetings = table<Meeting>("meetings");

  const act = (path: string, work: (meeting: Meeting, body: unknown) => object | string): void => {
    app.post(`/_sandbox/meetings/:meetingId/${path}`, async (c) => {
      const meeting = meetings.get(c.req.param("meetingId") ?? "");
      if (!meeting || meeting.deleted)
        return refuse(c, 404, `There is no meeting ${c.req.param("meetingId")}.`);
      const text = await c.req.text();
      const result = work(meeting, text === "" ? {} : parse(text));
      return typeof result === "string" ? refuse(c, 409, result) : c.json(result);
    });
  };

  act("start", (meeting) => {
    if (meeting.status === "started") return "The meeting is under way already.";
    const { uuid, start_time } = startMeeting(sandbox, meeting);
    return { id: meeting.id, uuid, start_time };
  });
  act("join", (meeting, body) => {
    const parsed = joiner.safeParse(body);
    if (!parsed.success) return z.prettifyError(parsed.error);
    if (meeting.status !== "started") return "The meeting is not under way: start it first.";
    return joinMeeting(sandbox, meeting, parsed.data);
  });
  act("leave", (meeting, body) => {
    const parsed = leaver.safeParse(body);
    if (!parsed.success) return z.prettifyError(parsed.error);
    const stay = presentIn(sandbox, meeting.uuid).find(({ user_id }) => user_id === parsed.data.user_id);
    if (!stay) return `Nobody with the user_id ${parsed.data.user_id} is in the meeting.`;
    leaveMeeting(sandbox, meeting, stay);
    return stay;
  });
  act("end", (meeting) => {
    if (meeting.status !== "started") return "The meeting is not under way.";
    endMeeting(sandbox, meeting);
    return { id: meeting.id, uuid: meeting.uuid };
  });
}

function refuse(c: Context, status: 404 | 409, message: string): Response {
  return c.json({ error: message }, status);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
