/** The rows of cloud recordings, and how answers and events show them. */
import type { Sandbox } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import { decodeOnce } from "../../api.ts";

/** The recording of one held session. Table `recordings`, by the session's uuid. */
export interface Recording {
  uuid: string;
  meeting_id: number;
  kind: "meeting" | "webinar";
  host_id: string;
  topic: string;
  type: number;
  timezone: string;
  start_time: string;
  /** Minutes. */
  duration: number;
  passcode: string;
  files: RecordingFile[];
  /** Absent while it is processed. */
  completed_at?: string;
  settings: Record<string, unknown>;
}

/** One file. Its bytes are made when they are asked for. */
export interface RecordingFile {
  id: string;
  file_type: "MP4" | "M4A" | "CHAT" | "TRANSCRIPT" | "CSV" | "CC" | "TIMELINE";
  recording_type: string;
  file_extension: "MP4" | "M4A" | "TXT" | "VTT" | "CSV" | "JSON";
  recording_start: string;
  recording_end: string;
  file_size: number;
  /** The part of the address that names it. */
  key: string;
  trashed_at?: string;
}

/** A person who may watch after they registered. Table `recording_registrants`. */
export interface RecordingRegistrant {
  id: string;
  uuid: string;
  email: string;
  first_name: string;
  last_name: string;
  status: "approved" | "pending" | "denied";
  details: Record<string, unknown>;
}

/** Somebody watched or fetched it. Table `recording_uses`. */
export interface RecordingUse {
  uuid: string;
  kind: "view" | "download";
  time: string;
  name: string;
  email: string;
}

/** The files that are not in the trash, or those that are. */
export function filesOf({ files }: Recording, trashed = false): RecordingFile[] {
  return files.filter(({ trashed_at }) => (trashed_at !== undefined) === trashed);
}

/** Finds a completed recording by its session's uuid, or the last one of the meeting. @throws {ZoomError} 404/3301 */
export function findRecording({ table }: Pick<Sandbox, "table">, given: string): Recording {
  const id = decodeOnce(given);
  const rows = table<Recording>("recordings");
  const found =
    rows.get(id) ??
    rows.by("meeting_id", Number(id)).findLast(({ completed_at }) => completed_at !== undefined);
  if (!found?.completed_at || found.files.length === 0) {
    throw zoomError(404, 3301, "There is no recording for this meeting.");
  }
  return found;
}

// Zoom: captions and the timeline have neither id nor status nor size (zoom-api.md 4.3).
const BARE = new Set(["CC", "TIMELINE"]);

/** What a file adds to the size of its recording, and to the storage that is used. */
export const countedSize = ({ file_type, file_size }: RecordingFile): number =>
  BARE.has(file_type) ? 0 : file_size;

/** A file as answers and events show it. */
export function shownFile(
  { origin }: Pick<Sandbox, "origin">,
  { uuid }: Recording,
  file: RecordingFile,
): object {
  const {
    id,
    file_type,
    file_extension,
    recording_type,
    recording_start,
    recording_end,
    file_size,
    key,
    trashed_at,
  } = file;
  const bare = BARE.has(file_type);
  return {
    ...(!bare && { id, file_size, status: "completed" }),
    ...{ meeting_id: uuid, file_type, file_extension, recording_type, recording_start, recording_end },
    ...{ play_url: `${origin()}/rec/play/${key}`, download_url: `${origin()}/rec/download/${key}` },
    ...(trashed_at && { deleted_time: trashed_at }),
  };
}

/** A recording as events show it. */
export function shownRecording(sandbox: Sandbox, recording: Recording, files = filesOf(recording)): object {
  const { uuid, meeting_id, host_id, topic, type, timezone, start_time, duration, passcode } = recording;
  return {
    ...{
      uuid,
      id: meeting_id,
      account_id: sandbox.account.id,
      host_id,
      topic,
      type,
      timezone,
      start_time,
      duration,
    },
    ...{
      total_size: files.reduce((sum, file) => sum + countedSize(file), 0),
      recording_count: files.length,
    },
    ...{
      share_url: `${sandbox.origin()}/rec/share/${encodeURIComponent(uuid)}`,
      host_email: sandbox.users.find(host_id)?.email ?? "",
    },
    ...{ password: passcode, recording_play_passcode: passcode, on_prem: false, auto_delete: false },
    recording_files: files.map((file) => shownFile(sandbox, recording, file)),
  };
}

/** The same in an answer. Zoom: there the type of the meeting is text, and a number in events (its own files). */
export function answeredRecording(sandbox: Sandbox, recording: Recording, files: RecordingFile[]): object {
  return { ...shownRecording(sandbox, recording, files), type: String(recording.type) };
}
