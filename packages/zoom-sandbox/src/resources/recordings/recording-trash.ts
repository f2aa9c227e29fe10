/** The trash of recordings: what lies in it for 30 days is gone. */
import type { Sandbox } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { filesOf, type Recording, type RecordingFile } from "./recording-rows.ts";

/** Puts files into it and takes them out; whoever does so tells it. */
export interface Trash {
  readonly put: (recording: Recording, files: readonly RecordingFile[]) => void;
  readonly takeBack: (files: readonly RecordingFile[]) => void;
  /** Deletes files for good, and with its last file the recording. */
  readonly forget: (recording: Recording, files: readonly RecordingFile[]) => void;
  /** Begins to empty it by the clock, after a reset or a restore too. */
  readonly watch: () => void;
}

const TRASH_MS = 30 * 86_400_000;

/** Makes it. */
export function createTrash(sandbox: Sandbox): Trash {
  const { table, clock } = sandbox;
  const rows = table<Recording>("recordings");

  function forget(recording: Recording, files: readonly RecordingFile[]): void {
    recording.files = recording.files.filter((file) => !files.includes(file));
    for (const { id } of files) table("recording_storage").delete(id);
    if (recording.files.length === 0) rows.delete(recording.uuid);
  }

  function empty(recording: Recording): void {
    const before = zoomTime(new Date(clock.nowMs() - TRASH_MS));
    forget(
      recording,
      recording.files.filter(({ trashed_at }) => trashed_at !== undefined && trashed_at <= before),
    );
  }

  return {
    forget,
    put: (recording, files) => {
      for (const file of files) file.trashed_at = zoomTime(clock.now());
      clock.schedule(new Date(clock.nowMs() + TRASH_MS), () => empty(recording));
    },
    takeBack: (files) => {
      for (const file of files) delete file.trashed_at;
    },
    watch: () =>
      sandbox.onRestore(() => {
        for (const recording of rows.all()) {
          for (const { trashed_at } of filesOf(recording, true)) {
            const at = new Date(Date.parse(trashed_at ?? "") + TRASH_MS);
            clock.schedule(at, () => empty(recording));
          }
        }
      }),
  };
}
