/** Archived meetings: kept when the account's archiving setting (`recording.archive.enable`) is on as a meeting ends. */
import { decodeOnce } from "../../api.ts";
import type { Call } from "../../call.ts";
import type { Instance, Participant, SessionMessage } from "../../people/session-rows.ts";
import { createLater } from "../../later.ts";
import { onSessionEnded } from "../../people/session-ended.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { giveToken } from "../recordings/download-tokens.ts";
import { recordedFile } from "../recordings/recorded-file.ts";
import type { RecordingFile } from "../recordings/recording-rows.ts";
import { timesOf } from "../reports/period.ts";
import { minutesBetween } from "../scheduled/past.ts";

/** An archived meeting. Table `archives`. */
export interface Archive {
  uuid: string;
  id: number;
  host_id: string;
  topic: string;
  type: number;
  timezone: string;
  start_time: string;
  duration: number;
  duration_in_second: number;
  complete_time: string;
  meeting_type: "internal" | "external";
  archive_files: ArchiveFile[];
}

/** One of its files. */
export interface ArchiveFile extends RecordingFile {
  auto_delete: boolean;
  participant_join_time: string;
  participant_leave_time: string;
}

const DAY_SECONDS = 86_400;
const PROCESSING_MS = 60_000;

/** The archive's operations. */
export function archiveFiles(sandbox: Sandbox, isOn: () => boolean): void {
  const { api, table, clock, ids, account } = sandbox;
  const rows = table<Archive>("archives");

  const archiveLater = createLater(sandbox, "archives", PROCESSING_MS, (uuid) => {
    const instance = table<Instance>("instances").get(uuid);
    if (instance) archive(instance);
  });
  onSessionEnded(sandbox, ({ uuid }) => {
    if (isOn()) archiveLater(uuid);
  });

  function archive({
    uuid,
    meeting_id: id,
    host_id,
    topic,
    type,
    timezone,
    start_time,
    end_time = start_time,
  }: Instance): void {
    const people = table<Participant>("participants").by("uuid", uuid);
    const chat = table<SessionMessage>("session_messages")
      .by("uuid", uuid)
      .some(({ recipient_user_id }) => recipient_user_id === "");
    const kinds = [
      ["MP4", "MP4", "shared_screen_with_speaker_view"],
      ["M4A", "M4A", "audio_only"],
      ...(chat ? ([["CHAT", "TXT", "chat_file"]] as const) : []),
    ] as const;
    const archive_files = kinds.map(([file_type, file_extension, recording_type]): ArchiveFile => {
      const what = { file_type, recording_start: start_time, recording_end: end_time };
      return {
        ...{ ...what, file_extension, recording_type, id: ids.key(), key: ids.secret(48), auto_delete: true },
        ...{ participant_join_time: start_time, participant_leave_time: end_time },
        file_size: recordedFile(sandbox, { uuid }, what).size,
      };
    });
    const row: Archive = {
      ...{
        uuid,
        id,
        host_id,
        topic,
        type,
        timezone,
        start_time,
        archive_files,
        complete_time: zoomTime(clock.now()),
      },
      duration: minutesBetween(start_time, end_time),
      duration_in_second: Math.round((Date.parse(end_time) - Date.parse(start_time)) / 1000),
      meeting_type: people.every((stay) => stay.id !== "") ? "internal" : "external",
    };
    rows.set(uuid, row);
    const download_token = giveToken(sandbox, uuid, DAY_SECONDS);
    sandbox.emit(
      "recording.archive_files_completed",
      { object: shown(row) },
      { userId: host_id, top: { download_token } },
    );
  }

  const shown = (row: Archive) => ({
    ...{ ...row, account_name: account.account_name, status: "completed", is_breakout_room: false },
    recording_count: row.archive_files.length,
    total_size: row.archive_files.reduce((sum, { file_size }) => sum + file_size, 0),
    archive_files: row.archive_files.map((file) => ({
      ...{
        ...file,
        individual: false,
        status: "completed",
        encryption_fingerprint: file.key,
        participant_email: "",
      },
      ...{ download_url: `${sandbox.origin()}/rec/archive/download/${file.key}`, storage_location: "US" },
    })),
  });
  const between = (call: Call) => {
    const { within, ...given } = timesOf(call);
    const field = call.query("query_date_type") === "archive_complete_time" ? "complete_time" : "start_time";
    return { given, list: rows.filter((row) => within(row[field])) };
  };
  const named = (call: Call<"meetingUUID">): Archive => {
    const id = decodeOnce(call.params.meetingUUID);
    const row = rows.get(id);
    if (!row) throw zoomError(404, 3001, `Meeting ${id} does not exist.`);
    call.actFor(row.host_id);
    return row;
  };

  api.on("GET /archive_files", (call) => {
    const { given, list } = between(call);
    const { rows: page, ...paging } = call.page(list);
    return { ...paging, ...given, meetings: page.map(shown) };
  });
  api.on("GET /archive_files/statistics", (call) => {
    const { given, list } = between(call);
    const files = list.flatMap(({ archive_files }) => archive_files);
    const count = (extension: string) =>
      files.filter(({ file_extension }) => file_extension === extension).length;
    return {
      ...{ ...given, total_records: files.length },
      statistic_by_file_extension: {
        ...{ mp4_file_count: count("MP4"), m4a_file_count: count("M4A"), txt_file_count: count("TXT") },
        ...{ json_file_count: 0, vtt_file_count: 0 },
      },
      statistic_by_file_status: {
        processing_file_count: 0,
        completed_file_count: files.length,
        failed_file_count: 0,
      },
    };
  });
  api.on("PATCH /archive_files/{fileId}", (call) => {
    const file = rows
      .all()
      .flatMap(({ archive_files }) => archive_files)
      .find(({ id }) => id === call.params.fileId);
    if (!file) throw zoomError(404, 3001, `Archived file does not exist: ${call.params.fileId}.`);
    file.auto_delete = call.body<{ auto_delete: boolean }>().auto_delete;
  });
  api.on("GET /past_meetings/{meetingUUID}/archive_files", (call) => shown(named(call)));
  api.on("DELETE /past_meetings/{meetingUUID}/archive_files", (call) => {
    rows.delete(named(call).uuid);
  });
}
