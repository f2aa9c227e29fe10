/** Recordings and transcripts that became ready while no webhook came. */
import type { ReconciledEvent, Reconciler } from "@greenroom/connector-kit";
import { eventKeys, fieldsOf, fileIds, mediaFiles, transcriptFiles } from "./event-keys.ts";
import {
  cursorOf,
  dayMs,
  daysUntil,
  forEachOf,
  hostsOf,
  listed,
  listedOf,
  type Row,
  timeOf,
} from "./look-around.ts";

interface Cursor {
  /** The host, then the ids of the files that were listed, by the session's uuid. */
  readonly seen: Readonly<Record<string, readonly string[]>>;
  /** Set where all that was recorded until after then is to be read. */
  readonly fromMs?: number;
}

/** Zoom takes hours to process long ones; they are listed by when they began. */
const days = 3;

/** Finds them in the lists of the hosts' recordings. */
export const recordingsReconciler: Reconciler = {
  id: "recordings",
  events: ["recording.completed", "recording.transcript_completed"],
  reads: ["GET /users", "GET /users/{userId}/recordings"],
  past: {
    events: ["recording.completed", "recording.transcript_completed"],
    cursor: (since): Cursor => ({ seen: {}, fromMs: since.getTime() }),
  },
  async look({ client, cursor, config: wanted, now, accountId }) {
    const before = cursorOf<Cursor>(cursor);
    const hosts = await hostsOf(client);
    const fromMs = before?.fromMs;
    const spans = daysUntil(now, days, fromMs === undefined ? undefined : fromMs - days * dayMs);
    const lists = await forEachOf(hosts, (userId) =>
      listedOf(spans, (span) =>
        listed(client, "/users/{userId}/recordings", "meetings", { path: { userId }, query: span }),
      ),
    );
    const missed = new Set(hosts.filter((_, index) => lists[index] === undefined));
    const seen: Record<string, readonly string[]> = Object.fromEntries(
      Object.entries(before?.seen ?? {}).filter(([, [host = ""]]) => missed.has(host)),
    );
    const events: ReconciledEvent[] = [];
    for (const row of lists.flatMap((list) => list ?? [])) {
      const files = Array.isArray(row["recording_files"]) ? row["recording_files"].map(fieldsOf) : [];
      if (files.some(({ status }) => status === "processing")) continue;
      const uuid = String(row["uuid"]);
      const known = new Set(before?.seen[uuid]);
      const fresh = (types: ReadonlySet<unknown>) => fileIds(files, types).some((id) => !known.has(id));
      const isTranscript = (file: Row) => transcriptFiles.has(file["file_type"]);
      if (before && fresh(mediaFiles))
        found(
          "recording.completed",
          row,
          files.filter((file) => !isTranscript(file)),
        );
      if (before && fresh(transcriptFiles))
        found("recording.transcript_completed", row, files.filter(isTranscript));
      seen[uuid] = [
        String(row["host_id"]),
        ...fileIds(files, mediaFiles),
        ...fileIds(files, transcriptFiles),
      ];
    }
    const next: Cursor = { seen };
    return { events, cursor: next, more: false };

    function found(name: string, row: Row, files: readonly Row[]): void {
      if (!wanted.has(name)) return;
      // Zoom: the type is text in answers, and a number in events.
      const object = { ...row, type: Number(row["type"]), recording_files: files };
      const payload = { account_id: accountId, object };
      const { dedupeKey = "" } = eventKeys(name, payload);
      // When they became ready is not listed; what is looked for since a date was ready soon after it was recorded.
      const endedMs = Math.max(...files.map((file) => timeOf(file["recording_end"]) ?? 0));
      if (fromMs !== undefined && endedMs < fromMs) return;
      const occurredAt = fromMs === undefined ? now : new Date(endedMs);
      events.push({ name, dedupeKey, occurredAt, payload });
    }
  },
};
