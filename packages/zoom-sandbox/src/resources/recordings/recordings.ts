/**
 * Cloud recordings: list, files, trash, transcript, settings, who may watch, who did.
 *
 * Not emulated: storage limits, simulive and Revenue Accelerator's hold on recordings.
 *
 * @see https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
 */
import { decodeOnce } from "../../api.ts";
import type { Call } from "../../call.ts";
import { type Sandbox, invalidField, zoomError } from "../../sandbox.ts";
import { periodOf, within } from "../reports/period.ts";
import { giveToken } from "./download-tokens.ts";
import {
  answeredRecording,
  filesOf,
  findRecording,
  type Recording,
  type RecordingFile,
  type RecordingUse,
  shownFile,
  shownRecording,
} from "./recording-rows.ts";
import { createTrash } from "./recording-trash.ts";

const LONGEST_TTL_SECONDS = 604_800;

/** The recordings' operations. */
export function recordings(sandbox: Sandbox): void {
  const { api, table, clock, users } = sandbox;
  const rows = table<Recording>("recordings");
  const trash = createTrash(sandbox);
  trash.watch();
  const named = (call: Call): Recording => {
    const recording = findRecording(sandbox, call.params["meetingId"] ?? call.params["meetingUUID"] ?? "");
    call.actFor(recording.host_id);
    return recording;
  };
  const fileOf = (recording: Recording, call: Call<"recordingId">): RecordingFile => {
    const file = recording.files.find(({ id }) => id === decodeOnce(call.params.recordingId));
    if (!file) throw zoomError(404, 3301, "There is no recording for this meeting.");
    return file;
  };
  const tell = (event: string, call: Call, recording: Recording, files: RecordingFile[]) =>
    sandbox.emit(
      event,
      { ...call.operator, object: shownRecording(sandbox, recording, files) },
      { userId: recording.host_id },
    );

  api.on("GET /users/{userId}/recordings", (call) => {
    const user = users.named(call.params.userId, call.caller);
    // Zoom: unless told otherwise these are today's (OpenAPI file).
    const period = periodOf(sandbox, call, 0);
    const inTrash = call.query("trash") === "true";
    const single = call.query("trash_type") === "recording_file";
    const meeting = call.query("meeting_id");
    const list = rows
      .by("host_id", user.id)
      // Zoom: the dates do not filter the trash (zoom-api.md 4.3).
      .filter((one) => one.completed_at !== undefined && (inTrash || within(period, one.start_time)))
      .filter((one) => !meeting || one.uuid === meeting || String(one.meeting_id) === meeting)
      .map((one) => ({ one, files: filesOf(one, inTrash) }))
      .filter(({ one, files }) => files.length > 0 && (!inTrash || filesOf(one).length > 0 === single));
    const { rows: shown, ...page } = call.page(list);
    return {
      ...page,
      ...period,
      meetings: shown.map(({ one, files }) => answeredRecording(sandbox, one, files)),
    };
  });

  api.on("GET /meetings/{meetingId}/recordings", (call) => {
    const recording = named(call);
    const files = filesOf(recording);
    if (files.length === 0) throw zoomError(404, 3301, "There is no recording for this meeting.");
    const ttl = Math.min(Number(call.query("ttl") ?? LONGEST_TTL_SECONDS) || 0, LONGEST_TTL_SECONDS);
    const wanted = call.query("include_fields") === "download_access_token";
    return {
      ...answeredRecording(sandbox, recording, files),
      ...(wanted && { download_access_token: giveToken(sandbox, recording.uuid, ttl) }),
    };
  });

  api.on("DELETE /meetings/{meetingId}/recordings", (call) => {
    const recording = named(call);
    throwAway(call, recording, filesOf(recording), call.query("action") ?? "trash");
  });
  api.on("DELETE /meetings/{meetingId}/recordings/{recordingId}", (call) => {
    const recording = named(call);
    throwAway(call, recording, [fileOf(recording, call)], call.query("action") ?? "trash");
  });

  function throwAway(call: Call, recording: Recording, files: RecordingFile[], action: string): void {
    if (action !== "trash" && action !== "delete") {
      throw invalidField("action");
    }
    tell(action === "trash" ? "recording.trashed" : "recording.deleted", call, recording, files);
    if (action === "delete") trash.forget(recording, files);
    else trash.put(recording, files);
  }

  api.on("PUT /meetings/{meetingUUID}/recordings/status", (call) => {
    const recording = named(call);
    recover(call, recording, filesOf(recording, true));
    return call.answer(200);
  });
  api.on("PUT /meetings/{meetingId}/recordings/{recordingId}/status", (call) => {
    const recording = named(call);
    recover(call, recording, [fileOf(recording, call)]);
  });
  function recover(call: Call, recording: Recording, files: RecordingFile[]): void {
    trash.takeBack(files);
    tell("recording.recovered", call, recording, files);
  }

  const transcriptOf = (recording: Recording): RecordingFile => {
    const file = filesOf(recording).find(({ file_type }) => file_type === "TRANSCRIPT");
    if (!file) throw zoomError(404, 3322, "This meeting transcript does not exist.");
    return file;
  };
  const withTranscript = (call: Call): Recording => {
    try {
      return named(call);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("There is no")) {
        throw zoomError(404, 3322, "This meeting transcript does not exist.");
      }
      throw error;
    }
  };
  api.on("GET /meetings/{meetingId}/transcript", (call) => {
    const recording = withTranscript(call);
    const file = transcriptOf(recording);
    const { download_url } = shownFile(sandbox, recording, file) as { download_url: string };
    return {
      ...{ meeting_id: recording.uuid, account_id: sandbox.account.id, meeting_topic: recording.topic },
      ...{ host_id: recording.host_id, transcript_created_time: recording.completed_at, can_download: true },
      ...{ auto_delete: false, auto_delete_date: "", download_url },
    };
  });
  api.on("DELETE /meetings/{meetingId}/transcript", (call) => {
    const recording = withTranscript(call);
    throwAway(call, recording, [transcriptOf(recording)], "delete");
  });

  api.on("GET /meetings/{meetingId}/recordings/settings", (call) => {
    const { settings, topic, passcode } = named(call);
    return {
      ...{
        share_recording: "publicly",
        recording_authentication: false,
        viewer_download: true,
        on_demand: false,
      },
      ...{
        approval_type: 2,
        send_email_to_host: false,
        show_social_share_buttons: false,
        auto_delete: false,
      },
      ...{ password: passcode, topic, ...settings },
    };
  });
  api.on("PATCH /meetings/{meetingId}/recordings/settings", (call) => {
    const recording = named(call);
    const { topic, password, ...settings } = call.body<{ topic?: string; password?: string }>();
    const { uuid, meeting_id: id, type, host_id } = recording;
    if (topic !== undefined && topic !== recording.topic) {
      const was = { uuid, id, type, host_id, topic: recording.topic };
      recording.topic = topic;
      const change = { ...call.operator, time_stamp: clock.now().getTime() };
      sandbox.emit(
        "recording.renamed",
        { ...change, object: { ...was, topic }, old_object: was },
        { userId: host_id },
      );
    }
    recording.passcode = password ?? recording.passcode;
    Object.assign(recording.settings, settings);
  });

  const uses = (recording: Recording, call: Call) => {
    const period = periodOf(sandbox, call);
    const list = table<RecordingUse>("recording_uses").filter(
      ({ uuid, time }) => uuid === recording.uuid && within(period, time),
    );
    return { period, list };
  };
  api.on("GET /meetings/{meetingId}/recordings/analytics_summary", (call) => {
    const { period, list } = uses(named(call), call);
    const days = [...Map.groupBy(list, ({ time }) => time.slice(0, 10))];
    const count = (all: RecordingUse[], kind: string) => all.filter((use) => use.kind === kind).length;
    return {
      ...period,
      analytics_summary: days.map(([date, all]) => ({
        ...{ date, views_total_count: count(all, "view"), downloads_total_count: count(all, "download") },
      })),
    };
  });
  api.on("GET /meetings/{meetingId}/recordings/analytics_details", (call) => {
    const { period, list } = uses(named(call), call);
    const kind = call.query("type") === "by_download" ? "download" : "view";
    const { rows: shown, ...page } = call.page(list.filter((use) => use.kind === kind));
    return {
      ...{ ...page, ...period },
      analytics_details: shown.map(({ time, name, email }) => ({
        date_time: time,
        name,
        email,
        duration: 0,
      })),
    };
  });

  sandbox.onUserRemoved((user, { recordings: heir }) => {
    for (const recording of rows.by("host_id", user.id)) {
      rows.delete(recording.uuid);
      if (heir) rows.set(recording.uuid, Object.assign(recording, { host_id: heir.id }));
    }
  });
}
