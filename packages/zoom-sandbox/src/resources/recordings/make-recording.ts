/** Makes recordings of sessions that were recorded, when Zoom would have processed them. */
import type { Instance, RecordingStretch } from "../../people/session-rows.ts";
import { createLater } from "../../later.ts";
import { onSessionEnded } from "../../people/session-ended.ts";
import type { Sandbox } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { minutesBetween } from "../scheduled/past.ts";
import { recordedSize } from "./recorded-file.ts";
import { chatText, pollCsv, type Stretch } from "./recorded-texts.ts";
import { countedSize, type Recording, type RecordingFile, shownRecording } from "./recording-rows.ts";
import { giveToken } from "./download-tokens.ts";

const DAY_SECONDS = 86_400;
/** Zoom takes about as long as the recording to process it; the sandbox half of it, and the transcript a minute more. */
const PROCESSING_SHARE = 0.5;
const TRANSCRIPT_LATER_MS = 60_000;

type Kind = readonly [
  file_type: RecordingFile["file_type"],
  extension: RecordingFile["file_extension"],
  recording_type: string,
];

const ALWAYS: readonly Kind[] = [
  ["MP4", "MP4", "shared_screen_with_speaker_view"],
  ["M4A", "M4A", "audio_only"],
  ["TIMELINE", "JSON", "timeline"],
];
const TRANSCRIPT: Kind = ["TRANSCRIPT", "VTT", "audio_transcript"];

/** Begins to watch for sessions that end. */
export function makeRecordings(sandbox: Sandbox): void {
  const { clock } = sandbox;
  const tellTranscript = createLater(sandbox, "transcripts", TRANSCRIPT_LATER_MS, (uuid) => {
    const recording = sandbox.table<Recording>("recordings").get(uuid);
    if (recording) tell(sandbox, recording, "recording.transcript_completed", transcriptsOf(recording));
  });
  const complete = (recording: Recording): void => {
    // Whoever recorded it may have left, and taken it along.
    if (sandbox.table("recordings").get(recording.uuid) !== recording) return;
    finishRecording(sandbox, recording, clock.now());
    const transcripts = transcriptsOf(recording);
    const others = recording.files.filter((file) => !transcripts.includes(file));
    tell(sandbox, recording, "recording.completed", others);
    tellTranscript(recording.uuid);
  };
  onSessionEnded(sandbox, (instance) => {
    const stretches = sandbox.table<RecordingStretch>("recording_stretches").by("uuid", instance.uuid);
    if (stretches.length === 0) return;
    const recording = recordSession(sandbox, instance, stretches);
    const lengthMs = recording.duration * 60_000 * PROCESSING_SHARE;
    clock.schedule(new Date(clock.now().getTime() + lengthMs), () => complete(recording));
  });
  // What was being processed when the state was saved is finished at once.
  sandbox.onRestore(() => {
    const rows = sandbox
      .table<Recording>("recordings")
      .filter(({ completed_at }) => completed_at === undefined);
    for (const recording of rows) clock.schedule(clock.now(), () => complete(recording));
  });
}

/** Makes the recording of a session; it is not completed yet. */
export function recordSession(
  sandbox: Sandbox,
  instance: Instance,
  stretches: readonly RecordingStretch[],
): Recording {
  const { ids, table } = sandbox;
  const {
    uuid,
    meeting_id,
    kind,
    host_id,
    topic,
    type,
    timezone,
    start_time,
    end_time = start_time,
  } = instance;
  const files = stretches.flatMap((stretch) => {
    const times = { recording_start: stretch.start_time, recording_end: stretch.end_time ?? end_time };
    return kindsOf(sandbox, instance, times).map(
      ([file_type, file_extension, recording_type]): RecordingFile => {
        const what = { file_type, ...times };
        const id = [8, 4, 4, 4, 12].map((length) => ids.hex(length)).join("-");
        const file_size = recordedSize(sandbox, { uuid }, what);
        return { ...what, id, file_extension, recording_type, file_size, key: ids.secret(48) };
      },
    );
  });
  const recording: Recording = {
    ...{ uuid, meeting_id, kind, host_id, topic, type, timezone, start_time, passcode: ids.secret(8), files },
    duration: stretches.reduce(
      (sum, one) => sum + minutesBetween(one.start_time, one.end_time ?? end_time),
      0,
    ),
    settings: {},
  };
  table<Recording>("recordings").set(uuid, recording);
  return recording;
}

/** The files of a stretch: chat and polls only where there are any. */
function kindsOf(sandbox: Sandbox, instance: Instance, times: Stretch): readonly Kind[] {
  return [
    ...ALWAYS,
    ...(chatText(sandbox, instance, times) === "" ? [] : ([["CHAT", "TXT", "chat_file"]] as const)),
    ...(pollCsv(sandbox, instance, times) === undefined ? [] : ([["CSV", "CSV", "poll"]] as const)),
    TRANSCRIPT,
  ];
}

/** Ends the processing: its files can be fetched, and count as storage that is used. */
export function finishRecording({ table }: Pick<Sandbox, "table">, recording: Recording, at: Date): void {
  recording.completed_at = zoomTime(at);
  const date = recording.completed_at.slice(0, 10);
  for (const file of recording.files)
    table("recording_storage").set(file.id, { id: file.id, date, file_size: countedSize(file) });
}

const transcriptsOf = ({ files }: Recording): RecordingFile[] =>
  files.filter(({ file_type }) => file_type === "TRANSCRIPT");

function tell(sandbox: Sandbox, recording: Recording, event: string, files: RecordingFile[]): void {
  if (files.length === 0) return;
  // Zoom: this token opens the files for a day (zoom-api.md 4.3).
  const download_token = giveToken(sandbox, recording.uuid, DAY_SECONDS);
  sandbox.emit(
    event,
    { object: shownRecording(sandbox, recording, files) },
    { userId: recording.host_id, top: { download_token } },
  );
}
