/** Voicemails. Not emulated: voicemails of queues, intents, tasks, sharing. */
import type { Call } from "../../call.ts";
import { mp3 } from "../../media/mp3.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { sendFile } from "../recordings/send-file.ts";
import { callOf, ends, inPeriod, ownerOf, phoneUserOf, type Voicemail } from "./phone-rows.ts";

/** Zoom's number for a transcript that is ready. */
const TRANSCRIBED = 4;

/** A voicemail as operations and events show it. */
export function shownVoicemail(sandbox: Sandbox, row: Voicemail): object {
  const { id, call_id, log_id, date_time, duration, status, text, deleted_at } = row;
  return {
    ...{ id, call_id, call_log_id: log_id, call_history_id: log_id, call_element_id: log_id },
    ...{ date_time, duration, status, ...ends(callOf(sandbox, row)) },
    download_url: `${sandbox.origin()}/v2/phone/voice_mails/download/${row.key}`,
    ...{
      owner: ownerOf(sandbox, row.user_id),
      transcription: { content: text, status: TRANSCRIBED, engine: "zoom" },
    },
    ...{ soft_deleted: deleted_at !== undefined, ...(deleted_at && { deleted_time: deleted_at }) },
  };
}

/** The operations. */
export function voicemails(sandbox: Sandbox): void {
  const { api, table, clock } = sandbox;
  const rows = table<Voicemail>("phone_voicemails");
  const shown = (row: Voicemail) => shownVoicemail(sandbox, row);
  const list = (call: Call, all: Voicemail[], trashed: boolean): object => {
    const status = call.query("status");
    const wanted = all.filter(
      (row) =>
        (row.deleted_at !== undefined) === trashed && (!status || status === "all" || row.status === status),
    );
    const { rows: inside, from, to } = inPeriod(sandbox, call, wanted, ({ date_time }) => date_time);
    const { rows: page, ...rest } = call.page(inside);
    return { ...rest, from, to, voice_mails: page.map(shown) };
  };
  api.on("GET /phone/voice_mails", (call) => list(call, rows.all(), call.query("trashed") === "true"));
  api.on("GET /phone/users/{userId}/voice_mails", (call) => {
    const { user } = phoneUserOf(sandbox, call);
    return list(call, rows.by("user_id", user.id), call.query("trash") === "true");
  });
  api.on("GET /phone/users/{userId}/call_logs/{id}/voice_mail", (call) => {
    const { user } = phoneUserOf(sandbox, call);
    const row = rows.by("log_id", call.params.id).find(({ user_id }) => user_id === user.id);
    if (!row) throw zoomError(404, 404, `Voice mail does not exist: ${call.params.id}.`);
    return shown(row);
  });
  api.on("GET /phone/call_element/{callElementId}/voice_mail", (call) => {
    const [row] = rows.by("log_id", call.params.callElementId);
    if (!row) throw zoomError(404, 404, `Voicemail does not exist for ${call.params.callElementId}.`);
    return shown(row);
  });

  const named = (id: string, status: 400 | 404 = 400): Voicemail => {
    const row = rows.get(id);
    if (!row) throw zoomError(400, status === 400 ? 300 : 404, `Voice mail does not exist: ${id}.`);
    return row;
  };
  api.on("GET /phone/voice_mails/{voicemailId}", (call) => {
    const row = named(call.params.voicemailId);
    call.actFor(row.user_id);
    return shown(row);
  });
  api.on("PATCH /phone/voice_mails/{voicemailId}", (call) => {
    const row = named(call.params.voicemailId, 404);
    call.actFor(row.user_id);
    row.status = call.query("read_status") === "Unread" ? "unread" : "read";
  });
  api.on("DELETE /phone/voice_mails/{voicemailId}", (call) => {
    const row = named(call.params.voicemailId, 404);
    call.actFor(row.user_id);
    row.deleted_at = zoomTime(clock.now());
    sandbox.emit(
      "phone.voicemail_deleted",
      { object: { voice_mails: [shown(row)] } },
      { userId: row.user_id },
    );
  });
  api.on("GET /phone/voice_mails/download/{fileId}", (call) => {
    const row = rows.find(({ key, deleted_at }) => key === call.params.fileId && !deleted_at);
    if (!row) throw zoomError(400, 404, "File does not exist.");
    call.actFor(row.user_id);
    return sendFile(call.incoming, mp3(row.duration), { name: `${row.id}.mp3`, type: "audio/mpeg" });
  });
  sandbox.onUserRemoved(({ id }) => {
    for (const row of rows.by("user_id", id)) rows.delete(row.id);
  });
}
