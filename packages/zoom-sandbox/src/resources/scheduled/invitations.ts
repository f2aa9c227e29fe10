/** What a host sends to those invited to a meeting, and the apps that open with it. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import type { Meeting } from "../meetings/meeting-rows.ts";
import { MEETING, ofPath } from "./kinds.ts";

/** The operations on invitations and apps of meetings. */
export function invitations(sandbox: Sandbox): void {
  const { api, table } = sandbox;

  api.on("GET /meetings/{meetingId}/invitation", (call) => {
    const meeting = ofPath(sandbox, MEETING, call);
    return { invitation: invitationText(sandbox, meeting), sip_links: [`sip:${meeting.id}@zoomcrc.com`] };
  });

  const apps = table<{ app_id: string }>("meeting_open_apps");
  const notStarted = (meeting: Meeting) => {
    if (meeting.status === "started") throw zoomError(400, 3000, `Meeting ${meeting.id} has started.`);
    return meeting;
  };
  // Zoom: the app that opens is the one that calls.
  api.on("POST /meetings/{meetingId}/open_apps", (call) => {
    const { id, start_time } = notStarted(ofPath(sandbox, MEETING, call));
    apps.set(`${id}/${call.caller.appId}`, { app_id: call.caller.appId });
    return { id, ...(start_time && { start_time }), app_id: call.caller.appId };
  });
  api.on("DELETE /meetings/{meetingId}/open_apps", (call) => {
    const { id } = notStarted(ofPath(sandbox, MEETING, call));
    apps.delete(`${id}/${call.caller.appId}`);
  });
}

function invitationText({ users, account, origin }: Sandbox, meeting: Meeting): string {
  const host = users.find(meeting.host_id);
  const { topic, start_time, timezone, join_url, id, password } = meeting;
  const spaced = String(id).replace(/(\d{3})(\d{3,4})(\d{4})$/, "$1 $2 $3");
  return [
    `${host?.display_name ?? account.account_name} is inviting you to a scheduled Zoom meeting.`,
    "",
    `Topic: ${topic}`,
    ...(start_time ? [`Time: ${start_time} ${timezone}`] : []),
    "",
    "Join Zoom Meeting",
    join_url,
    "",
    `Meeting ID: ${spaced}`,
    ...(password ? [`Passcode: ${password}`] : []),
    "",
    `Join by SIP: ${id}@zoomcrc.com (sandbox at ${origin()})`,
    "",
  ].join("\r\n");
}
