/** Recordings of calls and voicemails, with their files. Not emulated: access members, disclaimers, sites. */
import type { Call } from "../../call.ts";
import { mp3 } from "../../media/mp3.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { sendFile } from "../recordings/send-file.ts";
import {
  type CallLog,
  callOf,
  ends,
  inPeriod,
  ownerOf,
  type PhoneRecording,
  phoneUserOf,
} from "./phone-rows.ts";

/** A recording as operations and events show it. */
export function shownPhoneRecording(sandbox: Sandbox, row: PhoneRecording): object {
  const call = callOf(sandbox, row);
  const log = sandbox.table<CallLog>("phone_call_logs").get(row.log_id);
  const { id, call_id, log_id, duration, date_time, recording_type, auto_delete_enable, deleted_at } = row;
  const base = `${sandbox.origin()}/v2/phone`;
  return {
    ...{ id, call_id, call_log_id: log_id, call_history_id: log_id, call_element_id: log_id, ...ends(call) },
    ...{ date_time, end_time: call.end_time, duration, direction: log?.direction, recording_type },
    ...{
      download_url: `${base}/recording/download/${row.key}`,
      file_url: `${base}/recording/download/${row.key}`,
    },
    transcript_download_url: `${base}/recording_transcript/download/${id}`,
    ...{ owner: ownerOf(sandbox, row.user_id), site: { id: sandbox.account.id, name: "Main Site" } },
    ...{ auto_delete_enable, auto_delete_policy: "", disclaimer_status: 0, meeting_uuid: "" },
    ...{ soft_deleted: deleted_at !== undefined, ...(deleted_at && { deleted_time: deleted_at }) },
  };
}

/** The operations. */
export function phoneRecordings(sandbox: Sandbox): void {
  const { api, table, clock } = sandbox;
  const rows = table<PhoneRecording>("phone_recordings");
  const kept = (): PhoneRecording[] => rows.filter(({ deleted_at }) => deleted_at === undefined);
  const shown = (row: PhoneRecording) => shownPhoneRecording(sandbox, row);
  const list = (call: Call, all: PhoneRecording[]): object => {
    const { rows: inside, from, to } = inPeriod(sandbox, call, all, ({ date_time }) => date_time);
    const { rows: page, ...rest } = call.page(inside);
    return { ...rest, from, to, recordings: page.map(shown) };
  };
  api.on("GET /phone/recordings", (call) => {
    const type = call.query("recording_type");
    return list(
      call,
      kept().filter(({ recording_type }) => !type || recording_type === type),
    );
  });
  api.on("GET /phone/users/{userId}/recordings", (call) => {
    const { user } = phoneUserOf(sandbox, call);
    return list(
      call,
      kept().filter(({ user_id }) => user_id === user.id),
    );
  });
  api.on("GET /phone/call_logs/{id}/recordings", (call) => {
    const { id } = call.params;
    const found = kept().find(({ log_id, call_id }) => log_id === id || call_id === id);
    if (!found) throw zoomError(404, 1001, `Recording does not exist: "${id}".`);
    return shown(found);
  });
  api.on("GET /phone/call_element/{callElementId}/recording", (call) => {
    const id = call.params.callElementId;
    const found = rows.find(({ log_id }) => log_id === id);
    if (!found) throw zoomError(404, 404, `Recording does not exist for ${id}.`);
    return shown(found);
  });

  const named = (id: string, trashed = false): PhoneRecording => {
    const row = rows.get(id);
    if (!row || (row.deleted_at !== undefined) !== trashed) {
      throw zoomError(404, 404, `Recording does not exist: ${id}.`);
    }
    return row;
  };
  api.on("PATCH /phone/recordings/{recordingId}", (call) => {
    const row = named(call.params.recordingId);
    row.auto_delete_enable =
      call.body<{ auto_delete_enable?: boolean }>().auto_delete_enable ?? row.auto_delete_enable;
  });
  api.on("DELETE /phone/recordings/{recordingId}", (call) => {
    const row = named(call.params.recordingId);
    row.deleted_at = zoomTime(clock.now());
    sandbox.emit(
      "phone.recording_deleted",
      { object: { recordings: [shown(row)] } },
      { userId: row.user_id },
    );
  });
  api.on("PUT /phone/recordings/{recordingId}/status", (call) => {
    delete named(call.params.recordingId, true).deleted_at;
  });

  api.on("GET /phone/recording/download/{fileId}", (call) => {
    const row = kept().find(({ key }) => key === call.params.fileId);
    if (!row) throw zoomError(400, 404, "File does not exist.");
    call.actFor(row.user_id);
    return sendFile(call.incoming, mp3(row.duration), { name: `${row.id}.mp3`, type: "audio/mpeg" });
  });
  api.on("GET /phone/recording_transcript/download/{recordingId}", (call) => {
    const row = rows.get(call.params.recordingId);
    if (!row || row.deleted_at !== undefined) throw zoomError(400, 404, "File does not exist.");
    call.actFor(row.user_id);
    // Zoom: it is answered with the address of the file.
    return Response.redirect(`${sandbox.origin()}/rec/phone-transcript/${row.key}`, 302);
  });
  sandbox.app.get("/rec/phone-transcript/:key", (c) => {
    const row = kept().find(({ key }) => key === c.req.param("key"));
    if (!row) return c.notFound();
    const { caller, callee } = callOf(sandbox, row);
    const timeline = [caller, callee].map(({ name, user_id = "" }, index) => ({
      ...{ ts: `00:00:0${index * 3}.000`, end_ts: `00:00:0${index * 3 + 2}.000` },
      ...{ text: `Hello, this is ${name}.`, users: [{ username: name, user_id, zoom_userid: user_id }] },
    }));
    return c.json({ type: "zoom_transcript", recording_id: row.id, timeline });
  });
  sandbox.onUserRemoved(({ id }) => {
    for (const row of rows.filter(({ user_id }) => user_id === id)) rows.delete(row.id);
  });
}
