/** The bytes of a recording's file, made when they are asked for. */
import { m4a, m4aSize, mp4, mp4Size } from "../../media/mp4.ts";
import { once, type VirtualFile, virtualFile } from "../../media/virtual-file.ts";
import type { Instance } from "../../people/session-rows.ts";
import type { Sandbox } from "../../sandbox.ts";
import { chatText, pollCsv, timelineJson, transcript } from "./recorded-texts.ts";
import type { Recording, RecordingFile } from "./recording-rows.ts";

type What = Pick<RecordingFile, "file_type" | "recording_start" | "recording_end"> & {
  readonly file_size?: number;
};

const MEDIA_TYPES: Readonly<Record<RecordingFile["file_extension"], string>> = {
  ...{ MP4: "video/mp4", M4A: "audio/mp4", TXT: "text/plain; charset=utf-8", VTT: "text/vtt; charset=utf-8" },
  ...{ CSV: "text/csv; charset=utf-8", JSON: "application/json" },
};

/** A file's name and media type. */
export function fileKind({ id, file_extension }: Pick<RecordingFile, "id" | "file_extension">): {
  name: string;
  type: string;
} {
  return { name: `${id}.${file_extension.toLowerCase()}`, type: MEDIA_TYPES[file_extension] };
}

/** How big the file will be. */
export function recordedSize(sandbox: Sandbox, recording: Pick<Recording, "uuid">, file: What): number {
  if (file.file_type === "MP4") return mp4Size(secondsOf(file));
  if (file.file_type === "M4A") return m4aSize(secondsOf(file));
  return recordedFile(sandbox, recording, file).size;
}

function secondsOf({ recording_start, recording_end }: What): number {
  return Math.max(1, Math.round((Date.parse(recording_end) - Date.parse(recording_start)) / 1000));
}

/** Makes the file; of picture and sound it is never held whole. */
export function recordedFile(sandbox: Sandbox, { uuid }: Pick<Recording, "uuid">, file: What): VirtualFile {
  const { file_type, file_size: sizeBytes } = file;
  const seconds = secondsOf(file);
  if (file_type === "MP4") return mp4({ seconds, sizeBytes });
  if (file_type === "M4A") return m4a({ seconds, sizeBytes });
  const instance = sandbox.table<Instance>("instances").get(uuid);
  const text = instance ? textOf(sandbox, instance, file) : "";
  return virtualFile([once(new TextEncoder().encode(text))]);
}

function textOf(sandbox: Sandbox, instance: Instance, what: What): string {
  switch (what.file_type) {
    case "CHAT":
      return chatText(sandbox, instance, what);
    case "CSV":
      return pollCsv(sandbox, instance, what) ?? "";
    case "TIMELINE":
      return timelineJson(sandbox, instance, what);
    default:
      return transcript(sandbox, instance, what);
  }
}
